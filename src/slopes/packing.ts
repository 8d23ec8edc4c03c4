import type { DenseOp, Groups } from '../network/network';
import { activeWidth, denseBlock } from './instructions';

/**
 * The numbers that a plan's instructions refer to: weights (in the precision of the run) and tables of whole numbers.
 * Grows while a plan is compiled; the same matrix is packed once per form.
 */
export class PlanData {
  private readonly weightParts: Float64Array[] = [];
  private weightCount = 0;
  private readonly tableParts: (Int32Array | readonly number[])[] = [];
  private tableCount = 0;
  private readonly matrices = new Map<DenseOp, Map<string, PackedMatrix>>();
  private readonly known = new Map<Float64Array, number>();
  private readonly knownTables = new Map<object, number>();

  /** Where the numbers begin among the weights. The same array is stored once. */
  weights(values: Float64Array): number {
    const before = this.known.get(values);
    if (before !== undefined) return before;
    // Each array begins on a cache line, so that a block's columns and a pattern's sums do not lie across two.
    const gap = -this.weightCount & (alignment - 1);
    const start = this.weightCount + gap;
    this.weightParts.push(new Float64Array(gap), values);
    this.weightCount = start + values.length;
    this.known.set(values, start);
    return start;
  }

  /** Where indices begin among the tables. The same list is stored once. */
  indices(values: Int32Array): number {
    return this.once(values, () => values);
  }

  /** Where a table of groups begins: starts, then members. */
  groups(groups: Groups): number {
    return this.once(groups, () => [...groups.starts, ...groups.indices]);
  }

  private once(key: object, give: () => Int32Array | readonly number[]): number {
    const start = this.knownTables.get(key) ?? this.table(give());
    this.knownTables.set(key, start);
    return start;
  }

  private table(values: Int32Array | readonly number[]): number {
    const start = this.tableCount;
    this.tableParts.push(values);
    this.tableCount += values.length;
    return start;
  }

  /** A dense operation's matrix in the form that a kernel wants; `masked` where many of the units it is applied to are 0. */
  matrix(op: DenseOp, inputs: number, form: MatrixForm, masked: boolean): PackedMatrix {
    const forms = this.matrices.get(op) ?? new Map<string, PackedMatrix>();
    this.matrices.set(op, forms);
    const key = masked ? `${form}, masked` : form;
    const before = forms.get(key);
    if (before) return before;
    const packed = this.pack(op, inputs, form, masked);
    forms.set(key, packed);
    return packed;
  }

  /** All weights in one array. */
  joinedWeights(): Float64Array {
    const joined = new Float64Array(this.weightCount);
    let offset = 0;
    for (const part of this.weightParts) {
      joined.set(part, offset);
      offset += part.length;
    }
    return joined;
  }

  /** All tables in one array. */
  joinedTables(): Int32Array {
    const joined = new Int32Array(this.tableCount);
    let offset = 0;
    for (const part of this.tableParts) {
      joined.set(part, offset);
      offset += part.length;
    }
    return joined;
  }

  private pack(op: DenseOp, inputs: number, form: MatrixForm, masked: boolean): PackedMatrix {
    const outputs = op.bias.length;
    const at =
      form === 'forward'
        ? (row: number, column: number) => op.weights[row * inputs + column]!
        : (row: number, column: number) => op.weights[column * inputs + row]!;
    const [rows, columns] = form === 'forward' ? [outputs, inputs] : [inputs, outputs];
    if (isSparse(op) && columns >= sparseLength) return this.packSparse(rows, columns, at);
    if (masked && columns >= activeColumns && rows >= activeWidth)
      return { kind: 'columns', weights: this.weights(packColumns(rows, columns, at)) };
    return { kind: 'dense', weights: this.weights(packBlocks(rows, columns, at)) };
  }

  private packSparse(rows: number, columns: number, at: Element): PackedMatrix {
    let filled = 0;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) if (at(row, column) !== 0) filled++;
    const weights = new Float64Array(filled);
    const starts = new Int32Array(rows + 1);
    const places = new Int32Array(filled);
    let next = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const weight = at(row, column);
        if (weight === 0) continue;
        weights[next] = weight;
        places[next++] = column;
      }
      starts[row + 1] = next;
    }
    const table = this.table(starts);
    this.table(places);
    return { kind: 'sparse', weights: this.weights(weights), table };
  }
}

/** Whether so many of a matrix's weights are 0 that lists of the others are faster. */
export function isSparse(op: DenseOp): boolean {
  const filled = op.weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
  return filled < sparseShare * op.weights.length;
}

/** `forward` for y = W x, `backward` for x̄ = Wᵀ ȳ. */
export type MatrixForm = 'forward' | 'backward';

/** Where a packed matrix lies: in blocks of units, column by column, or as lists of the weights that are not zero. */
export type PackedMatrix =
  | { readonly kind: 'dense' | 'columns'; readonly weights: number }
  | { readonly kind: 'sparse'; readonly weights: number; readonly table: number };

type Element = (row: number, column: number) => number;

/** Below this share of weights other than zero (convolutions, time-distributed layers) lists are faster than blocks. */
const sparseShare = 0.4;
/** From so many columns on (and a block of rows) each row gains by leaving out its zeros. */
const activeColumns = 48;
/** Numbers in a cache line in float32. A power of two. */
const alignment = 16;
/** Shorter sums are not worth a list. */
const sparseLength = 8;

/** Rows in blocks of `denseBlock`, column by column within a block; the rows left over one after the other. */
function packBlocks(rows: number, columns: number, at: Element): Float64Array {
  const packed = new Float64Array(rows * columns);
  const whole = rows - (rows % denseBlock);
  for (let row = 0; row < rows; row++) {
    const block = row < whole ? row - (row % denseBlock) : row;
    const width = row < whole ? denseBlock : 1;
    for (let column = 0; column < columns; column++)
      packed[block * columns + column * width + (row - block)] = at(row, column);
  }
  return packed;
}

/** Rows in blocks of `activeWidth`, filled up with zeros, column by column within a block. */
function packColumns(rows: number, columns: number, at: Element): Float64Array {
  const packed = new Float64Array(Math.ceil(rows / activeWidth) * columns * activeWidth);
  for (let row = 0; row < rows; row++) {
    const place = row % activeWidth;
    const block = (row - place) * columns + place;
    for (let column = 0; column < columns; column++) packed[block + column * activeWidth] = at(row, column);
  }
  return packed;
}
