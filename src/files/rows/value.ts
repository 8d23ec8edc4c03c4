import type { NetworkBuilder, Tensor } from '../../network/builder';

/** What the elements of a tensor are: it decides how division and casts work. */
export type ElementType = 'real' | 'whole' | 'truth' | 'text';

/**
 * One value of a graph that runs over many rows at once, while it is lowered for a single row. The axis of the rows
 * stands in the tensor's shape with the length it has for one row (1, or c where a reshape has put c elements of each
 * row on it), so that all other axes keep their numbers.
 */
export interface Value {
  readonly tensor: Tensor;
  /** Number of the axis of the rows; undefined for what does not depend on how many rows there are. */
  readonly batch: number | undefined;
  readonly type: ElementType;
  /**
   * How often all rows follow each other on the axis of the rows: a reshape that put an axis of c elements before the
   * rows onto theirs leaves c runs of the rows there. One if not given.
   */
  readonly runs?: number;
}

/** What lowering a node of any format's graph needs from that format. */
export interface RowCall {
  readonly builder: NetworkBuilder;
  readonly around: {
    /** How many rows the graph runs over: the number its inputs have, or `manyRows`. */
    readonly rows: number;
    /** Constants that were computed from the number of rows. */
    readonly counted: WeakSet<Float64Array>;
  };
  /** Refuses before memory is taken for a result or a matrix that is too large. */
  expectRoom(shape: readonly number[]): void;
  /** Refuses a node whose result for one row depends on the other rows; `doing` continues a sentence about the node. */
  refuseMixedRows(doing?: string): never;
}

/**
 * Stands for the unknown number of rows in shapes the graph computes with: a prime no real axis has, so that a length
 * is a multiple of the number of rows exactly if it is a multiple of this number.
 */
export const manyRows = 1_000_003;

/** Stands for a row's own number in constants the graph computes with, where it numbers the rows to pick from each. */
export const rowNumber = manyRows * manyRows;

/** The shape as the graph sees it, with `rows` rows. */
export function graphShape(value: Value, rows: number): number[] {
  return value.tensor.shape.map((length, axis) => (axis === value.batch ? length * rows : length));
}

/** Whether a constant mentions the unknown number of rows. */
export function mentionsRows(constant: Float64Array): boolean {
  return constant.some((number) => number !== 0 && Number.isFinite(number) && number % manyRows === 0);
}
