import type { Sample } from './dialect';
import { kindsOf } from './head';
import type { ColumnNames } from './header';

/** A table that is larger than there is room for, as its first lines tell it. */
export interface LargeTable {
  /** About how many rows it has. */
  readonly rows: number;
  /** About how many bytes all of it would take in memory. */
  readonly bytes: number;
  /** Which rows can be read: a part of them for which there is room, evenly or from the first on, or all; the likeliest first. */
  readonly choices: readonly [`every:${number}`, `first:${number}`, 'all'];
}

/** Bytes that a row takes: for each number itself and its slope, for each text its code, and its line, forecast and place. */
const [numberBytes, textBytes, rowBytes] = [8 + 4, 4, 4 + 8 + 4 + 1];

/**
 * The size of a table that has no room, by the size of its file and the length of its first rows.
 *
 * @param fileBytes size of the file as text
 * @param room bytes that the file, and what is made of it, may take
 * @returns undefined where there is room enough
 */
export function largeTable(
  fileBytes: number,
  sample: Sample,
  header: ColumnNames,
  room = Number.POSITIVE_INFINITY,
): LargeTable | undefined {
  const rows = Math.round((fileBytes - sample.bytesBeforeRows) / Math.max(1, sample.rowBytes));
  const texts = kindsOf(sample, header).filter((kind) => kind === 'text').length;
  const bytes = rows * (rowBytes + numberBytes * (header.names.length - texts) + textBytes * texts);
  if (Math.max(fileBytes, bytes) <= room) return undefined;
  const step = 2 ** Math.max(1, Math.ceil(Math.log2(bytes / room)));
  return { rows, bytes, choices: [`every:${step}`, `first:${roundedDown(rows / step)}`, 'all'] };
}

/** With one digit that is not 0. */
function roundedDown(number: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, number)));
  return Math.max(1, Math.floor(number / unit)) * unit;
}
