import { matchNames } from '../table/matching';
import type { Checked } from './checked';
import type { Rule } from './rule';

/** Number of the flat input a rule is for; undefined for forecast rules. */
export function inputOf(rule: Rule, checked: Pick<Checked, 'inputs'>): number | undefined {
  if (rule.input === undefined) return undefined;
  return matchNames(
    [rule.input],
    checked.inputs.map(({ name }) => name),
  )[0];
}
