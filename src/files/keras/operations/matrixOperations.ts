import type { Tensor } from '../../../network/builder';
import { mapIndices, strides } from '../../../network/tensor';
import type { Operation, OperationArguments } from './operationArguments';

/** Operators on the last two, or two chosen, axes of a row. */
export const matrixOperations: Readonly<Record<string, Operation>> = {
  tril: { takes: ['x', 'k'], lower: (given) => triangle(given, (row, column, k) => column - row <= k) },
  triu: { takes: ['x', 'k'], lower: (given) => triangle(given, (row, column, k) => column - row >= k) },
  diagonal: { takes: ['x', 'offset', 'axis1', 'axis2'], lower: diagonal },
  trace: {
    takes: ['x', 'offset', 'axis1', 'axis2'],
    lower: (given) => {
      const line = diagonal(given);
      return given.builder.reduce('sum', line, [line.shape.length - 1], false);
    },
  },
  cross: { takes: ['x1', 'x2'], lower: lowerCross },
};

/** Zeros where a place is not to be kept. */
function triangle(given: OperationArguments, keeps: (row: number, column: number, k: number) => boolean): Tensor {
  const x = given.tensor('x');
  const rank = x.shape.length;
  if (rank < 2) return given.refuse('takes the rows of a batch for those of a matrix');
  const k = given.number('k', 0);
  const mask = mapIndices(x.shape, (index) => (keeps(index[rank - 2]!, index[rank - 1]!, k) ? 1 : 0));
  return given.builder.scale(x, Float64Array.from(mask), new Float64Array(mask.length));
}

/** The elements whose places on the two axes differ by the offset, as a new last axis. */
function diagonal(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const rank = x.shape.length;
  const [first, second] = [given.axis('axis1', rank, 0), given.axis('axis2', rank, 1)];
  const offset = given.number('offset', 0);
  const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)];
  const length = Math.max(Math.min(x.shape[first]! - down, x.shape[second]! - right), 0);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const steps = strides(x.shape);
  const shape = [...kept.map((axis) => x.shape[axis]!), length];
  const places = mapIndices(shape, (index) => {
    const along = index[kept.length]!;
    const start = (along + down) * steps[first]! + (along + right) * steps[second]!;
    return kept.reduce((sum, axis, k) => sum + index[k]! * steps[axis]!, start);
  });
  return given.builder.gather(x, places, shape);
}

/** a × b along the last axis, for vectors of three numbers. */
function lowerCross(given: OperationArguments): Tensor {
  const { builder } = given;
  const [a, b] = given.operands('x1', 'x2');
  const axis = a.shape.length - 1;
  const lasts = ['axisa', 'axisb', 'axisc'].map((name) => given.axis(name, axis + 1, -1));
  if (a.shape[axis] !== 3 || b.shape[b.shape.length - 1] !== 3 || lasts.some((last) => last !== axis))
    return given.refuse('is not given vectors of three numbers along the last axis');
  const turned = (x: Tensor, by: number): Tensor =>
    builder.take(
      x,
      x.shape.length - 1,
      [0, 1, 2].map((at) => (at + by) % 3),
    );
  const product = (by: number): Tensor => builder.combine('multiply', turned(a, by), turned(b, 3 - by));
  return builder.combine('subtract', product(1), product(2));
}
