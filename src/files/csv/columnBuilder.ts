import type { NumberColumn, TextColumn } from '../../table/table';
import { cellKind, readNumberText, type CellKind, type NumberForm } from './numbers';

/** How many cells of a column hold no number, by what they hold instead. */
export interface ColumnGaps {
  readonly empty: number;
  readonly noValue: number;
  readonly infinite: number;
  readonly text: number;
}

/** A column with what was found in it. */
export interface BuiltColumn {
  readonly column: NumberColumn | TextColumn;
  readonly gaps: ColumnGaps;
  /** Most cells of a number column are texts: it must be read again as a text column. */
  readonly isRatherText: boolean;
}

/** What the rows of one part of a file put into a column: plain data that moves between threads. */
export type ColumnPart =
  | {
      readonly kind: 'number';
      readonly values: Float64Array;
      /** A `CellKind` per row; absent when every cell is a number. */
      readonly kinds?: Uint8Array;
      /** The first texts, with the row counted from the part's first. */
      readonly texts: readonly TextCell[];
    }
  | { readonly kind: 'text'; readonly codes: Int32Array; readonly levels: readonly string[] };

/** Rows of a part that are taken: `count` of them, the first and every `step`-th behind it. */
export interface Taken {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

interface TextCell {
  readonly row: number;
  readonly text: string;
}

/** One column that grows row by row, or part by part; writing a row twice keeps the later cell. */
export interface ColumnBuilder {
  readonly name: string;
  /** Where plain numbers may be written directly; undefined for a text column. */
  readonly values: Float64Array | undefined;
  setText(row: number, cell: string): void;
  /** Leaves the row's cell empty, whatever was written. */
  clear(row: number): void;
  grow(capacity: number): void;
  /** Everything written so far, to be appended elsewhere. */
  part(rows: number): ColumnPart;
  /** Writes a part's rows, those taken, from `row` on; there must be room for them. */
  append(row: number, part: ColumnPart, taken: Taken): void;
  finish(rows: number): BuiltColumn;
}

/** How many texts of a number column are kept. */
export const usualTexts = 20;
const noGaps: ColumnGaps = { empty: 0, noValue: 0, infinite: 0, text: 0 };

/** Collects numbers; keeps what other cells hold as a mask, and the first texts. */
export class NumberColumnBuilder implements ColumnBuilder {
  readonly name: string;
  values: Float64Array;
  private readonly form: NumberForm;
  private kinds: Uint8Array | undefined;
  private readonly texts: TextCell[] = [];
  private readonly mostTexts: number;

  constructor(name: string, form: NumberForm, capacity: number, mostTexts = usualTexts) {
    this.name = name;
    this.form = form;
    this.mostTexts = mostTexts;
    this.values = new Float64Array(capacity);
  }

  setText(row: number, cell: string): void {
    const kind = readNumberText(cell, this.form, this.values, row);
    if (kind === cellKind.number) return;
    this.kinds ??= new Uint8Array(this.values.length);
    this.kinds[row] = kind;
    if (kind !== cellKind.text) return;
    while (this.texts.length > 0 && this.texts.at(-1)!.row >= row) this.texts.pop();
    if (this.texts.length < this.mostTexts) this.texts.push({ row, text: shortened(cell) });
  }

  clear(row: number): void {
    this.setText(row, '');
  }

  grow(capacity: number): void {
    this.values = enlarged(this.values, new Float64Array(capacity));
    if (this.kinds) this.kinds = enlarged(this.kinds, new Uint8Array(capacity));
  }

  part(rows: number): ColumnPart {
    const values = this.values.subarray(0, rows);
    const kinds = this.kinds?.subarray(0, rows);
    // A record that is not complete may have left a text behind the last row.
    const texts = this.texts.filter(({ row }) => row < rows);
    return { kind: 'number', values, ...(kinds ? { kinds } : {}), texts };
  }

  append(row: number, part: ColumnPart, taken: Taken): void {
    if (part.kind !== 'number') throw new TypeError(`A part of ${this.name} holds texts.`);
    copyTaken(this.values, row, part.values, taken);
    if (part.kinds) {
      this.kinds ??= new Uint8Array(this.values.length);
      copyTaken(this.kinds, row, part.kinds, taken);
    }
    const { first, step } = taken;
    const texts = part.texts.filter(({ row: own }) => own >= first && (own - first) % step === 0);
    for (const { row: own, text } of texts.slice(0, this.mostTexts - this.texts.length))
      this.texts.push({ row: row + (own - first) / step, text });
  }

  finish(rows: number): BuiltColumn {
    return numberColumn(this.name, exactly(this.values, rows), this.kinds && exactly(this.kinds, rows), this.texts);
  }
}

/** Collects texts as codes into levels; finishes as a number column when most cells turn out to be numbers. */
export class TextColumnBuilder implements ColumnBuilder {
  readonly name: string;
  readonly values = undefined;
  private readonly form: NumberForm;
  private readonly forced: boolean;
  private codes: Int32Array;
  private codeOf = new Map<string, number>();
  /** Texts were taken back: some levels may stand in no row. */
  private cleared = false;

  constructor(name: string, form: NumberForm, capacity: number, forced: boolean) {
    this.name = name;
    this.form = form;
    this.forced = forced;
    this.codes = new Int32Array(capacity);
  }

  setText(row: number, cell: string): void {
    this.codes[row] = cell === '' ? -1 : this.codeFor(cell);
  }

