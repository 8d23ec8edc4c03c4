import type { Problem } from '../problem';
import type { BoundInput, LeftOutRows } from './binding';
import { wholeStatistics } from './columns';
import { noText } from './inputSource';
import { partWords } from './rowsTaken';
import { toModel } from './scaling';
import type { Table } from './table';

/** Rows in which every input has a value, and the others by reason. */
export interface UsableRows {
  readonly rows: Uint32Array;
  readonly leftOut: readonly LeftOutRows[];
  readonly problems: readonly Problem[];
}

const mostLines = 1000;

/** Sorts the rows asked for (all by default): usable, or left out for the first input that lacks a value. */
export function usableRows(
  table: Table,
  inputs: readonly BoundInput[],
  wanted?: { readonly from: number; readonly to: number },
): UsableRows {
  const from = Math.max(0, wanted?.from ?? 0);
  const to = Math.max(from, Math.min(table.rows, wanted?.to ?? table.rows));
  const blamed = new Uint32Array(to - from);
  for (let index = inputs.length - 1; index >= 0; index--) blame(inputs[index]!, index + 1, blamed, from);
  const rows = new Uint32Array(blamed.length);
  const reasons = inputs.map(() => ({ count: 0, lines: [] as number[] }));
  let next = 0;
  for (let index = 0; index < blamed.length; index++) {
    const input = blamed[index]!;
    if (input === 0) rows[next++] = from + index;
    else {
      const reason = reasons[input - 1]!;
      reason.count++;
      if (reason.lines.length < mostLines) reason.lines.push(table.lines[from + index]!);
    }
  }
  const leftOut = reasons.flatMap(({ count, lines }, index) =>
    count === 0 ? [] : [{ reason: reasonFor(inputs[index]!, table), count, lines }],
  );
  return {
    rows: next === rows.length ? rows : rows.slice(0, next),
    leftOut,
    problems: [...partOfRows(table), ...problemsOf(table, to - from, next, leftOut)],
  };
}

/** Writes the input's number at every row in which it has no usable value. */
function blame({ source, scaling }: BoundInput, number: number, blamed: Uint32Array, from: number): void {
  if (source.kind === 'fixed') return;
  if (source.kind === 'levels') {
    const { elements } = source;
    for (let index = 0; index < blamed.length; index++) if (elements[from + index] === noText) blamed[index] = number;
    return;
  }
  const { values } = source;
  // Scalings are monotone: where the smallest and the largest number have a value, so has every number between them.
  const { count, min, max } = wholeStatistics(values);
  const isFull = count === values.length && [min, max].every((end) => Number.isFinite(toModel(scaling, end)));
  if (isFull) return;
  if (scaling.kind === 'affine') {
    // Most tables with gaps come here a million times: without a call per cell.
    const { centre, spread } = scaling;
    for (let index = 0; index < blamed.length; index++)
      if (!Number.isFinite((values[from + index]! - centre) / spread)) blamed[index] = number;
    return;
  }
  for (let index = 0; index < blamed.length; index++)
    if (!Number.isFinite(toModel(scaling, values[from + index]!))) blamed[index] = number;
}

function reasonFor({ source, input, scaling }: BoundInput, table: Table): string {
  const column = source.kind === 'fixed' ? input.name : table.columns[source.column]!.name;
  if (source.kind === 'levels') return source.folded ? `no single level in ${column}` : `no known text in ${column}`;
  return scaling.kind === 'logAffine' ? `no number with a logarithm in ${column}` : `no number in ${column}`;
}

/** Every count is of these rows: said wherever problems are. */
function partOfRows({ name, part }: Table): Problem[] {
  if (!part) return [];
  const message = `${name} is read in part: ${partWords(part)}. Every count and every figure is of the rows read, which are numbered by themselves.`;
  const remedy = 'Which rows are read can be changed on the data page, by --rows and in slopescope.json.';
  return [{ code: 'part-of-rows', message, file: name, remedy, severity: 'warning' }];
}

function problemsOf(table: Table, wanted: number, usable: number, leftOut: readonly LeftOutRows[]): Problem[] {
  const [first] = leftOut;
  if (!first) return [];
  const reasons = leftOut.map(({ reason, count }) => `${reason} (${count})`).join(', ');
  const file = table.name;
  const place = { kind: 'line', line: first.lines[0] ?? 1 } as const;
  if (usable === 0) {
    const message = `No row of ${file} has a value for every input: ${reasons}.`;
    const remedy = 'Choose other columns or another table.';
    return [{ code: 'rows-all-left-out', message, file, place, remedy, severity: 'error' }];
  }
  const message = `${wanted - usable} of ${wanted} rows of ${file} are left out: ${reasons}.`;
  return [{ code: 'rows-left-out', message, file, place, severity: 'warning' }];
}
