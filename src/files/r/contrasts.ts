import type { RValue } from '../containers/rValues';
import { matrixOf, textsOf } from './fields';

/** How a factor becomes numbers: one column per name, given as [column][level]. */
export interface Coding {
  readonly names: readonly string[];
  readonly weights: Float64Array;
}

/** One column per level. */
export function dummyCoding(levels: readonly string[]): Coding {
  return coding(levels, levels.length, (column, level) => (column === level ? 1 : 0));
}

/**
 * R's contrasts of a factor: the name of one of its own contrast functions, or a matrix [level, column]. Undefined for
 * functions R does not come with.
 */
export function contrastCoding(contrast: RValue | undefined, levels: readonly string[]): Coding | undefined {
  const name = contrast ? textsOf(contrast)?.[0] : 'contr.treatment';
  const count = levels.length;
  if (name === 'contr.treatment')
    return coding(levels.slice(1), count, (column, level) => (level === column + 1 ? 1 : 0));
  if (name === 'contr.SAS') return coding(levels.slice(0, -1), count, (column, level) => (level === column ? 1 : 0));
  const numbers = Array.from({ length: count - 1 }, (_, i) => String(i + 1));
  if (name === 'contr.sum')
    return coding(numbers, count, (column, level) => (level === count - 1 ? -1 : level === column ? 1 : 0));
  if (name === 'contr.helmert')
    return coding(numbers, count, (column, level) => (level <= column ? -1 : level === column + 1 ? column + 1 : 0));
  if (name === 'contr.poly') return polynomialCoding(count);
  const matrix = name === undefined ? matrixOf(contrast) : undefined;
  if (matrix?.rows !== count) return undefined;
  const names = matrix.columnNames ?? Array.from({ length: matrix.columns }, (_, i) => String(i + 1));
  return coding(names, count, (column, level) => matrix.values[column * count + level]!);
}

function coding(names: readonly string[], levels: number, weight: (column: number, level: number) => number): Coding {
  const weights = new Float64Array(names.length * levels);
  for (let at = 0; at < weights.length; at++) weights[at] = weight(Math.floor(at / levels), at % levels);
  return { names, weights };
}

/** contr.poly: powers of the level's number, made orthogonal to the lower powers, of length 1. */
export function polynomialCoding(count: number): Coding | undefined {
  if (count > 100) return undefined;
  const columns: Float64Array[] = [];
  for (let degree = 0; degree < count; degree++) {
    const column = Float64Array.from({ length: count }, (_, level) => (level - (count - 1) / 2) ** degree);
    for (const lower of columns) {
      const share = column.reduce((sum, value, level) => sum + value * lower[level]!, 0);
      for (let level = 0; level < count; level++) column[level]! -= share * lower[level]!;
    }
    const length = Math.hypot(...column);
    columns.push(column.map((value) => value / length));
  }
  const names = columns.slice(1).map((_, i) => ['.L', '.Q', '.C'][i] ?? `^${i + 1}`);
  return coding(names, count, (column, level) => columns[column + 1]![level]!);
}
