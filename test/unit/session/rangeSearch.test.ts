import { beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/findings/rule';
import type { Session } from '../../../src/session/session';
import { activitySession, call } from './sampleSession';

/** Rows at which forms_filled does not lower the forecast. */
const header =
  'calls_made,emails_answered,forms_filled,site_visits,meetings_held,reports_written,records_checked,complaints_handled';
const calm = `${header}\n4,3,4,1,4,0,11,0\n5,2,5,1,1,1,10,1\n0,8,1,3,0,2,20,2\n9,1,9,0,3,0,2,0\n`;

const rule = (more: Partial<Rule>): Rule => ({ expect: 'never falls', level: 'error', ...more });

describe('a search beside the rows', () => {
  let session: Session;
  beforeAll(async () => {
    session = await activitySession(calm);
  });
  const check = async (...rules: Rule[]) => {
    session.setRules(rules);
    return session.findings({ output: 0, units: 'original' }, call);
  };

  it('fails a rule with ranges at two whole-number points whose forecasts show it', async () => {
    const { findings, rules } = await check(
      rule({ input: 'reports_written', check: 'ranges', expect: 'slope at least', low: -1000 }),
      rule({ input: 'calls_made', check: 'ranges', ranges: { calls_made: [0, 40], forms_filled: [0, 40] } }),
    );
    expect(rules.map(({ holds }) => holds)).toEqual([true, false]);
    const [finding] = findings;
    const [first, second] = finding!.between!.points;
    expect(finding!.rows.count).toBe(0);
    expect(second.forecast).toBeLessThan(first.forecast);
    expect(second.values[0]! - first.values[0]!).toBe(1);
    expect([...first.values].every(Number.isInteger)).toBe(true);
    expect(finding!.message).toMatch(
      /^calls_made holds in all 4 rows, but not everywhere between them: falls by \d[\d.]* duration_minutes near row \d\. (With|As) .*: \d+ calls_made give [\d.]+ duration_minutes, \d+ give [\d.]+ duration_minutes\.$/,
    );
  });

  it('stays within the ranges and finds the same each time', async () => {
    const asked = () => rule({ input: 'calls_made', check: 'ranges', ranges: { calls_made: [10, 20] } });
    const [first] = (await check(asked())).findings;
    const [second] = (await check(asked())).findings;
    expect(second).toEqual(first);
    for (const { values } of first?.between?.points ?? []) {
      expect(values[0]).toBeGreaterThanOrEqual(10);
      expect(values[0]).toBeLessThanOrEqual(20);
    }
  });

  it('is only a note where the rule does not ask for it', async () => {
    const given = await check(rule({ expect: 'forecast at least', low: 60 }));
    const [standing] = given.rules;
    if (standing!.holds) expect(given.findings).toEqual([]);
    const hardly = await check(rule({ expect: 'forecast at least', low: -1e6 }));
    expect(hardly.rules[0]).not.toHaveProperty('between');
  });
});

describe('findings', () => {
  it('are worked out once while the rules stay the same', async () => {
    const session = await activitySession();
    session.setRules([rule({ input: 'calls_made' })]);
    const view = { output: 0, units: 'original' } as const;
    const first = await session.findings(view, call);
    expect(await session.findings(view, call)).toBe(first);
    session.setRules([rule({ input: 'calls_made' })]);
    expect(await session.findings(view, call)).not.toBe(first);
  });
});
