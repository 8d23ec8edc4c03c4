import type { Dialect, GivenDialect } from '../../table/table';
import { maxCsvColumns } from '../limits';
import type { CellDecoder } from './encoding';
import { blankGrouped, cellKind, readNumberText, type NumberForm } from './numbers';
import { preambleOf } from './preamble';
import { RecordParser, type RecordSink } from './recordParser';

/** How a file's first records look. */
export interface Sample {
  readonly delimiter: Dialect['delimiter'];
  readonly form: NumberForm;
  readonly header: boolean;
  /** The first records, the header among them. */
  readonly records: readonly SampleRecord[];
  /** How many bytes a row takes on average. */
  readonly rowBytes: number;
  /** Bytes before the first row: the header, comment lines above it and a line `sep=;`. */
  readonly bytesBeforeRows: number;
  /** The line (from 1) behind them. */
  readonly firstLine: number;
  /** The header has one cell less than every row: R's `write.table` writes row names without a name. */
  readonly rowNames: boolean;
  /** The line of the first record where titles stand above it, which are no rows. */
  readonly belowTitles?: number;
  /** A cell like `1,234`, where nothing in the file says whether the comma is a decimal sign. */
  readonly ambiguousComma?: string;
}

/** A record as texts and the line it begins on. */
export interface SampleRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Finds delimiter, number form and header from the first bytes of a file, which must end in a line break. */
export function sampleDialect(bytes: Uint8Array, decoder: CellDecoder, given: GivenDialect): Sample {
  const hint = separatorLine(bytes, decoder);
  const preamble = preambleOf(bytes);
  if (hint.skippedBytes > 0 || !preamble.last)
    return sampleBelow(bytes, decoder, given, { bytes: hint.skippedBytes, lines: hint.skippedBytes > 0 ? 1 : 0 }, hint);
  const below = sampleBelow(bytes, decoder, given, preamble, hint);
  const { start, lines } = preamble.last;
  const named = { ...given, delimiter: below.delimiter, header: true };
  const withLast = sampleBelow(bytes, decoder, named, { bytes: start, lines }, hint);
  return isNames(withLast.records, below) ? withLast : below;
}

/** Whether the last comment above the rows (the first of `records`) holds their names, as numpy.savetxt writes them. */
function isNames(records: readonly SampleRecord[], below: Sample): boolean {
  const [comment, first, second] = records;
  if (!comment || !first || first.cells.length < 2 || comment.cells.length !== first.cells.length) return false;
  const holdsNumbers = (record: SampleRecord | undefined): boolean =>
    record?.cells.some((cell) => readNumberText(cell, below.form, new Float64Array(1), 0) === cellKind.number) ?? false;
  return !holdsNumbers(comment) && (holdsNumbers(first) || !holdsNumbers(second));
}

/** The dialect of what stands below some lines at the top. */
function sampleBelow(
  bytes: Uint8Array,
  decoder: CellDecoder,
  given: GivenDialect,
  top: { readonly bytes: number; readonly lines: number },
  hint: Pick<GivenDialect, 'delimiter'>,
): Sample {
  const body = bytes.subarray(top.bytes);
  const delimiter = given.delimiter ?? hint.delimiter ?? likeliestDelimiter(body, decoder);
  const firstLine = 1 + top.lines;
  const { records, bytes: recordBytes } = sampleRecords(body, decoder, delimiter, firstLine);
  const titles = given.header === undefined ? titlesAbove(records) : 0;
  if (titles > 0) {
    const above = sampleRecords(body, decoder, delimiter, firstLine, titles);
    const start = { bytes: top.bytes + above.bytes, lines: above.nextLine - 1 };
    return {
      ...sampleBelow(bytes, decoder, { ...given, delimiter }, start, hint),
      belowTitles: records[titles]!.line,
    };
  }
  const { ambiguousComma, ...form } = numberForm(records, delimiter, given.decimal);
  const header = given.header ?? hasHeader(records, form);
  const names = header ? sampleRecords(body, decoder, delimiter, firstLine, 1) : { bytes: 0, nextLine: firstLine };
  return {
    delimiter,
    form,
    header,
    records,
    rowBytes: (recordBytes - names.bytes) / Math.max(1, records.length - (header ? 1 : 0)),
    bytesBeforeRows: top.bytes + names.bytes,
    firstLine: names.nextLine,
    rowNames: header && everyRowHasOneCellMore(records),
    ...(ambiguousComma === undefined ? {} : { ambiguousComma }),
  };
}

