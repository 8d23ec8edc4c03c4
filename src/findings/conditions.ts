import { nearestName } from '../table/names';
import { matchNames } from '../table/matching';
import type { Column, Table } from '../table/table';
import type { Condition } from './rule';
import { listed } from './words';

/** Conditions, or what is wrong with their text. */
export type ParsedConditions =
  | { readonly kind: 'conditions'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'fault'; readonly fault: string; readonly remedy: string };

const comparison = /^(.+?)\s*(<=|>=|≤|≥|<|>|=)\s*(.+)$/;

/**
 * Reads "calls_made < 20 and region = north or south". Column names are not checked here: the table may not be known
 * yet (`unknownColumn`).
 */
export function parseConditions(text: string): ParsedConditions {
  const conditions: Condition[] = [];
  for (const part of text.split(/\s+and\s+/i)) {
    const match = comparison.exec(part.trim());
    const condition = match && conditionOf(unquoted(match[1]!), match[2]!, match[3]!.trim());
    if (!condition) {
      return {
        kind: 'fault',
        fault: `"${part.trim()}" is not a condition on a column`,
        remedy: 'Write it like "calls_made < 20" or "region = north or south".',
      };
    }
    conditions.push(condition);
  }
  return { kind: 'conditions', conditions };
}

function conditionOf(column: string, sign: string, right: string): Condition | undefined {
  const value = Number(right.replace('\u2212', '-'));
  const isNumber = right !== '' && !Number.isNaN(value);
  if (sign === '=') {
    if (isNumber) return { column, atLeast: value, atMost: value };
    return { column, levels: right.split(/\s+or\s+/i).map(unquoted) };
  }
  if (!isNumber) return undefined;
  switch (sign) {
    case '<':
      return { column, below: value };
    case '>':
      return { column, above: value };
    case '<=':
    case '≤':
      return { column, atMost: value };
    default:
      return { column, atLeast: value };
  }
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

/** Conditions in words: "calls_made > 15 and 2 ≤ visits ≤ 4". */
export function conditionsWords(conditions: readonly Condition[]): string {
  return conditions.map(conditionWords).join(' and ');
}

function conditionWords({ column, above, atLeast, below, atMost, levels }: Condition): string {
  if (levels) return levels.length === 1 ? `${column} is ${levels[0] ?? ''}` : `${column} is one of ${listed(levels)}`;
  if (atLeast !== undefined && atLeast === atMost) return `${column} = ${exactly(atLeast)}`;
  const low = above === undefined ? (atLeast === undefined ? undefined : ['≥', '≤', atLeast]) : ['>', '<', above];
  const high = below === undefined ? (atMost === undefined ? undefined : ['≤', atMost]) : ['<', below];
  if (low && high) return `${exactly(low[2])} ${low[1]} ${column} ${high[0]} ${exactly(high[1])}`;
  if (low) return `${column} ${low[0]} ${exactly(low[2])}`;
  return high ? `${column} ${high[0]} ${exactly(high[1])}` : column;
}

/** A limit is written in full: it was chosen to be short, and rounding would move it. */
function exactly(limit: string | number | undefined): string {
  return String(limit).replace('-', '\u2212');
}

/** The first column of the conditions that the table does not have, with the nearest one it has. */
export function unknownColumn(
  conditions: readonly Condition[],
  table: Table,
): { readonly column: string; readonly near?: string } | undefined {
  const names = table.columns.map(({ name }) => name);
  const missing = conditions.find(({ column }) => matchNames([column], names)[0] === undefined);
  if (!missing) return undefined;
  const near = nearestName(missing.column, names);
  return { column: missing.column, ...(near === undefined ? {} : { near }) };
}

/** By position in `rows`: 1 where the row meets all conditions, which a missing value never does. One pass per condition. */
export function rowsMeeting(conditions: readonly Condition[], table: Table, rows: Uint32Array): Uint8Array {
  const meets = new Uint8Array(rows.length).fill(1);
  for (const condition of conditions) {
    const column = columnOf(condition, table);
    if (column?.kind === 'number' && !condition.levels) keepWithin(boundsOf(condition), column.values, rows, meets);
    else keepTested(conditionTest(condition, table), rows, meets);
  }
  return meets;
}

function keepWithin({ low, high, above, below }: Bounds, values: Float64Array, rows: Uint32Array, meets: Uint8Array) {
  for (let position = 0; position < rows.length; position++) {
    const value = values[rows[position]!]!;
    if (!(value >= low && value <= high && value !== above && value !== below)) meets[position] = 0;
  }
}

function keepTested(test: (row: number) => boolean, rows: Uint32Array, meets: Uint8Array): void {
  for (let position = 0; position < rows.length; position++) {
    if (meets[position] === 1 && !test(rows[position]!)) meets[position] = 0;
  }
}

/** Bounds of a condition: a value from `low` to `high` that is neither `above` nor `below` itself; NaN lies outside. */
interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly above: number;
  readonly below: number;
}

function boundsOf({ above, atLeast, below, atMost }: Condition): Bounds {
  const low = above ?? atLeast ?? Number.NEGATIVE_INFINITY;
  const high = below ?? atMost ?? Number.POSITIVE_INFINITY;
  // No value equals NaN: where a bound is not open it excludes nothing.
  return { low, high, above: above ?? Number.NaN, below: below ?? Number.NaN };
}

/** Whether a number meets a condition on a column of numbers. */
export function meetsLimits(condition: Condition, value: number): boolean {
  if (condition.levels) return condition.levels.map(Number).includes(value);
  const { low, high, above, below } = boundsOf(condition);
  return value >= low && value <= high && value !== above && value !== below;
}

function columnOf(condition: Condition, table: Table): Column | undefined {
  const names = table.columns.map(({ name }) => name);
  const place = matchNames([condition.column], names)[0];
  return place === undefined ? undefined : table.columns[place];
}

function conditionTest(condition: Condition, table: Table): (row: number) => boolean {
  const column = columnOf(condition, table);
  if (!column) return () => false;
  if (column.kind === 'text') {
    const wanted = new Set(condition.levels);
    const inside = column.levels.map((level) => wanted.has(level));
    return (row) => inside[column.codes[row]!] ?? false;
  }
  const { values } = column;
  const { low, high, above, below } = boundsOf(condition);
  const levels = condition.levels?.map(Number);
  if (levels) return (row) => levels.includes(values[row]!);
  return (row) => {
    const value = values[row]!;
    return value >= low && value <= high && value !== above && value !== below;
  };
}
