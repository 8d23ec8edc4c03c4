/** Every ONNX operator on one row: its value by the specification's formula, and its slopes against central differences. */
import { describe, expect, it } from 'vitest';
import { supportedOperators } from '../../../src/files/onnx/operatorTable';
import type { Network } from '../../../src/network/network';
import { referenceJacobian, referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import { elementwise, type OperatorCase } from './onnxElementwiseCases';
import { readingOf } from './onnxModel';
import { linearAndReducing, machineLearning, normalising } from './onnxRowCases';
import { joiningAndSelecting, windows } from './onnxTensorCases';

const cases = [
  ...elementwise,
  ...joiningAndSelecting,
  ...linearAndReducing,
  ...normalising,
  ...windows,
  ...machineLearning,
];

describe.each(cases)('$op $about', (entry) => {
  it('gives its value', async () => {
    const network = await networkOf(entry);
    const values = evaluate(network, entry.x);
    expect(values.length).toBe(entry.y.length);
    values.forEach((value, i) =>
      expect(Math.abs(value - entry.y[i]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(entry.y[i]!))),
    );
  });

  it('gives its slopes', async () => {
    const network = await networkOf(entry);
    const row = [Float64Array.from(entry.x)];
    const jacobian = referenceJacobian(network, referenceValues(network, row));
    entry.x.forEach((_, input) => {
      const step = 1e-6;
      const moved = (by: number) =>
        evaluate(
          network,
          entry.x.map((x, i) => (i === input ? x + by : x)),
        );
      const [above, below] = [moved(step), moved(-step)];
      entry.y.forEach((__, output) => {
        const difference = entry.steps ? jacobian[output]![input]! : (above[output]! - below[output]!) / (2 * step);
        const slope = jacobian[output]![input]!;
        if (entry.steps) expect([0, 1]).toContain(Math.abs(slope));
        else expect(Math.abs(slope - difference)).toBeLessThan(1e-4 * Math.max(1, Math.abs(difference)));
      });
    });
  });
});

describe('the table of operators', () => {
  it('lists each operator once, in order, with what it does not do', () => {
    const names = supportedOperators().map(({ domain, operator }) => `${domain}.${operator}`);
    expect(names).toEqual([...new Set(names)].sort());
    expect(supportedOperators()).toContainEqual({ domain: 'ai.onnx', operator: 'Conv', note: 'constant weights' });
    expect(names.length).toBeGreaterThan(140);
  });

  it('has a case above for every operator on numbers', () => {
    const seen = new Set(cases.map(({ op }) => op));
    // Constants and shapes are tested with the axis of the rows, texts with the files.
    const elsewhere = [
      'CategoryMapper',
      'Constant',
      'ConstantOfShape',
      'DequantizeLinear',
      'EyeLike',
      'If',
      'NonZero',
      'Range',
      'Scatter',
      'ScatterND',
      'Shape',
      'Size',
    ];
    const missing = supportedOperators().filter(({ operator }) => !seen.has(operator) && !elsewhere.includes(operator));
    expect(missing).toEqual([]);
  });
});

async function networkOf(entry: OperatorCase): Promise<Network> {
  const place = entry.place ?? 0;
  const constants = entry.more ?? [];
  const names = constants.map((constant, k) => (constant ? `c${k}` : ''));
  const output = entry.output ?? 0;
  const outputs = Array.from({ length: Math.max(output + 1, entry.op === 'Split' ? 2 : 1) }, (_, k) =>
    k === output ? 'y' : `other${k}`,
  );
  const reading = await readingOf({
    nodes: [
      {
        op: entry.op,
        name: 'node',
        inputs: [...names.slice(0, place), 'x', ...names.slice(place)],
        outputs,
        ...(entry.domain ? { domain: entry.domain } : {}),
        ...(entry.attributes ? { attributes: entry.attributes } : {}),
      },
    ],
    inputs: [{ name: 'x', shape: ['N', ...(entry.shape ?? [entry.x.length])] }],
    outputs: [{ name: 'y' }],
    stored: Object.fromEntries(constants.flatMap((constant, k) => (constant ? [[`c${k}`, constant]] : []))),
    opset: entry.opset ?? (entry.op === 'SwiGLU' ? 28 : 24),
  });
  expect(reading.problems).toEqual([]);
  return reading.network!;
}

function evaluate(network: Network, x: readonly number[]): number[] {
  return [...referenceOutputs(network, referenceValues(network, [Float64Array.from(x)]))];
}
