/** Networks of many shapes as PyTorch itself scripts, traces, freezes, exports and pickles them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { referenceJacobian, referenceValues } from '../../../src/slopes/reference';
import { networkIn, outputsAt } from './reading';

interface GraphCase {
  readonly file: string;
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly jacobian: readonly (readonly (readonly number[])[])[];
}

const folder = path.join(import.meta.dirname, '../../fixtures/torch-graphs');
const cases = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as readonly GraphCase[];

function near(found: number | undefined, expected: number): void {
  expect(Math.abs((found ?? NaN) - expected)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected)));
}

describe('networks as PyTorch saves them', () => {
  it.each(cases)('$file', async ({ file, x, y, jacobian }) => {
    const columns = ['a', 'b', 'c', 'd', 'e', 'f'];
    const network = await networkIn(file, new Uint8Array(readFileSync(path.join(folder, file))), {}, columns);
    x.forEach((row, at) => {
      const slopes = referenceJacobian(network, referenceValues(network, [Float64Array.from(row)]));
      const outputs = outputsAt(network, row);
      expect(outputs).toHaveLength(y[at]!.length);
      y[at]!.forEach((value, output) => near(outputs[output], value));
      jacobian[at]!.forEach((expected, output) =>
        expected.forEach((slope, input) => near(slopes[output]?.[input], slope)),
      );
    });
  });
});
