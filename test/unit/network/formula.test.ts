import { execFileSync } from 'node:child_process';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { excelCode } from '../../../src/network/formula/excel';
import { javascriptCode } from '../../../src/network/formula/javascript';
import { latexCode } from '../../../src/network/formula/latex';
import { layersCode } from '../../../src/network/formula/layers';
import { pythonCode } from '../../../src/network/formula/python';
import { rCode } from '../../../src/network/formula/r';
import { slopeFormula } from '../../../src/network/formula/slope';
import { formulaLines } from '../../../src/network/formula/text';
import { type WriteOptions, writeOut } from '../../../src/network/formula/writeOut';
import type { Activation, Network } from '../../../src/network/network';
import { referenceJacobian, referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import { everywhere, multilayer, networkOf, node } from '../slopes/networks';
import { evaluateExcel } from './excelEvaluator';

const options: WriteOptions = {
  inputs: ['visits made', 'calls'],
  outputs: ['duration'],
  inputScaling: [
    { centre: 2, spread: 1.5 },
    { centre: -1, spread: 0.5 },
  ],
  outputScaling: [{ centre: 100, spread: 20 }],
};
const rows: readonly (readonly [number, number])[] = [
  [2.5, -0.6],
  [0.3, -1.9],
  [4.1, -1.1],
];

/** Element-wise learned slopes need as many numbers as units. */
const activations = everywhere.filter(({ kind }) => kind !== 'prelu');

function expected(network: Network, [a, b]: readonly [number, number]): number {
  const x = Float64Array.of((a - 2) / 1.5, (b + 1) / 0.5);
  return 100 + 20 * referenceOutputs(network, referenceValues(network, [x]))[0]!;
}

function near(actual: number, wanted: number, what: string): void {
  if (!(Math.abs(actual - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted))))
    expect.fail(`${what}: ${actual} instead of ${wanted}`);
}

function runJavascript(code: string, [a, b]: readonly [number, number]): number {
  const result: unknown = runInContext(`${code}\nduration(${a}, ${b})`, createContext({}));
  return Number(result);
}

function runPython(codes: readonly string[]): number[] {
  const calls = rows.map(([a, b]) => `float(duration(${a}, ${b}))`).join(', ');
  const program = codes.map((code) => `${code}\nprint(repr([${calls}]))`).join('\n');
  return execFileSync('python3', ['-W', 'ignore', '-'], { input: program, encoding: 'utf8' })
    .trim()
    .split('\n')
    .flatMap((line) => line.replace(/[[\]]/g, '').split(',').map(Number));
}

const cases = activations.map((activation): [string, Network] => [
  'alpha' in activation ? `${activation.kind} ${JSON.stringify(activation)}` : activation.kind,
  multilayer([2, 3, 1], activation),
]);

describe('every activation', () => {
  it.each(cases)('%s in JavaScript, Excel and by layers', (_name, network) => {
    const formula = writeOut(network, options)!;
    const excel = excelCode(formula)!;
    for (const row of rows) {
      const wanted = expected(network, row);
      near(runJavascript(javascriptCode(formula), row), wanted, 'JavaScript');
      near(runJavascript(layersCode(network, options).JavaScript!, row), wanted, 'JavaScript by layers');
      near(evaluateExcel(excel, { A2: row[0], B2: row[1] }), wanted, 'Excel');
    }
  });

  it('in Python, written out and by layers', () => {
    const codes = cases.flatMap(([, network]) => [
      pythonCode(writeOut(network, options)!),
      layersCode(network, options).Python!,
    ]);
    const results = runPython(codes);
    cases.forEach(([name, network], index) =>
      rows.forEach((row, place) => {
        const wanted = expected(network, row);
        near(results[index * 2 * rows.length + place]!, wanted, `Python ${name}`);
        near(results[(index * 2 + 1) * rows.length + place]!, wanted, `Python by layers ${name}`);
      }),
    );
  }, 60_000);

  it.each(cases)('%s: the slope written out is the slope', (_name, network) => {
    const formula = writeOut(network, options)!;
    const code = javascriptCode({
      ...slopeFormula(formula, 0),
      steps: slopeFormula(formula, 0).steps.map((step) => step),
    }).replaceAll("'", '_slope');
    for (const row of rows) {
      const x = Float64Array.of((row[0] - 2) / 1.5, (row[1] + 1) / 0.5);
      const wanted = (20 / 1.5) * referenceJacobian(network, referenceValues(network, [x]))[0]![0]!;
      const name = /function (\w+)\(/.exec(code)![1]!;
      const result = Number(runInContext(`${code}\n${name}(${row[0]}, ${row[1]})`, createContext({})));
      near(result, wanted, 'slope');
    }
  });
});

describe('forms', () => {
  const plain: Activation = { kind: 'tanh' };

  it('writes a linear network as a regression', () => {
    const network = networkOf(
      [2],
      [node({ kind: 'dense', weights: Float64Array.of(0.8, 1.9), bias: Float64Array.of(0.5) }, [0], 1)],
    );
    const formula = writeOut(network, { inputs: ['x1', 'x2'], outputs: ['Y'] })!;
    expect(formulaLines(formula, 3)).toEqual(['Y = 0.5 + 0.8 x1 + 1.9 x2']);
    expect(rCode(formula)).toBe('Y <- function(x1, x2) {\n  0.5 + 0.8 * x1 + 1.9 * x2\n}\n');
    expect(latexCode(formula, 3)).toContain('\\mathrm{Y} &= 0.5 + 0.8 \\cdot \\mathrm{x1} + 1.9 \\cdot \\mathrm{x2}');
  });

  it('uses the names of R for what R has', () => {
    const formula = writeOut(multilayer([2, 2, 1], { kind: 'sigmoid' }), options)!;
    expect(rCode(formula)).toMatch(/h1_1 <- plogis\(/);
    expect(rCode(formula)).toMatch(/^duration <- function\(visits_made, calls\) \{/);
  });

  it('writes softmax, products and choices in every language', () => {
    const base = multilayer([2, 3], undefined);
    const groups = { starts: Int32Array.of(0, 3), indices: Int32Array.of(0, 1, 2) };
    const network = networkOf(
      [2],
      [
        ...base.nodes,
        node({ kind: 'softmax', how: 'softmax', groups }, [1], 3),
        node({ kind: 'reduce', how: 'product', groups }, [2], 1),
        node({ kind: 'gather', indices: Int32Array.of(0) }, [2], 1),
        node({ kind: 'compare', how: 'greater' }, [3, 4], 1),
        node({ kind: 'select' }, [5, 3, 4], 1),
        node({ kind: 'combine', how: 'max' }, [6, 3], 1),
      ],
    );
    const formula = writeOut(network, options)!;
    const python = runPython([pythonCode(formula), layersCode(network, options).Python!]);
    rows.forEach((row, place) => {
      const wanted = expected(network, row);
      near(runJavascript(javascriptCode(formula), row), wanted, 'JavaScript');
      near(runJavascript(layersCode(network, options).JavaScript!, row), wanted, 'by layers');
      near(evaluateExcel(excelCode(formula)!, { A2: row[0], B2: row[1] }), wanted, 'Excel');
      near(python[place]!, wanted, 'Python');
      near(python[rows.length + place]!, wanted, 'Python by layers');
    });
  });

  it('has no Excel formula where it is longer than a cell takes', () => {
    expect(excelCode(writeOut(multilayer([2, 40, 40, 1], plain), options)!)).toBeUndefined();
  });
});
