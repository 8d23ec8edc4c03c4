import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import v8 from 'node:v8';
import { beforeAll, describe, expect, it } from 'vitest';
import { activate } from '../../../src/network/activation';
import type { Activation, Network } from '../../../src/network/network';
import { activationBound, activationError } from '../../../src/slopes/activationBounds';
import { activationCurvature, activationSlope, kinksOf } from '../../../src/slopes/activationSlopes';
import { CheckedSlopes } from '../../../src/slopes/checkedSlopes';
import { boundErrors } from '../../../src/slopes/errorBound';
import type { Kernels } from '../../../src/slopes/kernels';
import { createKernels } from '../../../src/slopes/kernels';
import type { Plan } from '../../../src/slopes/plan';
import { compilePlan } from '../../../src/slopes/plan';
import { referenceJacobian, referenceOutputs, referenceValues, splitRow } from '../../../src/slopes/reference';
import { buildKernels } from '../../../tools/wasm.mjs';
import { anyNetwork, everywhere, filled, multilayer, networkOf, node, numbers } from './networks';

// Node 20 knows relaxed SIMD behind a flag, newer ones have it: both builds are tested everywhere.
if (Number(process.versions.node.split('.')[0]) < 22) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');

let kernels: Kernels;

async function open(build: 'plain' | 'relaxed'): Promise<void> {
  kernels = await createKernels(readFileSync((await buildKernels())[build]), build === 'relaxed');
}

/** A guarded float32 run: results, margins and peaks. */
function guarded(
  plan: Plan,
  x: Float64Array,
  errors: Float64Array,
): { margins: Float64Array; peaks: Float64Array; y: Float64Array; jacobian: Float64Array } {
  const rows = x.length / plan.inputs;
  const guard = { errors, margins: new Float64Array(rows), peaks: new Float64Array(plan.slots) };
  const y = new Float64Array(plan.outputs.length * rows);
  const jacobian = new Float64Array(plan.outputs.length * x.length);
  const lines = (data: Float64Array): { data: Float64Array; stride: number; start: number } => ({
    data,
    stride: rows,
    start: 0,
  });
  kernels.run(plan, 'float32', { rows, x: lines(x), y: lines(y), jacobian: lines(jacobian), guard });
  return { ...guard, y, jacobian };
}

function reference(
  network: Network,
  x: Float64Array,
  rows: number,
  row: number,
): { y: Float64Array; slopes: Float64Array[] } {
  const point = Float64Array.from({ length: x.length / rows }, (_, input) => x[input * rows + row]!);
  const values = referenceValues(network, splitRow(network, point));
  return { y: referenceOutputs(network, values), slopes: referenceJacobian(network, values) };
}

describe.each(['plain', 'relaxed'] as const)('%s: bounds of activations', (build) => {
  beforeAll(() => open(build), 120_000);

  const points = Float64Array.from({ length: 6001 }, (_, k) => Math.fround((k - 3000) / 100));

  it.each(everywhere.filter((activation) => activationBound(activation, 30, 1e14)))('hold for $kind', (activation) => {
    const network = networkOf([1], [node({ kind: 'activation', activation }, [0], 1)]);
    const plan = compilePlan(network);
    const got = guarded(plan, points, new Float64Array(plan.margins.length));
    const broken: string[] = [];
    points.forEach((x, row) => {
      const [value, slope] = [activate(activation, x, 0), activationSlope(activation, x, 0)];
      const bound = activationBound(activation, Math.abs(x), Math.abs(value))!;
      const hold = (what: string, size: number, most: number): void => {
        if (!(size <= most * (1 + 1e-12))) broken.push(`${what} at ${x}: ${size} > ${most}`);
      };
      hold('slope', Math.abs(slope), bound.slope);
      hold('curvature', Math.abs(activationCurvature(activation, x)), bound.curvature);
      if (kinksOf(activation).some((kink) => Math.abs(x - kink) < 1e-5)) return;
      const room = (exact: number): number =>
        activationError.relative * Math.abs(exact) + activationError.absolute * Math.max(1, bound.slope);
      hold('error of the value', Math.abs(got.y[row]! - value), room(value));
      hold('error of the slope', Math.abs(got.jacobian[row]! - slope), room(slope));
    });
    expect(broken).toEqual([]);
  });

  it('are not stated for functions whose slopes have no bound', () => {
    const none: readonly Activation[] = [
      { kind: 'log' },
      { kind: 'tan' },
      { kind: 'floor' },
      { kind: 'power', exponent: 0.5 },
    ];
    for (const activation of none) expect(activationBound(activation, 10, 10)).toBeUndefined();
  });
});

