import type { Tensor } from '../../../network/builder';
import { insertAxis, sizesArgument } from './shapes';
import { lookedUp } from './lookups';
import {
  constantNumbers,
  failAcrossRows,
  failCall,
  fullRank,
  innerAxis,
  isValue,
  listValue,
  numberArgument,
  numbersArgument,
  operator,
  rowAxis,
  rowsFirst,
  tensorArgument,
  tensorValue,
  withTensor,
  type ListValue,
  type Operator,
  type OperatorCall,
  type TensorValue,
  type TorchValue,
} from './values';

/** Ends of slices are often "to the end": the largest whole number PyTorch has. */
const noEnd = 2 ** 53;

/** Operations that join, cut, repeat and pick elements. */
export const slicingOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['cat', operator('tensors dim', concatenate)],
  ['concat', operator('tensors dim', concatenate)],
  ['concatenate', operator('tensors dim', concatenate)],
  ['hstack', operator('tensors', (call) => concatenateAt(call, listed(call), 1))],
  [
    'column_stack',
    operator('tensors', (call) =>
      concatenateAt(
        call,
        listed(call).map((part) => atLeastColumn(call, part)),
        1,
      ),
    ),
  ],
  ['stack', operator('tensors dim', stack)],
  ['split', operator('self split_size dim', split)],
  ['split_with_sizes', operator('self split_size dim', split)],
  ['tensor_split', operator('self sections dim', tensorSplit)],
  ['chunk', operator('self chunks dim', chunk)],
  ['unbind', operator('self dim', unbind)],
  ['slice', operator('self dim start end step', slice)],
  ['narrow', operator('self dim start length', narrow)],
  ['select', operator('self dim index', select)],
  ['index_select', operator('self dim index', indexSelect)],
  ['index', operator('self indices', indexed)],
  ['expand', operator('self size implicit', expand)],
  ['broadcast_to', operator('self size', expand)],
  ['expand_as', operator('self other', expandAs)],
  ['repeat', operator('self repeats', repeat)],
  ['tile', operator('self repeats', repeat)],
  ['repeat_interleave', operator('self repeats dim', repeatEach)],
  ['flip', operator('self dims', flip)],
  ['roll', operator('self shifts dims', roll)],
]);

/** The tensors of a list argument. */
function listed(call: OperatorCall): TensorValue[] {
  const value = call.arguments.get('tensors');
  const items = isValue(value, 'list') ? value.items : [];
  return items.map((item) => (isValue(item, 'tensor') ? item : failCall(call, 'it joins what is no tensor')));
}

function concatenate(call: OperatorCall): TensorValue {
  return concatenateAt(call, listed(call), numberArgument(call, 'dim', 0));
}

function concatenateAt(call: OperatorCall, parts: readonly TensorValue[], dim: number): TensorValue {
  const first = parts.find((part) => part.batched) ?? parts[0] ?? failCall(call, 'it joins nothing');
  if (parts.some((part) => part.batched !== first.batched || part.lead !== first.lead)) failAcrossRows(call);
  const axis = innerAxis(call, first, dim);
  return withTensor(
    first,
    call.builder.concat(
      parts.map((part) => part.tensor),
      axis,
    ),
  );
}

/** A tensor of one number per row counts as a column. */
function atLeastColumn(call: OperatorCall, part: TensorValue): TensorValue {
  return part.tensor.shape.length > 0 ? part : withTensor(part, call.builder.reshape(part.tensor, [1]));
}

function stack(call: OperatorCall): TensorValue {
  const parts = listed(call);
  const dim = numberArgument(call, 'dim', 0);
  const [first] = parts;
  if (!first) failCall(call, 'it joins nothing');
  const place = dim < 0 ? dim + fullRank(first) + 1 : dim;
  const raised = parts.map((part) => insertAxis(call, part, place));
  return concatenateAt(call, raised, place);
}

function positions(start: number, length: number): number[] {
  return Array.from({ length: Math.max(0, length) }, (_, at) => start + at);
}

function pieces(call: OperatorCall, x: TensorValue, axis: number, lengths: readonly number[]): ListValue {
  let start = 0;
  return listValue(
    lengths.map((length) => {
      const piece = call.builder.take(x.tensor, axis, positions(start, length));
      start += length;
      return withTensor(x, piece);
    }),
  );
}

