/** Every Hessian that the fixtures hold, against the frameworks' own: first output, first rows, reference and kernels. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { flatInputs } from '../../../src/network/features';
import type { Network, Node } from '../../../src/network/network';
import { runJob } from '../../../src/slopes/engine';
import { compileHessianPlan } from '../../../src/slopes/hessianPlan';
import { createKernels, type Kernels } from '../../../src/slopes/kernels';
import { referenceHessian, referenceJacobian, referenceValues } from '../../../src/slopes/reference';
import { buildKernels } from '../../../tools/wasm.mjs';
import { goldenCases, goldenOutputs, portVectors, readingOf, type Case } from '../goldenCases';

interface WithHessian {
  readonly hessian: readonly (readonly (readonly number[])[])[];
}

let kernels: Kernels;

beforeAll(async () => {
  kernels = await createKernels(readFileSync((await buildKernels()).plain));
}, 120_000);

/** Keras' GELU holds √2 in float32, so second derivatives of its float64 run agree to seven digits only. */
const tolerance = 1e-6;

/**
 * Layer normalisation in TensorFlow takes its variance from `tf.nn.moments`, which stops the gradient at the mean. The
 * slope of a variance along its mean is 0, so first derivatives are right; second ones lack a term. TensorFlow itself
 * shows it (2.21, float64): central differences of its own gradient are 11 % away from its Hessian, and the same layers
 * written out without the stop agree with the differences to 1e-10. Ours must be the true Hessian, and become
 * TensorFlow's when the means are held fixed.
 */
const stopsGradients = new Set(['k3_layernorm']);

const cases = goldenCases().filter(({ golden }) => golden.expect !== 'refuse' && 'hessian' in golden);

describe.each(cases)('$family/$name', (fixture) => {
  it('has the Hessian of its framework', async () => {
    const { hessian } = JSON.parse(readFileSync(path.join(fixture.folder, 'golden.json'), 'utf8')) as WithHessian;
    const { network } = await readingOf(fixture, fixture.models[0]!, fixture.answers);
    if (!network) throw new Error('No network');
    const columns = elementColumns(network, fixture);
    const output = goldenOutputs(network, fixture)[0]!;
    hessian.forEach((golden, index) => {
      const row = portVectors(network, fixture, fixture.golden.x[index]!, index);
      const own = referenceHessian(network, referenceValues(network, row), output);
      const wanted = columns.map((i) => columns.map((j) => golden[i]![j]!));
      expectNear(kernelHessian(network, row, output), own, 1e-12);
      if (!stopsGradients.has(fixture.name)) {
        expectNear(own, wanted, tolerance);
        return;
      }
      const held = withMeansHeld(network, row);
      expectNear(referenceHessian(held, referenceValues(held, row), output), wanted, tolerance);
      expectNear(own, centralDifferences(network, row, output), 1e-8);
      expect(() => expectNear(own, wanted, 0.01)).toThrow();
    });
  });
});

type Matrix = readonly ArrayLike<number>[];

/** Every element within a share of the largest wanted one. */
function expectNear(got: Matrix, wanted: Matrix, share: number): void {
  const largest = Math.max(...wanted.flatMap((line) => Array.from(line, Math.abs)));
  got.forEach((line, i) => {
    for (let j = 0; j < line.length; j++) {
      if (!(Math.abs(line[j]! - wanted[i]![j]!) <= share * largest))
        expect.fail(`[${i}][${j}]: ${line[j]!} instead of ${wanted[i]![j]!}`);
    }
  });
}

function kernelHessian(network: Network, row: readonly Float64Array[], output: number): Matrix {
  const plan = compileHessianPlan(network, output);
  const x = Float64Array.from(row.flatMap((vector) => [...vector]));
  const { hessian } = runJob(kernels, plan, { rows: 1, x, slopes: true });
  const pair = (i: number, j: number): number => (i * (i + 1)) / 2 + j;
  return plan.elements.map((i) => plan.elements.map((j) => hessian[pair(Math.max(i, j), Math.min(i, j))]!));
}

/** The network with the means inside variances (x − mean)² fixed at what they are at a row. */
function withMeansHeld(network: Network, row: readonly Float64Array[]): Network {
  const values = referenceValues(network, row);
  const ports = network.inputs.length;
  const nodes: Node[] = [];
  const numbers = network.inputs.map((_, port) => port);
  const add = (node: Node): number => nodes.push(node) + ports - 1;
  for (const node of network.nodes) {
    const { op } = node;
    const difference = network.nodes[node.inputs[0]! - ports];
    const isSquare = op.kind === 'activation' && op.activation.kind === 'square';
    const inputs = node.inputs.map((input) => numbers[input]!);
    if (isSquare && difference?.op.kind === 'combine' && difference.op.how === 'subtract') {
      const [x, mean] = [difference.inputs[0]!, values[difference.inputs[1]!]!];
      const shift = { kind: 'scale', factor: mean.map(() => 1), offset: mean.map((value) => -value) } as const;
      inputs[0] = add({ ...difference, op: shift, inputs: [numbers[x]!] });
    }
    numbers.push(add({ ...node, inputs }));
  }
  return { ...network, nodes, outputs: network.outputs.map((port) => ({ ...port, value: numbers[port.value]! })) };
}

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
