import type { Rule } from '../findings/rule';
import type { Session } from './session';

/**
 * What each flat input is known by beside another model: the column that feeds it alone, else its own name, for a column
 * that feeds several inputs, one per level, does not tell them apart.
 */
export function inputKeys(session: Session): readonly string[] {
  const { inputs } = session.describe();
  const fed = new Map<string, number>();
  for (const { column } of inputs) if (column !== undefined) fed.set(column, (fed.get(column) ?? 0) + 1);
  return inputs.map(({ name, column }) => (column !== undefined && fed.get(column) === 1 ? column : name));
}

/**
 * The second model's output that is the same as one of the first: the one of that name, else the one at that place where
 * its own name is no output of the first. Undefined where there is none.
 */
export function sameOutput(first: Session, second: Session, output: number): number | undefined {
  const [own, others] = [first, second].map((session) => session.describe().outputs.map(({ name }) => name));
  const named = others!.indexOf(own![output]!);
  if (named >= 0) return named;
  return output < others!.length && !own!.includes(others![output]!) ? output : undefined;
}

/** The first model's rules with the second one's names of the outputs; inputs are named by their columns in both. */
export function rulesForSecond(first: Session, second: Session): readonly Rule[] {
  const outputs = first.describe().outputs.map(({ name }) => name);
  const outputOf = (name: string): string => {
    const place = outputs.indexOf(name);
    const same = place < 0 ? undefined : sameOutput(first, second, place);
    return same === undefined ? name : second.describe().outputs[same]!.name;
  };
  return first.rules.map((rule) => (rule.output === undefined ? rule : { ...rule, output: outputOf(rule.output) }));
}
