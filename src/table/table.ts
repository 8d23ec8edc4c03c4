import type { PartOfRows, RowsWanted } from './rowsTaken';

/**
 * A table as it was read: typed columns, and for each row its line in the file.
 * Rows are numbered from 0 in code and from 1 on screen ("Row 360 is line 361 under a one-line header").
 */
export interface Table {
  /** File name as the user knows it. */
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** The line of the file (from 1) on which each row starts; length `rows`. */
  readonly lines: Uint32Array;
  readonly dialect: Dialect;
  /** The file has more rows than these. */
  readonly part?: PartOfRows;
}

/** One column. Names are trimmed of blanks and of a byte order mark; they are unique (duplicates are a problem). */
export type Column = NumberColumn | TextColumn;

/** Numbers; NaN where the cell is missing or not a number (`missing[row] === 1`). */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  readonly values: Float64Array;
  /** 1 where the cell holds no usable number; absent when every cell does. */
  readonly missing?: Uint8Array;
  /** The first cells that hold text where numbers belong, at most 20, with the row (from 0). */
  readonly texts?: readonly { readonly row: number; readonly text: string }[];
  /** How many cells hold text where numbers belong. */
  readonly textCount: number;
  /** Every present value is a whole number. */
  readonly whole: boolean;
}

/** Texts as codes into `levels` (in order of first appearance); −1 where the cell is empty. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** What can stand between the columns of a file. */
export const delimiters = [',', ';', '\t', '|', ' '] as const;
/** Decimal signs. */
export const decimals = ['.', ','] as const;
/** How characters are spelled. */
export const encodings = ['UTF-8', 'UTF-8 with BOM', 'UTF-16 LE', 'UTF-16 BE', 'Windows-1252'] as const;

/** How the file was written, sniffed or given. */
export interface Dialect {
  readonly delimiter: (typeof delimiters)[number];
  readonly decimal: (typeof decimals)[number];
  /** `none` for a table that was no text. */
  readonly encoding: (typeof encodings)[number] | 'none';
  readonly header: boolean;
}

/** What the user says about a file, against what would be found, and which of its rows are read. */
export interface GivenDialect {
  readonly delimiter?: Dialect['delimiter'];
  readonly decimal?: Dialect['decimal'];
  readonly encoding?: Exclude<Dialect['encoding'], 'none'>;
  readonly header?: boolean;
  readonly rows?: RowsWanted;
}
