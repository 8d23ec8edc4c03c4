import type { Tensor } from '../../network/builder';
import { categoriesOf, droppedCategories, encodesUnknown, infrequentGroups, type Categories } from './categories';
import {
  fittedArrays,
  fittedNumbers,
  numberSetting,
  setting,
  spend,
  unsupported,
  unusable,
  type Fitted,
} from './fitted';
import { asNumbers, frameOf, joined, selected, type Column, type Frame, type Lowering } from './frame';

/** One 0/1 column per category; with `drop` all but one, with infrequent categories one for all of those. */
export function oneHotEncoder(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const categories = checkedCategories(fitted, frame);
  const dropped = droppedCategories(fitted);
  const infrequent = infrequentGroups(fitted);
  if (dropped.some((index) => index !== undefined) && infrequent.some((groups) => groups !== undefined))
    unsupported(fitted, `${fitted.label} both drops categories and groups infrequent ones, which cannot be read`);
  const unknownJoins = setting(fitted, 'handle_unknown') === 'infrequent_if_exist';
  const parts = categories.map((known, i) => {
    const given = indicators(known, frame, i, lowering);
    const groups = infrequent[i];
    const kept = known.levels.flatMap((_, k) => (k === dropped[i] ? [] : [k]));
    const names = groups ? groupNames(known.levels, groups) : kept.map((k) => known.levels[k]!);
    const encoded = groups
      ? grouped(fitted, given, groups, names.length, unknownJoins, lowering)
      : lowering.builder.at(fitted.label).take(given, 0, kept);
    const { name } = frame.columns[i]!;
    return frameOf(
      encoded,
      names.map((level) => `${name}_${level}`),
    );
  });
  return joined(fitted, parts);
}

/** Each category to the column of its group, an unknown one to the last group if it joins the infrequent ones. */
function grouped(
  fitted: Fitted,
  given: Tensor,
  groups: readonly number[],
  count: number,
  unknownJoins: boolean,
  lowering: Lowering,
): Tensor {
  const width = groups.length + 1;
  spend(fitted, count * width);
  const weights = new Float64Array(count * width);
  groups.forEach((group, k) => (weights[group * width + k] = 1));
  if (unknownJoins) weights[count * width - 1] = 1;
  return lowering.builder.at(fitted.label).dense(given, weights);
}

/** The number of the category, or `unknown_value`. */
export function ordinalEncoder(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const unknown = numberSetting(fitted, 'unknown_value');
  const other = unknown !== undefined && Number.isFinite(unknown) ? unknown : 0;
  const infrequent = infrequentGroups(fitted);
  const parts = checkedCategories(fitted, frame).map((known, i) => {
    const codes = known.levels.map((_, k) => infrequent[i]?.[k] ?? k);
    const weights = Float64Array.from([...codes, encodesUnknown(fitted) ? other : 0]);
    const given = indicators(known, frame, i, lowering);
    return frameOf(lowering.builder.at(fitted.label).dense(given, weights), [frame.columns[i]!.name]);
  });
  return joined(fitted, parts);
}

/** The mean of the target in a category as it was learned, shrunk towards the whole; the whole mean for an unknown one. */
export function targetEncoder(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const encodings = fittedArrays(fitted, 'encodings_');
  const categories = checkedCategories(fitted, frame);
  const targets = encodings.length / Math.max(categories.length, 1);
  const means = fittedNumbers(fitted, 'target_mean_').values;
  if (!Number.isInteger(targets) || (means.length !== targets && means.length !== 1))
    unusable(fitted, 'encodings_', `are ${encodings.length} for ${categories.length} columns`);
  const parts = categories.map((known, i) => {
    const given = indicators(known, frame, i, lowering);
    const each = Array.from({ length: targets }, (_, target) => {
      const { values } = encodings[i * targets + target]!;
      if (values.length !== known.levels.length)
        unusable(fitted, 'encodings_', `has ${values.length} numbers for ${known.levels.length} categories`);
      return [...values, means[target] ?? means[0]!];
    });
    const encoded = lowering.builder.at(fitted.label).dense(given, Float64Array.from(each.flat()));
    return frameOf(
      encoded,
      each.map((_, target) => (targets === 1 ? frame.columns[i]!.name : `${frame.columns[i]!.name}_${target}`)),
    );
  });
  return joined(fitted, parts);
}

function checkedCategories(fitted: Fitted, frame: Frame): readonly Categories[] {
  const categories = categoriesOf(fitted);
  if (categories.length !== frame.columns.length)
    unusable(fitted, 'categories_', `has ${categories.length} entries for ${frame.columns.length} columns`);
  return categories;
}

/** 1 for the category of the row and 0 elsewhere; an element for unknown ones at the end. */
function indicators(known: Categories, frame: Frame, at: number, lowering: Lowering): Tensor {
  const { builder } = lowering;
  const column: Column = frame.columns[at]!;
  const count = known.levels.length;
  if (column.kind === 'text') {
    return column.tensor.shape[0] === count + 1
      ? column.tensor
      : builder.concat([column.tensor, builder.constant(new Float64Array(1), [1])], 0);
  }
  const numbers = known.kind === 'number' ? known.values : Float64Array.from(known.levels, Number);
  const value = asNumbers(selected(frame, [at]), lowering, column.name);
  const equal = builder.compare('equal', value, builder.constant(numbers, [count]));
  const some = builder.reduce('sum', equal, [0], true);
  const none = builder.scale(some, Float64Array.of(-1), Float64Array.of(1));
  return builder.concat([equal, none], 0);
}

function groupNames(levels: readonly string[], groups: readonly number[]): string[] {
  const count = groups.reduce((most, group) => Math.max(most, group), -1) + 1;
  const names = new Array<string>(count).fill('infrequent');
  groups.forEach((group, k) => {
    if (group < count - 1) names[group] = levels[k] ?? '';
  });
  return names;
}
