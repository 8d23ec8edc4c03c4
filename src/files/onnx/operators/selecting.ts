import { ShapeError, type Tensor } from '../../../network/builder';
import type { Groups, Reduction } from '../../../network/network';
import { elements, mapIndices, strides } from '../../../network/tensor';
import { transposeValue } from '../../rows/shapes';
import { rowNumber, type Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';
import { lookedUp } from './lookup';

/** Operators that take parts of a tensor; which part must be the same in every row. */
export const selecting: OperatorGroup = {
  domain: '',
  operators: {
    Compress,
    Gather,
    GatherElements,
    GatherND,
    NonZero,
    OneHot,
    ReverseSequence,
    Scatter: ScatterElements,
    ScatterElements,
    ScatterND,
    Slice,
    Split,
  },
  notes: {
    Compress: 'constant condition',
    Gather: 'constant positions, or a look-up in a constant table (slope 0)',
    GatherElements: 'constant positions',
    GatherND: 'constant positions, or a look-up in a constant table (slope 0)',
    NonZero: 'of constants',
    OneHot: 'its slope is 0',
    ReverseSequence: 'constant lengths',
    Scatter: 'constant positions',
    ScatterElements: 'constant positions',
    ScatterND: 'constant positions',
  },
};

/** start, stop and step per axis: attributes before operator set 10, later inputs. */
function Slice(call: Call): Value {
  const x = call.anyValue(0);
  const rank = x.tensor.shape.length;
  const starts = call.listing('starts', 1) ?? [];
  const ends = call.listing('ends', 2) ?? [];
  const axes = (call.listing('axes', 3) ?? starts.map((_, k) => k)).map((axis) => call.axis(axis, rank));
  const steps = call.inputs[4] ? Array.from(call.numbers(4, 'steps')) : starts.map(() => 1);
  const lengths = call.shapeOf(x);
  const tensor = axes.reduce((part: Tensor, axis, k) => {
    const length = lengths[axis]!;
    const [start, stop, step] = clamped(starts[k]!, ends[k]!, steps[k]!, length);
    if (start === 0 && stop >= length && step === 1) return part;
    if (axis === x.batch) return call.refuseMixedRows('takes some of the rows');
    const positions: number[] = [];
    for (let at = start; step > 0 ? at < stop : at > stop; at += step) positions.push(at);
    return call.builder.take(part, axis, positions);
  }, x.tensor);
  return { ...x, tensor };
}

/** Parts along one axis: of given sizes, or as many equal ones as there are outputs (the last may be smaller). */
function Split(call: Call): readonly Value[] {
  const x = call.anyValue(0);
  const axis = call.axis(call.integer('axis', 0), x.tensor.shape.length);
  if (axis === x.batch) return call.refuseMixedRows('splits the rows of a table');
  const length = x.tensor.shape[axis]!;
  const count = call.integer('num_outputs', call.node.outputs.length);
  if (!(count >= 1 && count <= Math.max(length, call.node.outputs.length)))
    throw new ShapeError(`an axis of ${length} has no ${count} parts`);
  const equal = Math.ceil(length / count);
  const sizes =
    call.listing('split', 1) ?? Array.from({ length: count }, (_, k) => Math.min(equal, length - k * equal));
  if (sizes.some((size) => size > length))
    throw new ShapeError(`parts of [${sizes.join(', ')}] are longer than ${length}`);
  let start = 0;
  return sizes.map((size) => {
    const positions = Array.from({ length: Math.max(size, 0) }, (_, i) => start + i);
    start += size;
    return { ...x, tensor: call.builder.take(x.tensor, axis, positions) };
  });
}

/** Positions along one axis. Positions from the data look rows up in a constant table (an embedding); their slope is 0. */
function Gather(call: Call): Value {
  const [x, at] = [call.anyValue(0), call.value(1)];
  const axis = call.axis(call.integer('axis', 0), x.tensor.shape.length);
  if (!at.tensor.constant) return lookedUp(call, x, at, axis);
  const { shape } = x.tensor;
  const positions = Array.from(at.tensor.constant, (position) => placeOn(call, x, axis, position));
  const taken = call.builder.take(x.tensor, axis, positions);
  const tensor = call.builder.reshape(taken, [...shape.slice(0, axis), ...at.tensor.shape, ...shape.slice(axis + 1)]);
  const added = at.tensor.shape.length - 1;
  return { ...x, tensor, batch: x.batch !== undefined && x.batch > axis ? x.batch + added : x.batch };
}

/** One position per element of the result. */
function GatherElements(call: Call): Value {
  const [x, at] = [call.anyValue(0), call.value(1)];
  const { shape } = x.tensor;
  const axis = call.axis(call.integer('axis', 0), shape.length);
  const positions = call.numbers(1, 'positions');
  if (x.batch !== undefined && at.tensor.shape[x.batch] !== shape[x.batch])
    return call.refuseMixedRows('takes some of the rows');
  const steps = strides(shape);
  let next = 0;
  const indices = mapIndices(at.tensor.shape, (index) => {
    const position = placeOn(call, x, axis, positions[next++]!);
    return index.reduce((sum, k, other) => sum + (other === axis ? position : k) * steps[other]!, 0);
  });
  return { ...x, tensor: call.builder.gather(x.tensor, indices, at.tensor.shape) };
}

/** Positions on several axes at once; the leading `batch_dims` axes go along. */
function GatherND(call: Call): Value {
  const [x, at] = [call.anyValue(0), call.value(1)];
  const { shape } = x.tensor;
  const shared = call.integer('batch_dims', 0);
  if (!at.tensor.constant && shared === 0 && at.tensor.shape.at(-1) === 1) {
    const positions = call.builder.reshape(at.tensor, at.tensor.shape.slice(0, -1));
    return lookedUp(call, x, { ...at, tensor: positions }, 0);
  }
  const positions = call.numbers(1, 'positions');
  const depth = at.tensor.shape.at(-1) ?? 0;
  const chosen = shared + depth;
  if (x.batch !== undefined && x.batch < shared && at.tensor.shape[x.batch] !== shape[x.batch])
    return call.refuseMixedRows('takes some of the rows');
  const outer = at.tensor.shape.slice(0, -1);
  const rest = shape.slice(chosen);
  const steps = strides(shape);
  const result = [...outer, ...rest];
  const outerSteps = strides(outer);
  const indices = mapIndices(result, (index) => {
    const row = outer.reduce((sum, _, k) => sum + index[k]! * outerSteps[k]!, 0);
    let place = 0;
    for (let k = 0; k < shared; k++) place += index[k]! * steps[k]!;
    for (let k = 0; k < depth; k++) {
      place += placeOn(call, x, shared + k, positions[row * depth + k]!) * steps[shared + k]!;
    }
    for (let k = 0; k < rest.length; k++) place += index[outer.length + k]! * steps[chosen + k]!;
    return place;
  });
  const kept = x.batch === undefined || x.batch < shared ? x.batch : x.batch - chosen + outer.length;
  // Where each row is picked by its own number, the rows lie on the axis that numbers them.
  const batch = x.batch !== undefined && x.batch >= shared && x.batch < chosen ? at.batch : kept;
  return { ...x, tensor: call.builder.gather(x.tensor, indices, result), batch };
}

/** Replaces the elements at constant positions along one axis. */
function ScatterElements(call: Call): Value {
  const [x, at, updates] = [call.value(0), call.value(1), call.value(2)];
  const { shape } = x.tensor;
  const axis = call.axis(call.integer('axis', 0), shape.length);
  const positions = call.numbers(1, 'positions');
  const steps = strides(shape);
  let next = 0;
  const targets = mapIndices(at.tensor.shape, (index) => {
    const position = placeOn(call, x, axis, positions[next++]!);
    return index.reduce((sum, k, other) => sum + (other === axis ? position : k) * steps[other]!, 0);
  });
  return replaced(call, x, updates, targets);
}

/** Replaces elements or blocks at constant positions. */
function ScatterND(call: Call): Value {
  const [x, at, updates] = [call.value(0), call.value(1), call.value(2)];
  const { shape } = x.tensor;
  const positions = call.numbers(1, 'positions');
  const depth = at.tensor.shape.at(-1) ?? 0;
  const steps = strides(shape);
  const block = elements(shape.slice(depth));
  const targets = new Int32Array((positions.length / Math.max(depth, 1)) * block);
  for (let i = 0; i < targets.length; i++) {
    const row = Math.floor(i / block);
    let place = i % block;
    for (let k = 0; k < depth; k++) place += placeOn(call, x, k, positions[row * depth + k]!) * steps[k]!;
    targets[i] = place;
  }
  return replaced(call, x, updates, targets);
}

/** Keeps the positions where a constant condition holds. */
function Compress(call: Call): Value {
  const x = call.value(0);
  const kept = Array.from(call.numbers(1, 'condition')).flatMap((condition, k) => (condition !== 0 ? [k] : []));
  const axis = call.attribute('axis')?.integer;
  if (axis === undefined) {
    if (x.batch !== undefined) return call.refuseMixedRows('takes some of the rows');
    const flat = call.builder.reshape(x.tensor, [elements(x.tensor.shape)]);
    return { ...x, tensor: call.builder.take(flat, 0, kept) };
  }
  const normal = call.axis(axis, x.tensor.shape.length);
  if (normal === x.batch) return call.refuseMixedRows('takes some of the rows');
  return { ...x, tensor: call.builder.take(x.tensor, normal, kept) };
}

/** A new axis with `on` at the position each number names and `off` elsewhere; its slope is 0. */
function OneHot(call: Call): Value {
  const at = call.value(0);
  const depth = call.numbers(1, 'depth')[0] ?? 0;
  const values = call.value(2);
  if (values.batch !== undefined) return call.refuseMixedRows();
  const { shape } = at.tensor;
  const axis = call.axis(call.integer('axis', -1), shape.length + 1);
  call.expectRoom([...shape, depth]);
  const { builder } = call;
  // Positions that are no whole numbers are cut to whole ones.
  const whole = at.type === 'real' ? builder.activation(at.tensor, { kind: 'truncate' }) : at.tensor;
  const spread = builder.reshape(whole, [...shape, 1]);
  const count = (first: number) =>
    builder.constant(
      Float64Array.from({ length: depth }, (_, k) => first + k),
      [depth],
    );
  // Negative positions count from the end.
  const hits = builder.combine(
    'max',
    builder.compare('equal', spread, count(0)),
    builder.compare('equal', spread, count(-depth)),
  );
  const [off, on] = [0, 1].map((place) => builder.reshape(builder.take(values.tensor, 0, [place]), []));
  const hot = builder.select(hits, on!, off!);
  const last = shape.length;
  const order = Array.from({ length: last + 1 }, (_, k) => (k === axis ? last : k < axis ? k : k - 1));
  return transposeValue(call, call.give(hot, at.batch, values.type), order);
}

/** The first elements along one axis backwards: how many is told for each place of another axis. */
function ReverseSequence(call: Call): Value {
  const x = call.value(0);
  const { shape } = x.tensor;
  const lengths = call.numbers(1, 'lengths');
  const along = call.axis(call.integer('time_axis', 0), shape.length);
  const each = call.axis(call.integer('batch_axis', 1), shape.length);
  const same = lengths.every((length) => length === lengths[0]);
  if (along === x.batch || (each === x.batch && !same))
    return call.refuseMixedRows('treats different rows differently');
  if (lengths.some((length) => length > shape[along]!)) throw new ShapeError('a sequence is longer than its axis');
  const steps = strides(shape);
  const indices = mapIndices(shape, (index) => {
    const length = lengths[each === x.batch ? 0 : index[each]!] ?? 0;
    return index.reduce((sum, at, axis) => {
      const place = axis === along && at < length ? length - 1 - at : at;
      return sum + place * steps[axis]!;
    }, 0);
  });
  return { ...x, tensor: call.builder.gather(x.tensor, indices, shape) };
}

/** The positions of a constant's numbers other than 0. */
function NonZero(call: Call): Value {
  const x = call.value(0);
  const numbers = call.numbers(0, 'input');
  if (x.batch !== undefined) return call.refuseMixedRows();
  const { shape } = x.tensor;
  const steps = strides(shape);
  const places = Array.from(numbers).flatMap((number, place) => (number !== 0 ? [place] : []));
  const rows = shape.flatMap((length, axis) => places.map((place) => Math.floor(place / steps[axis]!) % length));
  return call.constant(Float64Array.from(rows), [shape.length, places.length], 'whole');
}

/** numpy's rules: negative numbers count from the end, what lies outside is moved to the edge. */
function clamped(start: number, stop: number, step: number, length: number): readonly [number, number, number] {
  if (step === 0 || Number.isNaN(step)) throw new ShapeError('a slice cannot have a step of 0');
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const bound = (at: number) => Math.min(Math.max(at < 0 ? at + length : at, low), high);
  return [bound(start), bound(stop), step];
}

/** The place a position names on an axis, negative ones counted from the end. On the axis of the rows it may only be each row's own. */
function placeOn(call: Call, x: Value, axis: number, position: number): number {
  const length = x.tensor.shape[axis]!;
  if (axis === x.batch || position === rowNumber) {
    if (axis === x.batch && position === rowNumber && length === 1) return 0;
    return call.refuseMixedRows('picks rows by their number');
  }
  const place = position < 0 ? position + length : position;
  if (place >= 0 && place < length) return place;
  throw new ShapeError(`position ${position} lies outside an axis of ${length}`);
}

/** How updates are joined with what stands in their place, by the names of the specification. */
const scatterings: Readonly<Record<string, Reduction>> = { add: 'sum', mul: 'product', max: 'max', min: 'min' };

/** x with the updates in the places of their targets: a later update of the same place counts, or all are joined. */
function replaced(call: Call, x: Value, updates: Value, targets: Int32Array): Value {
  const reduction = call.text('reduction', 'none');
  const how = scatterings[reduction];
  if (reduction !== 'none' && !how)
    return call.refuse('onnx-scatter', `combines elements by "${reduction}"`, 'Export the network without it.');
  if (targets.length !== elements(updates.tensor.shape)) throw new ShapeError('there is not one update per position');
  const { shape } = x.tensor;
  const size = elements(shape);
  const { builder } = call;
  const both = builder.concat(
    [builder.reshape(x.tensor, [size]), builder.reshape(updates.tensor, [targets.length])],
    0,
  );
  const batch = x.batch ?? (updates.batch === undefined ? undefined : sameAxis(call, x, updates));
  const sources = Array.from({ length: size }, (_, place) => [place]);
  targets.forEach((target, k) => sources[target]!.push(size + k));
  const tensor = how
    ? builder.reduceGroups(how, both, groupsOf(sources), shape)
    : builder.gather(
        both,
        Int32Array.from(sources, (list) => list.at(-1)!),
        shape,
      );
  return { ...x, tensor, batch };
}

function groupsOf(lists: readonly (readonly number[])[]): Groups {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, group) => (starts[group + 1] = starts[group]! + list.length));
  return { starts, indices: Int32Array.from(lists.flat()) };
}

/** The axis the rows of the updates lie on in x, which must have the same number of axes. */
function sameAxis(call: Call, x: Value, updates: Value): number | undefined {
  if (x.tensor.shape.length === updates.tensor.shape.length && x.tensor.shape[updates.batch!] === 1)
    return updates.batch;
  return call.refuseMixedRows();
}
