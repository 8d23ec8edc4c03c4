import type { Dialect, GivenDialect } from '../../table/table';
import { inMemory, type FileBytes } from '../fileBytes';
import { decoderFor, textBytes, type CellDecoder, type Encoding } from './encoding';
import type { Sample } from './dialect';
import { headerOf, kindsOf, takeSample } from './head';
import { otherContent } from './otherContent';
import { formOf } from './pass';
import { parseText, RecordParser, type RecordSink } from './recordParser';

/** What the first 64 KB of a CSV file tell, for finding the tables that fit a model. */
export interface SniffedHeader {
  /** Without an unnamed index column. */
  readonly names: readonly string[];
  /** What the first rows of each column hold. */
  readonly kinds: readonly ('number' | 'text' | 'empty')[];
  readonly dialect: Dialect;
  readonly numericColumns: number;
  /** Number of rows: exact when the file ends within the bytes, else estimated from its size. */
  readonly rows: { readonly count: number; readonly exact: boolean };
}

/**
 * Reads only the top of a file.
 *
 * @param bytes the first 64 KB, or all of a shorter file
 * @param fileSize the whole file's size in bytes
 * @param given what the user says of the file
 * @returns undefined when the file is no table
 */
export function sniffHeader(bytes: Uint8Array, fileSize: number, given: GivenDialect = {}): SniffedHeader | undefined {
  if (otherContent('', bytes)) return undefined;
  const found = textBytes(inMemory(bytes), given.encoding);
  if (!found) return undefined;
  const { text, encoding } = found;
  const sniffAs = (decoder: CellDecoder) => sniff(text, bytes.length, fileSize, decoder, given);
  const utf8 = decoderFor(encoding);
  const sniffed = sniffAs(utf8);
  const isOther = utf8.failed && encoding === 'UTF-8' && !given.encoding;
  return isOther ? sniffAs(decoderFor('Windows-1252')) : sniffed;
}

/**
 * The top of a file up to its last line break, as text that `readCsv` takes.
 *
 * @param bytes the first 64 KB, or all of a shorter file
 * @param fileSize the whole file's size in bytes
 * @returns undefined when the file is no text
 */
export function wholeLines(bytes: Uint8Array, fileSize: number, given?: Encoding): Uint8Array | undefined {
  const found = textBytes(inMemory(bytes), given);
  if (!found) return undefined;
  const joined = found.text.read(0, found.text.size);
  return bytes.length >= fileSize ? joined : untilLastBreak(joined);
}

function sniff(
  file: FileBytes,
  bytesRead: number,
  fileSize: number,
  decoder: CellDecoder,
  given: GivenDialect,
): SniffedHeader | undefined {
  const exact = bytesRead >= fileSize;
  const text = file.read(0, file.size);
  const bytes = exact ? text : untilLastBreak(text);
  const sample = takeSample(inMemory(bytes), decoder, given);
  const header = headerOf(sample);
  if (header.names.length === 0) return undefined;
  const kept = header.names.map((_, index) => index).filter((index) => index !== header.index);
  const kinds = kindsOf(sample, header);
  const rowsRead = countRows(bytes.subarray(sample.bytesBeforeRows), sample, decoder);
  // In UTF-16 the bytes of the text are fewer than those of the file: both are brought to the file's measure.
  const perByte = bytesRead / text.length;
  const rowBytes = fileSize - sample.bytesBeforeRows * perByte;
  const rowBytesRead = (bytes.length - sample.bytesBeforeRows) * perByte;
  return {
    names: kept.map((index) => header.names[index]!),
    kinds: kept.map((index) => kinds[index]!),
    dialect: {
      delimiter: sample.delimiter,
      decimal: sample.form.decimal,
      encoding: decoder.encoding,
      header: sample.header,
    },
    numericColumns: kept.filter((index) => kinds[index] === 'number').length,
    rows: { count: exact ? rowsRead : Math.round((rowsRead * rowBytes) / rowBytesRead), exact },
  };
}

function countRows(bytes: Uint8Array, sample: Sample, decoder: CellDecoder): number {
  let rows = 0;
  const sink: RecordSink = { row: 0, numbers: () => undefined, text: () => undefined, endRecord: () => (rows += 1) };
  parseText(new RecordParser(formOf(sample), decoder, sink), inMemory(bytes));
  return rows;
}

function untilLastBreak(bytes: Uint8Array): Uint8Array {
  const end = Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13));
  return end < 0 ? bytes : bytes.subarray(0, end + 1);
}
