import { elements } from '../../../network/tensor';
import {
  failAcrossRows,
  failCall,
  fullRank,
  innerAxis,
  isValue,
  numberArgument,
  numberIn,
  numbersArgument,
  operator,
  rowAxis,
  rowsFirst,
  tensorArgument,
  tensorValue,
  withTensor,
  type Operator,
  type OperatorCall,
  type RowsValue,
  type TensorValue,
} from './values';

/** Operations that give the same elements in another shape or order of axes. */
export const shapeOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['view', operator('self size', reshape)],
  ['reshape', operator('self size', reshape)],
  ['_unsafe_view', operator('self size', reshape)],
  ['_reshape_alias', operator('self size stride', reshape)],
  ['view_as', operator('self other', likeOther)],
  ['reshape_as', operator('self other', likeOther)],
  ['flatten', operator('self start_dim end_dim', flatten)],
  ['ravel', operator('self', flatten)],
  ['unflatten', operator('self dim sizes', unflatten)],
  ['squeeze', operator('self dim', squeeze)],
  ['unsqueeze', operator('self dim', unsqueeze)],
  ['t', operator('self', (call) => permuteTo(call, tensorArgument(call, 'self'), reversed))],
  ['numpy_T', operator('self', (call) => permuteTo(call, tensorArgument(call, 'self'), reversed))],
  ['transpose', operator('self dim0 dim1', transpose)],
  ['swapaxes', operator('self dim0 dim1', transpose)],
  ['mT', operator('self', transposeLast)],
  ['permute', operator('self dims', permute)],
  ['movedim', operator('self source destination', moveAxes)],
  ['moveaxis', operator('self source destination', moveAxes)],
  ['atleast_1d', operator('self', (call) => tensorArgument(call, 'self'))],
  ['atleast_2d', operator('self', (call) => tensorArgument(call, 'self'))],
]);

/** A shape argument: whole numbers, −1 for the rest, `rows` for the number of rows. */
export function sizesArgument(call: OperatorCall, name: string): readonly (number | RowsValue)[] {
  const value = call.arguments.get(name);
  const items = isValue(value, 'list') ? value.items : value === undefined ? [] : [value];
  return items.map((item) =>
    isValue(item, 'rows') && item.times === 1 ? item : (numberIn(item) ?? failCall(call, 'its shape is not known')),
  );
}

/** The first length of the new shape is that of the rows: the others must hold one row. */
function reshape(call: OperatorCall): TensorValue {
  return reshapeTo(call, tensorArgument(call, 'self'), sizesArgument(call, 'size'));
}

function reshapeTo(call: OperatorCall, x: TensorValue, sizes: readonly (number | RowsValue)[]): TensorValue {
  const { builder } = call;
  rowsFirst(call, x);
  if (!x.batched) {
    if (sizes.every((size) => typeof size === 'number')) return tensorValue(builder.reshape(x.tensor, sizes), false);
    const [, ...rest] = sizes.map((size) => (typeof size === 'number' ? size : 1));
    return tensorValue(builder.reshape(x.tensor, rest), true);
  }
  const [first, ...rest] = sizes;
  const inner = rest.map((size) => (typeof size === 'number' ? size : failAcrossRows(call)));
  if (first === undefined) failAcrossRows(call);
  const size = elements(x.tensor.shape);
  const known = elements(inner.filter((length) => length !== -1));
  const fits = inner.includes(-1) ? first !== -1 && Number.isInteger(size / known) : known === size;
  if (!fits) failAcrossRows(call);
  return tensorValue(builder.reshape(x.tensor, inner), true);
}

function likeOther(call: OperatorCall): TensorValue {
  const [x, other] = [tensorArgument(call, 'self'), tensorArgument(call, 'other')];
  if (x.batched !== other.batched || x.lead !== other.lead) failAcrossRows(call);
  return withTensor(x, call.builder.reshape(x.tensor, other.tensor.shape));
}

function flatten(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const rank = fullRank(x);
  if (rank === 0) return tensorValue(call.builder.reshape(x.tensor, [1]), false);
  const start = rowAxis(call, x, numberArgument(call, 'start_dim', 0));
  const end = rowAxis(call, x, numberArgument(call, 'end_dim', -1));
  if (start === undefined) {
    if (end === undefined) return x;
    if (elements(x.tensor.shape) !== 1 || x.lead > 0) failAcrossRows(call);
    return tensorValue(call.builder.reshape(x.tensor, []), true);
  }
  const { shape } = x.tensor;
  const last = end ?? failAcrossRows(call);
  // Axes on both sides of the rows cannot be joined.
  const before = x.batched && last < x.lead;
  if (x.batched && start < x.lead && !before) failAcrossRows(call);
  const joined = elements(shape.slice(start, last + 1));
  return withTensor(
    x,
    call.builder.reshape(x.tensor, [...shape.slice(0, start), joined, ...shape.slice(last + 1)]),
    before ? x.lead - (last - start) : x.lead,
  );
}

