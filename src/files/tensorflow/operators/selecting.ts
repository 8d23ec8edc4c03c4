import { ShapeError } from '../../../network/builder';
import { elements, mapIndices, strides } from '../../../network/tensor';
import { transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import { StridedSlice } from './stridedSlice';

/** Operators that take parts of a tensor; which part must be the same in every row. */
export const selecting: Readonly<Record<string, Operator>> = {
  DenseBincount,
  Gather,
  GatherNd,
  GatherV2,
  OneHot,
  ResourceGather: Gather,
  ResourceGatherNd: GatherNd,
  Slice,
  Split,
  SplitV,
  StridedSlice,
  Unpack,
};

/** A start and a size per axis; a size of −1 takes all that is left. */
function Slice(call: Call): Value {
  const x = call.value(0);
  const starts = call.numbers(1, 'start');
  const sizes = call.numbers(2, 'size');
  const lengths = call.shapeOf(x);
  const tensor = lengths.reduce((part, length, axis) => {
    const start = starts[axis] ?? 0;
    const size = sizes[axis] === -1 ? length - start : (sizes[axis] ?? 0);
    if (start === 0 && size === length) return part;
    if (axis === x.batch) return call.refuseMixedRows('takes some of the rows');
    if (!(size >= 0 && start >= 0 && start + size <= length))
      throw new ShapeError(`${size} places from ${start} on lie outside an axis of ${length}`);
    return call.builder.take(part, axis, counted(start, size));
  }, x.tensor);
  return { ...x, tensor };
}

/** Equal parts; the axis comes first. */
function Split(call: Call): readonly Value[] {
  const x = call.value(1);
  const count = call.integer('num_split', 1);
  const axis = call.axis(call.numbers(0, 'axis')[0], x.tensor.shape.length);
  const length = x.tensor.shape[axis]!;
  const size = length / count;
  if (!Number.isInteger(size) || !(count >= 1 && count <= Math.max(length, 1)))
    throw new ShapeError(`an axis of ${length} has no ${count} equal parts`);
  return parts(call, x, axis, new Array<number>(count).fill(size));
}

/** Parts of given sizes, of which one may be −1. */
function SplitV(call: Call): readonly Value[] {
  const x = call.value(0);
  const axis = call.axis(call.numbers(2, 'axis')[0], x.tensor.shape.length);
  const sizes = Array.from(call.numbers(1, 'sizes'));
  const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return parts(
    call,
    x,
    axis,
    sizes.map((size) => (size < 0 ? x.tensor.shape[axis]! - known : size)),
  );
}

/** One tensor per position of an axis, without that axis. */
function Unpack(call: Call): readonly Value[] {
  const x = call.value(0);
  const axis = call.axis(call.integer('axis', 0), x.tensor.shape.length);
  const single = parts(call, x, axis, new Array<number>(x.tensor.shape[axis]!).fill(1));
  return single.map((part) => withoutAxis(call, part, axis));
}

function Gather(call: Call): Value {
  return gathered(call, 0, call.integer('batch_dims', 0));
}

function GatherV2(call: Call): Value {
  return gathered(call, call.numbers(2, 'axis')[0] ?? 0, call.integer('batch_dims', 0));
}

/** Positions along one axis. Positions from the data look rows up in a constant table (an embedding); their slope is 0. */
function gathered(call: Call, givenAxis: number, shared: number): Value {
  const [x, at] = [call.value(0), call.value(1)];
  const { shape } = x.tensor;
  const axis = call.axis(givenAxis, shape.length);
  if (shared !== 0 && at.tensor.shape.length > 0)
    return call.refuse(
      'tensorflow-gather',
      'takes positions of its own for each part of a batch (batch_dims)',
      'Save the network with the same positions for all rows.',
    );
  if (!at.tensor.constant) return lookedUp(call, x, at, axis);
  if (axis === x.batch) return call.refuseMixedRows('takes some of the rows');
  const positions = Array.from(at.tensor.constant, (position) => inside(position, shape[axis]!));
  call.expectRoom([elements(shape) / Math.max(shape[axis]!, 1), positions.length]);
  const taken = call.builder.take(x.tensor, axis, positions);
  const tensor = call.builder.reshape(taken, [...shape.slice(0, axis), ...at.tensor.shape, ...shape.slice(axis + 1)]);
  const added = at.tensor.shape.length - 1;
  return { ...x, tensor, batch: x.batch !== undefined && x.batch > axis ? x.batch + added : x.batch };
}

/** Positions on the first axes at once. */
function GatherNd(call: Call): Value {
  const [x, at] = [call.value(0), call.value(1)];
  const { shape } = x.tensor;
  const positions = call.numbers(1, 'positions');
  const depth = at.tensor.shape.at(-1) ?? 0;
  if (x.batch !== undefined && x.batch < depth) return call.refuseMixedRows('takes some of the rows');
  const outer = at.tensor.shape.slice(0, -1);
  const rest = shape.slice(depth);
  const steps = strides(shape);
  const outerSteps = strides(outer);
  call.expectRoom([...outer, ...rest]);
  const indices = mapIndices([...outer, ...rest], (index) => {
    const row = outer.reduce((sum, _, k) => sum + index[k]! * outerSteps[k]!, 0);
    const start = counted(0, depth).reduce(
      (sum, k) => sum + inside(positions[row * depth + k]!, shape[k]!) * steps[k]!,
      0,
    );
    return rest.reduce((sum, _, k) => sum + index[outer.length + k]! * steps[depth + k]!, start);
  });
  const tensor = call.builder.gather(x.tensor, indices, [...outer, ...rest]);
  return { ...x, tensor, batch: x.batch === undefined ? undefined : x.batch - depth + outer.length };
}

/** A new axis with `on` at the position each number names and `off` elsewhere; its slope is 0. */
function OneHot(call: Call): Value {
  const at = call.value(0);
  const depth = call.numbers(1, 'depth')[0] ?? 0;
  const [on, off] = [call.value(2), call.value(3)];
  const { shape } = at.tensor;
  const axis = call.axis(call.integer('axis', -1), shape.length + 1);
  call.expectRoom([...shape, depth]);
  const { builder } = call;
  const hot = builder.select(positionsHit(call, at, depth), on.tensor, off.tensor);
  const last = shape.length;
  const order = counted(0, last + 1).map((k) => (k === axis ? last : k < axis ? k : k - 1));
  return transposeValue(call, call.give(hot, at.batch, on.type), order);
}

/** How often each position occurs among the numbers of a row, or whether it does; its slope is 0. */
function DenseBincount(call: Call): Value {
  const at = call.value(0);
  const { shape } = at.tensor;
  const depth = call.numbers(1, 'size')[0] ?? 0;
  const weighted = call.numbers(2, 'weights').length > 0;
  if (shape.length !== 2 || at.batch === 1) return call.refuseMixedRows('counts over the rows of a table');
  if (weighted)
    return call.refuse('tensorflow-weighted-count', 'counts with weights', 'Save the network without that step.');
  call.expectRoom([...shape, depth]);
  const how = call.truth('binary_output', false) ? 'max' : 'sum';
  return { ...at, tensor: call.builder.reduce(how, positionsHit(call, at, depth), [1], false), type: 'real' };
}

/** 1 on a new last axis where the position stands that a number names. */
function positionsHit(call: Call, at: Value, depth: number) {
  const { builder } = call;
  const spread = builder.reshape(at.tensor, [...at.tensor.shape, 1]);
  return builder.compare('equal', spread, builder.constant(Float64Array.from(counted(0, depth)), [depth]));
}

function lookedUp(call: Call, table: Value, at: Value, axis: number): Value {
  const { constant, shape } = table.tensor;
  if (!constant || axis !== 0 || table.batch !== undefined)
    return call.refuse(
      'tensorflow-not-constant',
      'takes positions that the data choose',
      'Save the network with constant positions.',
    );
  const [rows = 0, ...rest] = shape;
  const width = elements(rest);
  const places = elements(at.tensor.shape);
  call.expectRoom([places, places, Math.max(rows, 1), Math.max(width, 1)]);
  const { builder } = call;
  const columns = builder.transpose(builder.constant(constant, [rows, width])).constant ?? constant;
  const found = builder.dense(positionsHit(call, at, rows), columns);
  return call.give(builder.reshape(found, [...at.tensor.shape, ...rest]), at.batch, table.type);
}

function parts(call: Call, x: Value, axis: number, sizes: readonly number[]): Value[] {
  if (axis === x.batch && sizes.length > 1) return call.refuseMixedRows('splits the rows of a table');
  const length = x.tensor.shape[axis]!;
  if (sizes.some((size) => size > length))
    throw new ShapeError(`parts of [${sizes.join(', ')}] are longer than ${length}`);
  let start = 0;
  return sizes.map((size) => {
    const positions = counted(start, size);
    start += size;
    return { ...x, tensor: call.builder.take(x.tensor, axis, positions) };
  });
}

/** A value without one of its axes, which has the length 1. */
function withoutAxis(call: Call, x: Value, axis: number): Value {
  const shape = x.tensor.shape.filter((_, other) => other !== axis);
  const batch = x.batch === undefined || x.batch === axis ? undefined : x.batch - (x.batch > axis ? 1 : 0);
  return { ...x, tensor: call.builder.reshape(x.tensor, shape), batch };
}

function inside(position: number, length: number): number {
  if (position >= 0 && position < length) return position;
  throw new ShapeError(`position ${position} lies outside an axis of ${length}`);
}

function counted(start: number, count: number): number[] {
  return Array.from({ length: Math.max(count, 0) }, (_, i) => start + i);
}
