/** Operators of keras.ops against TensorFlow's own values and derivatives, which `make.py` beside the cases wrote. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/files/json';
import { referenceJacobian, referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import { readLayers } from './layersModel';

interface OperationCase {
  readonly name: string;
  readonly topology: JsonObject;
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly jacobian: readonly (readonly (readonly number[])[])[];
}

const file = path.join(import.meta.dirname, '../../fixtures/keras-operations/cases.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly OperationCase[];

it.each(cases)('$name', async ({ topology, x, y, jacobian }) => {
  const network = await readLayers(topology);
  x.forEach((row, at) => {
    const values = referenceValues(network, [Float64Array.from(row)]);
    near(referenceOutputs(network, values), y[at]!);
    referenceJacobian(network, values).forEach((slopes, output) => {
      near(slopes, jacobian[at]![output]!);
    });
  });
});

function near(actual: Float64Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
  });
}
