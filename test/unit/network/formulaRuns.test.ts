/** Random networks of every operation, written out in every language and run there: each gives the network's own forecasts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excelCode, excelColumn } from '../../../src/network/formula/excel';
import { javascriptCode } from '../../../src/network/formula/javascript';
import { layersCode } from '../../../src/network/formula/layers';
import { pythonCode } from '../../../src/network/formula/python';
import { rCode } from '../../../src/network/formula/r';
import { type FoldedScaling, type WriteOptions, writeOut } from '../../../src/network/formula/writeOut';
import { flatInputs, flatOutputs } from '../../../src/network/features';
import type { Activation, InputPort, Network } from '../../../src/network/network';
import { referenceOutputs, referenceValues, splitRow } from '../../../src/slopes/reference';
import { anyNetwork, everywhere, multilayer, networkOf, node, numbers, somewhere } from '../slopes/networks';
import { evaluateExcel } from './excelEvaluator';
import { canRunPython, canRunR, type Program, type Results, runJavascript, runPython, runR } from './languages';

type Values = readonly (number | string)[];

/** A network with scalings and rows of original values; the forecasts that every language must give. */
interface Case {
  readonly what: string;
  readonly network: Network;
  readonly options: WriteOptions;
  readonly rows: readonly Values[];
}

/** Names as tables have them: words of the languages, blanks, the code's own names, signs of other scripts. */
const names = ['next', 'Math', 'v0', 'x1', 'total calls', 'größe [cm]', 'T', 'h1_1', 'v', 'visits', 'in', 'x0', '2nd'];

const colour: InputPort = { name: 'colour', size: 4, levels: ['red', 'dark "blue"', "it's"], unknown: 'first' };

const cases: readonly Case[] = [
  ...everywhere.map((activation) => caseOf(kindOf(activation), multilayer([2, 3, 1], activation), 11)),
  ...somewhere.map(({ activation, at }) => ({
    what: kindOf(activation),
    network: networkOf([1], [node({ kind: 'activation', activation }, [0], 1)]),
    options: { inputs: ['x'], outputs: ['y'] },
    rows: at.map((x) => [x]),
  })),
  caseOf('prelu', multilayer([2, 3, 1], { kind: 'prelu', alpha: Float64Array.of(0.1, -0.4, 2) }), 12),
  ...fc
    .sample(anyNetwork, { seed: 5, numRuns: 80 })
    .filter(isTame)
    .map((network, index) => caseOf(`random network ${index}`, network, index)),
  ...(['first', 'last', 'zeros'] as const).map((unknown, seed) =>
    caseOf(
      `a category, others ${unknown}`,
      withCategory({ ...colour, size: unknown === 'zeros' ? 3 : 4, unknown }),
      seed,
    ),
  ),
];

/** Cases that can be written out number by number: all but those with a sparsemax, which has no closed form. */
const writable = cases.flatMap((each) => {
  const formula = writeOut(each.network, each.options);
  return formula ? [{ ...each, formula }] : [];
});

describe('forecasts of copied formulas', () => {
  it('can be written out unless there is a sparsemax', () => {
    const sparse = cases.filter(({ network }) =>
      network.nodes.some(({ op }) => op.kind === 'softmax' && op.how === 'sparsemax'),
    );
    expect(writable).toHaveLength(cases.length - sparse.length);
    expect(writable.length).toBeGreaterThan(120);
  });

  it('in Excel', () => {
    let written = 0;
    for (const each of writable) {
      const codes = each.formula.outputs.map((_, output) => excelCode(each.formula, output));
      if (codes.includes(undefined)) continue;
      written++;
      agrees(
        each,
        each.rows.map((row) => {
          const cells = Object.fromEntries(row.map((value, input) => [`${excelColumn(input)}2`, value]));
          return codes.map((code) => evaluateExcel(code!, cells));
        }),
      );
    }
    expect(written).toBeGreaterThan(100);
  });
});

describe.each([
  ['JavaScript', runJavascript, javascriptCode, true],
  ['Python', runPython, pythonCode, canRunPython],
  ['R', runR, rCode, canRunR],
] as const)('forecasts of formulas copied as %s', (language, run, codeOf, canRun) => {
  it.skipIf(!canRun)('written out', () => {
    const results = run(writable.map(({ formula, rows }) => program(codeOf(formula), rows)));
    writable.forEach((each, index) => agrees(each, results[index]!));
  });

  it.skipIf(!canRun)('by layers', () => {
    const firstOnly = cases.map((each) => ({ ...each, network: withFirstOutput(each.network) }));
    const results = run(
      firstOnly.map(({ network, options, rows }) => program(layersCode(network, options)[language], rows)),
    );
    firstOnly.forEach((each, index) => agrees(each, results[index]!));
  });
});

