import { arrayNumbers, textOf, textsOf } from '../containers/arrayNumbers';
import { attribute, isKind, itemsOf, numberOf, type PickleValue } from '../containers/pickleValues';
import { notFitted, setting, spend, unusable, type Fitted } from './fitted';

/** What an encoder learned of one column: texts to look up, or numbers to compare with. */
export type Categories =
  | { readonly kind: 'text'; readonly levels: readonly string[] }
  | { readonly kind: 'number'; readonly values: Float64Array; readonly levels: readonly string[] };

/** `categories_` of an encoder, one entry per column. */
export function categoriesOf(fitted: Fitted): readonly Categories[] {
  const value = attribute(fitted.object, 'categories_');
  if (value === undefined || value === null) return notFitted(fitted, 'categories_');
  return (itemsOf(value) ?? []).map((entry, i) => categoriesOfColumn(fitted, entry, i));
}

/** Whether a text outside the categories has an own meaning (a code, the infrequent group) rather than none. */
export function encodesUnknown(fitted: Fitted): boolean {
  if (fitted.object.name === 'TargetEncoder') return true;
  const handling = setting(fitted, 'handle_unknown');
  if (handling === 'infrequent_if_exist') return infrequentGroups(fitted).some((groups) => groups !== undefined);
  return handling === 'use_encoded_value';
}

/** Per column, the output of each category when infrequent ones share the last; undefined for a column without such. */
export function infrequentGroups(fitted: Fitted): readonly (readonly number[] | undefined)[] {
  const mappings = itemsOf(attribute(fitted.object, '_default_to_infrequent_mappings')) ?? [];
  return mappings.map((mapping, i) => {
    if (!isKind(mapping, 'array')) return undefined;
    spend(fitted, mapping.shape[0] ?? 0);
    const groups = Array.from(arrayNumbers(mapping) ?? []);
    const valid = groups.every((group) => Number.isInteger(group) && group >= 0 && group < groups.length);
    return valid ? groups : unusable(fitted, `_default_to_infrequent_mappings[${i}]`, 'is not a list of columns');
  });
}

/** Per column, the category that is left out (`drop`), undefined where none is. */
export function droppedCategories(fitted: Fitted): readonly (number | undefined)[] {
  const value = attribute(fitted.object, 'drop_idx_');
  if (!isKind(value, 'array')) return [];
  if (value.content instanceof Uint8Array) return [...(arrayNumbers(value) ?? [])];
  return value.content.map((item) => numberOf(item));
}

function categoriesOfColumn(fitted: Fitted, value: PickleValue, column: number): Categories {
  const name = `categories_[${column}]`;
  if (!isKind(value, 'array')) return unusable(fitted, name, 'is not an array');
  spend(
    fitted,
    value.shape.reduce((product, length) => product * length, 1),
  );
  const texts = value.content instanceof Uint8Array ? undefined : value.content.map(levelText);
  const numbers = value.type.code === 'b1' ? undefined : arrayNumbers(value);
  const isText = value.content instanceof Uint8Array ? !numbers : !value.content.every(isNumberLevel);
  if (numbers && !isText) return { kind: 'number', values: numbers, levels: Array.from(numbers, String) };
  const levels = texts ?? storedTexts(fitted, name, value);
  if (levels.some((level) => level === undefined)) return unusable(fitted, name, 'holds neither texts nor numbers');
  return { kind: 'text', levels: levels.map((level) => level ?? '') };
}

function storedTexts(fitted: Fitted, name: string, value: PickleValue): readonly string[] {
  return textsOf(value) ?? unusable(fitted, name, 'holds neither texts nor numbers');
}

function isNumberLevel(value: PickleValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A missing category (None, NaN) is an empty cell in a table. */
function levelText(value: PickleValue): string | undefined {
  return value === null || (typeof value === 'number' && Number.isNaN(value)) ? '' : textOf(value);
}
