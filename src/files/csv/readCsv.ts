import { ProblemError, type Problem } from '../../problem';
import { plainName } from '../../table/names';
import { rowsTaken, type PartOfRows } from '../../table/rowsTaken';
import type { GivenDialect, Table } from '../../table/table';
import { compressionOf, decompress } from '../containers/compression';
import { behind, inMemory, type FileBytes } from '../fileBytes';
import { maxCsvColumns, maxCsvUnpackedBytes } from '../limits';
import type { ColumnGaps } from './columnBuilder';
import { fileProblem, tableProblems } from './csvProblems';
import type { Sample } from './dialect';
import { decoderFor, textBytes, type CellDecoder, type TextBytes } from './encoding';
import { headerOf, kindsOf, takeSample } from './head';
import type { ColumnNames } from './header';
import { largeTable, type LargeTable } from './largeTable';
import { otherContent } from './otherContent';
import { parseInParts, type PartReader } from './parts';
import { parseWhole, type Parsed, type Pass } from './pass';
import type { ColumnStart, RaggedRows } from './tableBuilder';

/** What the caller knows about a CSV file. */
export interface CsvOptions extends GivenDialect {
  /** The file's name, for the table and for messages. */
  readonly name: string;
  /** Names of columns that stay texts even when they hold numbers (`01234`, codes): the inputs that take texts. */
  readonly textColumns?: readonly string[];
  /** Bytes that the file, and what is made of it, may take without a word on its rows: a larger table is not read. */
  readonly room?: number;
  /** Is told after every few megabytes how many bytes are read; answering false stops. */
  readonly progress?: (bytesRead: number, bytes: number) => boolean;
}

/** What a CSV file turned out to be. */
export interface CsvReading {
  /** Absent when the file cannot be read or reading was stopped. */
  readonly table?: Table;
  readonly problems: readonly Problem[];
  /** The table is larger than there is room for: it must be said which rows are read. */
  readonly large?: LargeTable;
  readonly facts?: CsvFacts;
}

/** Counts of everything that was not a plain cell: nothing is dropped without standing here. */
export interface CsvFacts {
  readonly bytes: number;
  readonly blankLines: number;
  readonly ragged: RaggedRows;
  /** Per column of the table, in its order. */
  readonly gaps: readonly ColumnGaps[];
  /** The file has an unnamed column in front, left out of the table. */
  readonly indexColumn: boolean;
}

/**
 * Reads a CSV file into typed columns; nothing is thrown for a bad file.
 *
 * Delimiter, decimal sign, encoding and header are found from the content unless given. A column is a number column
 * when more of its cells are numbers than other texts; words for "no value" (NA, NaN, None, null) and empty cells are
 * gaps. Dates and percentages are texts. Files in gzip, bzip2, xz or lz4 are unpacked.
 *
 * @param pieceBytes how many bytes are taken at a time, where not the usual number
 */
export function readCsv(bytes: Uint8Array | FileBytes, options: CsvOptions, pieceBytes?: number): CsvReading {
  const passes = passesOver(bytes, options);
  let next = passes.next();
  while (!next.done) next = passes.next(parseWhole(next.value, pieceBytes));
  return next.value;
}

/**
 * The same reading; the rows of a large file are read in parts, several at a time.
 *
 * @param partBytes about how many bytes a part has, where not the usual
 */
export async function readCsvInParts(
  bytes: Uint8Array | FileBytes,
  options: CsvOptions,
  reader: PartReader,
  partBytes?: number,
): Promise<CsvReading> {
  const passes = passesOver(bytes, options);
  let next = passes.next();
  while (!next.done) next = passes.next((await parseInParts(next.value, reader, partBytes)) ?? parseWhole(next.value));
  return next.value;
}

/** Asks for passes over the rows until the file's encoding and the kinds of its columns are settled. */
type Passes<Result> = Generator<Pass, Result, Parsed>;

function* passesOver(bytes: Uint8Array | FileBytes, options: CsvOptions): Passes<CsvReading> {
  try {
    const file = unpacked(bytes instanceof Uint8Array ? inMemory(bytes) : bytes, options.name);
    const start = file.read(0, 64);
    if (isZip(start)) return refused(fileProblem(options.name, 'workbook'));
    const other = otherContent(options.name, start);
    if (other) return refused(other);
    const text = textBytes(file, options.encoding);
    if (!text) return refused(fileProblem(options.name, 'not text'));
    const { reading, failed } = yield* readText(text, decoderFor(text.encoding), options);
    if (!failed || text.encoding !== 'UTF-8' || options.encoding) return reading;
    return (yield* readText(text, decoderFor('Windows-1252'), options)).reading;
  } catch (error) {
    if (error instanceof ProblemError) return refused(error.problem);
    throw error;
  }
}

