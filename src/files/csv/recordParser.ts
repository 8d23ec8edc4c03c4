import { piecesOf, type FileBytes } from '../fileBytes';
import { maxCsvRecordBytes } from '../limits';
import type { CellDecoder } from './encoding';
import { readPlainNumber } from './numbers';

/** Takes the cells of one record after the other. */
export interface RecordSink {
  /** Where to put column `index`'s number of the present row; undefined where texts belong or no such column exists. */
  numbers(index: number): Float64Array | undefined;
  readonly row: number;
  /** A cell that is not a plain number, trimmed; for number columns too (`NA`, quoted, in groups of three). */
  text(index: number, cell: string): void;
  /** The record that began on `line` is complete with `cells` cells. */
  endRecord(line: number, cells: number): void;
}

/** Signs of the file, as bytes. */
export interface RecordForm {
  readonly delimiter: number;
  readonly decimal: number;
}

const quote = 34;
/** The byte that ends a line, alone or behind a carriage return. */
export const lineFeed = 10;
const carriageReturn = 13;
const blank = 32;
const tab = 9;

/**
 * Splits bytes into records and cells and hands them to a sink. RFC 4180, and what is met beyond it: any delimiter, LF,
 * CRLF or CR, blanks around cells, text behind a closing quote, blank lines (skipped and counted).
 */
export class RecordParser {
  /** The line (from 1) of the next record. */
  line = 1;
  blankLines = 0;
  records = 0;
  private readonly form: RecordForm;
  private readonly decoder: CellDecoder;
  private readonly sink: RecordSink;

  constructor(form: RecordForm, decoder: CellDecoder, sink: RecordSink) {
    this.form = form;
    this.decoder = decoder;
    this.sink = sink;
  }

  /**
   * Parses the records of `bytes` from `start` on; `end` lies behind a line break. Stops once `mostRecords` are parsed in all.
   *
   * @returns the position behind the last complete record; less than `end` only where a quoted cell is still open.
   */
  parse(bytes: Uint8Array, start: number, end: number, mostRecords = Number.POSITIVE_INFINITY): number {
    let at = start;
    while (at < end && this.records < mostRecords) {
      const next = this.parseRecord(bytes, at, end);
      if (next < 0) return at;
      at = next;
    }
    return at;
  }

  /** @returns the position behind the record's line break, or −1 when it is not complete. */
  private parseRecord(bytes: Uint8Array, start: number, end: number): number {
    const { sink } = this;
    const { delimiter, decimal } = this.form;
    const line = this.line;
    const row = sink.row;
    let at = this.skipBlanks(bytes, start);
    if (isBreak(bytes[at]!)) {
      this.blankLines++;
      this.line++;
      return behindBreak(bytes, at);
    }
    for (let column = 0; ; column++) {
      const values = sink.numbers(column);
      let next = values ? readPlainNumber(bytes, at, delimiter, decimal, values, row) : -1;
      if (next < 0) {
        next = this.parseText(bytes, at, end, column);
        if (next < 0) {
          this.line = line;
          return -1;
        }
      }
      at = next + 1;
      if (bytes[next] === delimiter) {
        if (delimiter !== blank) continue;
        at = this.skipBlanks(bytes, at);
        if (!isBreak(bytes[at]!)) continue;
        next = at;
      }
      this.line++;
      this.records++;
      sink.endRecord(line, column + 1);
      return behindBreak(bytes, next);
    }
  }

  /** Hands over a cell that is not a plain number. @returns the position of the delimiter or break behind it, or −1. */
  private parseText(bytes: Uint8Array, start: number, end: number, column: number): number {
    let first = this.skipBlanks(bytes, start);
    let text = '';
    if (bytes[first] === quote) {
      const behind = this.quotedEnd(bytes, first + 1, end);
      if (behind < 0) return -1;
      text = this.decoder
        .decode(bytes.subarray(first + 1, behind - 1))
        .replaceAll('""', '"')
        .trim();
      first = behind;
    }
    const at = this.cellEnd(bytes, first);
    if (at > first) text += this.decoder.decode(bytes.subarray(first, at));
    this.sink.text(column, text.trim());
    return at;
  }

  private cellEnd(bytes: Uint8Array, start: number): number {
    const { delimiter } = this.form;
    let at = start;
    for (let byte = bytes[at]!; byte !== delimiter && !isBreak(byte); byte = bytes[at]!) at++;
    return at;
  }

  /** The position behind the closing quote, or −1 when there is none; counts the lines in between. */
  private quotedEnd(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === quote) {
        if (bytes[at + 1] !== quote) return at + 1;
        at++;
      } else if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) this.line++;
      if (++at >= end) return -1;
    }
  }

  private skipBlanks(bytes: Uint8Array, start: number): number {
    let at = start;
    while (bytes[at] === blank || (bytes[at] === tab && this.form.delimiter !== tab)) at++;
    return at;
  }
}

function isBreak(byte: number): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

function behindBreak(bytes: Uint8Array, at: number): number {
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? at + 2 : at + 1;
}

/** How far a text was parsed, and why it ended before its end. */
export interface ParsedText {
  /** Bytes of the records parsed. */
  readonly read: number;
  readonly trouble?: 'open quote' | 'record too long' | 'stopped';
}

/**
 * Feeds a text to a parser piece by piece: what is left of a piece behind its last complete record is joined to the next.
 * Where a record cannot be parsed, the parser's line is that on which it begins.
 *
 * @param how.mostRecords reading ends behind this many records
 * @param how.progress is told after each piece how many bytes are read; answering false stops.
 */
export function parseText(
  parser: RecordParser,
  text: FileBytes,
  {
    progress,
    mostRecords = Number.POSITIVE_INFINITY,
    pieceBytes,
  }: {
    readonly progress?: (bytesRead: number) => boolean;
    readonly mostRecords?: number;
    readonly pieceBytes?: number | undefined;
  } = {},
): ParsedText {
  let rest: Uint8Array = new Uint8Array();
  let bytesRead = 0;
  for (const piece of piecesOf(text, pieceBytes)) {
    const bytes = rest.length === 0 ? piece : joinedBytes(rest, piece);
    rest = bytes.subarray(parser.parse(bytes, 0, lastBreak(bytes), mostRecords));
    bytesRead += piece.length;
    const read = bytesRead - rest.length;
    if (parser.records >= mostRecords) return { read };
    if (rest.length > maxCsvRecordBytes) return { read, trouble: 'record too long' };
    if (progress && !progress(bytesRead)) return { read, trouble: 'stopped' };
  }
  if (rest.length === 0) return { read: bytesRead };
  const last = joinedBytes(rest, Uint8Array.of(lineFeed));
  const end = parser.parse(last, 0, last.length, mostRecords);
  const read = Math.min(bytesRead, bytesRead - rest.length + end);
  const isOpen = end < last.length && parser.records < mostRecords;
  return isOpen ? { read, trouble: 'open quote' } : { read };
}

/** The position behind the last line break; a CR at the very end may be half of a CRLF and does not count. */
export function lastBreak(bytes: Uint8Array): number {
  let at = bytes.length;
  if (bytes[at - 1] === carriageReturn) at--;
  while (at > 0 && !isBreak(bytes[at - 1]!)) at--;
  return at;
}

/** Whether the last line is complete. */
export function endsInBreak(bytes: Uint8Array): boolean {
  return isBreak(bytes.at(-1)!);
}

/** Pieces one after the other. */
export function joinedBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