function program(code: string, calls: readonly Values[]): Program {
  return { code, name: /^(?:function |def )?(\w+)(?: <- function)?\(/m.exec(code)![1]!, calls };
}

function agrees({ what, network, options, rows }: Case, results: Results[number]): void {
  rows.forEach((row, place) => {
    const wanted = forecasts(network, options, row);
    expect(results[place], what).toHaveLength(wanted.length);
    wanted.forEach((value, output) => {
      const found = results[place]![output]!;
      const scale = Math.max(1, Math.abs(value));
      if (!(Math.abs(found - value) <= 1e-9 * scale))
        expect.fail(`${what}, row ${place}: ${found} instead of ${value}`);
    });
  });
}

/** A network with scalings of every kind and rows that lie within them, all from one seed. */
function caseOf(what: string, network: Network, seed: number): Case {
  const next = numbers(seed + 1);
  const inputs = flatInputs(network);
  const inputScaling = inputs.map((_, index) => scaling(index + seed, next));
  const outputScaling = flatOutputs(network).map((_, index) => scaling(index + seed, next));
  const rows = Array.from({ length: 3 }, (_, row) =>
    inputs.map(({ kind, port }, index) => {
      if (kind === 'text') return [...network.inputs[port]!.levels!, 'some other text'][(row + seed) % 4]!;
      return original(inputScaling[index]!, 1.5 * next());
    }),
  );
  const start = seed % names.length;
  const shuffled = [...names.slice(start), ...names.slice(0, start), ...names.map((name) => `${name} again`)];
  return {
    what,
    network,
    options: {
      inputs: shuffled.slice(0, inputs.length),
      outputs: outputScaling.map((_, index) => (index === 0 ? 'duration' : `share ${index}`)),
      inputScaling,
      outputScaling,
    },
    rows,
  };
}

function scaling(kind: number, next: () => number): FoldedScaling {
  const [centre, spread] = [2 * next(), 0.4 + Math.abs(next())];
  if (kind % 3 === 0) return { centre: 0, spread: 1 };
  return kind % 3 === 1 ? { centre, spread } : { centre, spread, logShift: 0.5 };
}

function original({ centre, spread, logShift }: FoldedScaling, model: number): number {
  const straight = model * spread + centre;
  return logShift === undefined ? straight : Math.exp(straight) - logShift;
}

function forecasts(network: Network, options: WriteOptions, row: Values): number[] {
  const flat = flatInputs(network);
  const x = new Float64Array(network.inputs.reduce((sum, { size }) => sum + size, 0));
  row.forEach((value, index) => {
    const { element, port } = flat[index]!;
    const scaled = options.inputScaling?.[index] ?? { centre: 0, spread: 1 };
    if (typeof value === 'string') {
      const place = elementOf(network.inputs[port]!, value);
      if (place >= 0) x[element + place] = 1;
      return;
    }
    const moved = scaled.logShift === undefined ? value : Math.log(value + scaled.logShift);
    x[element] = (moved - scaled.centre) / scaled.spread;
  });
  const outputs = referenceOutputs(network, referenceValues(network, splitRow(network, x)));
  return Array.from(outputs, (value, index) =>
    original(options.outputScaling?.[index] ?? { centre: 0, spread: 1 }, value),
  );
}

/** Where a text enters a category's one-hot vector; −1 for nowhere. */
function elementOf({ levels = [], unknown }: InputPort, text: string): number {
  const level = levels.indexOf(text);
  if (level >= 0) return level + (unknown === 'first' ? 1 : 0);
  return unknown === 'first' ? 0 : unknown === 'last' ? levels.length : -1;
}

/** As the page asks for it: one element is the only output. */
function withFirstOutput(network: Network): Network {
  const first = node({ kind: 'gather', indices: Int32Array.of(0) }, [network.outputs[0]!.value], 1);
  const value = network.inputs.length + network.nodes.length;
  return { ...network, nodes: [...network.nodes, first], outputs: [{ name: 'first', size: 1, value }] };
}

/** Two numbers and a category into a small network. */
function withCategory(category: InputPort): Network {
  const plain = networkOf(
    [2, category.size],
    [
      node({ kind: 'concat' }, [0, 1], 2 + category.size),
      ...multilayer([2 + category.size, 4, 2], { kind: 'tanh' }).nodes.map((each) => ({
        ...each,
        inputs: each.inputs.map((value) => value + 2),
      })),
    ],
  );
  return { ...plain, inputs: [plain.inputs[0]!, category] };
}

/** Networks whose forecasts are numbers of a size that rounding does not spoil. */
function isTame(network: Network): boolean {
  const x = new Float64Array(network.inputs.reduce((sum, { size }) => sum + size, 0)).fill(0.3);
  const values = referenceOutputs(network, referenceValues(network, splitRow(network, x)));
  return values.every((value) => Math.abs(value) < 1e4);
}

function kindOf(activation: Activation): string {
  return Object.entries(activation).flat().join(' ');
}
