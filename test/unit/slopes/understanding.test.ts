import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import { accumulateEffects, effectIntervals, placesAlong, turningValues } from '../../../src/slopes/curves';
import { bootstrapInterval, nonLinearity, oppositeSigns, summariseChanges } from '../../../src/slopes/effects';
import { friedmanH, isLinear, isPiecewiseLinear, isSmooth } from '../../../src/slopes/interactions';
import { alphaCurve, derivativeSensitivity, movementShares, totalIndexBound } from '../../../src/slopes/measures';
import { referenceHessian, referenceJacobian, referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import { slopeStatistics } from '../../../src/slopes/statistics';
import { columnStatistics } from '../../../src/table/columns';
import { multilayer } from './networks';

const source = { file: 'test', format: 'test', layers: [] };

/** The network of NeuralSens' documentation, as nnet stores it: per unit the bias and two weights, then the output's. */
function demand(): Network {
  const { wts } = JSON.parse(fixture('demand_nnet_2-5-1.json')) as { readonly wts: readonly number[] };
  const build = new NetworkBuilder();
  const x = build.input('x', [2], ['WD', 'TEMP']);
  const weights = [0, 1, 2, 3, 4].flatMap((unit) => wts.slice(3 * unit + 1, 3 * unit + 3));
  const bias = [0, 1, 2, 3, 4].map((unit) => wts[3 * unit]!);
  const hidden = build.activation(build.dense(x, Float64Array.from(weights), Float64Array.from(bias)), {
    kind: 'sigmoid',
  });
  build.output('DEM', build.dense(hidden, Float64Array.from(wts.slice(16)), Float64Array.of(wts[15]!)));
  return build.finish('demand', source);
}

function fixture(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../../fixtures/neuralsens', name), 'utf8');
}

function demandRows(): Float64Array[] {
  return fixture('ns_demand_scaled.csv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Float64Array.from(line.replaceAll('"', '').split(',').slice(1), Number));
}

function columnOf(rows: readonly (readonly Float64Array[])[], output: number, input: number): Float64Array {
  return Float64Array.from(rows, (row) => row[output]![input]!);
}

describe('NeuralSens', () => {
  const network = demand();
  const values = demandRows().map((row) => referenceValues(network, [row]));
  const jacobians = values.map((at) => referenceJacobian(network, at));
  const slopes = [0, 1].map((input) => columnOf(jacobians, 0, input));

  it('publishes these measures (summary.SensMLP)', () => {
    const table = slopes.map((column) => slopeStatistics(column));
    const published = [
      [2.70933, 1.1827, 2.956103],
      [-1.520092, 4.172399, 4.439684],
    ];
    published.forEach(([mean, deviation, root], input) => {
      expect(table[input]!.mean).toBeCloseTo(mean!, 4);
      expect(table[input]!.deviation).toBeCloseTo(deviation!, 4);
      expect(table[input]!.rootMeanSquare).toBeCloseTo(root!, 4);
    });
  });

  it('publishes these second derivatives (summary.HessMLP)', () => {
    const hessians = values.map((at) => referenceHessian(network, at, 0));
    const published = [
      { at: [0, 0], mean: -0.75371769, deviation: 2.414398, root: 2.528728 },
      { at: [0, 1], mean: -0.02008632, deviation: 1.868676, root: 1.868313 },
      { at: [1, 1], mean: 1.18930246, deviation: 6.26944, root: 6.379692 },
    ];
    for (const { at, mean, deviation, root } of published) {
      const measured = slopeStatistics(columnOf(hessians, at[0]!, at[1]!));
      expect(measured.mean).toBeCloseTo(mean, 4);
      expect(measured.deviation).toBeCloseTo(deviation, 4);
      expect(measured.rootMeanSquare).toBeCloseTo(root, 4);
    }
  });

  it('has these α-curves', () => {
    const alphas = [1, 2, 3, 5, 10, 15, Infinity];
    const measured = [
      [2.709327859, 2.956100816, 3.133126992, 3.411596941, 3.941712844, 4.297940702, 5.66135618],
      [3.819627415, 4.439684316, 4.890980781, 5.522226565, 6.356780555, 6.760063435, 8.161705028],
    ];
    measured.forEach((curve, input) =>
      alphaCurve(slopes[input]!, alphas).forEach((value, place) => expect(value).toBeCloseTo(curve[place]!, 7)),
    );
  });

  it('gives only the elements of the Hessian asked for', () => {
    const whole = referenceHessian(network, values[0]!, 0);
    expect(referenceHessian(network, values[0]!, 0, [1])[0]![0]).toBe(whole[1]![1]);
  });
});

/** sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1 */
function ishigami(): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [3]);
  const [first, second, third] = [0, 1, 2].map((place) => build.take(x, 0, [place]));
  const sine = build.activation(first!, { kind: 'sin' });
  const square = build.activation(build.activation(second!, { kind: 'sin' }), { kind: 'square' });
  const fourth = build.activation(third!, { kind: 'power', exponent: 4 });
  const scaled = build.scale(square, Float64Array.of(7), Float64Array.of(0));
  const tenth = build.scale(fourth, Float64Array.of(0.1), Float64Array.of(0));
  build.output('y', build.combine('add', build.combine('add', sine, scaled), build.combine('multiply', tenth, sine)));
  return build.finish('ishigami', source);
}

