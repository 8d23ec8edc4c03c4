import type { NumberColumn } from './table';

/** What one column of numbers looks like over the rows asked for; missing values are left out. */
export interface ColumnStatistics {
  /** Numbers present. */
  readonly count: number;
  readonly mean: number;
  /** Standard deviation with divisor n − 1; 0 for a single number. On screen: the spread. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** All numbers are whole. */
  readonly whole: boolean;
  /** All numbers are 0 or 1, and both occur. */
  readonly binary: boolean;
  /** All numbers are equal. */
  readonly constant: boolean;
}

/**
 * Statistics of numbers, of the rows given (each once) or of all; two passes, so that a large mean does not eat the
 * spread's digits.
 */
export function columnStatistics(values: Float64Array, rows?: Uint32Array): ColumnStatistics {
  const numbers = rows && rows.length < values.length ? gathered(values, rows) : values;
  const { count, sum, min, max } = sums(numbers);
  if (count === 0) return nothing;
  const mean = sum / count;
  const constant = min === max;
  return {
    count,
    mean,
    deviation: count > 1 && !constant ? Math.sqrt(squaresAround(numbers, mean) / (count - 1)) : 0,
    min,
    max,
    whole: Number.isFinite(min) && Number.isFinite(max) && areWhole(numbers),
    binary: !constant && min === 0 && max === 1 && areWhole(numbers),
    constant,
  };
}

const ofWhole = new WeakMap<Float64Array, ColumnStatistics>();

/** Statistics of all numbers of a column, kept with it: each is a look through a whole column. */
export function wholeStatistics(values: Float64Array): ColumnStatistics {
  const statistics = ofWhole.get(values) ?? columnStatistics(values);
  ofWhole.set(values, statistics);
  return statistics;
}

/**
 * What a column of numbers shows in the average row, as R's marginaleffects has it (`newdata = "mean"`): the mean, of whole
 * numbers rounded (half to even), of yes/no columns the commoner of both values.
 */
export function usualNumber({ mean, whole, binary }: ColumnStatistics): number {
  if (binary) return mean > 0.5 ? 1 : 0;
  if (!whole) return mean;
  const below = Math.floor(mean);
  return mean - below === 0.5 && below % 2 === 0 ? below : Math.round(mean);
}

function sums(numbers: Float64Array) {
  let count = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const { length } = numbers;
  for (let index = 0; index < length; index++) {
    const value = numbers[index]!;
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { count, sum, min, max };
}

function squaresAround(numbers: Float64Array, mean: number): number {
  let squares = 0;
  const { length } = numbers;
  for (let index = 0; index < length; index++) {
    const value = numbers[index]!;
    if (!Number.isNaN(value)) squares += (value - mean) * (value - mean);
  }
  return squares;
}

/** Whether all numbers that are there are whole; up to the first that is not. */
function areWhole(numbers: Float64Array): boolean {
  const { length } = numbers;
  for (let index = 0; index < length; index++) {
    const value = numbers[index]!;
    if (!Number.isNaN(value) && Math.floor(value) !== value) return false;
  }
  return true;
}

function gathered(values: Float64Array, rows: Uint32Array): Float64Array {
  const numbers = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) numbers[index] = values[rows[index]!]!;
  return numbers;
}

const nothing: ColumnStatistics = {
  count: 0,
  mean: Number.NaN,
  deviation: Number.NaN,
  min: Number.NaN,
  max: Number.NaN,
  whole: false,
  binary: false,
  constant: false,
};

type NamedValues = Pick<NumberColumn, 'name' | 'values'>;

/** Yes/no columns that together say one category. */
export interface OneHotGroup {
  /** The part their names share (`city_`), or the names joined. */
  readonly name: string;
  /** Numbers of the columns in the list given, in its order. */
  readonly members: readonly number[];
}

const mostRowsLookedAt = 2000;

/**
 * Finds columns that look like one category: yes/no columns whose names share what stands before the last separator and
 * of which never two are 1 at once; or neighbouring yes/no columns of which exactly one is 1 in every row.
 */
export function oneHotGroups(columns: readonly NamedValues[]): OneHotGroup[] {
  const binary = columns.map(({ values }) =>
    values.every((value) => value === 0 || value === 1 || Number.isNaN(value)),
  );
  const byPrefix = prefixGroups(columns, binary);
  const used = new Set(byPrefix.flatMap(({ members }) => members));
  const free = columns.map((_, index) => binary[index]! && !used.has(index));
  return [...byPrefix, ...neighbourGroups(columns, free)].sort((a, b) => a.members[0]! - b.members[0]!);
}

const prefixBeforeSeparator = /^(.+[_.=:\-\s])[^_.=:\-\s]+$/;

function prefixGroups(columns: readonly NamedValues[], binary: readonly boolean[]): OneHotGroup[] {
  const groups = new Map<string, number[]>();
  columns.forEach(({ name }, index) => {
    const prefix = prefixBeforeSeparator.exec(name)?.[1];
    if (prefix === undefined || !binary[index]) return;
    groups.set(prefix, [...(groups.get(prefix) ?? []), index]);
  });
  return [...groups].flatMap(([name, members]): OneHotGroup[] => {
    const sums = rowSums(members.map((member) => columns[member]!));
    // An encoding that drops one level leaves rows without a 1; two such columns alone may be independent.
    const exclusive = members.length >= 2 && sums.every((sum) => sum === 1);
    const oneDropped = members.length >= 3 && sums.some((sum) => sum === 1) && sums.every((sum) => sum <= 1);
    return exclusive || oneDropped ? [{ name, members }] : [];
  });
}

function neighbourGroups(columns: readonly NamedValues[], free: readonly boolean[]): OneHotGroup[] {
  const groups: OneHotGroup[] = [];
  for (let first = 0; first < columns.length; first++) {
    const last = lastNeighbour(columns, free, first);
    if (last === undefined) continue;
    const members = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    groups.push({ name: members.map((member) => columns[member]!.name).join(', '), members });
    first = last;
  }
  return groups;
}

/** The column up to which exactly one of the neighbours is 1 in every row, when there is one. */
function lastNeighbour(columns: readonly NamedValues[], free: readonly boolean[], first: number): number | undefined {
  let total = new Float64Array(Math.min(columns[first]!.values.length, mostRowsLookedAt));
  for (let last = first; last < columns.length && free[last]; last++) {
    total = total.map((sum, row) => sum + columns[last]!.values[row]!);
    if (total.some((sum) => sum > 1)) return undefined;
    if (last > first && total.length > 1 && total.every((sum) => sum === 1 || Number.isNaN(sum))) return last;
  }
  return undefined;
}

function rowSums(columns: readonly NamedValues[]): Float64Array {
  const rows = Math.min(columns[0]?.values.length ?? 0, mostRowsLookedAt);
  const sums = new Float64Array(rows);
  for (const { values } of columns) for (let row = 0; row < rows; row++) sums[row]! += values[row]!;
  return sums.filter((sum) => !Number.isNaN(sum));
}
