import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import v8 from 'node:v8';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activation, Network } from '../../../src/network/network';
import type { Kernels, Precision } from '../../../src/slopes/kernels';
import { canFuse, createKernels } from '../../../src/slopes/kernels';
import { compilePlan } from '../../../src/slopes/plan';
import {
  referenceAdjoints,
  referenceJacobian,
  referenceOutputs,
  referenceTangents,
  referenceValues,
  splitRow,
} from '../../../src/slopes/reference';
import { buildKernels } from '../../../tools/wasm.mjs';
import {
  anyNetwork,
  everywhere,
  filled,
  gridRows,
  multilayer,
  networkOf,
  node,
  numbers,
  somewhere,
  switchedLayers,
} from './networks';

// Node 20 knows relaxed SIMD behind a flag, newer ones have it: both builds are tested everywhere.
if (Number(process.versions.node.split('.')[0]) < 22) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');

let plain: Kernels;
let fused: Kernels;

beforeAll(async () => {
  const builds = await buildKernels();
  plain = await createKernels(readFileSync(builds.plain));
  fused = await createKernels(readFileSync(builds.relaxed), true);
}, 120_000);

/** Rows [input][row] in random order around 0. */
function someRows(inputs: number, rows: number, seed = 3): Float64Array {
  return filled(inputs * rows, numbers(seed), 2);
}

interface Result {
  readonly y: Float64Array;
  readonly jacobian: Float64Array;
  readonly margins: Float64Array;
}

function runKernels(
  network: Network,
  x: Float64Array,
  precision: Precision,
  outputs?: readonly number[],
  kernels = plain,
): Result {
  const plan = compilePlan(network, outputs);
  const rows = x.length / plan.inputs;
  const y = new Float64Array(plan.outputs.length * rows);
  const jacobian = new Float64Array(plan.outputs.length * plan.inputs * rows);
  const guard = {
    errors: new Float64Array(plan.margins.reduce((sum, site) => sum + site.count, 0)),
    margins: new Float64Array(rows),
    peaks: new Float64Array(plan.slots),
  };
  const lines = (data: Float64Array): { data: Float64Array; stride: number; start: number } => ({
    data,
    stride: rows,
    start: 0,
  });
  kernels.run(plan, precision, { rows, x: lines(x), y: lines(y), jacobian: lines(jacobian), guard });
  return { y, jacobian, margins: guard.margins };
}

function runReference(network: Network, x: Float64Array, rows: number): { y: Float64Array; jacobian: Float64Array } {
  const inputs = x.length / rows;
  const count = network.outputs.reduce((sum, port) => sum + port.size, 0);
  const y = new Float64Array(count * rows);
  const jacobian = new Float64Array(count * inputs * rows);
  for (let row = 0; row < rows; row++) {
    const point = Float64Array.from({ length: inputs }, (_, input) => x[input * rows + row]!);
    const values = referenceValues(network, splitRow(network, point));
    referenceOutputs(network, values).forEach((value, output) => (y[output * rows + row] = value));
    referenceJacobian(network, values).forEach((slopes, output) =>
      slopes.forEach((slope, input) => (jacobian[(output * inputs + input) * rows + row] = slope)),
    );
  }
  return { y, jacobian };
}

/**
 * The largest difference of a line, over the line's largest magnitude; rows near a kink may be left out. Lines that are
 * nothing but rounding noise beside the others are measured by the others.
 */
function worst(
  got: Float64Array,
  wanted: Float64Array,
  rows: number,
  use: (row: number) => boolean = () => true,
): number {
  let result = 0;
  const floor =
    wanted.reduce((top, value) => (Number.isFinite(value) ? Math.max(top, Math.abs(value)) : top), 1e-30) * 1e-6;
  for (let line = 0; line < wanted.length; line += rows) {
    let largest = floor;
    let difference = 0;
    for (let row = 0; row < rows; row++) {
      if (!use(row)) continue;
      const [a, b] = [got[line + row]!, wanted[line + row]!];
      largest = Math.max(largest, Math.abs(b));
      if (Number.isNaN(a) !== Number.isNaN(b)) return Infinity;
      if (a !== b && !Number.isNaN(a)) difference = Math.max(difference, Math.abs(a - b));
    }
    result = Math.max(result, difference / largest);
  }
  return result;
}

function inputsOf(network: Network): number {
  return network.inputs.reduce((sum, port) => sum + port.size, 0);
}

/**
 * The largest difference over the size of what a slope is made of: the largest adjoint or tangent on its way. In random
 * networks slopes often cancel to 0 exactly or nearly, and then no arithmetic keeps digits relative to the slope itself.
 */
