import { describe, expect, it } from 'vitest';
import { checkRules, findingsOf } from '../../../src/findings/check';
import { parseRule } from '../../../src/findings/parseRule';
import { suggestRules } from '../../../src/findings/suggestions';
import { activityFacts, activityModel, checkedBy } from './models';

const { network, table, scalings } = await activityModel();
const hidden = network.nodes.findLastIndex(
  ({ op }, index) => op.kind === 'activation' && index < network.nodes.length - 1,
);
const checked = checkedBy(network, table, scalings, network.inputs.length + hidden);
const subject = { model: 'duration.keras', inputs: checked.inputs.map(({ name }) => name), outputs: checked.outputs };

function rules(words: string) {
  const parsed = parseRule(words, subject);
  if (parsed.kind === 'fault') throw new Error(parsed.fault);
  return parsed.rules;
}

describe('the activity model', () => {
  const asked = [...rules('* never falls'), ...rules('forecast at least 0')];
  const results = checkRules(asked, checked, { explain: true });
  const findings = findingsOf(results);
  const facts = activityFacts();
  const of = (input: string) => findings.find((finding) => finding.input === input);

  it('fails in exactly the rows that TensorFlow finds', () => {
    const counts = Object.fromEntries(
      results.flatMap(({ rule, failing }) => (rule.input ? [[rule.input, failing.length]] : [])),
    );
    expect(counts).toEqual(facts.rows_with_negative_slope);
    const forecast = results.find(({ rule }) => rule.expect === 'forecast at least');
    expect([...(forecast?.failing ?? [])]).toEqual(facts.rows_with_prediction_below_0);
  });

  it('has findings with count, share, worst value with unit, and row', () => {
    expect(of('site_visits')?.message).toBe(
      'site_visits: slope below 0 in 5 of 500 rows (1.0\u2009%), worst \u221229.4 duration_minutes per 1 site_visits at row 341.',
    );
    expect(of('calls_made')?.message).toMatch(
      /^calls_made: slope below 0 in 75 of 500 rows \(15\u2009%\), worst \u221212\.3 duration_minutes per 1 calls_made at row 185, \d+ of them where .+\.$/,
    );
  });

  it('puts the weightiest finding first', () => {
    const weights = findings.map(({ weight }) => weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });

  it('claims only regions that hold most failing rows they were not found on, and says where there is none', () => {
    const claimed = findings.filter(({ where }) => (where?.conditions.length ?? 0) > 0);
    expect(claimed.map(({ input }) => input).sort()).toEqual(
      expect.arrayContaining(['calls_made', 'forms_filled', 'records_checked', 'reports_written']),
    );
    for (const { where, rows } of claimed) {
      expect(where!.coverage).toBeGreaterThanOrEqual(0.8);
      expect(where!.precision).toBeGreaterThan(1.25 * rows.share);
    }
    expect(of('site_visits')?.where?.words).toBe('No simple range holds them.');
  });

  it('names the partner and the responsible units', () => {
    const [partner, units] = of('calls_made')?.why ?? [];
    expect(partner?.kind).toBe('partner');
    expect(partner?.message).toContain('calls_made and forms_filled rise together in your table (correlation 0.99');
    expect(units?.message).toMatch(
      /^Hidden units h2_\d+ \(\u2212[\d.]+\) and h2_\d+ \(\u2212[\d.]+\) pull the slope down at row 185, \d+\u2009% of all that does\.$/,
    );
  });

  it('splits the slope into parts that sum to it', () => {
    for (const position of [0, 184, 499]) {
      const parts = checked.layerParts?.(0, position)[0]?.parts ?? new Float64Array();
      const slope = checked.exactSlopes(0, Uint32Array.of(position))[0]!;
      expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) / slope - 1)).toBeLessThan(1e-9);
    }
  });

  it('suggests rules along the average slopes and applies none', () => {
    const suggested = suggestRules(checked, rules('calls_made never falls'));
    expect(suggested.map(({ expect: expectation, input }) => `${input ?? ''} ${expectation}`)).toEqual(
      subject.inputs.filter((name) => name !== 'calls_made').map((name) => `${name} never falls`),
    );
  });
});
