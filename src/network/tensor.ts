import type { Groups } from './network';

/**
 * Shapes and index arithmetic for tensors of one row (no batch axis), row-major, as readers lower them.
 */

/** Number of elements of a shape; the empty shape is one number. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Steps between neighbours along each axis of a row-major tensor. */
export function strides(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * shape[axis + 1]!;
  return steps;
}

/** The common shape of two tensors under numpy's broadcasting rules, or undefined if they do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** For each element of `to`, the number of the element of `from` it is broadcast from. */
export function broadcastIndices(from: readonly number[], to: readonly number[]): Int32Array {
  const offset = to.length - from.length;
  const steps = strides(from);
  return mapIndices(to, (index) => {
    let source = 0;
    for (let axis = 0; axis < from.length; axis++) {
      if (from[axis] !== 1) source += index[axis + offset]! * steps[axis]!;
    }
    return source;
  });
}

/** Calls `give` with the index vector of each element of a shape, in row-major order, and collects the results. */
export function mapIndices(shape: readonly number[], give: (index: readonly number[]) => number): Int32Array {
  const count = elements(shape);
  const result = new Int32Array(count);
  const index = new Array<number>(shape.length).fill(0);
  for (let position = 0; position < count; position++) {
    result[position] = give(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return result;
}

/** An axis number, negative ones counted from the end; undefined when it lies outside. */
export function normalAxis(axis: number, rank: number): number | undefined {
  const normal = axis < 0 ? axis + rank : axis;
  return Number.isInteger(normal) && normal >= 0 && normal < rank ? normal : undefined;
}

/** Element groups that a reduction over `axes` puts together, in row-major order of the remaining axes. */
export function axisGroups(shape: readonly number[], axes: readonly number[]): Groups {
  const steps = strides(shape);
  const outer = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const inner = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis));
  const offsets = (chosen: readonly number[]): Int32Array =>
    mapIndices(
      chosen.map((axis) => shape[axis]!),
      (index) => chosen.reduce((sum, axis, k) => sum + index[k]! * steps[axis]!, 0),
    );
  const bases = offsets(outer);
  const members = offsets(inner);
  const indices = new Int32Array(bases.length * members.length);
  bases.forEach((base, group) => members.forEach((member, k) => (indices[group * members.length + k] = base + member)));
  return { starts: Int32Array.from({ length: bases.length + 1 }, (_, group) => group * members.length), indices };
}

/** For tensors laid end to end, the order of their elements that joins them along `axis` into `shape`. */
export function joinedOrder(
  shapes: readonly (readonly number[])[],
  axis: number,
  shape: readonly number[],
): Int32Array {
  const ends: number[] = [];
  const bases: number[] = [];
  let end = 0;
  let base = 0;
  for (const part of shapes) {
    bases.push(base);
    ends.push((end += part[axis]!));
    base += elements(part);
  }
  return mapIndices(shape, (index) => {
    const part = ends.findIndex((last) => index[axis]! < last);
    const steps = strides(shapes[part]!);
    const start = ends[part]! - shapes[part]![axis]!;
    return bases[part]! + index.reduce((sum, at, k) => sum + (k === axis ? at - start : at) * steps[k]!, 0);
  });
}

/** A row-major matrix [rows][columns] as [columns][rows]. */
export function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column]!;
  return result;
}

/** The same matrix [out][width] applied at several places, as one matrix with the blocks along its diagonal. */
export function blockDiagonal(weights: Float64Array, out: number, width: number, copies: number): Float64Array {
  const block = new Float64Array(out * width * copies * copies);
  for (let copy = 0; copy < copies; copy++) {
    for (let row = 0; row < out; row++) {
      block.set(weights.subarray(row * width, (row + 1) * width), ((copy * out + row) * copies + copy) * width);
    }
  }
  return block;
}
