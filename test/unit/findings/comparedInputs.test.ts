import { describe, expect, it } from 'vitest';
import { checkRule } from '../../../src/findings/check';
import { parseRulesFile } from '../../../src/findings/rulesFile';
import { parseRule } from '../../../src/findings/parseRule';
import { resolveRule } from '../../../src/findings/writtenRule';
import type { Rule } from '../../../src/findings/rule';
import { NetworkBuilder } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import { csvOf, sessionOf, unheard } from '../session/sessions';
import { checkedTable } from './checkedTable';

const subject = { model: 'm.keras', inputs: ['a', 'b', 'city_north', 'city_south', 'grade'], outputs: ['y'] };
const parsed = (words: string) => {
  const read = parseRule(words, subject);
  return read.kind === 'rules' ? read.rules : `${read.fault}. ${read.remedy}`;
};
const written = (rule: string) =>
  parseRulesFile('slopescope.json', `{ "models": [ { "model": "m.keras", "rules": [\n${rule}\n] } ] }`);

/** y = x·(north + 3·south + 2·west): from south to west it falls by x. */
function onePerLevel(): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [4], ['x', 'city_north', 'city_south', 'city_west']);
  const level = build.dense(build.take(x, 0, [1, 2, 3]), Float64Array.of(1, 3, 2));
  build.output('y', build.combine('multiply', build.take(x, 0, [0]), level));
  return build.finish('levels', { file: 'test', format: 'test', layers: [] });
}

describe('an order between inputs', () => {
  const checked = checkedTable({
    values: { a: [0, 2, 4], b: [0, 10, 20] },
    slopes: { a: [-3, 1, 6], b: [1, -1, 1] },
  });
  const rule: Rule = { expect: 'matters at least as much as', input: 'a', other: 'b', level: 'warning' };
  const failing = (more: Partial<Rule> = {}, table = checked) => [
    ...checkRule({ ...rule, ...more }, table, { explain: false }).failing,
  ];

  it('compares |slope| × spread row by row, or |slope| per one', () => {
    // Spreads are 2 and 10: 6 − 10, 2 − 10 and 12 − 10.
    expect(failing()).toEqual([0, 1]);
    expect(failing({ per: 'one' })).toEqual([]);
    expect(failing({ tolerance: 4 })).toEqual([1]);
    expect(checkRule(rule, checked, { explain: false }).finding?.message).toBe(
      'a: matters less than b in 2 of 3 rows (67\u2009%), worst \u22128.00 min per spread at row 2.',
    );
  });

  it('decides by exact slopes where rounding could', () => {
    const close = checkedTable({
      values: { a: [0, 2, 4], b: [0, 2, 4] },
      slopes: { a: [0.1, 0.1, 0.1], b: [0.1 + 1e-12, 0.1 - 1e-12, 0.1] },
    });
    expect(failing({}, close)).toEqual([0]);
  });

  it('in model units takes the slopes of the network itself', () => {
    const scaled = { ...checked, modelFactor: (input: number) => (input === 0 ? 0.5 : 0.05) };
    // |slopes| 6, 2, 12 against 20, 20, 20.
    expect(failing({ per: 'one', units: 'model' }, scaled)).toEqual([0, 1, 2]);
  });

  it('names what it cannot compare with', () => {
    expect(parsed('a matters at least as much as c')).toBe('c is not an input of m.keras. Did you mean a?');
    expect(parsed('a matters at least as much as a')).toBe('a is compared with itself. Name another input.');
    expect(parsed('a matters at least as much as b per one')).toEqual([{ ...rule, per: 'one' }]);
    expect(written('{ "inputs": ["a"], "expect": "matters at least as much as" }').problems[0]?.message).toBe(
      'slopescope.json line 2: "matters at least as much as" names no other input.',
    );
    const [entry] = written('{ "inputs": ["a"], "expect": "matters at least as much as", "other": "bb" }').models;
    expect(resolveRule(entry!.rules[0]!, subject).problems).toMatchObject([{ remedy: 'Did you mean b?' }]);
  });
});

describe('an order of levels', () => {
  it('is read from words and from slopescope.json', () => {
    const rule = { expect: 'levels in order', input: 'grade', levels: ['1', '2', '3'], level: 'warning' };
    expect(parsed('grade: 1 ≤ 2 <= 3')).toEqual([rule]);
    expect(parsed('grade levels in order 1 ≤ 2 ≤ 3')).toEqual([rule]);
    expect(parsed('City: North ≤ South')).toEqual([{ ...rule, input: 'City', levels: ['North', 'South'] }]);
    expect(parsed('city: north ≤ east')).toMatch(/^city is not an input of m\.keras\./);
    expect(parsed('grade: 1 ≤ 1')).toMatch(/^the level 1 stands twice/);
    const [entry] = written('{ "inputs": ["grade"], "expect": "levels in order", "levels": [1, 2, 3] }').models;
    expect(resolveRule(entry!.rules[0]!, subject).rules).toMatchObject([{ input: 'grade', levels: ['1', '2', '3'] }]);
    expect(written('{ "inputs": ["grade"], "expect": "levels in order" }').problems[0]?.message).toBe(
      'slopescope.json line 2: an order needs at least two levels.',
    );
    expect(
      written('{ "inputs": ["grade"], "expect": "levels in order", "levels": [1, 2], "check": "step" }').problems[0]
        ?.message,
    ).toBe('slopescope.json line 2: "levels in order" cannot be checked by "step".');
  });

  it('compares the forecasts of the levels, everything else as in the row', async () => {
    const rows = [
      [1, 1, 0, 0],
      [5, 0, 0, 1],
      [-2, 0, 1, 0],
    ];
    const session = await sessionOf(onePerLevel(), csvOf(['x', 'city_north', 'city_south', 'city_west'], rows));
    const order = (levels: readonly string[]): Rule => ({
      expect: 'levels in order',
      input: 'city',
      levels,
      level: 'error',
    });
    session.setRules([order(['north', 'south', 'west']), order(['north', 'south']), order(['north', 'easst'])]);
    const { findings, rules } = await session.findings({ output: 0, units: 'original' }, unheard);
    expect(findings.map(({ message }) => message)).toEqual([
      'city: forecast falls from one level to the next in 3 of 3 rows (100\u2009%), worst \u22125.00 y from south to west at row 2.',
      'city: forecast falls from one level to the next in 1 of 3 rows (33\u2009%), worst \u22124.00 y from north to south at row 3.',
    ]);
    expect(rules[2]?.problem).toContain('city is not an input of the model.');
  });
});

describe('a condition that no row meets', () => {
  it('is never a pass', () => {
    const checked = checkedTable({ values: { a: [1, 2] }, slopes: { a: [1, 1] } });
    const rule: Rule = { expect: 'never falls', input: 'a', where: [{ column: 'a', above: 9 }], level: 'warning' };
    expect(checkRule(rule, checked, { explain: false })).toMatchObject({
      holds: false,
      problem: { message: 'No row of data.csv meets a > 9.' },
    });
  });
});
