import { describe, expect, it } from 'vitest';
import { rankInputs, typicalEffect } from '../../../src/findings/ranking';
import { count, counted, listed, number, percent, signed } from '../../../src/findings/words';

describe('numbers for people', () => {
  it.each([
    [4.2789, '4.28'],
    [-4.2789, '\u22124.28'],
    [464.4, '464'],
    [12.345, '12.3'],
    [12345.6, '12\u2009346'],
    [0, '0'],
    [-0, '0'],
    [0.005, '0.01'],
    [0.00412, '4.1\u2009×\u200910⁻³'],
    [-1e-12, '\u22121.0\u2009×\u200910⁻¹²'],
    [NaN, 'not a number'],
    [Infinity, '∞'],
  ])('%d is %s', (value, text) => {
    expect(number(value)).toBe(text);
  });

  it('have a sign as slopes, spaces in thousands, and shares that never read as nothing or all', () => {
    expect(signed(2.83)).toBe('+2.83');
    expect(signed(0)).toBe('0');
    expect(count(1000000)).toBe('1\u2009000\u2009000');
    expect(percent(0.066)).toBe('6.6\u2009%');
    expect(percent(0.1549)).toBe('15\u2009%');
    expect(percent(1e-6)).toBe('under 0.1\u2009%');
    expect(percent(0.9999)).toBe('over 99\u2009%');
    expect(percent(1)).toBe('100\u2009%');
    expect(percent(0)).toBe('0\u2009%');
  });

  it('are counted and listed', () => {
    expect(counted(1, 'row')).toBe('1 row');
    expect(counted(33, 'row')).toBe('33 rows');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listed(['a'])).toBe('a');
  });
});

describe('inputs', () => {
  const inputs = [
    { name: 'b', typicalEffect: 1, reach: 5, below: 3 },
    { name: 'a', typicalEffect: 3, reach: 2, below: 0 },
    { name: 'c', typicalEffect: NaN, below: 0 },
    { name: 'd', typicalEffect: 1, below: 9 },
  ];

  it.each([
    ['effect', [1, 0, 3, 2]],
    ['reach', [0, 1, 2, 3]],
    ['below', [3, 0, 1, 2]],
    ['name', [1, 0, 2, 3]],
    ['model', [0, 1, 2, 3]],
  ] as const)('are ranked by %s, ties by their place', (by, order) => {
    expect(rankInputs(inputs, by)).toEqual(order);
  });

  it('have no effect where they never change', () => {
    expect(typicalEffect(5, 0)).toBe(0);
    expect(typicalEffect(5, 2)).toBe(10);
  });
});
