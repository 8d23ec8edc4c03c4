import { describe, expect, it } from 'vitest';
import { columnStatistics, oneHotGroups, usualNumber } from '../../../src/table/columns';
import { areUnnamed, matchNames, rankTables } from '../../../src/table/matching';
import { editDistance, nearestName } from '../../../src/table/names';
import type { NumberColumn } from '../../../src/table/table';
import { slopeUnit, splitUnit, unitOf } from '../../../src/table/units';

describe('statistics of a column', () => {
  it('leave out what is missing', () => {
    expect(columnStatistics(Float64Array.of(1, NaN, 3, 5))).toEqual({
      count: 3,
      mean: 3,
      deviation: 2,
      min: 1,
      max: 5,
      whole: true,
      binary: false,
      constant: false,
    });
  });

  it('are of the rows asked for', () => {
    expect(columnStatistics(Float64Array.of(0, 7, 1), Uint32Array.of(0, 2)).binary).toBe(true);
  });

  it('keep the digits of a spread beside a large mean', () => {
    const values = Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3);
    expect(columnStatistics(values).deviation).toBe(1);
  });

  it('know a constant column and an empty one', () => {
    expect(columnStatistics(Float64Array.of(4, 4))).toMatchObject({ deviation: 0, constant: true, binary: false });
    expect(columnStatistics(Float64Array.of(NaN)).count).toBe(0);
  });
});

describe('the usual number of a column', () => {
  const usual = (...values: number[]) => usualNumber(columnStatistics(Float64Array.from(values)));

  it('is the mean, of whole numbers rounded half to even, of yes/no columns the commoner value', () => {
    expect(usual(0.5, 1, 1.5, 3)).toBe(1.5);
    expect([usual(1, 2, 5), usual(1, 2, 2, 5), usual(2, 3), usual(3, 4)]).toEqual([3, 2, 2, 4]);
    expect([usual(0, 1, 1), usual(0, 0, 1), usual(0, 1)]).toEqual([1, 0, 0]);
  });
});

describe('one-hot groups', () => {
  const column = (name: string, ...values: number[]): NumberColumn => ({
    kind: 'number',
    name,
    values: Float64Array.from(values),
    textCount: 0,
    whole: true,
  });

  it('are found by prefix, also with one level dropped', () => {
    const columns = [
      column('x', 3, 4, 5),
      column('city_a', 1, 0, 0),
      column('city_b', 0, 1, 0),
      column('kind_1', 1, 0, 0),
      column('kind_2', 0, 1, 0),
      column('kind_3', 0, 0, 0),
      column('city_c', 0, 0, 1),
    ];
    expect(oneHotGroups(columns)).toEqual([
      { name: 'city_', members: [1, 2, 6] },
      { name: 'kind_', members: [3, 4, 5] },
    ]);
  });

  it('are found among neighbours of which always one is 1', () => {
    const columns = [column('male', 1, 0), column('female', 0, 1), column('smoker', 1, 1)];
    expect(oneHotGroups(columns)).toEqual([{ name: 'male, female', members: [0, 1] }]);
  });

  it('are not claimed for independent yes/no columns', () => {
    const columns = [column('has_a', 1, 1, 0), column('has_b', 1, 0, 0), column('c', 1, 0, 1)];
    expect(oneHotGroups(columns)).toEqual([]);
  });
});

describe('names', () => {
  it('are matched exactly, then plainly, then without unit', () => {
    expect(matchNames(['a b', 'A_B', 'duration', 'q'], ['a_b', 'a b', 'Duration (min)'])).toEqual([1, 0, 2, undefined]);
  });

  it('have a nearest one, or none', () => {
    expect(nearestName('calls_mad', ['forms', 'calls_made'])).toBe('calls_made');
    expect(nearestName('xyz', ['forms', 'calls_made'])).toBeUndefined();
    expect(editDistance('abcd', 'abdc')).toBe(1);
  });

  it('may be only what a framework calls an input', () => {
    expect(areUnnamed(['input[0]', 'input[1]'])).toBe(true);
    expect(areUnnamed(['dense_12_input'])).toBe(true);
    expect(areUnnamed(['input 1', 'input 2'])).toBe(true);
    expect(areUnnamed(['age'])).toBe(false);
  });
});

describe('tables that fit', () => {
  const head = (names: string[], more = {}) => ({ names, numericColumns: names.length, sameFolder: false, ...more });

  it('are ranked by inputs, folder, target and age', () => {
    const tables = [
      head(['a', 'z']),
      head(['a', 'b']),
      head(['a', 'b', 'y']),
      head(['A', 'B'], { sameFolder: true }),
      head(['q']),
      head(['b', 'a']),
    ];
    expect(rankTables(tables, ['a', 'b'], ['y'])).toEqual([
      { index: 3, matched: 2, byPosition: false },
      { index: 2, matched: 2, byPosition: false, target: 'y' },
      { index: 1, matched: 2, byPosition: false },
      { index: 5, matched: 2, byPosition: false },
      { index: 0, matched: 1, byPosition: false },
    ]);
  });

  it('fit a model without names by their number columns', () => {
    const tables = [head(['a', 'b', 'c']), head(['a', 'b'], { numericColumns: 1 }), head(['a', 'b'])];
    expect(rankTables(tables, ['input[0]', 'input[1]'], ['output'])).toEqual([
      { index: 0, matched: 2, byPosition: true },
      { index: 2, matched: 2, byPosition: true },
    ]);
  });
});

describe('units', () => {
  it('are given, or stand in brackets', () => {
    expect(splitUnit('duration [min]')).toEqual({ name: 'duration', unit: 'min' });
    expect(splitUnit('weight (kg)')).toEqual({ name: 'weight', unit: 'kg' });
    expect(splitUnit('input[3]')).toEqual({ name: 'input[3]' });
    expect(unitOf({ Calls_Made: 'call' }, 'calls made')).toBe('call');
    expect(unitOf({ duration: 's' }, 'duration [min]')).toBe('s');
    expect(unitOf({}, 'y', 'duration [min]')).toBe('min');
    expect(unitOf({}, 'y')).toBe('');
  });

  it('make the unit of a slope', () => {
    expect(slopeUnit({ name: 'duration', unit: 'min' }, { name: 'calls_made', unit: 'call' })).toBe('min per call');
    expect(slopeUnit({ name: 'duration', unit: '' }, { name: 'calls_made', unit: '' })).toBe(
      'duration per 1 calls_made',
    );
  });
});
