import { slopeUnit, splitUnit } from '../table/units';
import type { Checked } from './checked';
import { conditionsWords } from './conditions';
import { faultWords, isForecastRule, isSlopeRule } from './expectations';
import type { Finding } from './finding';
import type { Condition, Rule } from './rule';
import { count, number, percent, signed } from './words';

/** The unit in which a rule's numbers are: `min per call`, `min`, or in model units what they are slopes of. */
export function slopeUnitOf(rule: Rule, { output, inputs }: Checked, input: number | undefined): string {
  const { name } = splitUnit(output.name);
  const outputUnit = output.unit || name;
  if (rule.units === 'model') return 'in model units';
  if (rule.expect === 'matters at least as much as') return `${outputUnit} per ${rule.per ?? 'spread'}`;
  if (!isSlopeRule(rule) || rule.check === 'step' || input === undefined) return outputUnit;
  return slopeUnit(output, inputs[input]!);
}

/**
 * The sentence of a finding, the same everywhere: "calls_made: slope below 0 in 33 of 500 rows (6.6 %), worst −4.28 min
 * per call at row 360, 15 of them where calls_made > 15."
 */
export function findingMessage(finding: Omit<Finding, 'message' | 'why'>): string {
  const { rule, rows, unit, where, step } = finding;
  const worst = isForecastRule(rule) ? number(rows.worst) : signed(rows.worst);
  const region =
    where && where.conditions.length > 0
      ? `, ${where.failing === rows.count ? 'all' : count(where.failing)} of them where ${where.words}`
      : '';
  const condition = rule.where && rule.where.length > 0 ? ` where ${conditionsWords(rule.where)}` : '';
  const levels = step ? `from ${step.from} to ${step.to} ` : '';
  const place = `${levels}at row ${count((rows.worstRows[0] ?? 0) + 1)}`;
  const part = rows.part === undefined ? '' : `; read is ${rows.part}`;
  const many = `${count(rows.count)} of ${count(rows.of)} rows${condition} (${percent(rows.share)}${part})`;
  const much = Number.isNaN(rows.worst) ? `not a number ${place}` : `worst ${worst} ${unit} ${place}`;
  return `${finding.input ?? finding.output}: ${faultWords(rule, unit)} in ${many}, ${much}${region}.`;
}

/** "where" in words, or that there is none. */
export function regionWords(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? 'No simple range holds them.' : conditionsWords(conditions);
}