function split(call: OperatorCall): ListValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim', 0));
  const sizes = numbersArgument(call, 'split_size') ?? [];
  const lengths = isValue(call.arguments.get('split_size'), 'list')
    ? sizes
    : equalParts(x.tensor.shape[axis]!, sizes[0]!);
  return pieces(call, x, axis, lengths);
}

/** Parts of a size; the last may be smaller. */
function equalParts(total: number, size: number): number[] {
  const count = Math.max(1, Math.ceil(total / size));
  return Array.from({ length: count }, (_, at) => Math.min(size, total - at * size));
}

function chunk(call: OperatorCall): ListValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim', 0));
  const total = x.tensor.shape[axis]!;
  return pieces(call, x, axis, equalParts(total, Math.ceil(total / numberArgument(call, 'chunks'))));
}

function tensorSplit(call: OperatorCall): ListValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim', 0));
  const total = x.tensor.shape[axis]!;
  const given = numbersArgument(call, 'sections') ?? [];
  if (isValue(call.arguments.get('sections'), 'list')) {
    const ends = [...given, total];
    return pieces(
      call,
      x,
      axis,
      ends.map((end, at) => end - (ends[at - 1] ?? 0)),
    );
  }
  const count = given[0] ?? 1;
  return pieces(
    call,
    x,
    axis,
    positions(0, count).map((at) => Math.floor(total / count) + (at < total % count ? 1 : 0)),
  );
}

function unbind(call: OperatorCall): ListValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim', 0));
  return listValue(positions(0, x.tensor.shape[axis]!).map((at) => pick(call, x, axis, at)));
}

function pick(call: OperatorCall, x: TensorValue, axis: number, at: number): TensorValue {
  const length = x.tensor.shape[axis]!;
  const taken = call.builder.take(x.tensor, axis, [at < 0 ? at + length : at]);
  const lead = x.batched && axis < x.lead ? x.lead - 1 : x.lead;
  return withTensor(x, call.builder.reshape(taken, x.tensor.shape.toSpliced(axis, 1)), lead);
}

function select(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  return pick(call, x, innerAxis(call, x, numberArgument(call, 'dim')), numberArgument(call, 'index'));
}

function slice(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axis = rowAxis(call, x, numberArgument(call, 'dim', 0));
  const [start, end, step] = [bound(call, 'start', 0), bound(call, 'end', noEnd), numberArgument(call, 'step', 1)];
  if (axis === undefined) {
    if (start === 0 && end >= noEnd && step === 1) return x;
    failAcrossRows(call);
  }
  const length = x.tensor.shape[axis]!;
  const inside = (at: number): number => Math.max(0, Math.min(length, at < 0 ? at + length : at));
  const chosen: number[] = [];
  for (let at = inside(start); at < inside(end); at += step) chosen.push(at);
  return withTensor(x, call.builder.take(x.tensor, axis, chosen));
}

function bound(call: OperatorCall, name: string, otherwise: number): number {
  return isValue(call.arguments.get(name), 'rows') ? noEnd : numberArgument(call, name, otherwise);
}

function narrow(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim'));
  const [start, length] = [numberArgument(call, 'start'), numberArgument(call, 'length')];
  return withTensor(x, call.builder.take(x.tensor, axis, positions(start, length)));
}

function indexSelect(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim'));
  const chosen = Array.from(constantNumbers(call, tensorArgument(call, 'index')));
  return withTensor(x, call.builder.take(x.tensor, axis, chosen));
}

/** x[:, columns]: one list of known positions along one axis; or table[x], rows that the data choose. */
function indexed(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const given = call.arguments.get('indices');
  const indices = isValue(given, 'list') ? given.items : [];
  const places = indices.flatMap((index, dim) => (index === null ? [] : [dim]));
  const [dim] = places;
  const index = dim === undefined ? undefined : indices[dim];
  if (dim === 0 && isValue(index, 'tensor') && index.batched && !x.batched) return lookedUp(call, x, index);
  if (dim === undefined || places.length !== 1 || !isValue(index, 'tensor') || index.tensor.shape.length !== 1)
    failCall(call, 'its positions are not one known list');
  const axis = innerAxis(call, x, dim);
  const length = x.tensor.shape[axis]!;
  const chosen = Array.from(constantNumbers(call, index), (at) => (at < 0 ? at + length : at));
  return withTensor(x, call.builder.take(x.tensor, axis, chosen));
}

