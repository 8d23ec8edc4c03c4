/** Choices between two branches: the slope is that of the branch taken, whatever becomes of the other one. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NetworkBuilder, type Tensor } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import { runJob } from '../../../src/slopes/engine';
import { compileHessianPlan } from '../../../src/slopes/hessianPlan';
import { createKernels, type Kernels } from '../../../src/slopes/kernels';
import { compilePlan } from '../../../src/slopes/plan';
import { referenceHessian, referenceJacobian, referenceTangents, referenceValues } from '../../../src/slopes/reference';
import { buildKernels } from '../../../tools/wasm.mjs';

let kernels: Kernels;

beforeAll(async () => {
  kernels = await createKernels(readFileSync((await buildKernels()).plain));
}, 120_000);

type Branch = (builder: NetworkBuilder, x: Tensor) => Tensor;

/** Two numbers that are NaN (or infinite) below 0, in every operation a branch can end with. */
const branches: Readonly<Record<string, Branch>> = {
  logarithm: (builder, x) => builder.activation(x, { kind: 'log' }),
  root: (builder, x) => builder.activation(x, { kind: 'sqrt' }),
  'power of a variable': (builder, x) => builder.combine('pow', x, builder.activation(x, { kind: 'log' })),
  'logarithm of a layer': (builder, x) =>
    builder.activation(builder.dense(logarithm(builder, x), Float64Array.of(1, 2, 3, 4)), { kind: 'sigmoid' }),
  layer: (builder, x) => builder.dense(logarithm(builder, x), Float64Array.of(1, 2, 3, 4)),
  scale: (builder, x) => builder.scale(logarithm(builder, x), Float64Array.of(2, 3), Float64Array.of(1, 1)),
  'infinite scale': (builder, x) => builder.scale(x, Float64Array.of(Infinity, 3), Float64Array.of(1, 1)),
  product: (builder, x) => builder.combine('multiply', logarithm(builder, x), x),
  quotient: (builder, x) => builder.combine('divide', x, logarithm(builder, x)),
  maximum: (builder, x) => builder.combine('max', x, logarithm(builder, x)),
  softmax: (builder, x) => builder.softmax('softmax', logarithm(builder, x), [0]),
  'logarithm of softmax': (builder, x) => builder.softmax('logSoftmax', logarithm(builder, x), [0]),
  sparsemax: (builder, x) => builder.softmax('sparsemax', logarithm(builder, x), [0]),
  'product of all': (builder, x) => spread(builder, builder.reduce('product', logarithm(builder, x), [0], true)),
  'largest of all': (builder, x) => spread(builder, builder.reduce('max', logarithm(builder, x), [0], true)),
  'sum of all': (builder, x) => spread(builder, builder.reduce('sum', logarithm(builder, x), [0], true)),
  order: (builder, x) => builder.take(logarithm(builder, x), 0, [1, 0]),
};

function logarithm(builder: NetworkBuilder, x: Tensor): Tensor {
  return builder.activation(x, { kind: 'log' });
}

function spread(builder: NetworkBuilder, x: Tensor): Tensor {
  return builder.broadcastTo(x, [2]);
}

/** y_i = x_i² where a mean of x is below 0, else the branch; and the sum of both. */
function choice(branch: Branch): Network {
  const builder = new NetworkBuilder();
  const x = builder.input('x', [2]);
  const below = builder.compare('less', builder.reduce('sum', x, [0], true), builder.constant(Float64Array.of(0), [1]));
  const taken = builder.activation(x, { kind: 'square' });
  const chosen = builder.select(builder.broadcastTo(below, [2]), taken, branch(builder, x));
  builder.output('y', builder.dense(chosen, Float64Array.of(1, 1, 0, 1)));
  return builder.finish('choice', { file: 'test', format: 'test', layers: [] });
}

describe.each(Object.entries(branches))('the branch not taken: %s', (_, branch) => {
  const network = choice(branch);
  const row = Float64Array.of(-3, -0.5);
  const slopes = [
    [-6, -1],
    [0, -1],
  ];

  it('leaves the slopes of the reference alone, forward, backward and bent', () => {
    const values = referenceValues(network, [row]);
    const hessian = referenceHessian(network, values, 0);
    const tangents = [0, 1].map((input) => [...referenceTangents(network, values, input).at(-1)!]);
    expect(referenceJacobian(network, values).map((line) => [...line])).toEqual(slopes);
    expect(tangents).toEqual([
      [-6, 0],
      [-1, -1],
    ]);
    expect(hessian.map((line) => [...line])).toEqual([
      [2, 0],
      [0, 2],
    ]);
  });

  it('leaves the slopes of the kernels alone, backward and bent', () => {
    const job = { rows: 1, x: row, slopes: true };
    expect([...runJob(kernels, compilePlan(network), job).jacobian]).toEqual(slopes.flat());
    expect([...runJob(kernels, compileHessianPlan(network, 0), job).hessian]).toEqual([2, 0, 2]);
  });
});
