import { ShapeError, type Tensor } from '../../../network/builder';
import type { Window } from '../../../network/layers';
import type { Value } from '../../rows/value';
import type { Call } from '../call';

/** How a window moves over the places of one row, and how many places the result has along each axis. */
export interface Sweep extends Window {
  readonly result: readonly number[];
}

/** Lowers an operator on [rows, channels, …places] row by row; rows that a reshape put on the first axis come along. */
export function perRow(call: Call, x: Value, lower: (row: Tensor) => Tensor): Value {
  const [count = 1, ...shape] = x.tensor.shape;
  if (shape.length < 2)
    throw new ShapeError(`a window needs rows, channels and places, not [${x.tensor.shape.join(', ')}]`);
  if (x.batch !== undefined && x.batch !== 0)
    return call.refuseMixedRows('takes the rows of a table for channels or places');
  const { builder } = call;
  const rows = Array.from({ length: count }, (_, row) => {
    const own = lower(builder.reshape(builder.take(x.tensor, 0, [row]), shape));
    return builder.reshape(own, [1, ...own.shape]);
  });
  return { ...x, tensor: builder.concat(rows, 0) };
}

/** Window attributes of Conv and the poolings, with padding by size (`pads`) or by rule (`auto_pad`). */
export function sweepOf(call: Call, places: readonly number[], size: readonly number[]): Sweep {
  const each = (name: string, otherwise: number) => call.integers(name) ?? places.map(() => otherwise);
  const strides = each('strides', 1);
  const dilations = each('dilations', 1);
  const rule = call.text('auto_pad', 'NOTSET');
  const pads = call.integers('pads') ?? new Array<number>(2 * places.length).fill(0);
  const ceiling = call.integer('ceil_mode', 0) === 1;
  if ([size, strides, dilations].some((list) => list.length !== places.length) || pads.length !== 2 * places.length)
    throw new ShapeError(`the window is not for ${places.length} axes`);
  if ([...size, ...strides, ...dilations].some((number) => !(number >= 1)))
    throw new ShapeError('a window must move forwards');
  const axes = places.map((length, axis) => {
    const reach = (size[axis]! - 1) * dilations[axis]! + 1;
    const stride = strides[axis]!;
    if (rule.startsWith('SAME')) return samePadding(length, reach, stride, rule === 'SAME_LOWER');
    const before = rule === 'VALID' ? 0 : pads[axis]!;
    const after = rule === 'VALID' ? 0 : pads[axis + places.length]!;
    return { before, after, result: resultLength(length, reach, stride, before, after, ceiling) };
  });
  return {
    size,
    strides,
    dilations,
    before: axes.map((axis) => axis.before),
    after: axes.map((axis) => axis.after),
    result: axes.map((axis) => axis.result),
  };
}

/** As many places as strides fit in; the odd border cell goes after them, or before with SAME_LOWER. */
function samePadding(length: number, reach: number, stride: number, lower: boolean) {
  const result = Math.ceil(length / stride);
  const total = Math.max((result - 1) * stride + reach - length, 0);
  const small = Math.floor(total / 2);
  return { before: lower ? total - small : small, after: lower ? small : total - small, result };
}

/** With `ceil_mode` a last window may hang over the end, but must begin before it. */
function resultLength(
  length: number,
  reach: number,
  stride: number,
  before: number,
  after: number,
  ceiling: boolean,
): number {
  const steps = (length + before + after - reach) / stride;
  if (!ceiling) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  return (count - 1) * stride >= length + before ? count - 1 : count;
}