describe('derivative-based sensitivity', () => {
  it('is that of the Ishigami function within 1 %', () => {
    const network = ishigami();
    const side = 40;
    const at = (place: number): number => -Math.PI + (2 * Math.PI * (place + 0.5)) / side;
    const rows = Array.from({ length: side ** 3 }, (_, index) =>
      Float64Array.of(at(index % side), at(Math.floor(index / side) % side), at(Math.floor(index / side ** 2))),
    );
    const values = rows.map((row) => referenceValues(network, [row]));
    const slopes = values.map((each) => referenceJacobian(network, each));
    const outputs = Float64Array.from(values, (each) => referenceOutputs(network, each)[0]!);
    const variance = columnStatistics(outputs).deviation ** 2;
    // Closed forms: ν1 = ½ + B π⁴/5 + B² π⁸/18, ν2 = A²/2, ν3 = 8 B² π⁶/7 with A = 7, B = 0.1.
    const exact = [0.5 + (0.1 * Math.PI ** 4) / 5 + (0.01 * Math.PI ** 8) / 18, 24.5, (0.08 * Math.PI ** 6) / 7];
    const bounds = [2.229, 7.066, 3.18];
    exact.forEach((nu, input) => {
      const measured = derivativeSensitivity(columnOf(slopes, 0, input));
      expect(Math.abs(measured / nu - 1)).toBeLessThan(0.01);
      // The published bounds were sampled with few points; they agree within their own error of 3 %.
      const bound = totalIndexBound(measured, 2 * Math.PI, variance);
      expect(Math.abs(bound / bounds[input]! - 1)).toBeLessThan(0.03);
    });
  });

  it('shares sum to 1', () => {
    const shares = movementShares([
      { meanSquare: 4, spread: 1 },
      { meanSquare: 1, spread: 2 },
    ]);
    expect([...shares]).toEqual([0.5, 0.5]);
  });
});

describe('effects', () => {
  it('gives the error of an average and an interval that is always the same', () => {
    const changes = Float64Array.of(1, 2, 3, 4);
    const summary = summariseChanges(changes);
    expect(summary.average).toBe(2.5);
    expect(summary.error).toBeCloseTo(Math.sqrt(5 / 3) / 2, 12);
    expect(summary.interval).toEqual(bootstrapInterval(changes));
    expect(summary.interval[0]).toBeLessThan(2.5);
    expect(summary.interval[1]).toBeGreaterThan(2.5);
  });

  it('leaves rows without a number out and says nothing of none', () => {
    expect(summariseChanges(Float64Array.of(NaN, 2)).count).toBe(1);
    expect(summariseChanges(new Float64Array()).average).toBeNaN();
  });

  it('measures how far the slope is from the change', () => {
    expect(nonLinearity(Float64Array.of(2, 2), 1, Float64Array.of(2, 2))).toBe(0);
    expect(nonLinearity(Float64Array.of(1), 1, Float64Array.of(2))).toBe(0.5);
    expect(oppositeSigns(Float64Array.of(-1, 1), Float64Array.of(1, 1))).toBe(1);
  });
});