function worstOfTerms(
  network: Network,
  x: Float64Array,
  got: Float64Array,
  wanted: Float64Array,
  rows: number,
  use: (row: number) => boolean = () => true,
): number {
  const inputs = inputsOf(network);
  let result = 0;
  for (let row = 0; row < rows; row++) {
    if (!use(row)) continue;
    const point = Float64Array.from({ length: inputs }, (_, input) => x[input * rows + row]!);
    const values = referenceValues(network, splitRow(network, point));
    const top = (vectors: readonly Float64Array[]): number =>
      Math.max(...vectors.map((each) => Math.max(...each.map(Math.abs))));
    const tangents = Array.from({ length: inputs }, (_, input) => top(referenceTangents(network, values, input)));
    for (let output = 0; output < wanted.length / rows / inputs; output++) {
      const adjoint = top(referenceAdjoints(network, values, output));
      for (let input = 0; input < inputs; input++) {
        const at = (output * inputs + input) * rows + row;
        const error = Math.abs(got[at]! - wanted[at]!) / Math.max(adjoint, tangents[input]!);
        if (!(error <= result)) result = error;
      }
    }
  }
  return result;
}

describe('kernels against the reference', () => {
  it.each(everywhere)('agrees for activation $kind, far into the tails', (activation) => {
    const at = [
      -1000, -90, -40, -17.5, -9, -4, -1, -0.5, -0.3, -1e-3, -1e-8, 0, 1e-8, 1e-3, 0.4, 1, 2.5, 6, 9, 20, 45, 88, 700,
    ];
    checkActivation(activation, Float64Array.from(at));
  });

  it.each(somewhere)('agrees for activation $activation.kind within its domain', ({ activation, at }) => {
    checkActivation(activation, Float64Array.from(at));
  });

  function checkActivation(activation: Activation, x: Float64Array): void {
    const network = networkOf([1], [node({ kind: 'activation', activation }, [0], 1)]);
    const wanted = runReference(network, x, x.length);
    const exact = runKernels(network, x, 'float64');
    const single = runKernels(network, x, 'float32');
    x.forEach((at, row) => {
      for (const [got, want] of [
        [exact.y[row]!, wanted.y[row]!],
        [exact.jacobian[row]!, wanted.jacobian[row]!],
      ] as const) {
        // Results below the smallest normal number have no digits to compare.
        if (Math.abs(want) > 1e-290 && got !== want)
          expect(Math.abs(got / want - 1), `float64 at ${at}: ${got} for ${want}`).toBeLessThan(1e-11);
      }
      for (const [got, want] of [
        [single.y[row]!, wanted.y[row]!],
        [single.jacobian[row]!, wanted.jacobian[row]!],
      ] as const) {
        // Sums of terms of size 1 keep absolute digits; below 1e-27 float32 may stop at its smallest numbers.
        const tolerance = 3e-6 * Math.abs(want) + 2e-7 * Math.min(1, Math.abs(want) * 1e30) + 1e-27;
        if (Number.isFinite(Math.fround(want)) && got !== want)
          expect(Math.abs(got - want), `float32 at ${at}: ${got} for ${want}`).toBeLessThanOrEqual(tolerance);
      }
    });
  }

  const seeds = [1, 2, 3, 4, 5, 6];

  it.each(seeds)('agrees in float64 for any network, to 1e-9 (seed %i)', (seed) => {
    const check = (network: Network, rows: number): void => {
      const x = someRows(inputsOf(network), rows, seed);
      const wanted = runReference(network, x, rows);
      const got = runKernels(network, x, 'float64');
      expect(worst(got.y, wanted.y, rows)).toBeLessThan(1e-9);
      expect(worstOfTerms(network, x, got.jacobian, wanted.jacobian, rows)).toBeLessThan(1e-9);
    };
    fc.assert(fc.property(anyNetwork, fc.integer({ min: 1, max: 21 }), check), { numRuns: 120, seed });
  });

  it.each(seeds)('agrees in float32, plain and fused, away from kinks, to 1e-5 (seed %i)', (seed) => {
    const rows = 33;
    const check = (network: Network): void => {
      const x = someRows(inputsOf(network), rows, seed);
      const wanted = runReference(network, x, rows).jacobian;
      const { margins } = runKernels(network, x, 'float64');
      for (const kernels of [plain, fused]) {
        const got = runKernels(network, x, 'float32', undefined, kernels).jacobian;
        expect(worstOfTerms(network, x, got, wanted, rows, (row) => margins[row]! > 1e-3)).toBeLessThan(1e-5);
      }
    };
    fc.assert(fc.property(anyNetwork, check), { numRuns: 80, seed });
  });

  /** Compares both precisions with the reference; rows near a kink count in float64 only. */
  function checkNetwork(network: Network, rows: number, single = 1e-5): void {
    const x = someRows(
      network.inputs.reduce((sum, port) => sum + port.size, 0),
      rows,
    );
    const wanted = runReference(network, x, rows);
    const exact = runKernels(network, x, 'float64');
    expect(worst(exact.y, wanted.y, rows)).toBeLessThan(1e-9);
    expect(worst(exact.jacobian, wanted.jacobian, rows)).toBeLessThan(1e-9);
    const got = runKernels(network, x, 'float32');
    expect(worst(got.jacobian, wanted.jacobian, rows, (row) => exact.margins[row]! > 1e-4)).toBeLessThan(single);
  }

  it.each([1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 511, 512, 513])('computes %i rows', (rows) => {
    checkNetwork(multilayer([5, 9, 6, 2], { kind: 'relu' }), rows);
  });

  it.each([
    [[12, 64, 64, 1], { kind: 'relu' }],
    [[20, 64, 64, 10], { kind: 'relu' }],
    [[7, 33, 41, 3], { kind: 'leakyRelu', alpha: 0.1 }],
    [[7, 33, 37, 3], { kind: 'prelu', alpha: filled(37, numbers(5)).map(Math.abs) }],
    [[7, 40, 40, 2], { kind: 'leakyRelu', alpha: -0.3 }],
    [[9, 70, 66, 1], { kind: 'tanh' }],
    [[3, 130, 70, 70, 1], { kind: 'relu' }],
    [[3, 200, 33, 65, 96, 2], { kind: 'relu' }],
  ] as const)('computes layers %j with an activation', (sizes, activation) => {
    const network = multilayer(sizes, activation);
    const fits = (size: number): boolean => activation.kind !== 'prelu' || activation.alpha.length === size;
    const nodes = network.nodes.map((each) =>
      each.op.kind === 'activation' && !fits(each.size)
        ? { ...each, op: { ...each.op, activation: { kind: 'relu' } as const } }
        : each,
    );
    checkNetwork({ ...network, nodes }, 50);
  });

  const width = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 47, 48, 49, 63, 64, 65, 96, 130);
  const rectifier = fc.constantFrom<Activation>(
    { kind: 'relu' },
    { kind: 'relu' },
    { kind: 'leakyRelu', alpha: 0.25 },
    { kind: 'leakyRelu', alpha: 0 },
  );
  const layers = fc.tuple(fc.array(width, { minLength: 2, maxLength: 4 }), fc.integer({ min: 1, max: 3 }));

  it.each(seeds)('agrees where units are off, on or at 0, for layers of any size (seed %i)', (seed) => {
    const check = ([hidden, outputs]: readonly [readonly number[], number], activation: Activation): void => {
      const network = switchedLayers([3, ...hidden, outputs], activation, seed);
      const x = gridRows(3, 19, seed);
      const wanted = runReference(network, x, 19);
      const exact = runKernels(network, x, 'float64');
      expect(worst(exact.y, wanted.y, 19)).toBeLessThan(1e-12);
      expect(worstOfTerms(network, x, exact.jacobian, wanted.jacobian, 19)).toBeLessThan(1e-12);
      for (const kernels of [plain, fused]) {
        const got = runKernels(network, x, 'float32', undefined, kernels).jacobian;
        const clear = (row: number): boolean => exact.margins[row]! > 0.1;
        expect(worstOfTerms(network, x, got, wanted.jacobian, 19, clear)).toBeLessThan(1e-5);
      }
    };
    fc.assert(fc.property(layers, rectifier, check), { numRuns: 40, seed });
  });

  it('agrees with central differences behind layers that leave out what is 0', () => {
    const network = multilayer([5, 70, 64, 48, 2], { kind: 'relu' });
    const [x, rows, step] = [someRows(5, 40), 40, 1e-5];
    const { jacobian, margins } = runKernels(network, x, 'float64');
    for (let input = 0; input < 5; input++) {
      const moved = (by: number): Float64Array =>
        x.map((value, at) => (Math.floor(at / rows) === input ? value + by : value));
      const [above, below] = [step, -step].map((by) => runKernels(network, moved(by), 'float64').y);
      for (let at = 0; at < 2 * rows; at++) {
        const [output, row] = [Math.floor(at / rows), at % rows];
        const slope = jacobian[(output * 5 + input) * rows + row]!;
        if (margins[row]! > 1e-3) expect((above![at]! - below![at]!) / (2 * step)).toBeCloseTo(slope, 7);
      }
    }
    expect(margins.some((margin) => margin > 1e-3)).toBe(true);
  });

  it('computes wide networks and skips the zeros of sparse matrices', () => {
    checkNetwork(multilayer([2399, 20, 1], { kind: 'relu' }), 20);
    const next = numbers(8);
    const weights = filled(90 * 60, next).map((weight, index) => (index % 7 === 0 ? weight : 0));
    const nodes = [
      node({ kind: 'dense', weights, bias: filled(90, next) }, [0], 90),
      node({ kind: 'activation', activation: { kind: 'tanh' } }, [1], 90),
      node({ kind: 'dense', weights: filled(90 * 2, next), bias: filled(2, next) }, [2], 2),
    ];
    checkNetwork(networkOf([60], nodes), 20);
  });

  it('computes many outputs in forward mode, and chosen ones in their order', () => {
    const network = multilayer([4, 30, 70], { kind: 'softplus', beta: 1 });
    expect(compilePlan(network).mode).toBe('forward');
    checkNetwork(network, 20);
    const x = someRows(4, 20);
    const wanted = runReference(network, x, 20);
    const got = runKernels(network, x, 'float64', [60, 2]);
    expect(got.y[0]).toBeCloseTo(wanted.y[60 * 20]!, 12);
    expect(got.jacobian[4 * 20 + 7]).toBeCloseTo(wanted.jacobian[2 * 4 * 20 + 7]!, 12);
  });

  it('cuts Jacobians that are larger than its staging area', () => {
    // Lines of five rows: the largest slope of a line may be small beside the terms it is the sum of.
    checkNetwork(multilayer([300, 5, 280], { kind: 'sigmoid' }), 5, 1e-4);
    checkNetwork(multilayer([280, 5, 300], { kind: 'sigmoid' }), 5, 1e-4);
  });

  it('keeps the digits of saturated units', () => {
    const network = multilayer([1, 1, 1], { kind: 'tanh' });
    const x = Float64Array.of(-20, -9, 9, 20);
    const wanted = runReference(network, x, 4).jacobian;
    const got = runKernels(network, x, 'float32').jacobian;
    wanted.forEach((slope, row) => expect(Math.abs(got[row]! / slope - 1)).toBeLessThan(1e-4));
  });

  it('runs the same rows the same way wherever they stand in a chunk', () => {
    const network = multilayer([6, 20, 20, 2], { kind: 'relu' });
    const x = someRows(6, 100);
    const whole = runKernels(network, x, 'float32');
    const part = Float64Array.from({ length: 6 * 40 }, (_, i) => x[Math.floor(i / 40) * 100 + 60 + (i % 40)]!);
    const tail = runKernels(network, part, 'float32');
    for (let line = 0; line < 12; line++)
      expect(tail.jacobian.subarray(line * 40, line * 40 + 40)).toEqual(
        whole.jacobian.subarray(line * 100 + 60, line * 100 + 100),
      );
  });

  it('gives slopes of outputs that are inputs, constants, or shared by several readers', () => {
    const next = numbers(6);
    const nodes = [
      node({ kind: 'constant', values: filled(3, next) }, [], 3),
      node({ kind: 'dense', weights: filled(9, next), bias: filled(3, next) }, [0], 3),
      node({ kind: 'activation', activation: { kind: 'sigmoid' } }, [3], 3),
      node({ kind: 'combine', how: 'multiply' }, [3, 4], 3),
      node({ kind: 'activation', activation: { kind: 'floor' } }, [5], 3),
      node({ kind: 'combine', how: 'add' }, [5, 2], 3),
    ];
    const network = networkOf([3, 2], nodes, [1, 2, 6, 7, 3]);
    checkNetwork(network, 11);
    expect(compilePlan(network).mode).toBe('forward');
    const few = { ...network, outputs: network.outputs.slice(0, 2) };
    expect(compilePlan(few).mode).toBe('reverse');
    checkNetwork(few, 11);
  });

  it('leaves out slopes or values that are not asked for', () => {
    const plan = compilePlan(multilayer([3, 4, 1], { kind: 'relu' }));
    const y = new Float32Array(5);
    plain.run(plan, 'float32', {
      rows: 5,
      x: { data: someRows(3, 5), stride: 5, start: 0 },
      y: { data: y, stride: 5, start: 0 },
    });
    expect(y.every((value) => value !== 0)).toBe(true);
  });
});

describe('the fused build', () => {
  it('agrees with the plain one', () => {
    expect(fused.fused).toBe(true);
    const network = multilayer([6, 20, 2], { kind: 'tanh' });
    const x = someRows(6, 30);
    const results = [plain, fused].map((kernels) => runKernels(network, x, 'float32', undefined, kernels).jacobian);
    expect(worst(results[1]!, results[0]!, 30)).toBeLessThan(1e-5);
  });

  it('is known by its bytes', () => {
    expect(canFuse(new Uint8Array(8))).toBe(false);
  });
});
