import { matchNames } from '../table/matching';
import { nearestName, plainName } from '../table/names';
import type { CheckedInput } from './checked';
import type { Rule } from './rule';

/** What is set, level by level, to see how the forecast changes from one to the next. Inputs are flat ones. */
export type OrderedLevels =
  /** Places among the levels of a category. */
  | { readonly kind: 'category'; readonly input: number; readonly places: readonly number[] }
  /** Values of a number that stands for levels. */
  | { readonly kind: 'values'; readonly input: number; readonly values: readonly number[] }
  /** Yes/no inputs of which one is 1 and the others are 0; `rest` are those of levels outside the order, all 0. */
  | { readonly kind: 'columns'; readonly inputs: readonly number[]; readonly rest: readonly number[] };

/** What an order of levels means among the inputs, or what is wrong with it in words. */
export function orderedLevels(
  { input = '', levels = [] }: Pick<Rule, 'input' | 'levels'>,
  inputs: readonly Pick<CheckedInput, 'name' | 'levels' | 'values'>[],
): OrderedLevels | { readonly kind: 'fault'; readonly fault: string; readonly remedy: string } {
  const names = inputs.map(({ name }) => name);
  const place = matchNames([input], names)[0];
  if (place === undefined) return columnsOf(input, levels, inputs);
  const known = inputs[place]!.levels;
  if (!known) {
    const values = levels.map(Number);
    const wrong = levels.find((_, index) => !Number.isFinite(values[index]));
    if (wrong === undefined) return { kind: 'values', input: place, values };
    const remedy = 'Write values of the column, such as 1 ≤ 2 ≤ 3.';
    return { kind: 'fault', fault: `${input} is a number, and ${wrong} is none`, remedy };
  }
  const unknown = levels.find((level) => !known.includes(level));
  if (unknown === undefined) {
    return { kind: 'category', input: place, places: levels.map((level) => known.indexOf(level)) };
  }
  const near = nearestName(unknown, known);
  const remedy = near === undefined ? `Its levels are ${known.slice(0, 10).join(', ')}.` : `Did you mean ${near}?`;
  return { kind: 'fault', fault: `${unknown} is not a level of ${input}`, remedy };
}

/** The yes/no inputs `city_A`, `city_B` … of a category `city` whose levels have an input each; undefined without one for all. */
export function levelColumns(
  category: string,
  levels: readonly string[],
  inputs: readonly string[],
): readonly number[] | undefined {
  for (const joint of joints) {
    const wanted = levels.map((level) => `${category}${joint}${level}`);
    const places = matchNames(wanted, inputs).filter((place) => place !== undefined);
    if (places.length === levels.length) return places;
  }
  return undefined;
}

/** What may stand between a category and its level in the name of a column. */
const joints = ['_', '=', ':'];

function columnsOf(
  category: string,
  levels: readonly string[],
  inputs: readonly Pick<CheckedInput, 'name' | 'values'>[],
): OrderedLevels {
  const names = inputs.map(({ name }) => name);
  const places = levelColumns(category, levels, names) ?? [];
  const starts = joints.map((joint) => plainName(`${category}${joint}x`).slice(0, -1));
  const rest = inputs.flatMap(({ name, values }, index) => {
    const isOfCategory = !places.includes(index) && starts.some((start) => plainName(name).startsWith(start));
    return isOfCategory && values?.every((value) => value === 0 || value === 1 || Number.isNaN(value)) ? [index] : [];
  });
  return { kind: 'columns', inputs: places, rest };
}
