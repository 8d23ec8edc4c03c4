/** Every ONNX operator on one row: its value by the specification's formula, and its slopes against central differences. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { supportedOperators } from '../../../src/files/onnx/operatorTable';
import type { Network } from '../../../src/network/network';
import { referenceJacobian, referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import { elementwise, type OperatorCase } from './onnxElementwiseCases';
import { readingOf, vector, whole, type TestNode, type TestTensor } from './onnxModel';
import { linearAndReducing, machineLearning, normalising } from './onnxRowCases';
import { joiningAndSelecting, windows } from './onnxTensorCases';

type ComputedCase = Omit<OperatorCase, 'more'> & { readonly more: readonly (TestTensor | null)[] };

/** Values by the onnx package and ONNX Runtime; an input that is left out is null there. */
const computed = (
  JSON.parse(
    readFileSync(path.join(import.meta.dirname, '../../fixtures/onnx-operators/cases.json'), 'utf8'),
  ) as readonly ComputedCase[]
).map((entry): OperatorCase => ({ ...entry, more: entry.more.map((constant) => constant ?? undefined) }));

const cases = [
  ...computed,
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

describe('windows and frequencies as constants', () => {
  it.each<[string, Record<string, TestTensor>, TestNode['attributes'], number[]]>([
    ['HannWindow', { size: whole(4) }, {}, [0, 0.5, 1, 0.5]],
    ['HannWindow', { size: whole(4) }, { periodic: 0 }, [0, 0.75, 0.75, 0]],
    ['HammingWindow', { size: whole(4) }, {}, [4 / 46, 25 / 46, 1, 25 / 46]],
    ['BlackmanWindow', { size: whole(4) }, {}, [0, 0.34, 1, 0.34]],
    [
      'MelWeightMatrix',
      { bins: whole(2), length: whole(16), rate: whole(8000), low: vector(0), high: vector(4000) },
      {},
      [1, 0, 0.5, 0.5, 0, 1, 0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ],
  ])('%s', async (op, stored, attributes, expected) => {
    const scalars = Object.fromEntries(
      Object.entries(stored).map(([name, tensor]) => [name, { ...tensor, shape: [] }]),
    );
    const nodes: TestNode[] = [
      { op, inputs: Object.keys(stored), outputs: ['c'], attributes: attributes ?? {} },
      { op: 'Flatten', inputs: ['c'], outputs: ['f'], attributes: { axis: 0 } },
      { op: 'Mul', inputs: ['x', 'f'], outputs: ['y'] },
    ];
    const reading = await readingOf({
      nodes,
      inputs: [{ name: 'x', shape: ['N', 1] }],
      outputs: [{ name: 'y' }],
      stored: scalars,
    });
    expect(reading.problems).toEqual([]);
    const values = evaluate(reading.network!, [1]);
    expect(values.length).toBe(expected.length);
    values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
  });
});

describe('operator sets', () => {
  const model = (opset: number) => ({
    nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
    inputs: [{ name: 'x', shape: ['N', 2] }],
    outputs: [{ name: 'y' }],
    opset,
  });

  it('newer than those that are known are read with a warning', async () => {
    const reading = await readingOf(model(29));
    expect(reading.network).toBeDefined();
    expect(reading.problems).toEqual([
      expect.objectContaining({
        code: 'onnx-newer-operators',
        severity: 'warning',
        message: 'model.onnx is written for operator set 29 of ai.onnx; Slopescope knows it up to 28.',
      }),
    ]);
    expect((await readingOf(model(28))).problems).toEqual([]);
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
      'BlackmanWindow',
      'CategoryMapper',
      'Constant',
      'ConstantOfShape',
      'DequantizeLinear',
      'EyeLike',
      'HammingWindow',
      'HannWindow',
      'If',
      'MelWeightMatrix',
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
