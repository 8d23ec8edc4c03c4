import { ProblemError, type Problem } from '../../problem';
import { plainName } from '../../table/names';
import type { Table } from '../../table/table';
import { compressionOf, decompress } from '../containers/compression';
import { maxCsvColumns, maxCsvUnpackedBytes, maxFreelyUnpackedCsvBytes } from '../limits';
import type { ColumnGaps } from './columnBuilder';
import { fileProblem, tableProblems } from './csvProblems';
import type { GivenDialect, Sample } from './dialect';
import { textBytes, utf8Decoder, windows1252Decoder, type CellDecoder, type TextBytes } from './encoding';
import { headerOf, kindsOf, takeSample } from './head';
import type { ColumnNames } from './header';
import { otherContent } from './otherContent';
import { joinedBytes, parseChunks, RecordParser } from './recordParser';
import { TableBuilder, type ColumnStart, type RaggedRows, type TableParts } from './tableBuilder';

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
  try {
    const chunks = unpacked(bytes instanceof Uint8Array ? [bytes] : bytes, options.name);
    if (isZip(chunks)) return refused(fileProblem(options.name, 'workbook'));
    const other = otherContent(options.name, chunks[0] ?? new Uint8Array());
    if (other) return refused(other);
    const text = textBytes(chunks);
    if (!text) return refused(fileProblem(options.name, 'not text'));
    const utf8 = utf8Decoder(text.encoding);
    const reading = readText(text, utf8, options);
    if (!utf8.failed || text.encoding !== 'UTF-8') return reading;
    return readText(text, windows1252Decoder(), options);
  } catch (error) {
    if (error instanceof ProblemError) return refused(error.problem);
    throw error;
  }
}

/** Everything one pass over the file needs. */
interface Pass {
  readonly text: TextBytes;
  readonly bytes: number;
  readonly decoder: CellDecoder;
  readonly options: CsvOptions;
  readonly sample: Sample;
  readonly header: ColumnNames;
}

function readText(text: TextBytes, decoder: CellDecoder, options: CsvOptions): CsvReading {
  const sample = takeSample(text.chunks, decoder, options);
  const header = headerOf(sample);
  if (header.names.length === 0) return refused(fileProblem(options.name, 'empty'));
  if (header.names.length > maxCsvColumns) return refused(fileProblem(options.name, 'too many columns'));
  const bytes = text.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const pass: Pass = { text, bytes, decoder, options, sample, header };
  const starts = columnStarts(pass);
  const first = parsed(pass, starts);
  if (!('parts' in first)) return first;
  const { ratherText } = first.parts;
  if (ratherText.length === 0) return finished(pass, first);
  const second = parsed(
    pass,
    starts.map((start, index) => (ratherText.includes(index) ? 'forcedText' : start)),
  );
  return 'parts' in second ? finished(pass, second) : second;
}

function columnStarts(pass: Pass): ColumnStart[] {
  const forced = new Set((pass.options.textColumns ?? []).map(plainName));
  const kinds = kindsOf(pass.sample, pass.header);
  return pass.header.names.map((name, index) => {
    if (forced.has(plainName(name))) return 'forcedText';
    return kinds[index] === 'text' ? 'text' : 'number';
  });
}

interface Parsed {
  readonly parts: TableParts;
  readonly blankLines: number;
}

function parsed(pass: Pass, starts: readonly ColumnStart[]): Parsed | CsvReading {
  const { sample, header, options, text, bytes } = pass;
  const rows = Math.ceil((1.02 * bytes * sample.records.length) / Math.max(1, sample.recordBytes));
  const builder = new TableBuilder(options.name, header.names, starts, sample.form, { rows, bytes });
  const form = { delimiter: sample.delimiter.charCodeAt(0), decimal: sample.form.decimal.charCodeAt(0) };
  const parser = new RecordParser(form, pass.decoder, builder);
  parser.line = sample.firstLine;
  const body = withoutFirst(text.chunks, sample.bytesBeforeRows);
  const trouble = parseChunks(parser, body, (read) => options.progress?.(read, bytes) ?? true, options.maxRows);
  if (trouble === 'stopped') return { problems: [] };
  if (trouble) return refused(fileProblem(options.name, trouble.kind, trouble.line));
  return { parts: builder.finish(), blankLines: parser.blankLines };
}

function finished(pass: Pass, { parts, blankLines }: Parsed): CsvReading {
  const { sample, header, options } = pass;
  const kept = parts.columns.map((_, index) => index).filter((index) => index !== header.index);
  const table: Table = {
    name: options.name,
    rows: parts.lines.length,
    columns: kept.map((index) => parts.columns[index]!),
    lines: parts.lines,
    dialect: {
      delimiter: sample.delimiter,
      decimal: sample.form.decimal,
      encoding: pass.decoder.encoding,
      header: sample.header,
    },
  };
  const facts: CsvFacts = {
    bytes: pass.bytes,
    blankLines,
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
  return [decompress(bytes, maxCsvUnpackedBytes, file, maxFreelyUnpackedCsvBytes).bytes];
}

/** A workbook (.xlsx, .ods) is a zip file. */
function isZip(chunks: readonly Uint8Array[]): boolean {
  const first = chunks[0];
  return first?.[0] === 0x50 && first[1] === 0x4b && first[2] === 3 && first[3] === 4;
}