  clear(row: number): void {
    this.codes[row] = -1;
    this.cleared = true;
  }

  grow(capacity: number): void {
    this.codes = enlarged(this.codes, new Int32Array(capacity));
  }

  part(rows: number): ColumnPart {
    return { kind: 'text', codes: this.codes.subarray(0, rows), levels: [...this.codeOf.keys()] };
  }

  append(row: number, part: ColumnPart, { first, step, count }: Taken): void {
    if (part.kind !== 'text') throw new TypeError(`A part of ${this.name} holds numbers.`);
    const { codes, levels } = part;
    // Levels that stand in rows not taken only are none of this column.
    const own = new Int32Array(levels.length).fill(-1);
    for (let index = 0; index < count; index++) {
      const code = codes[first + index * step]!;
      if (code >= 0 && own[code]! < 0) own[code] = this.codeFor(levels[code]!);
      this.codes[row + index] = code < 0 ? code : own[code]!;
    }
  }

  finish(rows: number): BuiltColumn {
    const codes = exactly(this.codes, rows);
    if (this.cleared) this.renumber(codes);
    const levels = [...this.codeOf.keys()];
    if (!this.forced) {
      const asNumbers = this.asNumbers(codes, levels);
      if (!asNumbers.isRatherText) return asNumbers;
    }
    const empty = codes.reduce((count, code) => (code < 0 ? count + 1 : count), 0);
    const column: TextColumn = { kind: 'text', name: this.name, codes, levels };
    return { column, gaps: { ...noGaps, empty }, isRatherText: false };
  }

  /** Keeps the levels that stand in some row, in the order of their first appearance. */
  private renumber(codes: Int32Array): void {
    const before = [...this.codeOf.keys()];
    this.codeOf = new Map();
    for (let row = 0; row < codes.length; row++) if (codes[row]! >= 0) codes[row] = this.codeFor(before[codes[row]!]!);
  }

  private codeFor(cell: string): number {
    const known = this.codeOf.get(cell);
    if (known !== undefined) return known;
    this.codeOf.set(cell, this.codeOf.size);
    return this.codeOf.size - 1;
  }

  private asNumbers(codes: Int32Array, levels: readonly string[]): BuiltColumn {
    const levelValues = new Float64Array(levels.length);
    const levelKinds = levels.map((level, code) => readNumberText(level, this.form, levelValues, code));
    const values = new Float64Array(codes.length).fill(Number.NaN);
    const kinds = new Uint8Array(codes.length).fill(cellKind.empty);
    const texts: TextCell[] = [];
    codes.forEach((code, row) => {
      if (code < 0) return;
      values[row] = levelValues[code]!;
      kinds[row] = levelKinds[code]!;
      if (kinds[row] === cellKind.text && texts.length < usualTexts) {
        texts.push({ row, text: shortened(levels[code]!) });
      }
    });
    return numberColumn(this.name, values, kinds, texts);
  }
}

function numberColumn(
  name: string,
  values: Float64Array,
  kinds: Uint8Array | undefined,
  texts: readonly TextCell[],
): BuiltColumn {
  const counts = countKinds(kinds);
  const missing = kinds && counts.numbers < values.length ? kinds.map((kind) => (kind > 0 ? 1 : 0)) : undefined;
  const column: NumberColumn = {
    kind: 'number',
    name,
    values,
    ...(missing ? { missing } : {}),
    ...(counts.gaps.text > 0 ? { texts } : {}),
    textCount: counts.gaps.text,
    whole: isWhole(values),
  };
  const present = kinds ? counts.numbers : values.length;
  return { column, gaps: counts.gaps, isRatherText: counts.gaps.text > 0 && counts.gaps.text >= present };
}

function countKinds(kinds: Uint8Array | undefined): { readonly numbers: number; readonly gaps: ColumnGaps } {
  const counts = new Float64Array(Object.keys(cellKind).length);
  kinds?.forEach((kind) => {
    counts[kind]! += 1;
  });
  const of = (kind: CellKind) => counts[kind]!;
  return {
    numbers: of(cellKind.number),
    gaps: {
      empty: of(cellKind.empty),
      noValue: of(cellKind.noValue),
      infinite: of(cellKind.infinite),
      text: of(cellKind.text),
    },
  };
}

const longestText = 60;

function shortened(cell: string): string {
  return cell.length > longestText ? `${cell.slice(0, longestText)}…` : cell;
}

function enlarged<A extends Float64Array | Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

function copyTaken<A extends Float64Array | Uint8Array>(
  to: A,
  row: number,
  from: A,
  { first, step, count }: Taken,
): void {
  if (step === 1) to.set(from.subarray(first, first + count), row);
  else for (let index = 0; index < count; index++) to[row + index] = from[first + index * step]!;
}

function isWhole(values: Float64Array): boolean {
  const { length } = values;
  for (let row = 0; row < length; row++) {
    const value = values[row]!;
    if (Math.floor(value) !== value && !Number.isNaN(value)) return false;
  }
  return true;
}

/** Without much spare room at the end; a little of it is cheaper to keep than to copy everything. */
function exactly<
  A extends { readonly length: number; slice(start: number, end: number): A; subarray(start: number, end: number): A },
>(array: A, rows: number): A {
  return rows >= array.length * 0.9 ? array.subarray(0, rows) : array.slice(0, rows);
}
