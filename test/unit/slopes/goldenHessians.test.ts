/** Every Hessian that the fixtures hold, against the frameworks' own: first output, first rows. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { flatInputs } from '../../../src/network/features';
import type { Network } from '../../../src/network/network';
import { referenceHessian, referenceJacobian, referenceValues } from '../../../src/slopes/reference';
import { goldenCases, goldenOutputs, portVectors, readingOf, type Case } from '../goldenCases';

interface WithHessian {
  readonly hessian: readonly (readonly (readonly number[])[])[];
}

/**
 * Keras' GELU holds √2 in float32, so second derivatives of its float64 run agree to seven digits only. TensorFlow's
 * `tf.nn.moments` stops the gradient at the mean, which leaves first derivatives right and second ones not: there the
 * Hessian is compared with central differences of the Jacobian instead.
 */
const tolerance = 1e-6;
const stopsGradients = new Set(['k3_layernorm']);

const cases = goldenCases().filter(({ golden }) => golden.expect !== 'refuse' && 'hessian' in golden);

describe.each(cases)('$family/$name', (fixture) => {
  it('has the Hessian of its framework', async () => {
    const { hessian } = JSON.parse(readFileSync(path.join(fixture.folder, 'golden.json'), 'utf8')) as WithHessian;
    const { network } = await readingOf(fixture, fixture.models[0]!, fixture.answers);
    if (!network) throw new Error('No network');
    const columns = elementColumns(network, fixture);
    const output = goldenOutputs(network, fixture)[0]!;
    hessian.forEach((wanted, index) => {
      const row = portVectors(network, fixture, fixture.golden.x[index]!, index);
      const own = referenceHessian(network, referenceValues(network, row), output);
      const differences = stopsGradients.has(fixture.name) ? centralDifferences(network, row, output) : undefined;
      const largest = Math.max(...wanted.flat().map(Math.abs));
      own.forEach((line, i) =>
        line.forEach((value, j) => {
          const expected = differences?.[i]![j] ?? wanted[columns[i]!]![columns[j]!]!;
          if (!(Math.abs(value - expected) <= tolerance * largest))
            expect.fail(`row ${index}, [${i}][${j}]: ${value} instead of ${expected}`);
        }),
      );
    });
  });
});

/** The golden column that feeds each input element, found by feeding the columns' own numbers through. */
function elementColumns(network: Network, fixture: Case): number[] {
  const numbers = fixture.golden.inputs.map((_, column) => column);
  const columns = portVectors(network, fixture, numbers, 0).flatMap((vector) => [...vector]);
  expect(columns).toHaveLength(flatInputs(network).length);
  return columns;
}

function centralDifferences(network: Network, row: readonly Float64Array[], output: number): Float64Array[] {
  const step = 1e-5;
  const slopesAt = (port: number, element: number, by: number): Float64Array => {
    const moved = row.map((vector, at) => (at === port ? vector.map((x, i) => (i === element ? x + by : x)) : vector));
    return referenceJacobian(network, referenceValues(network, moved))[output]!;
  };
  return row.flatMap((vector, port) =>
    Array.from(vector, (_, element) => {
      const [up, down] = [slopesAt(port, element, step), slopesAt(port, element, -step)];
      return up.map((slope, i) => (slope - down[i]!) / (2 * step));
    }),
  );
}
