import { numbersOf, textsOf } from '../containers/arrayNumbers';
import { attributesOf, isKind, type PickleObject, type PickleValue } from '../containers/pickleValues';
import { maxNesting, maxPickleOperations } from '../limits';
import type { Stored } from './storedTree';

/** What of a pickle is taken for data. */
export interface PickledTreeOptions {
  /** Whether lists of numbers count as arrays: a pickle of numpy arrays holds losses and settings as such lists. */
  readonly lists: boolean;
  /** Whether the attributes of an object are looked through. */
  readonly opens: (object: PickleObject) => boolean;
}

/** The data in a pickle: dictionaries, lists, tuples, arrays, texts, and objects as far as they are opened. */
export function pickledTree(value: PickleValue, options: PickledTreeOptions): Stored {
  const seen = new Set<PickleValue>();
  let left = maxPickleOperations;
  const entriesOf = (entries: Iterable<readonly [PickleValue, PickleValue]>, depth: number): Stored => ({
    kind: 'group',
    entries: Array.from(entries).flatMap(([key, entry]) => {
      const stored = visit(entry, depth + 1);
      return stored ? [[typeof key === 'string' || typeof key === 'number' ? String(key) : '?', stored] as const] : [];
    }),
  });
  const visit = (part: PickleValue, depth: number): Stored | undefined => {
    if (typeof part === 'string') return { kind: 'texts', values: [part] };
    if (typeof part !== 'object' || part === null || seen.has(part) || depth > maxNesting || --left < 0)
      return undefined;
    seen.add(part);
    if (isKind(part, 'array') || isKind(part, 'list') || isKind(part, 'tuple')) return visitItems(part, depth);
    if (isKind(part, 'dict')) return entriesOf(part.entries, depth);
    if (!isKind(part, 'object') || !options.opens(part)) return undefined;
    return entriesOf([...attributesOf(part), ...(part.entries ?? [])], depth);
  };
  const visitItems = (part: Extract<PickleValue, { kind: 'array' | 'list' | 'tuple' }>, depth: number): Stored => {
    const isArray = part.kind === 'array';
    const numbers = isArray || options.lists ? numbersOf(part) : undefined;
    if (numbers && (isArray || numbers.values.length > 0)) return { kind: 'numbers', ...numbers };
    const items = isArray ? (part.content instanceof Uint8Array ? [] : part.content) : part.items;
    const texts = items.length > 0 && items.every((item) => typeof item === 'string') ? textsOf(part) : undefined;
    if (texts) return { kind: 'texts', values: texts };
    return entriesOf(
      items.map((item, i) => [i, item] as const),
      depth,
    );
  };
  return visit(value, 0) ?? { kind: 'group', entries: [] };
}
