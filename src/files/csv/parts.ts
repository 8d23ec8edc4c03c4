import { ProblemError } from '../../problem';
import type { Dialect } from '../../table/table';
import { maxCsvRecordBytes } from '../limits';
import { decoderFor, type Encoding } from './encoding';
import type { NumberForm } from './numbers';
import { builderFor, formOf, rowsIn, type Parsed, type Pass } from './pass';
import { behindNextBreak, endsInBreak, joinedBytes, lineFeed, RecordParser } from './recordParser';
import { TableBuilder, type ColumnStart, type TablePart } from './tableBuilder';

/** Some whole lines of a CSV file, with what it takes to read them: plain data for another thread. */
export interface CsvPart {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** About how many rows these are. */
  readonly rows: number;
  readonly names: readonly string[];
  readonly starts: readonly ColumnStart[];
  readonly form: NumberForm;
  readonly delimiter: Dialect['delimiter'];
  readonly encoding: Encoding;
}

/** What a part came to, lines counted from its own first. */
export interface PartReading {
  /** Absent when its rows are too ragged to be a table. */
  readonly table?: TablePart;
  /** Bytes of its complete records: fewer than it has when a quoted cell is still open at its end. */
  readonly read: number;
  readonly lines: number;
  readonly blankLines: number;
  /** A cell was not UTF-8. */
  readonly failed: boolean;
}

/** Reads parts of CSV files, several at a time. */
export interface PartReader {
  /** How many parts are worth having under way at once. */
  readonly width: number;
  read(part: CsvPart): Promise<PartReading>;
}

/** Reads a part as if a record began with it. */
export function readPart({ file, bytes, rows, names, starts, form, delimiter, encoding }: CsvPart): PartReading {
  const decoder = decoderFor(encoding);
  const builder = new TableBuilder(file, names, starts, form, { rows, bytes: bytes.length });
  const parser = new RecordParser(formOf({ delimiter, form }), decoder, builder);
  try {
    const read = parser.parse(bytes, 0, bytes.length);
    const { line, blankLines } = parser;
    return { table: builder.part(), read, lines: line - 1, blankLines, failed: decoder.failed };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { read: 0, lines: 0, blankLines: 0, failed: decoder.failed };
  }
}

/** How much is read at a time: a fraction of a second's work, whose columns stay in a processor's cache. */
const partBytes = 2 ** 20;
/** Of very wide tables more, so that a part has many more bytes than columns. */
const partBytesPerColumn = 2 ** 12;
/** Fewer parts than these are not worth being shared out. */
const fewestParts = 4;

/**
 * Reads the rows in parts of whole lines, several at a time, to exactly what one after the other gives. A part begins at a
 * line break that may stand inside a quoted cell; whether it does is known once the part before it is read: either its
 * last record is complete at the break, or the part is read again from that record on.
 *
 * @param size about how many bytes a part has
 * @returns undefined where one after the other does better: a small file, and rows that cannot be read
 */
export async function parseInParts(pass: Pass, reader: PartReader, size?: number): Promise<Parsed | undefined> {
  const chunks = pass.chunks.filter((chunk) => chunk.length > 0);
  const [bytes] = chunks;
  const usual = size ?? Math.max(partBytes, partBytesPerColumn * pass.header.names.length);
  if (!bytes || chunks.length > 1 || bytes.length < fewestParts * usual || pass.maxRows !== undefined) return undefined;
  try {
    return await inOrder(pass, bytes, cutsIn(bytes, usual), reader);
  } catch (error) {
    // The rows are too ragged: reading them one after the other tells at which line.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

async function inOrder(
  pass: Pass,
  bytes: Uint8Array,
  cuts: readonly number[],
  reader: PartReader,
): Promise<Parsed | undefined> {
  let builder: TableBuilder | undefined;
  const ahead: Promise<PartReading>[] = [];
  let [at, line, blankLines, failed] = [0, pass.sample.firstLine, 0, pass.decoder.failed];
  for (let index = 0; index + 1 < cuts.length; index++) {
    for (let next = ahead.length; next < Math.min(cuts.length - 1, index + reader.width); next++) {
      const early = reader.read(partOf(pass, bytes, cuts[next]!, cuts[next + 1]!));
      early.catch(() => undefined); // It is awaited below, unless reading ends before.
      ahead.push(early);
    }
    const end = cuts[index + 1]!;
    const reading = await (at === cuts[index] ? ahead[index]! : reader.read(partOf(pass, bytes, at, end)));
    if (!reading.table || end - at - reading.read > maxCsvRecordBytes) return undefined;
    // The first part tells better than the few rows looked at before how many there are.
    builder ??= builderFor(pass, rowsIn(bytes.length, { rowBytes: reading.read / reading.table.lines.length }));
    builder.append(reading.table, line);
    at += reading.read;
    line += reading.lines;
    blankLines += reading.blankLines;
    failed ||= reading.failed;
    if (pass.progress?.(end, pass.bytes) === false) return { problems: [], failed };
  }
  if (!builder || at < bytes.length) return undefined;
  return { table: { ...builder.finish(), blankLines }, problems: [], failed };
}

/** Where parts of about `size` bytes begin, and the end of the last. */
function cutsIn(bytes: Uint8Array, size: number): number[] {
  const cuts = [0];
  while (cuts.at(-1)! < bytes.length) cuts.push(behindNextBreak(bytes, cuts.at(-1)! + size));
  return cuts;
}

/** A copy of some lines that can move to another thread; every part ends in a line break. */
function partOf(
  { file, sample, header, starts, decoder }: Pass,
  bytes: Uint8Array,
  start: number,
  end: number,
): CsvPart {
  const own = bytes.subarray(start, end);
  return {
    file,
    bytes: endsInBreak(own) ? own.slice() : joinedBytes(own, Uint8Array.of(lineFeed)),
    rows: rowsIn(own.length, sample),
    names: header.names,
    starts,
    form: sample.form,
    delimiter: sample.delimiter,
    encoding: decoder.encoding,
  };
}