describe.each(['plain', 'relaxed'] as const)('%s: the error bound', (build) => {
  beforeAll(() => open(build), 120_000);

  it.each([1, 2, 3])('holds in every row that keeps away from kinks (seed %i)', (seed) => {
    fc.assert(
      fc.property(anyNetwork, (network) => {
        const plan = compilePlan(network);
        const rows = 40;
        const x = filled(plan.inputs * rows, numbers(4), 2);
        const count = plan.margins.reduce((sum, site) => sum + site.count, 0);
        const first = guarded(plan, x, new Float64Array(count));
        const bound = boundErrors(plan, first.peaks);
        fc.pre(bound !== undefined);
        const run = guarded(plan, x, bound.margins);
        for (let row = 0; row < rows; row++) {
          if (!(run.margins[row]! > 0)) continue;
          const exact = reference(network, x, rows, row);
          const broken = [
            ...exact.y.map((value, k) => Math.abs(run.y[k * rows + row]! - value) - bound.values[k]!),
            ...exact.slopes
              .flatMap((line) => [...line])
              .map(
                (slope, k) =>
                  Math.abs(run.jacobian[k * rows + row]! - slope) - bound.slopes[k]! - 1e-13 * Math.abs(slope),
              ),
          ].filter((excess) => excess > 0);
          expect(broken).toEqual([]);
        }
      }),
      { numRuns: 80, seed },
    );
  });

  it.each([
    { kind: 'relu' },
    { kind: 'tanh' },
    { kind: 'leakyRelu', alpha: 0.1 },
    { kind: 'gelu' },
    { kind: 'selu', alpha: 1.67326, scale: 1.0507 },
  ] as const)('lets no sign differ from float64 with $kind, and few rows doubt', (activation) => {
    const network = multilayer([12, 64, 64, 1], activation);
    const plan = compilePlan(network);
    const rows = 800;
    const x = filled(12 * rows, numbers(77), 2);
    const checked = new CheckedSlopes(plan, { values: [[0.1]], slopes: Array.from({ length: 12 }, () => [0.25]) });
    const result = checked.run(kernels, { rows, x, slopes: true });
    expect(result.exactRows).toBeLessThan(0.15 * rows);
    for (let row = 0; row < rows; row++) {
      const exact = reference(network, x, rows, row);
      expect(result.y[row]! > 0.1).toBe(exact.y[0]! > 0.1);
      exact.slopes[0]!.forEach((slope, input) => {
        const got = result.jacobian[input * rows + row]!;
        expect(Math.sign(got)).toBe(Math.sign(slope));
        expect(got > 0.25).toBe(slope > 0.25);
      });
    }
  });

  it('finds rows at a kink, and computes rows exactly that float32 would put on its other side', () => {
    const weights = Float64Array.of(1, -3);
    const nodes = [
      node({ kind: 'dense', weights: Float64Array.of(1, 1), bias: Float64Array.of(-0.3, 0.3) }, [0], 2),
      node({ kind: 'activation', activation: { kind: 'relu' } }, [1], 2),
      node({ kind: 'dense', weights, bias: Float64Array.of(0) }, [2], 1),
    ];
    const network = networkOf([1], nodes);
    const x = Float64Array.of(0.3 - 1e-9, 0.3 + 1e-9, 0.3, 0.3 + 2e-6, 1, -1, -0.3 + 1e-10, 5);
    const result = new CheckedSlopes(compilePlan(network)).run(kernels, { rows: 8, x, slopes: true });
    expect([...result.jacobian]).toEqual([-3, -2, -3, -2, -2, 0, -3, -2]);
    expect([...result.atKink]).toEqual([1, 1, 1, 0, 0, 0, 1, 0]);
  });

  it('finds rows that float32 puts on the other side of a kink, further from it than a kink is wide', () => {
    // z = 1000 (x0 − x1) − 1e-5 is 2e-5, and −1e-5 in float32, where x0 rounds to x1; the slope 5 left there is far from 0.
    const network = networkOf(
      [2],
      [
        node({ kind: 'dense', weights: Float64Array.of(1000, -1000), bias: Float64Array.of(-1e-5) }, [0], 1),
        node({ kind: 'activation', activation: { kind: 'relu' } }, [1], 1),
        node({ kind: 'concat' }, [2, 0], 3),
        node({ kind: 'dense', weights: Float64Array.of(1, 5, 5), bias: Float64Array.of(0) }, [3], 1),
      ],
    );
    const plan = compilePlan(network);
    const rows = 20;
    // The other rows are clear, so that float32 stays in use.
    const x = Float64Array.from({ length: 2 * rows }, (_, i) =>
      i === 0 ? 1.00000003 : i === rows ? 1 : i < rows ? 2 : 1,
    );
    const single = guarded(plan, x, new Float64Array(1));
    expect(single.jacobian[0]).toBe(5);
    const result = new CheckedSlopes(plan).run(kernels, { rows, x, slopes: true });
    expect(result.exactRows).toBe(1);
    expect([result.jacobian[0], result.jacobian[rows]]).toEqual([1005, -995]);
    expect(result.atKink[0]).toBe(0);
  });

  it('lowers margins by the errors it is given', () => {
    const network = networkOf([2], [node({ kind: 'activation', activation: { kind: 'relu' } }, [0], 2)]);
    const run = guarded(compilePlan(network), Float64Array.of(1, -0.5, 2, 4), Float64Array.of(0.25, 3));
    expect([...run.margins]).toEqual([-1, 0.25]);
  });

  it('computes in float64 throughout where no bound is stated', () => {
    const network = networkOf(
      [2],
      [
        node({ kind: 'activation', activation: { kind: 'exponential' } }, [0], 2),
        node({ kind: 'activation', activation: { kind: 'log1p' } }, [1], 2),
        node({ kind: 'dense', weights: Float64Array.of(1, -1), bias: Float64Array.of(0) }, [2], 1),
      ],
    );
    const result = new CheckedSlopes(compilePlan(network)).run(kernels, {
      rows: 5,
      x: filled(10, numbers(1)),
      slopes: true,
    });
    expect(result.exactRows).toBe(5);
  });

  it('keeps rows with missing or endless numbers out of float32', () => {
    const network = multilayer([2, 6, 1], { kind: 'relu' });
    const x = Float64Array.of(1, NaN, 3, 1, 2, Infinity);
    const result = new CheckedSlopes(compilePlan(network)).run(kernels, { rows: 3, x, slopes: true });
    expect(result.exactRows).toBe(3);
    expect(result.jacobian[0]).toBeCloseTo(reference(network, x, 3, 0).slopes[0]![0]!, 12);
  });
});
