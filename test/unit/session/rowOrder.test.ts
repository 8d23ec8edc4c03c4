import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedBy } from '../../../src/session/rowOrder';

/** Ascending by key, NaN last, ties by row. */
function byComparison(keys: readonly number[]): number[] {
  const last = (key: number) => (Number.isNaN(key) ? 1 : 0);
  return [...keys.keys()].sort((a, b) => {
    const [first, second] = [keys[a]!, keys[b]!];
    const later = last(first) - last(second);
    if (later !== 0) return later;
    return first < second ? -1 : first > second ? 1 : a - b;
  });
}

const key = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1, 1 + 2 ** -40, 1 - 2 ** -40, 1e300, -1e300, 1e-320, -1e-320),
);

describe('the order of rows', () => {
  it('is ascending by float64 keys, ties by row, NaN last', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 80 }), (keys) => {
        expect([...sortedBy(keys, keys.length)]).toEqual(byComparison(keys));
        const rounded = Float32Array.from(keys);
        expect([...sortedBy(rounded, rounded.length)]).toEqual(byComparison([...rounded]));
      }),
      { numRuns: 2000 },
    );
  });

  it('holds for many rows with few different keys, and with many', () => {
    const few = Array.from({ length: 70_000 }, (_, row) => (row * 7919) % 13);
    const many = Array.from({ length: 70_000 }, (_, row) => Math.sin(row) * 100);
    for (const keys of [few, many]) expect([...sortedBy(keys, keys.length)]).toEqual(byComparison(keys));
  });
});
