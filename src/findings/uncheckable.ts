import { nearestName } from '../table/names';
import { matchNames } from '../table/matching';
import type { Problem } from '../problem';
import type { Checked, CheckedInput } from './checked';
import { conditionsWords, unknownColumn } from './conditions';
import { isForecastRule } from './expectations';
import { orderedLevels } from './levelOrder';
import type { Rule } from './rule';

/** Why a rule cannot be checked on a table, and what to do; undefined when it can. */
export function uncheckable(rule: Rule, checked: Checked, input: number | undefined): Problem | undefined {
  const fault = faultOf(rule, checked, input);
  return fault && problemOf(rule, checked, fault);
}

/** A rule whose condition no row meets was not checked at all, which is never a pass. */
export function withoutRows(rule: Rule, checked: Checked): Problem {
  const what = `No row of ${checked.table.name} meets ${conditionsWords(rule.where ?? [])}.`;
  const remedy = "Correct the rule's condition, or leave the rule out.";
  return problemOf(rule, checked, { code: 'rule-no-rows', what, remedy });
}

function problemOf({ written }: Rule, { table }: Checked, { code, what, remedy }: Fault): Problem {
  return {
    code,
    message: what,
    file: written?.file ?? table.name,
    ...(written ? { place: { kind: 'line', line: written.line, column: written.column } } : {}),
    remedy,
    severity: 'error',
  };
}

interface Fault {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

function faultOf(rule: Rule, checked: Checked, input: number | undefined): Fault | undefined {
  const outside = unknownColumn(rule.where ?? [], checked.table);
  if (outside) {
    const remedy = outside.near ? `Did you mean ${outside.near}?` : 'Name a column of the table.';
    const what = `${checked.table.name} has no column ${outside.column}, which the rule's condition needs.`;
    return { code: 'rule-unknown-column', what, remedy };
  }
  if (rule.expect === 'forecast can reach the target' && !checked.actual) return targetFault(checked);
  if (isForecastRule(rule)) return undefined;
  if (rule.expect === 'levels in order') return orderFault(rule, checked);
  const held = input === undefined ? undefined : checked.inputs[input];
  if (!held) return unknownInput(rule.input ?? 'A rule without a name', checked);
  if (rule.check === 'step') return stepFault(held);
  if (held.kind === 'switched') return switchedFault(held);
  return rule.expect === 'matters at least as much as' ? comparisonFault(rule, checked, held) : undefined;
}

function targetFault({ table, output }: Checked): Fault {
  const what = `${table.name} has no column with the true ${output.name}, which the rule compares with.`;
  return { code: 'rule-no-target', what, remedy: 'Name the column of true values, or leave the rule out.' };
}

function unknownInput(name: string, checked: Checked): Fault {
  const names = checked.inputs.map((input) => input.name);
  const near = nearestName(name, names);
  const remedy = near ? `Did you mean ${near}?` : `The inputs are ${names.slice(0, 10).join(', ')}.`;
  return { code: 'rule-unknown-input', what: `${name} is not an input of the model.`, remedy };
}

function stepFault({ name, steps }: CheckedInput): Fault | undefined {
  if (steps) return undefined;
  const what = `${name} has no +1 step: it is not a whole number in every row.`;
  return { code: 'rule-no-step', what, remedy: 'Check the slope at each row instead.' };
}

function switchedFault({ name, levels = [] }: CheckedInput): Fault {
  const order = levels.slice(0, 3).join(' ≤ ');
  const remedy =
    levels.length < 2 ? 'Leave the rule out.' : `Say an order of its levels instead, as in "${name}: ${order}".`;
  return { code: 'rule-no-slope', what: `${name} is switched, it has no slope that could be checked.`, remedy };
}

function comparisonFault(rule: Rule, checked: Checked, own: CheckedInput): Fault | undefined {
  const names = checked.inputs.map((input) => input.name);
  const other = checked.inputs[matchNames([rule.other ?? ''], names)[0] ?? -1];
  if (!other) return unknownInput(rule.other ?? 'A rule without a name', checked);
  if (other.kind === 'switched') return switchedFault(other);
  const fixed = rule.per === 'one' ? undefined : [own, other].find(({ values }) => !values);
  if (!fixed) return undefined;
  const what = `${fixed.name} has one fixed value, so it has no spread to be compared by.`;
  return { code: 'rule-no-spread', what, remedy: 'Compare per one of each: add "per": "one".' };
}

function orderFault(rule: Rule, checked: Checked): Fault | undefined {
  const meant = orderedLevels(rule, checked.inputs);
  if (meant.kind === 'fault') return { code: 'rule-unknown-level', what: `${meant.fault}.`, remedy: meant.remedy };
  return meant.kind === 'columns' && meant.inputs.length === 0 ? unknownInput(rule.input ?? '', checked) : undefined;
}
