import { describe, expect, it } from 'vitest';
import { count, number, percent, signed, spoken, useLanguage } from '../../webview/words/numbers';
import { listed, plural, useWords, words } from '../../webview/words/words';

describe('numbers in words', () => {
  it.each([
    [12.345, '12.3'],
    [2.834, '2.83'],
    [-4.276, '−4.28'],
    [464.4, '464'],
    [9.999, '10.0'],
    [12345.6, '12\u2009346'],
    [0.123, '0.12'],
    [0, '0'],
    [-0, '0'],
    [0.00049, '4.9\u2009×\u200910⁻⁴'],
    [-0.0049, '−4.9\u2009×\u200910⁻³'],
    [0.005, '0.01'],
    [NaN, '–'],
    [Infinity, '∞'],
  ])('%s reads %s', (value, text) => {
    expect(number(value)).toBe(text);
  });

  it('slopes carry their sign, zero has none', () => {
    expect([signed(2.83), signed(-0.08), signed(0), signed(-0.0000001)]).toEqual([
      '+2.83',
      '−0.08',
      '0',
      '−1.0\u2009×\u200910⁻⁷',
    ]);
  });

  it('what is not nothing never reads as nothing, nor as all', () => {
    expect([percent(0), percent(0.000001), percent(0.066), percent(0.17), percent(0.9999), percent(1)]).toEqual([
      '0\u2009%',
      'under 0.1\u2009%',
      '6.6\u2009%',
      '17\u2009%',
      'over 99\u2009%',
      '100\u2009%',
    ]);
  });

  it('follow the display language', () => {
    useLanguage('de');
    expect([number(2.83), percent(0.066)]).toEqual(['2,83', '6,6\u2009%']);
    useLanguage('en');
  });

  it('are said with signs in words', () => {
    expect(spoken(`${signed(-4.28)} ${count(1000)}`)).toBe('minus 4.28 1000');
  });
});

describe('words', () => {
  it('are filled in, and can be translated with parts moved', () => {
    expect(words('{0} of {1}', 5, 8)).toBe('5 of 8');
    useWords({ '{0} of {1}': 'von {1} sind es {0}' });
    expect(words('{0} of {1}', 5, 8)).toBe('von 8 sind es 5');
    useWords({});
    expect([plural(1, '{0} row', '{0} rows', 1), plural(2, '{0} row', '{0} rows', 2)]).toEqual(['1 row', '2 rows']);
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});
