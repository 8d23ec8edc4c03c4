import { describe, expect, it } from 'vitest';
import { parseRulesFile } from '../../../src/findings/rulesFile';
import type { Rule } from '../../../src/findings/rule';
import { changedRule, emptyRulesFile, withChangedRule, withEntry } from '../../../src/views/rulesEdit';

const file = `{
  // kept by hand
  "version": 1,
  "models": [
    { "model": "a.keras", "data": "one.csv", "rules": [] },
    {
      "model": "b.onnx", "data": "two.csv",
      "rules": [
        { "inputs": ["x_*"], "expect": "never falls", "why": "it must" }, // a word
        { "inputs": ["y"], "expect": "slope at least", "limit": 5 }
      ]
    }
  ]
}
`;

const never: Rule = { expect: 'never falls', input: 'x_1', level: 'warning' };

/** The text with a change of the rule that begins at a piece of it. */
function changed(
  piece: string,
  about: Parameters<typeof withChangedRule>[2],
  change: Parameters<typeof withChangedRule>[3],
) {
  const text = withChangedRule(file, file.indexOf(piece), about, change);
  const read = parseRulesFile('slopescope.json', text);
  expect(read.problems).toEqual([]);
  expect(text).toContain('// kept by hand');
  return { text, rules: read.models[1]!.rules };
}

const first = '{ "inputs": ["x_*"]';
const second = '{ "inputs": ["y"]';

describe('a changed rule', () => {
  it('allows rows', () => {
    const { rules, text } = changed(second, { input: 'y', meant: ['y'] }, { kind: 'allow rows', rows: 33 });
    expect(rules[1]!.rule).toMatchObject({ expect: 'slope at least', low: 5, allowRows: 33 });
    expect(text).toContain('// a word');
  });

  it('moves its limit and becomes another expectation', () => {
    const change = { kind: 'limits', expect: 'slope at least', low: -4.28 } as const;
    const { rules } = changed(first, { input: 'x_1', meant: ['x_1'] }, change);
    expect(rules[0]).toMatchObject({ inputs: ['x_*'], rule: { expect: 'slope at least', low: -4.28, why: 'it must' } });
  });

  it('is split where it means several inputs', () => {
    const about = { input: 'x_2', meant: ['x_1', 'x_2', 'x_3'] };
    const { rules } = changed(first, about, { kind: 'only where', where: 'x_2 <= 15' });
    expect(rules.map(({ inputs }) => inputs)).toEqual([['x_1', 'x_3'], ['x_2'], ['y']]);
    expect(rules[0]!.rule.where).toBeUndefined();
    expect(rules[1]!.rule).toMatchObject({ why: 'it must', where: [{ column: 'x_2', atMost: 15 }] });
  });

  it('is turned off for one input, or goes with its last', () => {
    const some = changed(first, { input: 'x_2', meant: ['x_1', 'x_2'] }, { kind: 'turn off' });
    expect(some.rules.map(({ inputs }) => inputs)).toEqual([['x_1'], ['y']]);
    const last = changed(second, { input: 'y', meant: ['y'] }, { kind: 'turn off' });
    expect(last.rules.map(({ inputs }) => inputs)).toEqual([['x_*']]);
  });

  it('adds to a condition that is there', () => {
    const rule: Rule = { ...never, where: [{ column: 'k', above: 1 }] };
    expect(changedRule(rule, { kind: 'only where', where: 'x_1 < 3' })?.where).toEqual([
      { column: 'k', above: 1 },
      { column: 'x_1', below: 3 },
    ]);
    expect(changedRule(rule, { kind: 'turn off' })).toBeUndefined();
    expect(
      changedRule({ ...rule, expect: 'slope at least', low: 1 }, { kind: 'limits', expect: 'slope at most', high: 2 }),
    ).toEqual({ ...rule, expect: 'slope at most', high: 2 });
  });

  it('leaves a text alone that has no rule there', () => {
    expect(withChangedRule(file, 0, { meant: [] }, { kind: 'turn off' })).toBe(file);
    expect(withChangedRule('{', 0, { meant: [] }, { kind: 'turn off' })).toBe('{');
  });
});

describe('a saved entry', () => {
  const rules: readonly Rule[] = [
    {
      ...never,
      where: [
        { column: 'region', levels: ['north', 'south'] },
        { column: 'k', above: -2, atMost: 7.5 },
      ],
    },
    { expect: 'forecast between', low: 0, high: 9, level: 'error', allowShare: 0.1 },
  ];

  it('reads back as it was written', () => {
    const text = withEntry(emptyRulesFile, { model: 'm.onnx', data: 'd.csv', target: 'y', columns: { a: 3 }, rules });
    const { models, problems } = parseRulesFile('slopescope.json', text);
    expect(problems).toEqual([]);
    expect(models).toMatchObject([{ model: 'm.onnx', data: 'd.csv', target: 'y', columns: { a: 3 } }]);
    const [slope, forecast] = models[0]!.rules;
    expect(slope).toMatchObject({ inputs: ['x_1'] });
    expect(slope!.rule.where).toEqual([
      { column: 'region', levels: ['north', 'south'] },
      { column: 'k', above: -2 },
      { column: 'k', atMost: 7.5 },
    ]);
    expect(forecast!.rule).toMatchObject({
      expect: 'forecast between',
      low: 0,
      high: 9,
      level: 'error',
      allowShare: 0.1,
    });
  });

  it('replaces its own entry and keeps the others and the comments', () => {
    const text = withEntry(file, { model: 'b.onnx', data: 'two.csv', rules: [never] });
    const { models } = parseRulesFile('slopescope.json', text);
    expect(models.map(({ rules: own }) => own.length)).toEqual([0, 1]);
    expect(text).toContain('// kept by hand');
  });

  it('is added beside another table of the same model only when that has several', () => {
    const once = withEntry(file, { model: 'a.keras', data: 'other.csv', rules: [never] });
    expect(parseRulesFile('f', once).models.map(({ data }) => data)).toEqual(['other.csv', 'two.csv']);
    const added = withEntry(file, { model: 'c.npz', data: 'two.csv', rules: [] });
    expect(parseRulesFile('f', added).models.map(({ model }) => model)).toEqual(['a.keras', 'b.onnx', 'c.npz']);
  });
});
