import { ProblemError, type Problem } from '../../problem';
import { plainName } from '../../table/names';
import type { GivenDialect, Table } from '../../table/table';
import { compressionOf, decompress } from '../containers/compression';
import { maxCsvColumns, maxCsvUnpackedBytes } from '../limits';
import type { ColumnGaps } from './columnBuilder';
import { fileProblem, tableProblems } from './csvProblems';
import type { Sample } from './dialect';
import { decoderFor, textBytes, type CellDecoder, type TextBytes } from './encoding';
import { headerOf, kindsOf, takeSample } from './head';
import type { ColumnNames } from './header';
import { otherContent } from './otherContent';
import { parseInParts, type PartReader } from './parts';
import { parseWhole, type Parsed, type Pass } from './pass';
import { joinedBytes } from './recordParser';
import type { ColumnStart, RaggedRows } from './tableBuilder';

/** What the caller knows about a CSV file. */
export interface CsvOptions extends GivenDialect {
  /** The file's name, for the table and for messages. */
  readonly name: string;
  /** Names of columns that stay texts even when they hold numbers (`01234`, codes): the inputs that take texts. */
  readonly textColumns?: readonly string[];
  /** Only this many rows are read. */
  readonly maxRows?: number;
  /** Is told after every few megabytes how many bytes are read; answering false stops. */
  readonly progress?: (bytesRead: number, bytes: number) => boolean;
}

/** What a CSV file turned out to be. */
export interface CsvReading {
  /** Absent when the file cannot be read or reading was stopped. */
  readonly table?: Table;
  readonly problems: readonly Problem[];
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
 * Reads a CSV file, given as one or several pieces, into typed columns; nothing is thrown for a bad file.
 *
 * Delimiter, decimal sign, encoding and header are found from the content unless given. A column is a number column
 * when more of its cells are numbers than other texts; words for "no value" (NA, NaN, None, null) and empty cells are
 * gaps. Dates and percentages are texts. Files in gzip, bzip2, xz or lz4 are unpacked.
 */
export function readCsv(bytes: Uint8Array | readonly Uint8Array[], options: CsvOptions): CsvReading {
  const passes = passesOver(bytes, options);
  let next = passes.next();
  while (!next.done) next = passes.next(parseWhole(next.value));
  return next.value;
}

/**
 * The same reading; the rows of a large file are read in parts, several at a time.
 *
 * @param partBytes about how many bytes a part has, where not the usual
 */
export async function readCsvInParts(
  bytes: Uint8Array,
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

function* passesOver(bytes: Uint8Array | readonly Uint8Array[], options: CsvOptions): Passes<CsvReading> {
  try {
    const chunks = unpacked(bytes instanceof Uint8Array ? [bytes] : bytes, options.name);
    if (isZip(chunks)) return refused(fileProblem(options.name, 'workbook'));
    const other = otherContent(options.name, chunks[0] ?? new Uint8Array());
    if (other) return refused(other);
    const text = textBytes(chunks, options.encoding);
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

function* readText(text: TextBytes, decoder: CellDecoder, options: CsvOptions): Passes<TextReading> {
  const sample = takeSample(text.chunks, decoder, options);
  const header = headerOf(sample);
  const none = (trouble: 'empty' | 'too many columns'): TextReading => ({
    reading: refused(fileProblem(options.name, trouble)),
    failed: decoder.failed,
  });
  if (header.names.length === 0) return none('empty');
  if (header.names.length > maxCsvColumns) return none('too many columns');
  const { name, maxRows, progress } = options;
  const pass: Pass = {
    file: name,
    chunks: withoutFirst(text.chunks, sample.bytesBeforeRows),
    bytes: text.chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    decoder,
    sample,
    header,
    starts: columnStarts(options, sample, header),
    ...(maxRows === undefined ? {} : { maxRows }),
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

function finished({ file, sample, header, decoder, bytes }: Pass, parts: NonNullable<Parsed['table']>): CsvReading {
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
  };
  const facts: CsvFacts = {
    bytes,
    blankLines: parts.blankLines,
    ragged: parts.ragged,
    gaps: kept.map((index) => parts.gaps[index]!),
    indexColumn: header.index !== undefined,
  };
  return { table, problems: tableProblems(table, header, parts.ragged, sample.ambiguousComma), facts };
}

function refused(problem: Problem): CsvReading {
  return { problems: [problem] };
}

function withoutFirst(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  return chunks.map((chunk) => {
    const cut = Math.min(left, chunk.length);
    left -= cut;
    return chunk.subarray(cut);
  });
}

/** The bytes inside a compressed file; zlib and lzma have no mark that a text could not begin with. */
function unpacked(chunks: readonly Uint8Array[], file: string): readonly Uint8Array[] {
  const [first] = chunks;
  const kind = first ? compressionOf(first) : 'none';
  if (!first || kind === 'none' || kind === 'zlib' || kind === 'lzma') return chunks;
  const bytes = chunks.length === 1 ? first : joinedBytes(...chunks);
  return [decompress(bytes, maxCsvUnpackedBytes, file, maxCsvUnpackedBytes).bytes];
}

/** A workbook (.xlsx, .ods) is a zip file. */
function isZip(chunks: readonly Uint8Array[]): boolean {
  const first = chunks[0];
  return first?.[0] === 0x50 && first[1] === 0x4b && first[2] === 3 && first[3] === 4;
}