/** What a text came to in one encoding, and whether it is not in that encoding after all. */
interface TextReading {
  readonly reading: CsvReading;
  readonly failed: boolean;
}

function* readText({ text }: TextBytes, decoder: CellDecoder, options: CsvOptions): Passes<TextReading> {
  const sample = takeSample(text, decoder, options);
  const header = headerOf(sample);
  const none = (trouble: 'empty' | 'too many columns'): TextReading => ({
    reading: refused(fileProblem(options.name, trouble)),
    failed: decoder.failed,
  });
  if (header.names.length === 0) return none('empty');
  if (header.names.length > maxCsvColumns) return none('too many columns');
  const large = options.rows === undefined ? largeTable(text.size, sample, header, options.room) : undefined;
  if (large) return { reading: { problems: [], large }, failed: decoder.failed };
  const { name, progress } = options;
  const pass: Pass = {
    file: name,
    text: behind(text, sample.bytesBeforeRows),
    bytes: text.size,
    decoder,
    sample,
    header,
    starts: columnStarts(options, sample, header),
    taken: rowsTaken(options.rows),
    ...(progress ? { progress } : {}),
  };
  const first = yield pass;
  const ratherText = first.table?.ratherText ?? [];
  const starts = pass.starts.map((start, index) => (ratherText.includes(index) ? 'forcedText' : start));
  const { table, problems, failed } = ratherText.length === 0 ? first : yield { ...pass, starts };
  return { reading: table ? finished(pass, table) : { problems }, failed: failed || first.failed };
}

function columnStarts(options: CsvOptions, sample: Sample, header: ColumnNames): ColumnStart[] {
  const forced = new Set((options.textColumns ?? []).map(plainName));
  const kinds = kindsOf(sample, header);
  return header.names.map((name, index) => {
    if (forced.has(plainName(name))) return 'forcedText';
    return kinds[index] === 'text' ? 'text' : 'number';
  });
}

function finished(pass: Pass, parts: NonNullable<Parsed['table']>): CsvReading {
  const { file, sample, header, decoder, bytes } = pass;
  const part = partOfRows(pass, parts);
  const kept = parts.columns.map((_, index) => index).filter((index) => index !== header.index);
  const table: Table = {
    name: file,
    rows: parts.lines.length,
    columns: kept.map((index) => parts.columns[index]!),
    lines: parts.lines,
    dialect: {
      delimiter: sample.delimiter,
      decimal: sample.form.decimal,
      encoding: decoder.encoding,
      header: sample.header,
    },
    ...(part ? { part } : {}),
  };
  const facts: CsvFacts = {
    bytes,
    blankLines: parts.blankLines,
    ragged: parts.ragged,
    gaps: kept.map((index) => parts.gaps[index]!),
    indexColumn: header.index !== undefined,
  };
  return { table, problems: tableProblems(table, header, parts.ragged, sample), facts };
}

function refused(problem: Problem): CsvReading {
  return { problems: [problem] };
}

/** What the rows taken are of the file's; undefined where they are all. */
function partOfRows(
  { taken, text }: Pass,
  { lines, records, read }: NonNullable<Parsed['table']>,
): PartOfRows | undefined {
  if (taken.step > 1) return records > lines.length ? { ...taken, of: records, exact: true } : undefined;
  if (isBlank(text.read(read, read + lookedAtBehind))) return undefined;
  return { ...taken, of: Math.max(records + 1, Math.round((records * text.size) / read)), exact: false };
}

/** A row longer than this in the end counts as one, whatever stands in it. */
const lookedAtBehind = 4096;

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 9 && byte <= 13));
}

/** What is inside a compressed file; zlib and lzma have no mark that a text could not begin with. */
function unpacked(file: FileBytes, name: string): FileBytes {
  const kind = compressionOf(file.read(0, 64));
  if (kind === 'none' || kind === 'zlib' || kind === 'lzma') return file;
  // Nothing is packed into more bytes than it has: what more there is would be refused.
  const bytes = file.read(0, 2 * maxCsvUnpackedBytes);
  return inMemory(decompress(bytes, maxCsvUnpackedBytes, name, maxCsvUnpackedBytes).bytes);
}

/** A workbook (.xlsx, .ods) is a zip file. */
function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
}
