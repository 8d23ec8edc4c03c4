/** Second derivatives by the kernels, against the reference. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activation, Network } from '../../../src/network/network';
import { compileHessianPlan } from '../../../src/slopes/hessianPlan';
import { createKernels, type Kernels, type Precision } from '../../../src/slopes/kernels';
import { pairCount } from '../../../src/slopes/plan';
import {
  referenceAdjoints,
  referenceHessian,
  referenceTangents,
  referenceValues,
  splitRow,
} from '../../../src/slopes/reference';
import { buildKernels } from '../../../tools/wasm.mjs';
import { anyNetwork, everywhere, filled, multilayer, networkOf, node, numbers, somewhere } from './networks';

let kernels: Kernels;

beforeAll(async () => {
  kernels = await createKernels(readFileSync((await buildKernels()).plain));
}, 120_000);

/** Lines [pair] and [element] of the first output at rows x [input][row]. */
function run(network: Network, x: Float64Array, rows: number, precision: Precision, elements?: readonly number[]) {
  const plan = compileHessianPlan(network, 0, elements);
  const pairs = pairCount(plan);
  const hessian = new Float64Array(pairs * rows);
  const jacobian = new Float64Array(plan.elements.length * rows);
  const lines = (data: Float64Array) => ({ data, stride: rows, start: 0 });
  kernels.run(plan, precision, { rows, x: lines(x), hessian: lines(hessian), jacobian: lines(jacobian) });
  return { hessian, jacobian };
}

function pointOf(x: Float64Array, rows: number, row: number): Float64Array {
  return Float64Array.from({ length: x.length / rows }, (_, input) => x[input * rows + row]!);
}

/**
 * The largest error over the size of what an element is made of: adjoint × tangent × tangent, or the largest element of
 * the row. Infinite where one is NaN or infinite and the other is not.
 */
function worst(network: Network, x: Float64Array, rows: number, precision: Precision): number {
  const { hessian } = run(network, x, rows, precision);
  let result = 0;
  for (let row = 0; row < rows; row++) {
    const values = referenceValues(network, splitRow(network, pointOf(x, rows, row)));
    const wanted = referenceHessian(network, values, 0);
    const top = (vectors: readonly Float64Array[]): number =>
      Math.max(...vectors.map((each) => Math.max(...each.map(Math.abs))));
    const adjoint = top(referenceAdjoints(network, values, 0));
    const tangents = wanted.map((_, input) => top(referenceTangents(network, values, input)));
    let pair = 0;
    for (let i = 0; i < wanted.length; i++) {
      for (let j = 0; j <= i; j++) {
        const [got, want] = [hessian[pair++ * rows + row]!, wanted[i]![j]!];
        if (Number.isFinite(got) !== Number.isFinite(want)) return Infinity;
        if (!Number.isFinite(want)) continue;
        const terms = adjoint * tangents[i]! * tangents[j]!;
        const error = Math.abs(got - want) / Math.max(terms, top(wanted), 1e-200);
        if (!(error <= result)) result = error;
      }
    }
  }
  return result;
}

describe('second derivatives of activations', () => {
  const places = [
    -700, -90, -17.5, -9, -4, -1, -0.3, -0.2, -1e-3, -1e-8, 1e-8, 1e-3, 0.4, 1.1, 2.5, 6, 9, 20, 45, 88, 700,
  ];

  it.each(everywhere)('of $kind are right far into the tails', (activation) => check(activation, places));

  it.each(somewhere)('of $activation.kind are right within its domain', ({ activation, at }) => check(activation, at));

  function check(activation: Activation, at: readonly number[]): void {
    const network = networkOf([1], [node({ kind: 'activation', activation }, [0], 1)]);
    const x = Float64Array.from(at);
    const exact = run(network, x, x.length, 'float64').hessian;
    const single = run(network, x, x.length, 'float32').hessian;
    x.forEach((place, row) => {
      const want = referenceHessian(network, referenceValues(network, [Float64Array.of(place)]), 0)[0]![0]!;
      if (exact[row] !== want && Math.abs(want) > 1e-290)
        expect(Math.abs(exact[row]! / want - 1), `float64 at ${place}: ${exact[row]!} for ${want}`).toBeLessThan(1e-11);
      const rounded = Math.fround(want);
      if (Number.isFinite(rounded) && single[row] !== rounded) {
        const tolerance = 4e-6 * Math.abs(want) + 4e-7 * Math.min(1, Math.abs(want) * 1e30) + 1e-27;
        expect(Math.abs(single[row]! - want), `float32 at ${place}: ${single[row]!} for ${want}`).toBeLessThanOrEqual(
          tolerance,
        );
      }
    });
  }
});

