import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRule, checkRules, findingsOf } from '../../../src/findings/check';
import type { Rule } from '../../../src/findings/rule';
import { suggestRules } from '../../../src/findings/suggestions';
import { checkedTable } from './checkedTable';

const made = checkedTable({
  values: { a: [1, 2, 3, 4, 5], b: [10, 0, 10, 0, 10] },
  slopes: { a: [2, -1, 0, -3, 4], b: [1, 1, 1, 1, 1] },
  forecast: [5, -1, 7, 30, 9],
});
const plain = { explain: false };
const rule = (expect: Rule['expect'], more: Partial<Rule> = {}): Rule => ({
  expect,
  input: 'a',
  level: 'warning',
  ...more,
});
const failing = (asked: Rule) => [...checkRule(asked, made, plain).failing];
const message = (asked: Rule) => checkRule(asked, made, plain).finding?.message;

describe('a rule', () => {
  it.each<[Rule, number[]]>([
    [rule('never falls'), [1, 3]],
    [rule('never rises'), [0, 4]],
    [rule('always rises'), [1, 2, 3]],
    [rule('always falls'), [0, 2, 4]],
    [rule('no effect'), [0, 1, 3, 4]],
    [rule('slope at least', { low: 0 }), [1, 3]],
    [rule('slope at most', { high: 2 }), [4]],
    [rule('slope between', { low: -1, high: 2 }), [3, 4]],
    [rule('never falls', { tolerance: 1 }), [3]],
    [rule('always rises', { tolerance: 1 }), [3]],
    [rule('never falls', { where: [{ column: 'b', above: 5 }] }), []],
    [rule('never falls', { where: [{ column: 'a', atLeast: 2, below: 4 }] }), [1]],
    [{ expect: 'forecast at least', low: 0, level: 'error' }, [1]],
    [{ expect: 'forecast at most', high: 9, level: 'error' }, [3]],
    [{ expect: 'forecast between', low: 0, high: 9, level: 'error' }, [1, 3]],
  ])('%j fails in the rows %j', (asked, rows) => {
    expect(failing(asked)).toEqual(rows);
  });

  it('says how many, how much and where', () => {
    expect(message(rule('never falls'))).toBe(
      'a: slope below 0 in 2 of 5 rows (40\u2009%), worst \u22123.00 min per call at row 4.'.replace(
        '\u22123 ',
        '\u22123.00 ',
      ),
    );
    expect(message(rule('slope at least', { low: 2.5 }))).toBe(
      'a: slope below 2.50 min per call in 4 of 5 rows (80\u2009%), worst \u22123.00 min per call at row 4.',
    );
    expect(message({ expect: 'forecast at least', low: 0, level: 'error' })).toBe(
      'y: forecast below 0 in 1 of 5 rows (20\u2009%), worst \u22121.00 min at row 2.',
    );
    expect(message(rule('never falls', { where: [{ column: 'b', below: 5 }] }))).toBe(
      'a: slope below 0 in 2 of 2 rows where b < 5 (100\u2009%), worst \u22123.00 min per call at row 4.',
    );
  });

  it('gives the worst rows with their lines, and its size and weight', () => {
    const { finding } = checkRule(rule('slope at least', { low: 1 }), made, plain);
    expect(finding?.rows).toEqual({
      count: 3,
      of: 5,
      share: 0.6,
      worstRows: [3, 1, 2],
      worstLines: [5, 3, 4],
      worst: -3,
    });
    expect(finding?.size).toBe(4);
    const spreads = Math.sqrt(2.5) / Math.sqrt(556 / 4);
    expect(finding?.weight).toBeCloseTo((2 + 1 + 4) * spreads, 10);
    expect(finding?.code).toBe('slope-at-least');
  });

  it('holds while no more rows fail than it allows', () => {
    expect(checkRule(rule('never falls', { allowRows: 2 }), made, plain)).toMatchObject({ holds: true, of: 5 });
    expect(checkRule(rule('never falls', { allowRows: 1 }), made, plain).holds).toBe(false);
    expect(checkRule(rule('never falls', { allowShare: 0.4 }), made, plain).holds).toBe(true);
    expect(checkRule(rule('never falls', { allowShare: 0.4, allowRows: 1 }), made, plain).holds).toBe(false);
  });

  it('can be checked by the exact +1 step', () => {
    const stepped = checkedTable({
      values: { a: [1, 2] },
      slopes: { a: [-1, -1] },
      input: { steps: Float64Array.of(0.5, -0.42) },
    });
    expect(checkRule(rule('never falls', { check: 'step' }), stepped, plain).finding?.message).toBe(
      'a: one more lowers the forecast in 1 of 2 rows (50\u2009%), worst \u22120.42 min at row 2.',
    );
    expect(checkRule(rule('never falls', { check: 'step' }), made, plain).problem?.message).toBe(
      'a has no +1 step: it is not a whole number in every row.',
    );
  });

  it('can be given in model units', () => {
    const asked = rule('slope at least', { low: -2, units: 'model' });
    const checked = { ...made, modelFactor: () => 2 };
    expect([...checkRule(asked, checked, plain).failing]).toEqual([]);
    expect([...checkRule({ ...asked, low: -1 }, checked, plain).failing]).toEqual([3]);
  });

  it('counts a number that is none as failing, never as holding', () => {
    const broken = checkedTable({ values: { a: [1, 2] }, slopes: { a: [NaN, 1] } });
    expect(checkRule(rule('never falls'), broken, plain).finding?.message).toBe(
      'a: slope below 0 in 1 of 2 rows (50\u2009%), not a number at row 1.',
    );
  });

  it.each([
    [rule('never falls', { input: 'c' }), 'c is not an input of the model.', 'Did you mean a?'],
    [
      rule('never falls', { where: [{ column: 'bb', above: 1 }] }),
      "data.csv has no column bb, which the rule's condition needs.",
      'Did you mean b?',
    ],
  ])('that cannot be checked does not hold and says why', (asked, text, remedy) => {
    const result = checkRule(asked, made, plain);
    expect(result).toMatchObject({ holds: false, problem: { message: text, remedy } });
  });

  it('on a switched input is a problem', () => {
    const switched = checkedTable({
      values: { a: [1] },
      slopes: {},
      input: { kind: 'switched', slopes: new Float32Array() },
    });
    expect(checkRule(rule('never falls'), switched, plain).problem?.code).toBe('rule-no-slope');
  });

  it('for another output is left out, and keeps its number', () => {
    const two = { ...made, outputs: ['x', 'y'] };
    const results = checkRules(
      [rule('never falls', { output: 'x' }), rule('never falls'), rule('never rises', { output: 'Y' })],
      two,
      plain,
    );
    expect(results.map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('counts', () => {
  const rules: Rule[] = [
    rule('never falls'),
    rule('always rises'),
    rule('slope at least', { low: 0.1 }),
    rule('slope between', { low: -0.3, high: 0.7 }),
    rule('slope at most', { high: 1 / 3, tolerance: 0.1 }),
  ];

  it('are those of float64 however near a limit the slopes lie', () => {
    const nearLimit = fc.constantFrom(0, 0.1, -0.3, 0.7, 1 / 3 + 0.1, 1 / 3);
    const slope = fc
      .tuple(nearLimit, fc.integer({ min: -4, max: 4 }), fc.constantFrom(2 ** -30, 2 ** -26, 2 ** -52))
      .map(([limit, steps, size]) => limit + steps * size);
    fc.assert(
      fc.property(fc.array(slope, { minLength: 1, maxLength: 40 }), (slopes) => {
        const values = { a: slopes.map((_, row) => row) };
        const checked = checkedTable({ values, slopes: { a: slopes } });
        const exact = checkedTable({ values, slopes: { a: slopes }, input: { slopes: Float64Array.from(slopes) } });
        for (const asked of rules) {
          expect([...checkRule(asked, checked, plain).failing]).toEqual([...checkRule(asked, exact, plain).failing]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are exact also when the stored slopes have an error of their own', () => {
    const slopes = [1e-7, -1e-7, 5e-8, -0.5];
    const stored = Float32Array.of(-1e-7, 1e-7, 5e-8, -0.5);
    const checked = checkedTable({
      values: { a: [1, 2, 3, 4] },
      slopes: { a: slopes },
      input: { slopes: stored, slopeError: 1e-6 },
    });
    expect([...checkRule(rule('never falls'), checked, plain).failing]).toEqual([1, 3]);
  });
});

describe('findings', () => {
  it('come worst first', () => {
    const results = checkRules(
      [rule('never rises'), rule('never falls'), rule('slope at most', { high: 3.9 })],
      made,
      plain,
    );
    expect(findingsOf(results).map(({ code }) => code)).toEqual(['never-rises', 'never-falls', 'slope-at-most']);
  });

  it('name the ten worst of many rows, ties by row', () => {
    const rows = Array.from({ length: 1000 }, (_, row) => row);
    const checked = checkedTable({
      values: { a: rows },
      slopes: { a: rows.map((row) => (row % 100 === 7 ? -5 : -1)) },
    });
    const { finding } = checkRule(rule('never falls'), checked, plain);
    expect(finding?.rows.worstRows).toEqual([7, 107, 207, 307, 407, 507, 607, 707, 807, 907]);
  });
});

describe('suggested rules', () => {
  it('follow the average, where most rows agree, and the sign of the true values', () => {
    const checked = checkedTable({
      values: { a: [1, 2, 3], b: [1, 2, 3], c: [1, 2, 3], d: [1, 1, 1] },
      slopes: { a: [1, 1, -1], b: [-1, -1, 0], c: [9, -1, -1], d: [0, 0, 0] },
      forecast: [-1, 2, 3],
      more: { actual: Float64Array.of(0, 1, 2) },
    });
    expect(suggestRules(checked, [])).toEqual([
      { expect: 'never falls', input: 'a', level: 'warning' },
      { expect: 'never rises', input: 'b', level: 'warning' },
      { expect: 'forecast at least', low: 0, level: 'warning' },
    ]);
    expect(suggestRules(checked, [rule('no effect'), rule('no effect', { input: 'B' })])).toHaveLength(1);
  });
});
