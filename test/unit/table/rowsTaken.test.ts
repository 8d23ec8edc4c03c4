import { describe, expect, it } from 'vitest';
import { groupedDigits, roundCount } from '../../../src/table/counts';
import { isRowsWanted, partWords, rowsTaken, tableTitle } from '../../../src/table/rowsTaken';

describe('which rows of a file are read', () => {
  it.each(['all', 'every:8', 'first:5000000'])('may be %s', (text) => {
    expect(isRowsWanted(text)).toBe(true);
  });

  it.each(['', 'every', 'every:0', 'every:-2', 'every:1.5', 'first:', '1:100', 'first:1e6', 'all '])(
    'may not be "%s"',
    (text) => {
      expect(isRowsWanted(text)).toBe(false);
    },
  );

  it('is a step and a largest number', () => {
    expect(rowsTaken()).toEqual({ step: 1, most: Infinity });
    expect(rowsTaken('every:8')).toEqual({ step: 8, most: Infinity });
    expect(rowsTaken('first:20')).toEqual({ step: 1, most: 20 });
  });

  it.each([
    [{ step: 8, most: Infinity, of: 40_000_003, exact: true }, 'every 8th row of 40\u2009000\u2009003'],
    [{ step: 32, most: Infinity, of: 500, exact: true }, 'every 32nd row of 500'],
    [{ step: 113, most: Infinity, of: 500, exact: true }, 'every 113th row of 500'],
    [
      { step: 1, most: 5_000_000, of: 40_123_456, exact: false },
      'the first 5\u2009000\u2009000 of about 40 million rows',
    ],
  ])('is said beside counts: %o', (part, words) => {
    expect(partWords(part)).toBe(words);
    expect(tableTitle({ name: 'big.csv', part })).toBe(`big.csv (${words})`);
  });
});

describe('counts', () => {
  it('have thin spaces, or two digits where they are about', () => {
    expect([0, 999, 1000, 1_234_567].map(groupedDigits)).toEqual(['0', '999', '1\u2009000', '1\u2009234\u2009567']);
    expect([7, 41_234, 999_999, 40_123_456, 2.04e9].map(roundCount)).toEqual([
      '7',
      '41\u2009000',
      '1 million',
      '40 million',
      '2 billion',
    ]);
  });
});
