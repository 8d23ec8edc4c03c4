import type { Tensor } from '../../network/builder';
import { categoriesOf, droppedCategories, encodesUnknown, infrequentGroups, type Categories } from './categories';
import { numberSetting, setting, unsupported, unusable, type Fitted } from './fitted';
import { asNumbers, frameOf, joined, selected, type Column, type Frame, type Lowering } from './frame';

/** One 0/1 column per category; with `drop` all but one, with infrequent categories one for all of those. */
export function oneHotEncoder(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const categories = checkedCategories(fitted, frame);
  const dropped = droppedCategories(fitted);
  const infrequent = infrequentGroups(fitted);
  if (dropped.some((index) => index !== undefined) && infrequent.some((groups) => groups !== undefined))
    unsupported(fitted, `${fitted.label} both drops categories and groups infrequent ones, which cannot be read`);
  const parts = categories.map((known, i) => {
    const drop = dropped[i];
    const groups = infrequent[i];
    const kept = known.levels.map((_, k) => k).filter((k) => k !== drop);
    const output = (k: number): number => (groups ? (groups[k] ?? -1) : kept.indexOf(k));
    const names = groups ? groupNames(known.levels, groups) : kept.map((k) => known.levels[k]!);
    const group = groups && setting(fitted, 'handle_unknown') === 'infrequent_if_exist' ? names.length - 1 : -1;
    const column = frame.columns[i]!;
    const width = known.levels.length + 1;
    const weights = new Float64Array(names.length * width);
    for (let k = 0; k < width; k++) {
      const row = k < known.levels.length ? output(k) : group;
      if (row >= 0 && row < names.length) weights[row * width + k] = 1;
    }
    const encoded = mapped(fitted, indicators(known, frame, i, lowering), weights, names.length, lowering);
    return frameOf(
      encoded,
      names.map((level) => `${column.name}_${level}`),
    );
  });
  return joined(parts);
}

/** The number of the category, or `unknown_value`. */
export function ordinalEncoder(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const unknown = numberSetting(fitted, 'unknown_value');
  const other = unknown !== undefined && Number.isFinite(unknown) ? unknown : 0;
  const infrequent = infrequentGroups(fitted);
  const parts = checkedCategories(fitted, frame).map((known, i) => {
    const codes = known.levels.map((_, k) => infrequent[i]?.[k] ?? k);
    const encoded = mapped(
      fitted,
      indicators(known, frame, i, lowering),
      Float64Array.of(...codes, encodesUnknown(fitted) ? other : 0),
      1,
      lowering,
    );
    return frameOf(encoded, [frame.columns[i]!.name]);
  });
  return joined(parts);
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

/** The indicators through a matrix [out][categories and unknown]; nothing to do where it only leaves out the unknown. */
function mapped(fitted: Fitted, given: Tensor, weights: Float64Array, out: number, lowering: Lowering): Tensor {
  const builder = lowering.builder.at(fitted.label);
  const width = given.shape[0]!;
  const identity =
    out === width - 1 && weights.every((weight, i) => weight === (Math.floor(i / width) === i % width ? 1 : 0));
  if (identity) {
    return builder.take(
      given,
      0,
      Array.from({ length: out }, (_, i) => i),
    );
  }
  return builder.dense(given, weights);
}

function groupNames(levels: readonly string[], groups: readonly number[]): string[] {
  const count = Math.max(...groups) + 1;
  return Array.from({ length: count }, (_, group) => {
    const members = levels.filter((_, k) => groups[k] === group);
    return group === count - 1 ? 'infrequent' : (members[0] ?? '');
  });
}
