import type { Tensor } from '../../network/builder';

/** What the elements of a tensor are: it decides how division and casts work. Texts are entries of `TextTable`. */
export type ElementType = 'real' | 'whole' | 'truth' | 'text';

/**
 * One value of an ONNX graph while it is lowered. ONNX graphs run over many rows at once; here the axis of the rows
 * stands in the tensor's shape with the length it has for a single row (1, or c where a reshape has put c elements of
 * each row on it), so that all other axes keep their numbers.
 */
export interface Value {
  readonly tensor: Tensor;
  /** Number of the axis of the rows; undefined for what does not depend on how many rows there are. */
  readonly batch: number | undefined;
  readonly type: ElementType;
}

/**
 * Stands for the unknown number of rows in shapes the graph computes with (Shape, Gather, Concat, Reshape): a prime no
 * real axis has, so that a length is a multiple of the number of rows exactly if it is a multiple of this number.
 */
export const manyRows = 1_000_003;

/** The shape as the graph sees it, with `rows` rows. */
export function graphShape(value: Value, rows: number): number[] {
  return value.tensor.shape.map((length, axis) => (axis === value.batch ? length * rows : length));
}

/** Whether a constant mentions the unknown number of rows. */
export function mentionsRows(constant: Float64Array): boolean {
  return constant.some((number) => number !== 0 && Number.isFinite(number) && number % manyRows === 0);
}
