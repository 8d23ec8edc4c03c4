import type { BareArray } from '../bareWeights/bareFile';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { numbersOf } from '../containers/arrayNumbers';
import { isKind, type PickleValue } from '../containers/pickleValues';
import { maxNesting } from '../limits';
import type { Reading, ReadOptions } from '../reading';
import type { Found } from './contents';

/** The numeric arrays of a dictionary, list or tuple by the keys that lead to them: weights saved without a model. */
export function arraysIn(value: PickleValue): readonly BareArray[] {
  const arrays: BareArray[] = [];
  const seen = new Set<PickleValue>();
  const visit = (part: PickleValue, name: string, depth: number): void => {
    if (typeof part !== 'object' || part === null || seen.has(part) || depth > maxNesting) return;
    seen.add(part);
    const at = (key: string): string => (name === '' ? key : `${name}.${key}`);
    if (isKind(part, 'array')) {
      const numbers = numbersOf(part);
      if (numbers) arrays.push({ name, ...numbers });
    } else if (isKind(part, 'dict'))
      part.entries.forEach((entry, key) => visit(entry, at(typeof key === 'string' ? key : '?'), depth + 1));
    else if (isKind(part, 'list') || isKind(part, 'tuple'))
      part.items.forEach((item, i) => visit(item, at(String(i)), depth + 1));
  };
  visit(value, '', 0);
  return arrays;
}

/** A network of such arrays; what a file of mere arrays cannot say is asked. */
export function readPickledArrays(
  file: string,
  format: string,
  arrays: readonly BareArray[],
  texts: readonly Found<readonly string[]>[],
  options: ReadOptions,
): Reading {
  const named = texts.map(({ path, value }) => ({ name: path, values: value }));
  return readBareWeights(
    { file, format, arrays, texts: named, dialect: 'numpy', ordered: true, problems: [] },
    options,
  );
}
