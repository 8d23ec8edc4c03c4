import { groupedDigits, roundCount } from './counts';
import type { Table } from './table';

/**
 * Which rows of a file are read, as the command line and slopescope.json write it: all, every n-th beginning with the
 * first, or so many from the first on.
 */
export type RowsWanted = 'all' | `every:${number}` | `first:${number}`;

/** The same for reading: of `step` rows one, and no more than `most`. */
export interface RowsTaken {
  readonly step: number;
  readonly most: number;
}

/** What a table has of its file's rows, where it does not have them all. */
export interface PartOfRows extends RowsTaken {
  /** Rows of the file. */
  readonly of: number;
  /** They were counted; else they are estimated from the file's size. */
  readonly exact: boolean;
}

const form = /^(?:all|(?:every|first):[1-9]\d{0,11})$/;

/** Whether a text says which rows are read. */
export function isRowsWanted(text: string): text is RowsWanted {
  return form.test(text);
}

/** What is said of the rows; without a word all are read. */
export function rowsTaken(wanted: RowsWanted = 'all'): RowsTaken {
  const [kind, digits] = wanted.split(':');
  return {
    step: kind === 'every' ? Number(digits) : 1,
    most: kind === 'first' ? Number(digits) : Number.POSITIVE_INFINITY,
  };
}

/** "every 8th row of 40 000 003", "the first 5 000 000 of about 40 million rows": what stands beside every count of such a table. */
export function partWords({ step, most, of, exact }: PartOfRows): string {
  const all = exact ? groupedDigits(of) : `about ${roundCount(of)}`;
  return step > 1 ? `every ${ordinal(step)} row of ${all}` : `the first ${groupedDigits(most)} of ${all} rows`;
}

/** The table's name above figures: "big.csv (every 8th row of 40 000 003)". */
export function tableTitle({ name, part }: Pick<Table, 'name' | 'part'>): string {
  return part ? `${name} (${partWords(part)})` : name;
}

/** 8th, 2nd, 23rd. */
function ordinal(number: number): string {
  const isTeen = Math.floor(number / 10) % 10 === 1;
  const ending = isTeen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10];
  return `${number}${ending ?? 'th'}`;
}
