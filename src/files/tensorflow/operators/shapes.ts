import { ShapeError } from '../../../network/builder';
import { broadcastShape, elements } from '../../../network/tensor';
import { commonAxis } from '../../rows/broadcasting';
import { reshapeValue, spreadShape, transposeValue } from '../../rows/shapes';
import { manyRows, mentionsRows, type Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import { elementType } from '../dataType';

/** Operators on shapes: they move no numbers, or make constants. */
export const shapes: Readonly<Record<string, Operator>> = {
  BroadcastArgs,
  BroadcastTo,
  Cast,
  EnsureShape: same,
  ExpandDims,
  Fill,
  InvertPermutation,
  LinSpace,
  OnesLike: filledLike(1),
  Range,
  Rank,
  Reshape,
  Shape,
  ShapeN,
  Size,
  Squeeze,
  Transpose,
  ZerosLike: filledLike(0),
};

function same(call: Call): Value {
  return call.value(0);
}

/** Element types matter only for division and rounding: numbers become whole, truth values 0 or 1. */
function Cast(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  const type = elementType(call.attributes.type('DstT') ?? 1);
  if (type === undefined || type === 'text')
    return call.refuse(
      'tensorflow-data-type',
      'casts to a type that Slopescope does not compute with',
      'Save the network in float32 or float64.',
    );
  if (type === 'whole' && x.type === 'real')
    return { ...x, type, tensor: builder.activation(x.tensor, { kind: 'truncate' }) };
  if (type === 'truth' && x.type !== 'truth')
    return { ...x, type, tensor: builder.compare('notEqual', x.tensor, call.scalar(0)) };
  return { ...x, type };
}

/** The shape of a tensor as a constant; the number of rows stands in it as `manyRows`. */
function Shape(call: Call): Value {
  return shapeValue(call, call.value(0));
}

function ShapeN(call: Call): readonly Value[] {
  return call.values().map((value) => shapeValue(call, value));
}

function shapeValue(call: Call, x: Value): Value {
  const shape = call.shapeOf(x);
  return call.constant(Float64Array.from(shape), [shape.length], 'whole');
}

function Size(call: Call): Value {
  return call.constant(Float64Array.of(elements(call.shapeOf(call.value(0)))), [], 'whole');
}

function Rank(call: Call): Value {
  return call.constant(Float64Array.of(call.value(0).tensor.shape.length), [], 'whole');
}

function Reshape(call: Call): Value {
  return reshapeValue(call, call.value(0), Array.from(call.numbers(1, 'shape')));
}

/** A new axis of length 1 at a place of the result. */
function ExpandDims(call: Call): Value {
  const x = call.value(0);
  const { shape } = x.tensor;
  const at = call.axis(call.numbers(1, 'axis')[0], shape.length + 1);
  const tensor = call.builder.reshape(x.tensor, [...shape.slice(0, at), 1, ...shape.slice(at)]);
  return { ...x, tensor, batch: x.batch !== undefined && x.batch >= at ? x.batch + 1 : x.batch };
}

/** Drops axes of length 1: the named ones, or all but that of the rows. */
function Squeeze(call: Call): Value {
  const x = call.value(0);
  const { shape } = x.tensor;
  const listed = [...call.attributes.integers('squeeze_dims'), ...call.attributes.integers('axis')];
  const dropped =
    listed.length > 0
      ? listed.map((axis) => call.axis(axis, shape.length))
      : shape.flatMap((length, axis) => (length === 1 && axis !== x.batch ? [axis] : []));
  if (dropped.some((axis) => shape[axis] !== 1)) throw new ShapeError(`[${shape.join(', ')}] has longer axes than 1`);
  const kept = shape.map((_, axis) => axis).filter((axis) => !dropped.includes(axis));
  const tensor = call.builder.reshape(
    x.tensor,
    kept.map((axis) => shape[axis]!),
  );
  // A graph that drops the axis of the rows can only run on one row at a time; from here on there are no rows.
  const batch = x.batch === undefined || dropped.includes(x.batch) ? undefined : kept.indexOf(x.batch);
  return { ...x, tensor, batch };
}

function Transpose(call: Call): Value {
  const x = call.value(0);
  const rank = x.tensor.shape.length;
  return transposeValue(
    call,
    x,
    Array.from(call.numbers(1, 'order of axes'), (axis) => call.axis(axis, rank)),
  );
}

function InvertPermutation(call: Call): Value {
  const order = call.numbers(0, 'order');
  const inverse = order.map((_, place) => order.indexOf(place));
  if (inverse.includes(-1)) throw new ShapeError(`[${order.join(', ')}] is no order`);
  return call.constant(inverse, [order.length], 'whole');
}

/** A tensor of one number; a length of as many as there are rows is spread over the rows. */
function Fill(call: Call): Value {
  const { shape, batch } = spreadShape(call, Array.from(call.numbers(0, 'shape')));
  const number = call.value(1);
  call.expectRoom(shape);
  return { tensor: call.builder.broadcastTo(number.tensor, shape), batch, type: number.type };
}

function filledLike(number: number): Operator {
  return (call) => {
    const x = call.value(0);
    const { shape } = x.tensor;
    const filled = call.constant(new Float64Array(elements(shape)).fill(number), shape, x.type);
    return { ...filled, batch: x.batch };
  };
}

/** The common shape of two shapes. */
function BroadcastArgs(call: Call): Value {
  const [a, b] = [call.numbers(0, 'shape'), call.numbers(1, 'shape')];
  const common = broadcastShape(Array.from(a), Array.from(b));
  if (!common) throw new ShapeError(`[${a.join(', ')}] and [${b.join(', ')}] do not fit each other`);
  return call.constant(Float64Array.from(common), [common.length], 'whole');
}

/** numpy.broadcast_to; a length of as many as there are rows spreads over the rows. */
function BroadcastTo(call: Call): Value {
  const x = call.value(0);
  const target = Array.from(call.numbers(1, 'shape'));
  const own = x.batch === undefined ? undefined : x.batch + target.length - x.tensor.shape.length;
  // What the rows' own axis is spread to is as long as it is already, in rows.
  const asked = target.map((length, axis) =>
    axis === own && length % call.around.rows === 0 ? x.tensor.shape[x.batch!]! : length,
  );
  const { shape, batch: spread } = spreadShape(call, asked);
  if (own !== undefined && shape[own] !== x.tensor.shape[x.batch!]) return call.refuseMixedRows();
  call.expectRoom(shape);
  return { ...x, tensor: call.builder.broadcastTo(x.tensor, shape), batch: commonAxis(call, [own, spread]) };
}

/** start, start + delta, … before limit. */
function Range(call: Call): Value {
  const [start = 0, limit = 0, delta = 1] = [0, 1, 2].map((index) => call.numbers(index, 'range')[0]);
  refuseCounting(call, start, limit);
  if (delta === 0) throw new ShapeError('a range cannot have a step of 0');
  const count = Math.max(Math.ceil((limit - start) / delta), 0);
  call.expectRoom([count]);
  return call.constant(
    Float64Array.from({ length: count }, (_, i) => start + i * delta),
    [count],
    call.value(0).type,
  );
}

/** `num` numbers from start to stop, both among them. */
function LinSpace(call: Call): Value {
  const [start = 0, stop = 0, count = 1] = [0, 1, 2].map((index) => call.numbers(index, 'range')[0]);
  refuseCounting(call, count);
  call.expectRoom([count]);
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return call.constant(
    Float64Array.from({ length: count }, (_, i) => start + i * step),
    [count],
  );
}

function refuseCounting(call: Call, ...numbers: readonly number[]): void {
  if (call.around.rows === manyRows && mentionsRows(Float64Array.from(numbers)))
    call.refuseMixedRows('numbers the rows of a table');
}
