import { ShapeError, type Tensor } from '../../network/builder';
import { broadcastShape } from '../../network/tensor';
import type { ElementType, RowCall, Value } from './value';

/** Values brought together under numpy's broadcasting rules, with one axis of rows among them. */
export interface Aligned {
  readonly tensors: readonly Tensor[];
  readonly shape: readonly number[];
  readonly batch: number | undefined;
}

/** Checks that values can be taken element by element: their shapes fit and none of them tells rows apart. */
export function align(call: RowCall, values: readonly Value[]): Aligned {
  const rank = Math.max(...values.map((value) => value.tensor.shape.length));
  const batch = commonAxis(
    call,
    values.map((value) => fromRight(value, rank)),
  );
  const tensors = values.map((value) => (batch === undefined ? value.tensor : withoutRows(call, value, batch, rank)));
  let shape: readonly number[] = [];
  for (const tensor of tensors) {
    const next = broadcastShape(shape, tensor.shape);
    if (!next) throw new ShapeError(`[${shape.join(', ')}] and [${tensor.shape.join(', ')}] do not fit each other`);
    shape = next;
  }
  call.expectRoom(shape);
  return { tensors, shape, batch };
}

/** The one axis that all given axes agree on; values that carry their rows on different axes cannot meet. */
export function commonAxis(call: RowCall, axes: readonly (number | undefined)[]): number | undefined {
  const known = axes.filter((axis) => axis !== undefined);
  if (known.some((axis) => axis !== known[0]))
    return call.refuseMixedRows('meets two values whose rows lie on different axes');
  return known[0];
}

/** The element type of a result of arithmetic. */
export function jointType(values: readonly Value[]): ElementType {
  if (values.some((value) => value.type === 'real')) return 'real';
  return values.some((value) => value.type === 'whole') ? 'whole' : 'truth';
}

function fromRight(value: Value, rank: number): number | undefined {
  return value.batch === undefined ? undefined : value.batch + rank - value.tensor.shape.length;
}

/**
 * The value as every row sees it. A value without an axis of rows must not be longer than 1 there, unless it repeats
 * the same numbers for each of the fixed number of rows.
 */
function withoutRows(call: RowCall, value: Value, batch: number, rank: number): Tensor {
  const { tensor } = value;
  const axis = batch - rank + tensor.shape.length;
  const length = tensor.shape[axis] ?? 1;
  if (value.batch !== undefined || axis < 0 || length === 1) return tensor;
  const one = call.builder.take(tensor, axis, [0]);
  const repeated = one.constant && call.builder.broadcastTo(one, tensor.shape).constant;
  if (length === call.around.rows && repeated?.every((number, i) => Object.is(number, tensor.constant?.[i])))
    return one;
  return call.refuseMixedRows('treats different rows differently');
}