const mostRecords = 200;

/** Spreadsheets write `sep=;` as a first line to tell the delimiter. */
function separatorLine(
  bytes: Uint8Array,
  decoder: CellDecoder,
): { readonly delimiter?: Dialect['delimiter']; readonly skippedBytes: number } {
  const start = decoder.decode(bytes.subarray(0, 16).filter((byte) => byte < 128));
  const match = /^"?sep=([,;\t|])"?(\r\n|\r|\n)/i.exec(start);
  const delimiter = delimiters.find((candidate) => candidate === match?.[1]);
  return match && delimiter ? { delimiter, skippedBytes: match[0].length } : { skippedBytes: 0 };
}

/** Tab first: it stands in no number and in few texts. */
const delimiters: readonly Dialect['delimiter'][] = ['\t', ';', '|', ',', ' '];

/** The delimiter under which the records have the most equal widths and the most cells are numbers. */
function likeliestDelimiter(bytes: Uint8Array, decoder: CellDecoder): Dialect['delimiter'] {
  let best: Dialect['delimiter'] = ',';
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const score = delimiterScore(sampleRecords(bytes, decoder, delimiter, 1).records);
    // A blank stands inside texts of every kind of table: it has to be clearly better than what it competes with.
    const needed = delimiter === ' ' && bestScore > 0 ? bestScore + 0.1 : bestScore;
    if (score > needed) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

const looseNumber = /^[+-]?(\d+([.,]\d+)*[.,]?|[.,]\d+)(e[+-]?\d+)?$/i;

function delimiterScore(records: readonly SampleRecord[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const [width, alike] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [0, 0]);
  const share = alike / records.length;
  if (width < 2 || (share < 0.5 && records.length > 3)) return 0;
  const cells = records.flatMap((record) => record.cells);
  const numbers = cells.filter((cell) => cell === '' || looseNumber.test(cell)).length;
  return share + (0.5 * numbers) / cells.length;
}

function sampleRecords(
  bytes: Uint8Array,
  decoder: CellDecoder,
  delimiter: Dialect['delimiter'],
  line: number,
  most = mostRecords,
): { readonly records: readonly SampleRecord[]; readonly bytes: number; readonly nextLine: number } {
  const records: SampleRecord[] = [];
  let cells: string[] = [];
  const sink: RecordSink = {
    row: 0,
    numbers: () => undefined,
    text(_, cell) {
      // A first line of a million cells is refused for its first hundred thousand.
      if (cells.length <= maxCsvColumns) cells.push(cell);
    },
    endRecord(start) {
      records.push({ cells, line: start });
      cells = [];
    },
  };
  const parser = new RecordParser({ delimiter: delimiter.charCodeAt(0), decimal: 46 }, decoder, sink);
  parser.line = line;
  const parsed = parser.parse(bytes, 0, bytes.length, most);
  return { records, bytes: parsed, nextLine: parser.line };
}

const dotDecimal = /^[+-]?\d*\.\d+(e[+-]?\d+)?$/i;
const commaDecimal = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;
const dotGroup = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;
const commaGroup = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const surelyCommaGroups = /^[+-]?[1-9]\d{0,2}((,\d{3}){2,}(\.\d*)?|(,\d{3})+\.\d+)$/;
const surelyDotGroups = /^[+-]?[1-9]\d{0,2}((\.\d{3}){2,}(,\d*)?|(\.\d{3})+,\d+)$/;

/** Which sign is the decimal one; groups of thousands only where a cell cannot be read otherwise. */
function numberForm(
  records: readonly SampleRecord[],
  delimiter: string,
  given?: Dialect['decimal'],
): NumberForm & { readonly ambiguousComma?: string } {
  const cells = records.flatMap((record) => record.cells);
  const count = (form: RegExp) => cells.filter((cell) => form.test(cell)).length;
  const dots = { all: count(dotDecimal), groups: count(dotGroup), sureGroups: count(surelyDotGroups) };
  const commas = { all: count(commaDecimal), groups: count(commaGroup), sureGroups: count(surelyCommaGroups) };
  const behindBlanks = cells.map((cell) => blankGrouped.exec(cell)?.[3]?.[0]);
  const parted = (sign: string) => behindBlanks.filter((found) => found === sign).length;
  const sureDots = dots.all - dots.groups + commas.sureGroups + parted('.');
  const sureCommas = commas.all - commas.groups + dots.sureGroups + parted(',');
  const open = sureDots === 0 && sureCommas === 0 && commas.groups > 0 && dots.groups === 0;
  const commaLikely = sureCommas > sureDots || (open && delimiter !== ',');
  const decimal = given ?? (commaLikely ? ',' : '.');
  const [other, sure] = decimal === '.' ? [commas, sureDots] : [dots, sureCommas];
  const grouped = other.sureGroups > 0 || (sure > 0 && other.groups > 0 && other.groups === other.all);
  const example = open && given === undefined ? cells.find((cell) => commaGroup.test(cell)) : undefined;
  return {
    decimal,
    ...(grouped ? { thousands: decimal === '.' ? ',' : '.' } : {}),
    ...(example === undefined ? {} : { ambiguousComma: example }),
  };
}

/** More lines than these above a table are no titles. */
const mostTitles = 10;

/**
 * How many records above a table are titles: one text each, alone or before the delimiters that a spreadsheet fills a line
 * with, above names for several columns and rows with numbers.
 */
function titlesAbove(records: readonly SampleRecord[]): number {
  const isTitle = ({ cells }: SampleRecord): boolean =>
    cells[0] !== '' &&
    cells.length !== 2 &&
    cells.slice(1).every((cell) => cell === '') &&
    !looseNumber.test(cells[0]!);
  const titles = records.findIndex((record) => !isTitle(record));
  if (titles < 1 || titles > mostTitles) return 0;
  const [names, ...rows] = records.slice(titles);
  const filled = names!.cells.filter((cell) => cell !== '').length;
  const isTable =
    rows.length > 0 &&
    rows.every(({ cells }) => cells.length === names!.cells.length) &&
    rows.some(({ cells }) => cells.some((cell) => looseNumber.test(cell)));
  return filled > 1 && isTable ? titles : 0;
}

/**
 * A header line has no numbers. The exceptions are the names that pandas gives columns without names, 0, 1, 2, …, and
 * numbers beside a name that stands above nothing but numbers (a year-like header above rows that are all numbers stays
 * data: there is no telling).
 */
function hasHeader(records: readonly SampleRecord[], form: NumberForm): boolean {
  const first = records[0]?.cells ?? [];
  const values = new Float64Array(1);
  const kinds = first.map((cell) => readNumberText(cell, form, values, 0));
  const rows = records.slice(1);
  const isNumeric = (column: number): boolean =>
    rows.length > 1 &&
    rows.every(({ cells }) => readNumberText(cells[column] ?? '', form, values, 0) === cellKind.number);
  if (kinds.includes(cellKind.number))
    return countsFromZero(first) || kinds.some((kind, column) => kind === cellKind.text && isNumeric(column));
  return kinds.includes(cellKind.text);
}

function countsFromZero(cells: readonly string[]): boolean {
  const named = cells[0] === '' ? cells.slice(1) : cells;
  return named.length >= 3 && named.every((cell, index) => cell === String(index));
}

function everyRowHasOneCellMore(records: readonly SampleRecord[]): boolean {
  const width = records[0]?.cells.length ?? 0;
  const rows = records.slice(1);
  if (rows.length === 0 || !rows.every(({ cells }) => cells.length === width + 1)) return false;
  return rows.some(({ cells }) => cells.at(-1) !== '');
}
