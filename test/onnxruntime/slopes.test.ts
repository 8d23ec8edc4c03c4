/**
 * Every ONNX fixture in ONNX Runtime itself: its values are ours, and its central differences agree with our slopes. It
 * computes mostly in float32, so differences are coarse: they catch a wrong slope, not a wrong last digit.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/network/network';
import { referenceJacobian, referenceOutputs, referenceValues } from '../../src/slopes/reference';
import { goldenCases, portVectors, readingOf, type Case } from '../unit/goldenCases';

/** Half precision is too coarse for differences, and a row on a kink has none. */
const withoutDifferences = new Set(['float16-model', 'relu-kinks']);
const cases = goldenCases().filter(
  ({ family, golden, name }) => family === 'onnx' && golden.expect === 'network' && !withoutDifferences.has(name),
);

/** The precision each element type is computed in. */
const precisions: Readonly<Record<string, number>> = { float32: 2 ** -24, float64: 2 ** -53 };

describe.each(cases)('$name', (fixture: Case) => {
  it('has the values and the slopes of ONNX Runtime', async () => {
    const [model] = fixture.models;
    if (!model) throw new Error('The fixture names no model.');
    const { network } = await readingOf(fixture, model, new Map());
    if (!network) throw new Error('The model could not be read.');
    const session = await InferenceSession.create(path.join(fixture.folder, model.file), { logSeverityLevel: 3 });
    const single = session.inputMetadata.some(({ type }) => type === 'float32');
    const precision = precisions[single ? 'float32' : 'float64']!;
    let compared = 0;
    for (const [index, row] of fixture.golden.x.entries()) {
      // Every fourth row is enough to tell a wrong slope.
      if (index % 4 !== 0) continue;
      const ports = portVectors(network, fixture, row, index);
      const values = referenceValues(network, ports);
      const outputs = referenceOutputs(network, values);
      const there = await outputsOf(session, network, ports);
      outputs.forEach((value, output) =>
        expect(Math.abs(value - there[output]!), `output ${output} of row ${index}`).toBeLessThan(
          64 * precision * Math.max(1, ...outputs.map(Math.abs)),
        ),
      );
      compared += await compareSlopes(session, network, ports, referenceJacobian(network, values), precision);
    }
    expect(compared).toBeGreaterThan(0);
  });
});

/** Compares all slopes of one row. Where the differences to both sides disagree there is a kink, which has no slope to compare. */
async function compareSlopes(
  session: InferenceSession,
  network: Network,
  ports: readonly Float64Array[],
  jacobian: readonly Float64Array[],
  precision: number,
): Promise<number> {
  const centre = await outputsOf(session, network, ports);
  let compared = 0;
  let element = 0;
  for (const [port, vector] of ports.entries()) {
    for (const [at, x] of vector.entries()) {
      const step = Math.cbrt(precision) * Math.max(1, Math.abs(x));
      const moved = (by: number) => ports.map((own, k) => (k === port ? own.with(at, x + by) : own));
      const above = await outputsOf(session, network, moved(step));
      const below = await outputsOf(session, network, moved(-step));
      centre.forEach((value, output) => {
        const slope = jacobian[output]![element]!;
        const allowed = 0.01 * Math.max(1, Math.abs(slope));
        const [right, left] = [(above[output]! - value) / step, (value - below[output]!) / step];
        if (network.inputs[port]?.levels || Math.abs(right - left) > allowed) return;
        expect(Math.abs(slope - (right + left) / 2), `slope of output ${output} by input ${element}`).toBeLessThan(
          allowed,
        );
        compared++;
      });
      element++;
    }
  }
  return compared;
}

/** All numbers ONNX Runtime gives for one row. */
async function outputsOf(
  session: InferenceSession,
  network: Network,
  ports: readonly Float64Array[],
): Promise<number[]> {
  const feeds = Object.fromEntries(
    session.inputMetadata.map(({ name, type, shape }) => {
      const vector = ports[network.inputs.findIndex((input) => input.name === name)]!;
      return [name, tensorOf(type, vector, rowShape(shape, vector.length))];
    }),
  );
  const names = network.outputs.map(({ name }) => name);
  const results = await session.run(feeds, names);
  return names.flatMap((name) => Array.from(results[name]!.data, Number));
}

/** A declared shape with one row: named axes are as long as the numbers leave over. */
function rowShape(shape: readonly (number | string)[], count: number): number[] {
  const fixed = shape.filter((length) => typeof length === 'number' && length > 0).map(Number);
  let left = count / fixed.reduce((product, length) => product * length, 1);
  return shape
    .toReversed()
    .map((length) => {
      if (typeof length === 'number' && length > 0) return length;
      const own = left;
      left = 1;
      return own;
    })
    .toReversed();
}

function tensorOf(type: string, numbers: Float64Array, shape: readonly number[]): Tensor {
  switch (type) {
    case 'float32':
      return new Tensor(type, Float32Array.from(numbers), shape);
    case 'float64':
      return new Tensor(type, numbers, shape);
    case 'int64':
      return new Tensor(type, BigInt64Array.from(Array.from(numbers, BigInt)), shape);
    default:
      throw new Error(`No fixture has inputs of type ${type}.`);
  }
}
