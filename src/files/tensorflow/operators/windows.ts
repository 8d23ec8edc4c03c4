import { ShapeError, type Tensor } from '../../../network/builder';
import type { Window } from '../../../network/layers';
import { transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call } from '../call';

/** How a window moves over the places of one row, and how many places the result has along each axis. */
export interface Sweep extends Window {
  readonly result: readonly number[];
}

/**
 * Lowers an operator on places and channels row by row: `lower` sees [channels, …places] whatever the layout is. Rows
 * that a reshape put on the first axis come along.
 */
export function perRow(call: Call, x: Value, lower: (row: Tensor) => Tensor): Value {
  const rank = x.tensor.shape.length;
  if (rank < 3) throw new ShapeError(`a window needs rows, places and channels, not [${x.tensor.shape.join(', ')}]`);
  if (x.batch !== undefined && x.batch !== 0)
    return call.refuseMixedRows('takes the rows of a table for channels or places');
  const first = channelsFirst(call);
  const places = Array.from({ length: rank - 2 }, (_, k) => k + 1);
  const turned = first ? x : transposeValue(call, x, [0, rank - 1, ...places]);
  const [count = 1, ...shape] = turned.tensor.shape;
  const { builder } = call;
  const rows = Array.from({ length: count }, (_, row) => {
    const own = lower(builder.reshape(builder.take(turned.tensor, 0, [row]), shape));
    return builder.reshape(own, [1, ...own.shape]);
  });
  const result = { ...x, tensor: builder.concat(rows, 0) };
  return first ? result : transposeValue(call, result, [0, ...places.map((axis) => axis + 1), 1]);
}

/** Whether the channels stand before the places. */
export function channelsFirst(call: Call): boolean {
  return call.text('data_format', 'NHWC').startsWith('NC');
}

/** The window's attributes, which have one number per axis of the tensor, with padding by rule or by size. */
export function sweepOf(
  call: Call,
  places: readonly number[],
  size: readonly number[],
  strides = perPlace(call, call.attributes.integers('strides'), places.length, 1),
): Sweep {
  const dilations = perPlace(call, call.attributes.integers('dilations'), places.length, 1);
  if (size.length !== places.length) throw new ShapeError(`the window is not for ${places.length} axes`);
  if ([...size, ...strides, ...dilations].some((number) => !(number >= 1)))
    throw new ShapeError('a window must move forwards');
  const axes = places.map((length, axis) => {
    const reach = (size[axis]! - 1) * dilations[axis]! + 1;
    const stride = strides[axis]!;
    const [before, after] = borders(call, axis, length, reach, stride);
    return { before, after, result: Math.floor((length + before + after - reach) / stride) + 1 };
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

/** Of a list with a number for rows and channels too, the numbers for the places. */
export function perPlace(call: Call, listed: readonly number[], places: number, otherwise: number): readonly number[] {
  if (listed.length === 0) return new Array<number>(places).fill(otherwise);
  const own = listed.length === places ? listed : channelsFirst(call) ? listed.slice(2) : listed.slice(1, -1);
  if (own.length !== places) throw new ShapeError(`the window is not for ${places} axes`);
  return own;
}

/** SAME keeps as many places as strides fit in, the odd border cell behind them; EXPLICIT lists two numbers per axis. */
function borders(call: Call, axis: number, length: number, reach: number, stride: number): readonly [number, number] {
  const rule = call.text('padding', 'VALID');
  if (rule === 'SAME') {
    const total = Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }
  if (rule !== 'EXPLICIT') return [0, 0];
  const listed = call.attributes.integers('explicit_paddings');
  const at = 2 * (axis + (channelsFirst(call) ? 2 : 1));
  return [listed[at] ?? 0, listed[at + 1] ?? 0];
}