function unflatten(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim'));
  const { shape } = x.tensor;
  const sizes = numbersArgument(call, 'sizes') ?? [];
  const known = elements(sizes.filter((size) => size !== -1));
  const whole = sizes.map((size) => (size === -1 ? shape[axis]! / known : size));
  return withTensor(
    x,
    call.builder.reshape(x.tensor, [...shape.slice(0, axis), ...whole, ...shape.slice(axis + 1)]),
    x.batched && axis < x.lead ? x.lead + whole.length - 1 : x.lead,
  );
}

function squeeze(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const dims = numbersArgument(call, 'dim');
  const { shape } = x.tensor;
  const axes = dims?.map((dim) => rowAxis(call, x, dim)) ?? shape.map((_, axis) => axis);
  const gone = shape.map((length, axis) => length === 1 && axes.includes(axis));
  const kept = shape.filter((_, axis) => !gone[axis]);
  const lead = x.lead - gone.slice(0, x.lead).filter(Boolean).length;
  return withTensor(x, call.builder.reshape(x.tensor, kept), lead);
}

function unsqueeze(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  return insertAxis(call, x, numberArgument(call, 'dim'));
}

/** A new axis of length 1 at a dimension, counted in the result; before the rows it moves them back. */
export function insertAxis(call: OperatorCall, x: TensorValue, dimension: number): TensorValue {
  const rank = fullRank(x) + 1;
  const place = dimension < 0 ? dimension + rank : dimension;
  if (!(place >= 0 && place < rank)) failCall(call, `dimension ${dimension} is not there (the tensor has ${rank})`);
  const before = !x.batched || place <= x.lead;
  const axis = before ? place : place - 1;
  const raised = call.builder.reshape(x.tensor, x.tensor.shape.toSpliced(axis, 0, 1));
  return withTensor(x, raised, x.batched && before ? x.lead + 1 : x.lead);
}

function reversed(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

/** Axes in another order, counted as PyTorch does. */
function permuteTo(call: OperatorCall, x: TensorValue, orderOf: (rank: number) => readonly number[]): TensorValue {
  const rank = fullRank(x);
  const order = orderOf(rank).map((dim) => (dim < 0 ? dim + rank : dim));
  if (order.length !== rank || new Set(order).size !== rank) failCall(call, 'its order of dimensions is not complete');
  if (!x.batched) return tensorValue(call.builder.transpose(x.tensor, order), false);
  const axes = order.flatMap((dim) => (dim === x.lead ? [] : [dim < x.lead ? dim : dim - 1]));
  return withTensor(x, call.builder.transpose(x.tensor, axes), order.indexOf(x.lead));
}

function permute(call: OperatorCall): TensorValue {
  return permuteTo(call, tensorArgument(call, 'self'), () => numbersArgument(call, 'dims') ?? []);
}

/** Dimensions to given places, the others in their order. */
function moveAxes(call: OperatorCall): TensorValue {
  const [source, destination] = [numbersArgument(call, 'source') ?? [], numbersArgument(call, 'destination') ?? []];
  return permuteTo(call, tensorArgument(call, 'self'), (rank) => {
    const normal = (dim: number): number => (dim < 0 ? dim + rank : dim);
    const others = Array.from({ length: rank }, (_, dim) => dim).filter((dim) => !source.map(normal).includes(dim));
    const order = new Array<number>(rank).fill(-1);
    source.forEach((dim, at) => (order[normal(destination[at] ?? 0)] = normal(dim)));
    return order.map((dim) => (dim >= 0 ? dim : (others.shift() ?? -1)));
  });
}

function transpose(call: OperatorCall): TensorValue {
  return swapped(call, numberArgument(call, 'dim0'), numberArgument(call, 'dim1'));
}

function transposeLast(call: OperatorCall): TensorValue {
  return swapped(call, -2, -1);
}

function swapped(call: OperatorCall, first: number, second: number): TensorValue {
  return permuteTo(call, tensorArgument(call, 'self'), (rank) => {
    const order = Array.from({ length: rank }, (_, axis) => axis);
    const [a, b] = [first < 0 ? first + rank : first, second < 0 ? second + rank : second];
    return order.map((axis) => (axis === a ? b : axis === b ? a : axis));
  });
}