function expand(call: OperatorCall): TensorValue {
  const x = rowsFirst(call, tensorArgument(call, 'self'));
  const sizes = sizesArgument(call, 'size');
  const missing = sizes.length - fullRank(x);
  const full: readonly TorchValue[] = [
    ...new Array<number>(Math.max(0, missing)).fill(1),
    ...(x.batched ? [-1] : []),
    ...x.tensor.shape,
  ];
  if (x.batched && missing > 0) failAcrossRows(call);
  const target = sizes.map((size, at) => (size === -1 ? full[at]! : size));
  const batched = x.batched || isValue(sizes[0], 'rows');
  const inner = (batched ? target.slice(1) : target).map((size) =>
    typeof size === 'number' ? size : failAcrossRows(call),
  );
  const { shape } = x.tensor;
  const lead = batched && !x.batched && shape.length === sizes.length;
  if (lead && shape[0] !== 1) failAcrossRows(call);
  const tensor = lead ? call.builder.reshape(x.tensor, shape.slice(1)) : x.tensor;
  return tensorValue(call.builder.broadcastTo(tensor, inner), batched);
}

function expandAs(call: OperatorCall): TensorValue {
  const [x, other] = [rowsFirst(call, tensorArgument(call, 'self')), rowsFirst(call, tensorArgument(call, 'other'))];
  if (x.batched && !other.batched) failAcrossRows(call);
  const { shape } = x.tensor;
  const lead = other.batched && !x.batched && shape.length > other.tensor.shape.length;
  if (lead && shape[0] !== 1) failAcrossRows(call);
  const tensor = lead ? call.builder.reshape(x.tensor, shape.slice(1)) : x.tensor;
  return tensorValue(call.builder.broadcastTo(tensor, other.tensor.shape), other.batched);
}

function repeat(call: OperatorCall): TensorValue {
  const x = rowsFirst(call, tensorArgument(call, 'self'));
  const given = sizesArgument(call, 'repeats');
  const [first, ...rest] = given;
  const perRow = !x.batched && isValue(first, 'rows');
  if (x.batched && (first !== 1 || given.length !== fullRank(x))) failAcrossRows(call);
  const counts = (x.batched || perRow ? rest : given).map((count) =>
    typeof count === 'number' ? count : failAcrossRows(call),
  );
  const { shape } = x.tensor;
  const inner = perRow && shape.length === given.length && shape[0] === 1 ? shape.slice(1) : shape;
  const raised = [...new Array<number>(Math.max(0, counts.length - inner.length)).fill(1), ...inner];
  const start: Tensor = call.builder.reshape(x.tensor, raised);
  const repeated = counts.reduce<Tensor>(
    (tensor, count, axis) => (count === 1 ? tensor : call.builder.concat(new Array<Tensor>(count).fill(tensor), axis)),
    start,
  );
  return tensorValue(repeated, x.batched || perRow);
}

/** Each element as often as said, one after the other. */
function repeatEach(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim'));
  const count = numberArgument(call, 'repeats');
  const chosen = positions(0, x.tensor.shape[axis]! * count).map((at) => Math.floor(at / count));
  return withTensor(x, call.builder.take(x.tensor, axis, chosen));
}

function flip(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axes = (numbersArgument(call, 'dims') ?? []).map((dim) => innerAxis(call, x, dim));
  const flipped = axes.reduce(
    (tensor, axis) => call.builder.take(tensor, axis, positions(0, tensor.shape[axis]!).reverse()),
    x.tensor,
  );
  return withTensor(x, flipped);
}

function roll(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const dims = numbersArgument(call, 'dims') ?? [];
  const shifts = numbersArgument(call, 'shifts') ?? [];
  const rolled = dims.reduce((tensor, dim, k) => {
    const axis = innerAxis(call, x, dim);
    const length = tensor.shape[axis]!;
    return call.builder.take(
      tensor,
      axis,
      positions(0, length).map((at) => (((at - shifts[k]!) % length) + length) % length),
    );
  }, x.tensor);
  return withTensor(x, rolled);
}