describe('curves', () => {
  it('takes every whole number where they are few', () => {
    expect([...placesAlong(2, 5, true)]).toEqual([2, 3, 4, 5]);
    expect(placesAlong(0, 1, false)).toHaveLength(60);
    expect([...placesAlong(3, 3, false)]).toEqual([3]);
  });

  it('accumulates the effects of a straight line to the line', () => {
    const values = Float64Array.from({ length: 101 }, (_, index) => index / 10);
    const intervals = effectIntervals(values, 10);
    const ends = (shift: number): Float64Array =>
      Float64Array.from(intervals.interval, (place) => 3 * intervals.ends[place + shift]!);
    const effect = accumulateEffects(intervals, ends(0), ends(1));
    expect(effect.at(-1)! - effect[0]!).toBeCloseTo(30, 10);
  });

  it('puts a row at the end of an interval into the interval below, as ALEPlot does', () => {
    const { ends, interval } = effectIntervals(Float64Array.of(3, 0, 1, 2, 3, 1));
    expect([...ends]).toEqual([0, 1, 2, 3]);
    expect([...interval]).toEqual([2, 0, 0, 1, 2, 0]);
  });

  it('finds the value at which the slope turns', () => {
    const values = Float64Array.from({ length: 200 }, (_, index) => index / 20);
    const turns = turningValues(
      values,
      values.map((value) => value - 4),
    );
    expect(turns).toHaveLength(1);
    expect(turns[0]).toBeCloseTo(4, 6);
  });

  it('averages equal values together, so that a turn is not told of twice', () => {
    // Counts 0 to 5, many rows each, with slopes of both signs at every count; on average −1 up to 2 and +1 from 3 on.
    const values = Float64Array.from({ length: 600 }, (_, row) => row % 6);
    const slopes = values.map(
      (value, row) => (value < 3 ? -1 : 1) + (row % 2 === 0 ? 30 : -30) * ((row / 6) % 2 < 1 ? 1 : -1),
    );
    expect([...turningValues(values, slopes)]).toEqual([2.5]);
  });
});

describe('interactions', () => {
  it('tells networks of straight pieces from smooth and from linear ones', () => {
    expect(isPiecewiseLinear(multilayer([2, 3, 1], { kind: 'relu' }))).toBe(true);
    expect(isPiecewiseLinear(multilayer([2, 3, 1], { kind: 'tanh' }))).toBe(false);
    expect(isSmooth(multilayer([2, 3, 1], { kind: 'tanh' }))).toBe(true);
    expect(isSmooth(multilayer([2, 3, 1], { kind: 'elu', alpha: 1 }))).toBe(true);
    expect(isSmooth(multilayer([2, 3, 1], { kind: 'elu', alpha: 0.5 }))).toBe(false);
    expect(isSmooth(multilayer([2, 3, 1], { kind: 'floor' }))).toBe(false);
    expect(isLinear(multilayer([2, 3, 1], undefined))).toBe(true);
    expect(isLinear(multilayer([2, 3, 1], { kind: 'relu' }))).toBe(false);
  });

  it("gives Friedman's H 0 for a sum and 1 for a product of centred inputs", () => {
    const a = Float64Array.of(-1, 1, -1, 1);
    const b = Float64Array.of(-1, -1, 1, 1);
    const none = new Float64Array(4);
    expect(
      friedmanH(
        a.map((value, row) => value + b[row]!),
        a,
        b,
      ),
    ).toBe(0);
    expect(
      friedmanH(
        a.map((value, row) => value * b[row]!),
        none,
        none,
      ),
    ).toBe(1);
  });
});
