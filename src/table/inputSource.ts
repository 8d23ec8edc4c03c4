import type { InputPort } from '../network/network';
import type { Problem } from '../problem';
import type { Column, Table, TextColumn } from './table';

/** Values of one input over all rows of the table, in original units. */
export type InputSource =
  | { readonly kind: 'fixed'; readonly value: number }
  /** NaN where the row has no value. `column` is its number in the table. */
  | { readonly kind: 'numbers'; readonly column: number; readonly values: Float64Array }
  | LevelSource;

/** Which of the port's `size` elements is 1: `noElement` for none, `noText` where the row has no usable text. */
export interface LevelSource {
  readonly kind: 'levels';
  readonly column: number;
  readonly size: number;
  readonly elements: Int32Array;
  /** Where yes/no columns are taken as one category: the column of each element; none for the level at which all are 0. */
  readonly folded?: readonly (number | undefined)[];
}

/** A text outside the levels of a port that shows such texts as all zeros. */
const noElement = -1;
/** A row whose text is missing or unknown to a port that has no place for it. */
export const noText = -2;

/** An input's values and what the user should know of them. */
export interface MadeSource {
  readonly source: InputSource;
  readonly problems: readonly Problem[];
}

/** Values of an input at rows; of a category its elements' numbers. */
export function valuesAtRows(source: InputSource, rows: Uint32Array): Float64Array {
  const at = new Float64Array(rows.length);
  if (source.kind === 'fixed') return at.fill(source.value);
  const values = source.kind === 'numbers' ? source.values : source.elements;
  for (let index = 0; index < at.length; index++) at[index] = values[rows[index]!]!;
  return at;
}

/** Numbers for a numeric input: a number column, or a text column that only says yes and no. */
export function numberSource(input: string, table: Table, column: number): MadeSource {
  const held = table.columns[column]!;
  if (held.kind === 'number') return { source: { kind: 'numbers', column, values: held.values }, problems: [] };
  const meaning = yesNo(held.levels);
  if (!meaning) {
    const values = new Float64Array(table.rows).fill(Number.NaN);
    return { source: { kind: 'numbers', column, values }, problems: [textColumn(input, table, held)] };
  }
  const values = Float64Array.from(held.codes, (code) => (code < 0 ? Number.NaN : meaning[code]!));
  return { source: { kind: 'numbers', column, values }, problems: [readAsYesNo(table, held)] };
}

/** Whether a column can feed a numeric input. */
export function holdsNumbers(column: Column): boolean {
  return column.kind === 'number' || yesNo(column.levels) !== undefined;
}

/** Elements of a text port for a column of texts, or of numbers that stand for texts. */
export function textSource(port: InputPort, table: Table, column: number): MadeSource {
  const held = table.columns[column]!;
  const { codes, levels } = asTexts(held, port.levels ?? []);
  const offset = port.unknown === 'first' ? 1 : 0;
  const elementOf = new Map((port.levels ?? []).map((level, index) => [level, index + offset]));
  const unknown = unknownElement(port);
  const elements = Int32Array.from(codes, (code) => (code < 0 ? noText : (elementOf.get(levels[code]!) ?? unknown)));
  const unseen = levels.filter((level) => !elementOf.has(level));
  const rows = codes.reduce((count, code) => (code >= 0 && !elementOf.has(levels[code]!) ? count + 1 : count), 0);
  const problems = rows === 0 ? [] : [unknownLevels(port, table, held.name, unseen, rows)];
  return { source: { kind: 'levels', column, size: port.size, elements }, problems };
}

/** The element for a text outside the levels. */
function unknownElement({ unknown, size }: InputPort): number {
  if (unknown === undefined) return noText;
  return { first: 0, last: size - 1, zeros: noElement }[unknown];
}

/** A column as codes into texts; numbers are spelled as the port's levels spell them. */
function asTexts(column: Column, levels: readonly string[]): Pick<TextColumn, 'codes' | 'levels'> {
  if (column.kind === 'text') return column;
  const spelled = new Map(levels.filter((level) => level.trim() !== '').map((level) => [Number(level), level]));
  const texts = new Map<string, number>();
  const codes = Int32Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return -1;
    const text = spelled.get(value) ?? String(value);
    const code = texts.get(text) ?? texts.size;
    texts.set(text, code);
    return code;
  });
  return { codes, levels: [...texts.keys()] };
}

/** Pairs of words that a column of yes and no may hold, in any case of letters. */
export const yesAndNo: readonly (readonly [yes: string, no: string])[] = [
  ['true', 'false'],
  ['yes', 'no'],
  ['y', 'n'],
  ['t', 'f'],
  ['on', 'off'],
];

/** 1 or 0 for each level of a column that only says yes and no; undefined for any other. */
function yesNo(levels: readonly string[]): readonly number[] | undefined {
  const plain = levels.map((level) => level.toLowerCase());
  const pair = yesAndNo.find(([yes, no]) => plain.length > 0 && plain.every((level) => level === yes || level === no));
  return pair && plain.map((level) => (level === pair[0] ? 1 : 0));
}

function readAsYesNo(table: Table, column: TextColumn): Problem {
  return {
    code: 'column-yes-no',
    message: `${column.name} holds ${column.levels.join(' and ')}; it goes into the model as 1 for yes and 0 for no.`,
    file: table.name,
    severity: 'info',
  };
}

function textColumn(input: string, table: Table, column: TextColumn): Problem {
  const row = column.codes.findIndex((code) => code >= 0);
  const example = column.levels[column.codes[row] ?? -1];
  const line = table.lines[row];
  const shown = example === undefined || line === undefined ? '' : `, for example "${example}" in line ${line}`;
  return {
    code: 'column-text',
    message: `${column.name} holds text${shown}, but the model takes numbers for ${input}.`,
    file: table.name,
    ...(line === undefined ? {} : { place: { kind: 'line', line } }),
    remedy: 'Choose a column of numbers, or give a fixed value.',
    severity: 'error',
  };
}

function unknownLevels(
  port: InputPort,
  table: Table,
  column: string,
  unseen: readonly string[],
  rows: number,
): Problem {
  const shown = unseen.slice(0, 5).map((level) => `"${level}"`);
  const more = unseen.length > shown.length ? ` and ${unseen.length - shown.length} more` : '';
  const fate =
    port.unknown === undefined
      ? 'these rows are left out'
      : port.unknown === 'zeros'
        ? 'the model takes them as none of its categories'
        : 'the model takes them as its unknown category';
  return {
    code: 'category-unknown',
    message: `${column} holds ${shown.join(', ')}${more} in ${rows} of ${table.rows} rows, which the model was not trained on; ${fate}.`,
    file: table.name,
    severity: 'warning',
  };
}
