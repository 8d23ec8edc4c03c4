import { describe, expect, it } from 'vitest';
import { quantiles } from '../../../src/slopes/statistics';

const levels = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/** Type 7 of Hyndman and Fan on all numbers sorted: what the quicker way must equal to the last digit. */
function bySorting(numbers: Float64Array): number[] {
  const sorted = numbers.filter((number) => !Number.isNaN(number)).sort();
  return levels.map((level) => {
    const position = (sorted.length - 1) * level;
    const left = sorted[Math.floor(position)]!;
    const right = sorted[Math.min(Math.floor(position) + 1, sorted.length - 1)]!;
    return left + (right - left) * (position - Math.floor(position));
  });
}

/** Numbers of both signs whose sizes span many powers of ten, every seventh missing. */
function spread(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => {
    const angle = index * 2.399963;
    return index % 7 === 3 ? NaN : Math.sin(angle) * 10 ** (30 * Math.cos(1.7 * angle));
  });
}

describe('quantiles', () => {
  it.each([
    ['few numbers', spread(1000)],
    ['many numbers', spread(200_000)],
    ['many in one place', spread(200_000).map((number) => 5 + number * 1e-40)],
    ['many equal numbers', new Float64Array(100_000).fill(-2.5)],
    ['numbers beyond float32', spread(100_000).map((number) => number * 1e270)],
  ])('of %s are those of all sorted', (_, numbers) => {
    expect(quantiles(numbers, levels)).toEqual(bySorting(numbers));
  });

  it('of float32 are those of the same numbers', () => {
    const numbers = Float32Array.from(spread(100_000));
    expect(quantiles(numbers, levels)).toEqual(bySorting(Float64Array.from(numbers)));
  });

  it('of nothing are none', () => {
    expect(quantiles(new Float32Array(2).fill(NaN), [0, 0.5, 1])).toEqual([NaN, NaN, NaN]);
  });
});
