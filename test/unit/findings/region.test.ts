import { describe, expect, it } from 'vitest';
import { findRegion } from '../../../src/findings/region';
import { shortest } from '../../../src/findings/regionLimits';
import { randomNumbers } from '../../../src/slopes/randomNumbers';
import { checkedTable } from './checkedTable';

type Row = Readonly<Record<'a' | 'b' | 'c' | 'd' | 'e', number>>;

/** 1 000 rows of five columns 0 … 10; where the planted box says so, the rule fails. */
function planted(inside: (row: Row) => boolean, seed: number, whole = false, rows = 1000) {
  const next = randomNumbers(seed);
  const draw = () => (whole ? Math.floor(next() * 11) : next() * 10);
  const column = () => Array.from({ length: rows }, draw);
  const values = { a: column(), b: column(), c: column(), d: column(), e: column() };
  const checked = checkedTable({ values, slopes: {} });
  const { a, b, c, d, e } = values;
  const failing = checked.rows.filter((row) => inside({ a: a[row]!, b: b[row]!, c: c[row]!, d: d[row]!, e: e[row]! }));
  return { region: findRegion(checked, checked.rows, failing), failing: failing.length };
}

describe('a planted region', () => {
  it.each([
    ['one limit', (row: Row) => row.a > 8, ['a']],
    ['a range of one column', (row) => row.b > 3 && row.b < 4, ['b']],
    ['a box in two columns', (row) => row.a > 7 && row.c < 4, ['a', 'c']],
    ['two ranges', (row) => row.a > 2 && row.a < 5 && row.d > 5 && row.d < 8, ['a', 'd']],
    ['a box in three columns', (row) => row.a > 5 && row.c < 5 && row.e > 5, ['a', 'c', 'e']],
  ] satisfies [string, (row: Row) => boolean, string[]][])(
    '(%s) is recovered on the rows it was not found on',
    (_, inside, columns) => {
      const regions = [1, 2, 3, 4, 5].map((seed) => planted(inside, seed));
      for (const { region, failing } of regions) {
        expect(region.conditions.map(({ column }) => column).sort()).toEqual(columns);
        expect(region.precision).toBeGreaterThan(0.75);
        expect(region.coverage).toBeGreaterThan(0.8);
        expect(region.failing / failing).toBeGreaterThan(0.9);
      }
      const precision = regions.reduce((sum, { region }) => sum + region.precision, 0) / regions.length;
      expect(precision).toBeGreaterThan(0.88);
    },
  );

  it('is found through noise', () => {
    const noise = randomNumbers(99);
    const { region } = planted((row) => (row.a > 8 ? noise() < 0.9 : noise() < 0.03), 7);
    expect(region.words).toMatch(/^a > (7\.[89]|8)/);
    expect(region.coverage).toBeGreaterThan(0.6);
  });

  it('has limits as short as they can be', () => {
    expect(planted((row) => row.a > 8, 1, true).region.words).toBe('a > 8');
    expect(planted((row) => row.a <= 1, 1, true).region.words).toBe('a \u2264 1');
    expect(planted((row) => row.a === 0, 1, true).region.words).toBe('a = 0');
    expect(planted((row) => row.a >= 3 && row.a <= 4, 1, true).region.words).toBe('3 \u2264 a \u2264 4');
    expect(planted((row) => row.a > 8, 1).region.words).toBe('a > 8');
  });

  it('may be levels of a text', () => {
    const rows = Array.from({ length: 300 }, (_, row) => row);
    const checked = checkedTable({ values: { a: rows.map((row) => row % 17), region: rows }, slopes: {} });
    const levels = ['north', 'south', 'east', 'west'];
    const codes = Int32Array.from(rows, (row) => (row * 7) % 4);
    const text = { kind: 'text', name: 'region', codes, levels } as const;
    const [first] = checked.table.columns;
    const [a, b] = checked.inputs;
    const withText = {
      ...checked,
      table: { ...checked.table, columns: [first!, text] },
      inputs: [a!, { name: b!.name, unit: '', kind: 'switched', scaling: b!.scaling, slopes: b!.slopes } as const],
    };
    const failing = checked.rows.filter((row) => codes[row] === 1 || codes[row] === 3);
    expect(findRegion(withText, checked.rows, failing).words).toBe('region is one of south and west');
  });
});

describe('no region', () => {
  it('is claimed for rows that fail by chance', () => {
    const claimed = Array.from({ length: 30 }, (_, seed) => {
      const noise = randomNumbers(1000 + seed);
      return planted(() => noise() < 0.02 + 0.02 * seed, seed + 1).region.conditions.length > 0;
    });
    expect(claimed.filter(Boolean)).toHaveLength(0);
  });

  it('is claimed for a handful of rows, for all rows, or for a pattern that is no box', () => {
    expect(planted((row) => row.a > 9.97, 1).region.words).toBe('No simple range holds them.');
    expect(planted(() => true, 1).region.conditions).toEqual([]);
    expect(planted((row) => (Math.floor(row.a) + Math.floor(row.b)) % 2 === 0, 1).region.conditions).toEqual([]);
  });
});

describe('large tables', () => {
  it('are searched by a sample and counted whole', () => {
    const { region, failing } = planted((row) => row.a > 9.5 && row.b > 9, 3, false, 100_000);
    expect(region.words).toMatch(/^a > 9\.5\d* and b > 9(\.0\d*)?$/);
    expect(region.failing).toBeGreaterThan(0.98 * failing);
    expect(region.rows).toBeLessThan(1.05 * failing);
  });
});

it.each([
  [15, 16, 15],
  [12, 16, 15],
  [0.4871, 0.5123, 0.5],
  [-3.2, -3.1, -3.2],
  [-0.5, 0.2, 0],
  [1234.56, 1240, 1235],
  [0.00012, 0.00013, 0.00012],
])('the shortest number from %d to below %d is %d', (low, high, expected) => {
  expect(shortest(low, high)).toBe(expected);
});
