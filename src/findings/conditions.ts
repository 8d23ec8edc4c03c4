import { nearestName } from '../table/names';
import { matchNames } from '../table/matching';
import type { Table } from '../table/table';
import type { Condition } from './rule';
import { listed, number } from './words';

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
  if (atLeast !== undefined && atLeast === atMost) return `${column} = ${number(atLeast)}`;
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

/** A test of a table's rows (by row number) against all conditions; a missing value meets none. */
export function rowTest(conditions: readonly Condition[], table: Table): (row: number) => boolean {
  const tests = conditions.map((condition) => conditionTest(condition, table));
  return (row) => tests.every((test) => test(row));
}

/** By position in `rows`: 1 where the row meets all conditions. One pass over the rows for each condition. */
export function rowsMeeting(conditions: readonly Condition[], table: Table, rows: Uint32Array): Uint8Array {
  const meets = new Uint8Array(rows.length).fill(1);
  for (const condition of conditions) {
    const test = conditionTest(condition, table);
    for (let position = 0; position < rows.length; position++) {
      if (meets[position] === 1 && !test(rows[position]!)) meets[position] = 0;
    }
  }
  return meets;
}

function conditionTest(condition: Condition, table: Table): (row: number) => boolean {
  const place = matchNames(
    [condition.column],
    table.columns.map(({ name }) => name),
  )[0];
  const column = place === undefined ? undefined : table.columns[place];
  if (!column) return () => false;
  if (column.kind === 'text') {
    const wanted = new Set(condition.levels);
    const inside = column.levels.map((level) => wanted.has(level));
    return (row) => inside[column.codes[row]!] ?? false;
  }
  const { above, atLeast, below, atMost } = condition;
  const low = above ?? atLeast ?? Number.NEGATIVE_INFINITY;
  const high = below ?? atMost ?? Number.POSITIVE_INFINITY;
  const { values } = column;
  const levels = condition.levels?.map(Number);
  if (levels) return (row) => levels.includes(values[row]!);
  return (row) => {
    const value = values[row]!;
    return value >= low && value <= high && value !== above && value !== below;
  };
}
