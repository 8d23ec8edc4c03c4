import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excelCode } from '../../../src/network/formula/excel';
import { javascriptCode } from '../../../src/network/formula/javascript';
import { latexCode } from '../../../src/network/formula/latex';
import { rCode } from '../../../src/network/formula/r';
import { slopeFormula } from '../../../src/network/formula/slope';
import { formulaLines } from '../../../src/network/formula/text';
import { type WriteOptions, writeOut } from '../../../src/network/formula/writeOut';
import type { Activation, Network } from '../../../src/network/network';
import { referenceJacobian, referenceValues } from '../../../src/slopes/reference';
import { anyNetwork, everywhere, multilayer, networkOf, node } from '../slopes/networks';

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

function near(actual: number, wanted: number, what: string): void {
  if (!(Math.abs(actual - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted))))
    expect.fail(`${what}: ${actual} instead of ${wanted}`);
}

const cases = [
  ...activations.map((activation): [string, Network] => [
    'alpha' in activation ? `${activation.kind} ${JSON.stringify(activation)}` : activation.kind,
    multilayer([2, 3, 1], activation),
  ]),
  ...fc
    .sample(anyNetwork, { seed: 8, numRuns: 200 })
    .filter((network) => network.inputs.length === 1 && network.inputs[0]!.size === 2 && writeOut(network, options))
    .map((network, index): [string, Network] => [`random network ${index}`, network]),
];

describe('slopes', () => {
  it.each(cases)('%s: the slope written out is the slope', (_name, network) => {
    const formula = slopeFormula(writeOut(network, options)!, 0);
    const code = javascriptCode({ ...formula, outputs: formula.outputs.slice(0, 1) }).replaceAll("'", '_slope');
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

  it('has no Excel formula where it is longer than a cell takes', () => {
    expect(excelCode(writeOut(multilayer([2, 40, 40, 1], plain), options)!)).toBeUndefined();
  });
});
