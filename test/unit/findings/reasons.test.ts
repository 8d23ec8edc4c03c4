import { describe, expect, it } from 'vitest';
import { checkRule } from '../../../src/findings/check';
import type { Checked } from '../../../src/findings/checked';
import { correlations } from '../../../src/findings/correlation';
import type { Rule } from '../../../src/findings/rule';
import { randomNumbers } from '../../../src/slopes/randomNumbers';
import { checkedTable } from './checkedTable';

const neverFalls: Rule = { expect: 'never falls', input: 'a', level: 'warning' };

function reasons(checked: Checked, rule: Rule = neverFalls) {
  return checkRule(rule, checked, { explain: true }).finding?.why ?? [];
}

const kinds = (checked: Checked, rule?: Rule) => reasons(checked, rule).map(({ kind }) => kind);
const next = randomNumbers(5);
const rows = Array.from({ length: 200 }, () => next());
const others = Array.from({ length: 200 }, () => next());

describe('why', () => {
  it('names the units that pull the slope down at the worst row', () => {
    const layerParts = () => [
      { name: 'h1', origin: 'first', parts: Float64Array.of(-1.99, -1.99, -1.98), around: { part: 0, joins: 'add' } },
      { name: 'h2', origin: 'second', parts: Float64Array.of(1, -4.61, -0.2, -2.15) },
    ];
    const checked = checkedTable({
      values: { a: rows, b: others },
      slopes: { a: rows.map((value) => value - 0.3) },
      more: { layerParts },
    });
    const worst = rows.indexOf(Math.min(...rows)) + 1;
    expect(reasons(checked)).toEqual([
      {
        kind: 'units',
        message: `Hidden units h2_2 (\u22124.61) and h2_4 (\u22122.15) pull the slope down at row ${worst}, 97\u2009% of all that does in second, the hidden layer (of 2) where a few units explain most.`,
      },
    ]);
    expect(reasons(checked, { ...neverFalls, expect: 'never rises' })[0]?.message).toContain(
      'Hidden unit h2_1 (+1.00) pushes the slope up',
    );
  });

  it('says so where many units pull the slope down together', () => {
    const layerParts = () => [{ name: 'h1', origin: 'first', parts: new Float64Array(40).fill(-0.1) }];
    const slopes = { a: rows.map((value) => value - 0.3) };
    expect(reasons(checkedTable({ values: { a: rows }, slopes, more: { layerParts } }))[0]?.message).toMatch(
      /, 5\.0\u2009% of all that does in first: many units add up to it\.$/,
    );
  });

  it('says on how many rows it looked at the units, where not on all', () => {
    const layerParts = (_input: number, position: number) => [
      { name: 'h1', origin: 'first', parts: Float64Array.of(1, rows[position]! < 0.3 ? -3 : 2) },
    ];
    const slopes = { a: rows.map((value) => (value < 0.3 ? -2 : 3)) };
    const messageFor = (unitRows: number) =>
      reasons(checkedTable({ values: { a: rows, b: others }, slopes, more: { layerParts, unitRows } }))[0]?.message;
    const failing = rows.filter((value) => value < 0.3).length;
    expect(messageFor(200)).toContain(
      `; h1_2 gives \u22123.00 on average where the rule fails (below 0 in all ${failing} failing rows), +2.00 elsewhere.`,
    );
    expect(messageFor(10)).toMatch(
      /; h1_2 gives \u22123\.00 on average on 10 evenly drawn failing rows \(below 0 in all of them\), \+2\.00 on 10 evenly drawn others\.$/,
    );
  });

  it('names the partner that moves together and takes the opposite slope', () => {
    const checked = checkedTable({
      values: { a: rows, b: rows.map((value, row) => value + 0.05 * others[row]!) },
      slopes: { a: rows.map((value) => value - 0.3), b: rows.map(() => 3) },
    });
    expect(reasons(checked)[0]?.message).toMatch(
      /^a and b rise together in your table \(correlation 1\.00, variance inflation \d+\), so the network could not tell them apart; where the rule fails, the slope of b is \+3\.00 on average, and both together move the forecast by \+[\d.]+ min per spread\.$/,
    );
    const agreeing = checkedTable({
      values: { a: rows, b: rows },
      slopes: { a: rows.map(() => -1), b: rows.map(() => -3) },
    });
    expect(kinds(agreeing)).not.toContain('partner');
  });

  it('names a partner that moves the other way', () => {
    const checked = checkedTable({
      values: { a: rows, b: rows.map((value, row) => 0.1 * others[row]! - value) },
      slopes: { a: rows.map((value) => value - 0.3), b: rows.map(() => -3) },
    });
    expect(reasons(checked)[0]?.message).toContain('a and b move against each other in your table (correlation \u2212');
  });

  it('sees an output that is cut off', () => {
    const checked = checkedTable({
      values: { a: rows, b: others },
      slopes: { a: rows.map((value) => (value < 0.3 ? 0 : 1)), b: rows.map((value) => (value < 0.3 ? 0 : 1)) },
      forecast: rows.map((value) => Math.max(0, value - 0.3)),
    });
    const many = rows.filter((value) => value < 0.3).length;
    expect(reasons(checked, { ...neverFalls, expect: 'always rises' })[0]).toMatchObject({
      kind: 'cut off',
      message: `The output is cut off at 0 in all ${many} failing rows: no input moves it there.`,
    });
  });

  it('sees saturation', () => {
    const flat = (value: number) => (value < 0.3 ? -1e-5 : 2 + value);
    const checked = checkedTable({
      values: { a: rows, b: others },
      slopes: { a: rows.map(flat), b: rows.map(flat) },
      forecast: others,
    });
    expect(kinds(checked, { ...neverFalls, expect: 'slope at least', low: 1 })).toEqual(['saturation']);
  });

  it('sees a wrong scaler or unit', () => {
    const checked = checkedTable({
      values: { a: rows, b: others.map((value) => 1000 * value) },
      slopes: { a: rows.map((value) => value - 0.3) },
      input: { scaling: { kind: 'affine', centre: 0.5, spread: 0.3 } },
    });
    expect(reasons(checked)[0]?.message).toMatch(
      /^b goes into the network with average [\d\u2009]+ and spread \d+, where its scaler would give 0 and 1: the scaler or the unit may be another one\.$/,
    );
  });

  it('sees slopes that are small, within rounding, or the same everywhere', () => {
    const small = checkedTable({
      values: { a: rows, b: others },
      slopes: { a: rows.map((value) => (value < 0.1 ? -0.001 : 1)) },
    });
    expect(reasons(small)[0]).toMatchObject({
      kind: 'small',
      message: 'The worst slope is only 0.1\u2009% of the average slope: small, it may be noise.',
    });
    const tiny = checkedTable({
      values: { a: rows, b: others },
      slopes: { a: rows.map((value) => (value < 0.1 ? -1e-15 : 1)) },
    });
    expect(kinds(tiny)[0]).toBe('rounding');
    const linear = checkedTable({ values: { a: rows, b: others }, slopes: { a: rows.map(() => -2) } });
    expect(reasons(linear)[0]?.message).toBe('The network is a straight line in a on all rows: one slope, \u22122.00.');
  });

  it('sees rows at a kink and a worst row outside the data', () => {
    const values = rows.map((value, row) => (row === 50 ? 40 : value));
    const checked = checkedTable({
      values: { a: values, b: others },
      slopes: { a: values.map((value) => (value > 1 ? -2 : value)) },
      more: { atKink: Uint8Array.from(values, (value) => (value > 1 ? 1 : 0)) },
    });
    expect(reasons(checked)).toMatchObject([
      { kind: 'kink', message: 'One failing row lies at a kink of a hidden unit, where the slope jumps.' },
      {
        kind: 'extrapolation',
        message: 'Row 51 lies outside most of your data: a is 40.0 there, 14.0 spreads from its average.',
      },
    ]);
  });

  it('says so where nothing explains it', () => {
    const checked = checkedTable({ values: { a: rows, b: others }, slopes: { a: rows.map((value) => value - 0.3) } });
    expect(reasons(checked)).toEqual([
      { kind: 'unexplained', message: 'Nothing that Slopescope looks for explains it.' },
    ]);
  });
});

describe('correlations', () => {
  it('give r and the variance inflation', () => {
    const { matrix, inflation } = correlations([
      Float64Array.of(1, 2, 3, 4),
      Float64Array.of(1, 3, 2, 4),
      Float64Array.of(5, 5, 5, 5),
    ]);
    expect(matrix[1]).toBeCloseTo(0.8, 12);
    expect(inflation[0]).toBeCloseTo(1 / (1 - 0.64), 12);
    expect(matrix[2]).toBeNaN();
    expect(inflation[2]).toBeNaN();
  });

  it('are without limit where columns determine each other', () => {
    const a = Float64Array.of(1, 2, 4);
    expect(correlations([a, a.map((value) => 2 * value)]).inflation[0]).toBe(Number.POSITIVE_INFINITY);
  });
});
