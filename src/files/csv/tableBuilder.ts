import { ProblemError, type Problem } from '../../problem';
import type { RowsTaken } from '../../table/rowsTaken';
import type { Column } from '../../table/table';
import { maxCsvFilledCells } from '../limits';
import {
  NumberColumnBuilder,
  TextColumnBuilder,
  usualTexts,
  type ColumnBuilder,
  type ColumnGaps,
  type ColumnPart,
} from './columnBuilder';
import type { NumberForm } from './numbers';
import type { RecordSink } from './recordParser';

/** Rows whose number of cells differs from the header's. */
export interface RaggedRows {
  /** Rows that end early; their other cells count as empty. */
  readonly short: number;
  /** Rows with more cells than columns; none of their cells can be trusted, so all count as empty. */
  readonly long: number;
  /** The lines of the first such rows. */
  readonly lines: readonly number[];
}

/** What a column starts as; `forcedText` stays text even when every cell is a number. */
export type ColumnStart = 'number' | 'text' | 'forcedText';

/** The records of one part of a file, to be appended to those before it: plain data that moves between threads. */
export interface TablePart {
  readonly columns: readonly ColumnPart[];
  /** Lines of the records and of the ragged ones, counted as if the file began with this part. */
  readonly lines: Uint32Array;
  readonly ragged: RaggedRows;
  /** Cells that count as empty because their row ends early or is too long. */
  readonly filled: number;
}

/** What a builder is to expect. */
export interface Room {
  /** About how many rows are kept. */
  readonly rows: number;
  /** Bytes of all records. */
  readonly bytes: number;
  /** How many texts of a number column are kept, where not the usual number. */
  readonly texts?: number;
}

/** Gathers the records of a CSV file into columns, one after the other or part by part: of `step` records the first. */
export class TableBuilder implements RecordSink {
  row = 0;
  private readonly file: string;
  private readonly mostFilled: number;
  private readonly columns: readonly ColumnBuilder[];
  private readonly step: number;
  private numberArrays: (Float64Array | undefined)[];
  /** Number of the next record, those not taken counted in. */
  private record = 0;
  private taken = true;
  private lines: Uint32Array;
  private tooLong = false;
  private filled = 0;
  private short = 0;
  private long = 0;
  private readonly raggedLines: number[] = [];

  constructor(
    file: string,
    names: readonly string[],
    starts: readonly ColumnStart[],
    form: NumberForm,
    room: Room,
    step: RowsTaken['step'] = 1,
  ) {
    this.file = file;
    this.step = step;
    this.mostFilled = maxCsvFilledCells + 2 * room.bytes;
    // Every cell takes at least one byte, whatever the first rows make one expect.
    const capacity = Math.max(16, Math.min(room.rows, Math.ceil(room.bytes / Math.max(1, names.length))));
    this.columns = names.map((name, index) =>
      starts[index] === 'number'
        ? new NumberColumnBuilder(name, form, capacity, room.texts ?? usualTexts)
        : new TextColumnBuilder(name, form, capacity, starts[index] === 'forcedText'),
    );
    this.numberArrays = this.columns.map((column) => column.values);
    this.lines = new Uint32Array(capacity);
  }

  numbers(index: number): Float64Array | undefined {
    return this.taken ? this.numberArrays[index] : undefined;
  }

  text(index: number, cell: string): void {
    const column = this.columns[index];
    if (column && this.taken) column.setText(this.row, cell);
    else if (!column && cell !== '') this.tooLong = true;
  }

  endRecord(line: number, cells: number): void {
    if (this.tooLong) this.emptyFrom(0, line);
    else if (cells < this.columns.length) this.emptyFrom(cells, line);
    this.tooLong = false;
    const isKept = this.taken;
    this.taken = ++this.record % this.step === 0;
    if (!isKept) return;
    this.lines[this.row] = line;
    this.row++;
    if (this.row === this.lines.length) this.grow(this.row + 1);
  }

  /** All records so far, to be appended elsewhere. */
  part(): TablePart {
    return {
      columns: this.columns.map((column) => column.part(this.row)),
      lines: this.lines.slice(0, this.row),
      ragged: this.ragged(),
      filled: this.filled,
    };
  }

  /** Appends the records of a part in which line 1 is line `firstLine` of the file. */
  append(part: TablePart, firstLine: number): void {
    const { lines } = part;
    const { step } = this;
    const first = (step - (this.record % step)) % step;
    const count = Math.max(0, Math.ceil((lines.length - first) / step));
    const end = this.row + count;
    if (end >= this.lines.length) this.grow(end + 1);
    this.columns.forEach((column, index) => {
      column.append(this.row, part.columns[index]!, { first, step, count });
    });
    for (let index = 0; index < count; index++)
      this.lines[this.row + index] = lines[first + index * step]! + firstLine - 1;
    this.row = end;
    this.record += lines.length;
    this.short += part.ragged.short;
    this.long += part.ragged.long;
    const room = mostRaggedLines - this.raggedLines.length;
    this.raggedLines.push(...part.ragged.lines.slice(0, room).map((line) => line + firstLine - 1));
    this.fill(part.filled, firstLine);
  }

  /** The columns and lines of all records so far. */
  finish(): TableParts {
    const built = this.columns.map((column) => column.finish(this.row));
    return {
      columns: built.map(({ column }) => column),
      gaps: built.map(({ gaps }) => gaps),
      ratherText: built.flatMap(({ isRatherText }, index) => (isRatherText ? [index] : [])),
      lines: this.lines.slice(0, this.row),
      records: this.record,
      ragged: this.ragged(),
    };
  }

  private ragged(): RaggedRows {
    return { short: this.short, long: this.long, lines: this.raggedLines };
  }

  private emptyFrom(first: number, line: number): void {
    if (first === 0) this.long++;
    else this.short++;
    if (this.raggedLines.length < mostRaggedLines) this.raggedLines.push(line);
    this.fill(this.columns.length - first, line);
    if (!this.taken) return;
    for (let index = first; index < this.columns.length; index++) this.columns[index]!.clear(this.row);
  }

  private fill(cells: number, line: number): void {
    this.filled += cells;
    if (this.filled > this.mostFilled) throw new ProblemError(this.tooRagged(line));
  }

  private tooRagged(line: number): Problem {
    return {
      code: 'csv-too-ragged',
      message: `${this.file} is no table: most rows have far fewer cells than the ${this.columns.length} columns of its first line.`,
      file: this.file,
      place: { kind: 'line', line },
      remedy: 'Check the delimiter and whether the first line belongs to this table.',
      severity: 'error',
    };
  }

  private grow(least: number): void {
    const capacity = Math.max(least, Math.ceil(this.lines.length * 1.6));
    for (const column of this.columns) column.grow(capacity);
    this.numberArrays = this.columns.map((column) => column.values);
    const lines = new Uint32Array(capacity);
    lines.set(this.lines);
    this.lines = lines;
  }
}

const mostRaggedLines = 20;

/** What a file's records came to. */
export interface TableParts {
  readonly columns: readonly Column[];
  readonly gaps: readonly ColumnGaps[];
  /** Numbers of the columns begun as numbers that hold mostly texts. */
  readonly ratherText: readonly number[];
  readonly lines: Uint32Array;
  /** Records of the file, those not taken counted in. */
  readonly records: number;
  readonly ragged: RaggedRows;
}
