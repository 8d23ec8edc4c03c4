import { arrayNumbers, textsOf } from '../containers/arrayNumbers';
import { isKind, itemsOf, numberOf, type PickleValue } from '../containers/pickleValues';
import { isList, isObject, type Json } from '../json';
import { maxNesting, maxScalerParts } from '../limits';

/** Something at the end of a path through dictionaries: a list of numbers or of texts, or a single value. */
export interface Leaf {
  /** The keys that lead to it, as the file spells them. */
  readonly path: readonly string[];
  readonly content: LeafContent;
}

/** What lies there. A single number stands in `numbers` too, marked as single. */
type LeafContent =
  | { readonly kind: 'numbers'; readonly values: readonly number[]; readonly single: boolean }
  | { readonly kind: 'texts'; readonly values: readonly string[]; readonly single: boolean }
  | { readonly kind: 'flag'; readonly value: boolean };

/** The leaves of a JSON value. A list of records is taken apart by the records' names. */
export function jsonLeaves(value: Json): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (part: Json | undefined, path: readonly string[]): void => {
    if (part === undefined || part === null || path.length > maxNesting) return;
    if (typeof part === 'boolean') leaves.push({ path, content: { kind: 'flag', value: part } });
    else if (typeof part === 'number')
      leaves.push({ path, content: { kind: 'numbers', values: [part], single: true } });
    else if (typeof part === 'string') leaves.push({ path, content: { kind: 'texts', values: [part], single: true } });
    else if (isList(part)) visitList(part, path);
    else for (const [key, entry] of Object.entries(part)) visit(entry, [...path, key]);
  };
  const visitList = (list: readonly Json[], path: readonly string[]): void => {
    const flat =
      list.length === 1 && isList(list[0])
        ? list[0]
        : list.map((item) => (isList(item) && item.length === 1 ? item[0]! : item));
    const numbers = flat.map((item) => item ?? NaN);
    if (numbers.some((item) => !Number.isNaN(item)) && numbers.every((item) => typeof item === 'number'))
      leaves.push({ path, content: { kind: 'numbers', values: numbers, single: false } });
    else if (flat.length > 0 && flat.every((item) => typeof item === 'string'))
      leaves.push({ path, content: { kind: 'texts', values: flat, single: false } });
    else list.forEach((item, i) => visitRecord(item, path, i));
  };
  const visitRecord = (item: Json, path: readonly string[], at: number): void => {
    if (!isObject(item)) return;
    const key = ['name', 'feature', 'column', 'variable', 'input'].find((one) => typeof item[one] === 'string');
    const named = key === undefined ? undefined : item[key];
    const name = typeof named === 'string' ? named : String(at);
    for (const [entryKey, entry] of Object.entries(item)) if (entryKey !== key) visit(entry, [...path, name, entryKey]);
  };
  visit(value, []);
  return leaves;
}

/** The leaves of plain data in a pickle: dictionaries, lists, arrays, numbers and texts. */
export function pickleLeaves(value: PickleValue): readonly Leaf[] {
  const leaves: Leaf[] = [];
  let left = maxScalerParts;
  const visit = (part: PickleValue, path: readonly string[]): void => {
    // A dictionary may hold itself, and the same one under many keys.
    if (left-- <= 0 || path.length > maxNesting) return;
    const content = leafContent(part);
    if (content) leaves.push({ path, content });
    else if (isKind(part, 'dict'))
      part.entries.forEach((entry, key) => visit(entry, [...path, typeof key === 'string' ? key : '?']));
  };
  visit(value, []);
  return leaves;
}

function leafContent(value: PickleValue): LeafContent | undefined {
  if (typeof value === 'boolean') return { kind: 'flag', value };
  if (typeof value === 'string') return { kind: 'texts', values: [value], single: true };
  const number = numberOf(value);
  if (number !== undefined) return { kind: 'numbers', values: [number], single: true };
  const numbers = isKind(value, 'array') ? arrayNumbers(value) : listedNumbers(itemsOf(value));
  if (numbers && numbers.length > 0) return { kind: 'numbers', values: Array.from(numbers), single: false };
  const texts = textsOf(value);
  return texts && texts.length > 0 ? { kind: 'texts', values: texts, single: false } : undefined;
}

function listedNumbers(items: readonly PickleValue[] | undefined): readonly number[] | undefined {
  const numbers = items?.map((item) => numberOf(item));
  return numbers?.every((number) => number !== undefined) ? numbers : undefined;
}
