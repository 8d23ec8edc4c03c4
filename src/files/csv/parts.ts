import { ProblemError } from '../../problem';
import type { Dialect } from '../../table/table';
import type { FileBytes } from '../fileBytes';
import { maxCsvRecordBytes } from '../limits';
import { decoderFor, type Encoding } from './encoding';
import type { NumberForm } from './numbers';
import { builderFor, formOf, rowsIn, type Parsed, type Pass } from './pass';
import { endsInBreak, joinedBytes, lastBreak, lineFeed, RecordParser } from './recordParser';
import { TableBuilder, type ColumnStart, type TablePart } from './tableBuilder';

/** Some whole lines of a CSV file, with what it takes to read them: plain data for another thread. */
export interface CsvPart {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** About how many rows these are. */
  readonly rows: number;
  readonly names: readonly string[];
  readonly starts: readonly ColumnStart[];
  readonly form: NumberForm;
  readonly delimiter: Dialect['delimiter'];
  readonly encoding: Encoding;
  /** No more rows than these are read. */
  readonly most?: number;
  /** All texts among numbers are kept: of some rows only is taken what stands in them. */
  readonly everyText: boolean;
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
export function readPart({ file, bytes, rows, names, starts, form, ...part }: CsvPart): PartReading {
  const { delimiter, encoding, most, everyText } = part;
  const decoder = decoderFor(encoding);
  const builder = new TableBuilder(file, names, starts, form, {
    rows,
    bytes: bytes.length,
    ...(everyText ? { texts: Number.POSITIVE_INFINITY } : {}),
  });
  const parser = new RecordParser(formOf({ delimiter, form }), decoder, builder);
  try {
    const read = parser.parse(bytes, 0, bytes.length, most);
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
  const usual = size ?? Math.max(partBytes, partBytesPerColumn * pass.header.names.length);
  if (pass.text.size < fewestParts * usual) return undefined;
  try {
    return await inOrder(pass, cutLines(pass.text, usual), reader);
  } catch (error) {
    // The rows are too ragged: reading them one after the other tells at which line.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

/** A part under way. */
interface Ahead {
  readonly start: number;
  readonly end: number;
  readonly reading: Promise<PartReading>;
}

async function inOrder(pass: Pass, lines: Generator<Lines>, reader: PartReader): Promise<Parsed | undefined> {
  const { text, taken } = pass;
  const ahead: Ahead[] = [];
  const begin = (): void => {
    for (let next = lines.next(); next.done !== true; next = lines.next()) {
      const { start, end, bytes } = next.value;
      const reading = reader.read(partOf(pass, bytes));
      reading.catch(() => undefined); // It is awaited below, unless reading ends before.
      ahead.push({ start, end, reading });
      if (ahead.length >= reader.width) break;
    }
  };
  let builder: TableBuilder | undefined;
  let [at, line, blankLines, failed] = [0, pass.sample.firstLine, 0, pass.decoder.failed];
  for (;;) {
    begin();
    const part = ahead.shift();
    if (!part) break;
    const { start, end, reading: early } = part;
    const again = (most?: number) => reader.read(partOf(pass, text.read(at, end), most));
    let reading = await (at === start ? early : again());
    const left = taken.most - (builder?.row ?? 0);
    // One after the other reads nothing behind the last row taken, no blank line either.
    if (reading.table && reading.table.lines.length >= left) reading = await again(left);
    const { table, read } = reading;
    if (!table || end - at - read > maxCsvRecordBytes) return undefined;
    // The first part tells better than the few rows looked at before how many there are.
    builder ??= builderFor(
      pass,
      table.lines.length > 0 ? rowsIn(text.size, { rowBytes: read / table.lines.length }) : undefined,
    );
    builder.append(table, line);
    at += read;
    line += reading.lines;
    blankLines += reading.blankLines;
    failed ||= reading.failed;
    if (builder.row >= taken.most) break;
    if (pass.progress?.(end, pass.bytes) === false) return { problems: [], failed };
  }
  const isDone = builder && (at >= text.size || builder.row >= taken.most);
  if (!builder || !isDone) return undefined;
  return { table: { ...builder.finish(), blankLines, read: Math.min(at, text.size) }, problems: [], failed };
}

/** Whole lines of a file, and where they stand. */
interface Lines {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The file in parts of about `size` bytes that end in a line break; it ends early at a line longer than any row. */
function* cutLines(text: FileBytes, size: number): Generator<Lines> {
  let start = 0;
  while (start < text.size) {
    const bytes = linesFrom(text, start, size);
    if (!bytes) return;
    const end = start + bytes.length; // The bytes themselves go to another thread.
    yield { start, end, bytes };
    start = end;
  }
}

function linesFrom(text: FileBytes, start: number, size: number): Uint8Array<ArrayBuffer> | undefined {
  for (let length = size; length < 2 * maxCsvRecordBytes; length *= 2) {
    const bytes = text.read(start, start + length);
    const end = start + bytes.length >= text.size ? bytes.length : lastBreak(bytes);
    if (end > 0) return bytes.subarray(0, end);
  }
  return undefined;
}

/** Some lines for another thread; every part ends in a line break. */
function partOf(
  { file, sample, header, starts, decoder, taken }: Pass,
  bytes: Uint8Array<ArrayBuffer>,
  most?: number,
): CsvPart {
  return {
    file,
    bytes: endsInBreak(bytes) ? bytes : joinedBytes(bytes, Uint8Array.of(lineFeed)),
    rows: rowsIn(bytes.length, sample),
    names: header.names,
    starts,
    form: sample.form,
    delimiter: sample.delimiter,
    encoding: decoder.encoding,
    ...(most === undefined ? {} : { most }),
    everyText: taken.step > 1,
  };
}
