/** Numbers at the edges: NaN and infinity inside a network, zeros, very large and very small inputs, one row or three. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activation, Network } from '../../../src/network/network';
import { runJob } from '../../../src/slopes/engine';
import { compileHessianPlan } from '../../../src/slopes/hessianPlan';
import { createKernels, type Kernels } from '../../../src/slopes/kernels';
import { compilePlan } from '../../../src/slopes/plan';
import {
  referenceHessian,
  referenceJacobian,
  referenceOutputs,
  referenceValues,
  splitRow,
} from '../../../src/slopes/reference';
import { buildKernels } from '../../../tools/wasm.mjs';
import { anyNetwork, everywhere, networkOf, node } from './networks';

let kernels: Kernels;

beforeAll(async () => {
  kernels = await createKernels(readFileSync((await buildKernels()).plain));
}, 120_000);

/** Fails where one is NaN or infinite and the other is not, or where they differ by more than 1e-6 of the largest. */
function expectSame(got: readonly number[], wanted: readonly number[]): void {
  const largest = wanted.filter(Number.isFinite).reduce((top, value) => Math.max(top, Math.abs(value)), 1e-9);
  wanted.forEach((want, at) => {
    const value = got[at]!;
    const same = Number.isFinite(want) ? Math.abs(value - want) <= 1e-6 * largest : Object.is(value, want);
    if (!same) expect.fail(`${at}: ${value} instead of ${want}`);
  });
}

describe('odd numbers', () => {
  const numbers = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(0, -0, 1, -1, 1e8, -1e8, 0.5, -2, 700, -750),
  );
  const cases = fc.tuple(anyNetwork, fc.constantFrom(1, 3), fc.array(numbers, { minLength: 42, maxLength: 42 }));

  it.each([1, 2, 3, 4])('give what the reference gives (seed %i)', (seed) => {
    const check = ([network, rows, pool]: readonly [Network, number, readonly number[]]): void => {
      const plan = compilePlan(network);
      const x = Float64Array.from({ length: plan.inputs * rows }, (_, k) => pool[k]!);
      const slopes = runJob(kernels, plan, { rows, x, slopes: true });
      const second = runJob(kernels, compileHessianPlan(network, 0), { rows, x, slopes: true });
      const at = (lines: Float64Array, row: number): number[] =>
        Array.from({ length: lines.length / rows }, (_, line) => lines[line * rows + row]!);
      for (let row = 0; row < rows; row++) {
        const point = Float64Array.from({ length: plan.inputs }, (_, input) => x[input * rows + row]!);
        const values = referenceValues(network, splitRow(network, point));
        expectSame(at(slopes.y, row), [...referenceOutputs(network, values)]);
        expectSame(
          at(slopes.jacobian, row),
          referenceJacobian(network, values).flatMap((line) => [...line]),
        );
        const hessian = referenceHessian(network, values, 0).flatMap((line, i) => [...line.subarray(0, i + 1)]);
        expectSame(at(second.hessian, row), hessian);
      }
    };
    fc.assert(fc.property(cases, check), { numRuns: 80, seed });
  });

  const withAlpha: readonly Activation[] = [{ kind: 'prelu', alpha: Float64Array.of(0.3) }];

  it.each([...everywhere, ...withAlpha].filter(({ kind }) => kind !== 'not'))(
    'keep NaN through $kind',
    (activation) => {
      const network = networkOf([1], [node({ kind: 'activation', activation }, [0], 1)]);
      const x = Float64Array.of(NaN);
      expect(referenceOutputs(network, referenceValues(network, [x]))[0]).toBeNaN();
      expect(runJob(kernels, compilePlan(network), { rows: 1, x, slopes: false }).y[0]).toBeNaN();
    },
  );

  it.each(['softmax', 'logSoftmax', 'sparsemax'] as const)('keep NaN and large numbers through %s', (how) => {
    const groups = { starts: Int32Array.of(0, 3), indices: Int32Array.of(0, 1, 2) };
    const network = networkOf([3], [node({ kind: 'softmax', how, groups }, [0], 3)]);
    const at = (...x: readonly number[]): number[] => {
      const row = Float64Array.from(x);
      const got = [...runJob(kernels, compilePlan(network), { rows: 1, x: row.slice(), slopes: false }).y];
      expectSame(got, [...referenceOutputs(network, referenceValues(network, [row]))]);
      return got;
    };
    expect(at(1, NaN, 2)).toEqual([NaN, NaN, NaN]);
    const large = at(1e300, 1e300, -1e300);
    expect(large[0]).toBeCloseTo(how === 'logSoftmax' ? -Math.LN2 : 0.5, 12);
  });
});
