import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breaks, demandOf } from '../../../src/findings/expectations';
import type { Finding } from '../../../src/findings/finding';
import type { Condition, Rule } from '../../../src/findings/rule';
import { fixesFor } from '../../../src/views/ruleFixes';
import { changedRule } from '../../../src/views/rulesEdit';

function finding(rule: Omit<Rule, 'level'>, worst: number, conditions: readonly Condition[] = []): Finding {
  return {
    rule: { level: 'warning', ...rule },
    code: 'code',
    output: 'y',
    severity: 'warning',
    rows: { count: 33, of: 500, share: 0.066, worstRows: [359], worstLines: [361], worst },
    size: 1,
    weight: 1,
    unit: 'min per call',
    where: { conditions, words: '', precision: 1, coverage: 1, failing: 33, rows: 40 },
    why: [],
    message: '',
  };
}

describe('what can be done about a finding', () => {
  it('allows the rows that fail now', () => {
    expect(fixesFor(finding({ expect: 'never falls', input: 'x' }, -4.28)).allow).toEqual({
      kind: 'allow rows',
      rows: 33,
    });
  });

  it.each([
    ['never falls', {}, -4.2837, { expect: 'slope at least', low: -4.29, lowered: true }],
    ['always rises', {}, 0, { expect: 'slope at least', low: 0, lowered: true }],
    ['never rises', {}, 0.00123456, { expect: 'slope at most', high: 0.00124, lowered: false }],
    ['slope at least', { low: 5 }, 4.28, { expect: 'slope at least', low: 4.28, lowered: true }],
    ['slope between', { low: 0, high: 3 }, 12345, { expect: 'slope between', low: 0, high: 12400, lowered: false }],
    ['forecast at least', { low: 0 }, -8.2, { expect: 'forecast at least', low: -8.2, lowered: true }],
  ] as const)('moves the limit of "%s"', (expect_, limits, worst, wanted) => {
    expect(fixesFor(finding({ expect: expect_, ...limits }, worst)).limit).toMatchObject(wanted);
  });

  it('moves no limit where there is none, or no number', () => {
    expect(fixesFor(finding({ expect: 'no effect', input: 'x' }, 2)).limit).toBeUndefined();
    expect(fixesFor(finding({ expect: 'never falls', input: 'x' }, NaN)).limit).toBeUndefined();
  });

  it('makes the worst row hold, whatever its number', () => {
    const worst = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
    const expects = fc.constantFrom('never falls', 'never rises', 'always rises', 'always falls');
    fc.assert(
      fc.property(worst, expects, (value, expect_) => {
        const rule: Rule = { expect: expect_, input: 'x', level: 'warning' };
        fc.pre(breaks(demandOf(rule), value));
        const { limit } = fixesFor(finding(rule, value));
        const moved = limit && changedRule(rule, limit);
        expect(moved && breaks(demandOf(moved), value)).toBe(false);
      }),
    );
  });

  it.each([
    [{ column: 'calls made', above: 15 }, 'calls made <= 15', 'calls made ≤ 15'],
    [{ column: 'a', atLeast: -2.5 }, 'a < -2.5', 'a < −2.5'],
    [{ column: 'a', below: 3 }, 'a >= 3', 'a ≥ 3'],
    [{ column: 'a', atMost: 0 }, 'a > 0', 'a > 0'],
  ])('keeps a rule to the rows outside %o', (condition, where, words) => {
    expect(fixesFor(finding({ expect: 'never falls', input: 'a' }, -1, [condition])).where).toEqual({
      kind: 'only where',
      where,
      words,
    });
  });

  it('offers no region whose outside is not one condition', () => {
    const regions: Condition[][] = [
      [],
      [{ column: 'a', above: 1, below: 3 }],
      [{ column: 'a', levels: ['x'] }],
      [
        { column: 'a', above: 1 },
        { column: 'b', above: 1 },
      ],
    ];
    for (const region of regions)
      expect(fixesFor(finding({ expect: 'never falls', input: 'a' }, -1, region)).where).toBeUndefined();
  });
});