describe('second derivatives by the kernels', () => {
  const inputsOf = (network: Network): number => network.inputs.reduce((sum, port) => sum + port.size, 0);

  it.each([1, 2, 3, 4, 5, 6])('agree with the reference for any network (seed %i)', (seed) => {
    const check = (network: Network, rows: number): void => {
      const x = filled(inputsOf(network) * rows, numbers(seed), 2);
      expect(worst(network, x, rows, 'float64')).toBeLessThan(1e-9);
    };
    fc.assert(fc.property(anyNetwork, fc.integer({ min: 1, max: 19 }), check), { numRuns: 80, seed });
  });

  it.each([
    [[8, 32, 32, 1], { kind: 'tanh' }],
    [[5, 33, 7, 2], { kind: 'sigmoid' }],
    [[9, 70, 66, 1], { kind: 'silu', beta: 1 }],
    [[1, 3, 1], { kind: 'gelu' }],
    [[4, 6, 1], { kind: 'relu' }],
  ] as const)('agree for layers %j in both precisions', (sizes, activation) => {
    const network = multilayer(sizes, activation);
    const x = filled(sizes[0] * 37, numbers(4), 2);
    expect(worst(network, x, 37, 'float64')).toBeLessThan(1e-12);
    expect(worst(network, x, 37, 'float32')).toBeLessThan(2e-5);
  });

  it('give the slopes besides, and only the elements asked for', () => {
    const network = multilayer([6, 9, 1], { kind: 'tanh' });
    const x = filled(6 * 5, numbers(2), 2);
    const whole = run(network, x, 5, 'float64');
    const some = run(network, x, 5, 'float64', [1, 4]);
    // Pair (1, 0) of the elements [1, 4] is pair (4, 1) of all of them.
    expect(some.hessian.subarray(5, 10)).toEqual(whole.hessian.subarray(11 * 5, 12 * 5));
    expect(some.jacobian.subarray(5, 10)).toEqual(whole.jacobian.subarray(20, 25));
    const adjoints = referenceAdjoints(network, referenceValues(network, [pointOf(x, 5, 3)]), 0);
    expect(whole.jacobian[4 * 5 + 3]).toBeCloseTo(adjoints[0]![4]!, 14);
  });

  it('count a product as 0 where a factor is 0 and another infinite', () => {
    // √x has an infinite slope at 0; beside it, x · y bends as ever.
    const nodes = [
      node({ kind: 'gather', indices: Int32Array.of(0) }, [0], 1),
      node({ kind: 'gather', indices: Int32Array.of(1) }, [0], 1),
      node({ kind: 'combine', how: 'multiply' }, [1, 2], 1),
      node({ kind: 'activation', activation: { kind: 'sqrt' } }, [1], 1),
      node({ kind: 'scale', factor: Float64Array.of(0), offset: Float64Array.of(0) }, [4], 1),
      node({ kind: 'combine', how: 'add' }, [3, 5], 1),
    ];
    const { hessian } = run(networkOf([2], nodes), Float64Array.of(0, 3, 2, 2), 2, 'float64');
    expect([...hessian]).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it('are 0 for constants and for outputs that are inputs', () => {
    const constant = networkOf([2], [node({ kind: 'constant', values: Float64Array.of(3) }, [], 1)]);
    expect([...run(constant, Float64Array.of(1, 2), 1, 'float64').hessian]).toEqual([0, 0, 0]);
    const direct = networkOf([2], [], [0]);
    const { hessian, jacobian } = run(direct, Float64Array.of(1, 2), 1, 'float64');
    expect([...hessian, ...jacobian]).toEqual([0, 0, 0, 1, 0]);
  });
});
