import type { RFile } from '../containers/rSerialization';
import type { RValue } from '../containers/rValues';
import { maxNesting } from '../limits';
import {
  attribute,
  classesOf,
  entriesOf,
  matrixOf,
  matrixRow,
  namedNumbers,
  textsOf,
  type NamedNumbers,
} from '../r/fields';
import type { Leaf } from './numberTree';

/**
 * The leaves of R's lists of means and deviations or minima and maxima, of what `scale()` leaves on its result, and of
 * caret's `preProcess`. Named vectors are taken apart by their names.
 */
export function rLeaves(file: RFile): readonly Leaf[] {
  return file.objects.flatMap(({ name, value }) => leavesOf(value, name === '' ? [] : [name]));
}

function leavesOf(value: RValue, path: readonly string[]): readonly Leaf[] {
  if (path.length > maxNesting) return [];
  const scaled = scaleLeaves(value, path);
  if (scaled.length > 0) return scaled;
  const ranges = path.at(-1) === 'ranges' ? matrixOf(value) : undefined;
  if (ranges?.rows === 2) {
    const names = ranges.columnNames ? { names: ranges.columnNames } : {};
    return [
      ...numberLeaves({ values: matrixRow(ranges, 0), ...names }, [...path.slice(0, -1), 'min']),
      ...numberLeaves({ values: matrixRow(ranges, 1), ...names }, [...path.slice(0, -1), 'max']),
    ];
  }
  const numbers = namedNumbers(value);
  if (numbers) return numberLeaves(numbers, path);
  const texts = textsOf(value);
  if (texts && texts.length > 0)
    return [{ path, content: { kind: 'texts', values: texts, single: texts.length === 1 } }];
  if (value.kind !== 'list' || classesOf(value).some((name) => !holders.has(name))) return [];
  return entriesOf(value).flatMap(({ name, value: entry }) => leavesOf(entry, [...path, name]));
}

/** Classes whose elements are looked at; any other object means something else by them. */
const holders: ReadonlySet<string> = new Set(['data.frame', 'preProcess', 'tbl', 'tbl_df']);

function scaleLeaves(value: RValue, path: readonly string[]): readonly Leaf[] {
  const leaves = (key: string, measure: string): readonly Leaf[] => {
    const stored = attribute(value, key);
    const numbers = stored && namedNumbers(stored);
    return numbers ? numberLeaves(numbers, [...path, measure]) : [];
  };
  const centre = leaves('scaled:center', 'mean');
  const spread = leaves('scaled:scale', 'sd');
  const off = (measure: string): Leaf => ({ path: [...path, measure], content: { kind: 'flag', value: false } });
  if (centre.length === 0 && spread.length === 0) return [];
  return [
    ...centre,
    ...spread,
    ...(centre.length === 0 ? [off('with_mean')] : []),
    ...(spread.length === 0 ? [off('with_std')] : []),
  ];
}

function numberLeaves({ values, names }: NamedNumbers, path: readonly string[]): readonly Leaf[] {
  if (names?.every((name) => name !== ''))
    return names.map((name, i) => ({
      path: [...path, name],
      content: { kind: 'numbers', values: [values[i]!], single: true },
    }));
  return [{ path, content: { kind: 'numbers', values: Array.from(values), single: false } }];
}
