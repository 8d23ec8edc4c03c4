import { ShapeError, type Tensor } from '../../network/builder';
import { elements, mapIndices } from '../../network/tensor';
import { transposeValue } from './shapes';
import type { RowCall, Value } from './value';

/**
 * The largest or smallest elements along one axis, in order, and their positions. An element's rank is how many others
 * come before it (of equal ones the first); the place `k` of the result takes the element of rank `k`, so its slope is
 * that of the element chosen.
 */
export function ranked(
  call: RowCall,
  x: Value,
  axis: number,
  count: number,
  largest: boolean,
): readonly [Value, Value] {
  const rank = x.tensor.shape.length;
  if (axis === x.batch) return call.refuseMixedRows('ranks the rows of a table');
  const length = x.tensor.shape[axis]!;
  if (!(count >= 0 && count <= length)) throw new ShapeError(`${count} of ${length} elements cannot be chosen`);
  const order = x.tensor.shape.map((_, k) => (k === axis ? rank - 1 : k === rank - 1 ? axis : k));
  const turned = transposeValue(call, x, order);
  const { builder } = call;
  const lead = turned.tensor.shape.slice(0, -1);
  call.expectRoom([...lead, length, Math.max(length, count), 3]);
  const row = builder.reshape(turned.tensor, [...lead, 1, length]);
  const chosen = chosenPlaces(call, turned.tensor, row, count, largest);
  const zero = builder.constant(Float64Array.of(0), []);
  const values = { ...turned, tensor: builder.reduce('sum', builder.select(chosen, row, zero), [rank], false) };
  const positions = { ...turned, tensor: builder.reduce('sum', numbered(call, chosen), [rank], false) };
  return [transposeValue(call, values, order), transposeValue(call, { ...positions, type: 'whole' }, order)];
}

/** [… , K, length]: 1 where an element has the rank of the place, else 0. */
function chosenPlaces(call: RowCall, x: Tensor, row: Tensor, count: number, largest: boolean): Tensor {
  const { builder } = call;
  const length = x.shape.at(-1)!;
  const column = builder.reshape(x, [...x.shape, 1]);
  const earlier = builder.constant(
    Float64Array.from(mapIndices([length, length], ([own = 0, other = 0]) => (other < own ? 1 : 0))),
    [length, length],
  );
  const beats = builder.compare(largest ? 'greater' : 'less', row, column);
  const ties = builder.compare(largest ? 'greaterOrEqual' : 'lessOrEqual', row, column);
  const before = builder.select(earlier, ties, beats);
  const ranks = builder.reduce('sum', before, [x.shape.length], false);
  const places = builder.constant(
    Float64Array.from({ length: count }, (_, k) => k),
    [count, 1],
  );
  return builder.compare('equal', builder.reshape(ranks, row.shape), places);
}

/** Each chosen place with the position of its element instead of 1. */
function numbered(call: RowCall, chosen: Tensor): Tensor {
  const length = chosen.shape.at(-1)!;
  const positions = Float64Array.from({ length: elements(chosen.shape) }, (_, i) => i % length);
  return call.builder.scale(chosen, positions, new Float64Array(positions.length));
}
