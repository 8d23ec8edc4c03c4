import { describe, expect, it } from 'vitest';
import { conditionsWords, parseConditions, rowsMeeting } from '../../../src/findings/conditions';
import { parseRule } from '../../../src/findings/parseRule';
import { ruleWords } from '../../../src/findings/expectations';
import { tableOf } from '../table/tables';

const subject = {
  model: 'duration.keras',
  inputs: ['calls_made', 'visits_made', 'forms_filled', 'forms_sent', 'never seen'],
  outputs: ['duration'],
};
const two = { ...subject, outputs: ['duration', 'cost'] };

function read(words: string, about = subject) {
  const parsed = parseRule(words, about);
  return parsed.kind === 'rules' ? parsed.rules : `${parsed.fault}. ${parsed.remedy}`;
}

describe('a rule in words', () => {
  it.each([
    ['calls_made never falls', [{ expect: 'never falls', input: 'calls_made' }]],
    ['  Calls Made   Never  Rises ', [{ expect: 'never rises', input: 'calls_made' }]],
    ['calls_made always rises', [{ expect: 'always rises', input: 'calls_made' }]],
    ['"calls_made" always falls', [{ expect: 'always falls', input: 'calls_made' }]],
    ['visits_made slope at least 5', [{ expect: 'slope at least', input: 'visits_made', low: 5 }]],
    ['visits_made slope at most \u22120.5e-3', [{ expect: 'slope at most', input: 'visits_made', high: -0.0005 }]],
    ['visits_made slope between 0 and 3', [{ expect: 'slope between', input: 'visits_made', low: 0, high: 3 }]],
    ['visits_made slope between 0 to 3', [{ expect: 'slope between', input: 'visits_made', low: 0, high: 3 }]],
    ['calls_made no effect', [{ expect: 'no effect', input: 'calls_made' }]],
    ['never seen never falls', [{ expect: 'never falls', input: 'never seen' }]],
    ['forecast at least 0', [{ expect: 'forecast at least', low: 0 }]],
    ['forecast can reach the target', [{ expect: 'forecast can reach the target' }]],
    ['Forecast between -1 and 1', [{ expect: 'forecast between', low: -1, high: 1 }]],
    [
      'forms_* never falls',
      [
        { expect: 'never falls', input: 'forms_filled' },
        { expect: 'never falls', input: 'forms_sent' },
      ],
    ],
    ['calls_made never falls for Duration', [{ expect: 'never falls', input: 'calls_made', output: 'duration' }]],
  ])('%s', (words, expected) => {
    expect(read(words)).toEqual(expected.map((rule) => ({ ...rule, level: 'warning' })));
  });

  it('may be for every input', () => {
    expect(read('* never falls')).toHaveLength(5);
  });

  it.each([
    ['calls_mad never falls', 'calls_mad is not an input of duration.keras. Did you mean calls_made?'],
    [
      'zzz never falls',
      'zzz is not an input of duration.keras. Its inputs are calls_made, visits_made, forms_filled, forms_sent, never seen.',
    ],
    ['zzz_* never falls', /^No input of duration\.keras fits zzz_\*\./],
    ['calls_made nevre falls', '"calls_made nevre falls" is not a rule. Did you mean "never falls"?'],
    ['calls_made slope at least', '"calls_made slope at least" is not a rule. After "slope at least" comes a number.'],
    [
      'calls_made slope at least much',
      '"calls_made slope at least much" is not a rule. After "slope at least" comes a number.',
    ],
    [
      'calls_made goes up',
      '"calls_made goes up" is not a rule. A rule reads like "calls_made never falls", "visits slope at least 5" or "forecast at least 0".',
    ],
    [
      'never falls',
      '"never falls" does not say which input it is for. Begin with an input, as in "calls_made never falls", or with * for all.',
    ],
    ['calls_made slope between 3 and 0', 'the lower limit 3 is above the upper limit 0. Write the lower limit first.'],
    ['calls_made never falls for cots', /^cots is not an output of duration\.keras\./],
  ])('%s is refused', (words, expected) => {
    const text = read(words);
    if (typeof expected === 'string') expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  });

  it('on the forecast of several outputs must say which', () => {
    expect(read('forecast at least 0', two)).toBe(
      'duration.keras has 2 outputs, and a forecast rule is for one. Say which: duration, cost.',
    );
    expect(read('forecast at least 0 for cost', two)).toEqual([
      { expect: 'forecast at least', low: 0, output: 'cost', level: 'warning' },
    ]);
  });

  it('is written back as it is read', () => {
    for (const words of ['calls_made never falls', 'calls_made slope between 0 and 3', 'forecast at least -5']) {
      const rules = read(words);
      if (typeof rules === 'string') throw new Error(rules);
      expect(words.replace('-', '\u2212')).toContain(ruleWords(rules[0]!).replaceAll('.00', ''));
    }
  });
});

describe('conditions in words', () => {
  it('read columns, signs and levels', () => {
    expect(parseConditions('calls_made < 20 and region = north or "south east" and x >= \u22121.5')).toEqual({
      kind: 'conditions',
      conditions: [
        { column: 'calls_made', below: 20 },
        { column: 'region', levels: ['north', 'south east'] },
        { column: 'x', atLeast: -1.5 },
      ],
    });
    expect(parseConditions('calls_made about 20')).toMatchObject({
      kind: 'fault',
      fault: '"calls_made about 20" is not a condition on a column',
    });
    expect(parseConditions('calls_made < many').kind).toBe('fault');
  });

  it('are written for people', () => {
    expect(
      conditionsWords([
        { column: 'a', above: 15 },
        { column: 'b', atLeast: 2, atMost: 4 },
      ]),
    ).toBe('a > 15 and 2 \u2264 b \u2264 4');
    expect(conditionsWords([{ column: 'a', above: -0.5, atMost: 1 }])).toBe('\u22120.5 < a \u2264 1');
    expect(
      conditionsWords([
        { column: 'r', levels: ['north'] },
        { column: 'k', atLeast: 1, atMost: 1 },
      ]),
    ).toBe('r is north and k = 1');
  });

  it('test rows; a missing value meets none', () => {
    const table = tableOf({ a: [1, 2, NaN, 4], r: ['n', 's', 'n', ''] });
    const meets = (conditions: Parameters<typeof rowsMeeting>[0]) =>
      Array.from(rowsMeeting(conditions, table, Uint32Array.of(0, 1, 2, 3)), (flag) => flag === 1);
    expect(meets([{ column: 'A', above: 1 }])).toEqual([false, true, false, true]);
    expect(meets([{ column: 'a', below: 4 }])).toEqual([true, true, false, false]);
    expect(
      meets([
        { column: 'r', levels: ['n'] },
        { column: 'a', atMost: 9 },
      ]),
    ).toEqual([true, false, false, false]);
  });
});
