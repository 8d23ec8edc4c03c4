import { ShapeError, type Tensor } from '../../../network/builder';
import { pad } from '../../../network/layers';
import { commonAxis } from '../../rows/broadcasting';
import { joined } from '../../rows/joining';
import { reshapeValue, spreadShape, transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';

/** Operators that join, repeat, pad and rearrange whole tensors. */
export const joining: Readonly<Record<string, Operator>> = {
  Concat,
  ConcatV2,
  DepthToSpace,
  MatrixBandPart,
  MirrorPad,
  Pack,
  Pad,
  PadV2: Pad,
  ParallelConcat: Concat,
  Reverse,
  ReverseV2,
  Roll,
  SpaceToDepth,
  Tile,
};

/** The old form, with the axis first. */
function Concat(call: Call): Value {
  const values = call.values(1);
  return joined(call, values, call.axis(call.numbers(0, 'axis')[0], values[0]!.tensor.shape.length));
}

/** The axis comes last. */
function ConcatV2(call: Call): Value {
  const last = call.inputs.length - 1;
  const values = call.values(0, last);
  return joined(call, values, call.axis(call.numbers(last, 'axis')[0], values[0]!.tensor.shape.length));
}

/** Tensors of one shape along a new axis. */
function Pack(call: Call): Value {
  const values = call.values();
  const rank = values[0]!.tensor.shape.length;
  const axis = call.axis(call.integer('axis', 0), rank + 1);
  const widened = values.map((value): Value => {
    const { shape } = value.tensor;
    const tensor = call.builder.reshape(value.tensor, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
    return {
      ...value,
      tensor,
      batch: value.batch !== undefined && value.batch >= axis ? value.batch + 1 : value.batch,
    };
  });
  return joined(call, widened, axis);
}

/** Repeats along each axis; what is repeated as often as there are rows is spread over the rows. */
function Tile(call: Call): Value {
  const x = call.value(0);
  const { shape: times, batch: spread } = spreadShape(call, Array.from(call.numbers(1, 'repeats')));
  const { shape } = x.tensor;
  if (x.batch !== undefined && times[x.batch] !== 1) return call.refuseMixedRows('repeats the rows of a table');
  if (spread !== undefined && shape[spread] !== 1) return call.refuseMixedRows();
  if (times.length !== shape.length) throw new ShapeError(`${times.length} repeats are not for ${shape.length} axes`);
  call.expectRoom(shape.map((length, axis) => length * times[axis]!));
  const tensor = shape.reduce((tiled: Tensor, length, axis) => {
    if (times[axis] === 1) return tiled;
    return call.builder.take(
      tiled,
      axis,
      Array.from({ length: length * times[axis]! }, (_, i) => i % length),
    );
  }, x.tensor);
  return { ...x, tensor, batch: commonAxis(call, [x.batch, spread]) };
}

/** A border of zeros, or of the number given as third input. */
function Pad(call: Call): Value {
  const { x, before, after } = bordered(call);
  const number = call.inputs.length > 2 ? (call.numbers(2, 'border')[0] ?? 0) : 0;
  return { ...x, tensor: pad(call.builder, x.tensor, before, after, number) };
}

/** A border of mirrored elements: with REFLECT the edge is the mirror, with SYMMETRIC it stands twice. */
function MirrorPad(call: Call): Value {
  const { x, before, after } = bordered(call);
  const twice = call.text('mode', 'REFLECT') === 'SYMMETRIC' ? 1 : 0;
  const tensor = x.tensor.shape.reduce((part: Tensor, length, axis) => {
    if (Math.max(before[axis]!, after[axis]!) > length - 1 + twice)
      throw new ShapeError(`a border of ${before[axis]!} and ${after[axis]!} is wider than its mirror image`);
    const positions = Array.from({ length: length + before[axis]! + after[axis]! }, (_, i) => {
      const place = i - before[axis]!;
      if (place < 0) return -place - twice;
      return place < length ? place : 2 * (length - 1) - place + twice;
    });
    return positions.length === length ? part : call.builder.take(part, axis, positions);
  }, x.tensor);
  return { ...x, tensor };
}

/** The input and its border per axis, given as a matrix [axes][before, after]. */
function bordered(call: Call) {
  const x = call.value(0);
  const rank = x.tensor.shape.length;
  const border = call.numbers(1, 'border');
  if (border.length !== 2 * rank || border.some((width) => !(width >= 0)))
    throw new ShapeError(`[${border.join(', ')}] is no border for ${rank} axes`);
  const before = x.tensor.shape.map((_, axis) => border[2 * axis]!);
  const after = x.tensor.shape.map((_, axis) => border[2 * axis + 1]!);
  if (x.batch !== undefined && (before[x.batch] !== 0 || after[x.batch] !== 0))
    return call.refuseMixedRows('adds rows to a table');
  call.expectRoom(x.tensor.shape.map((length, axis) => length + before[axis]! + after[axis]!));
  return { x, before, after };
}

/** The old form, with a truth value per axis. */
function Reverse(call: Call): Value {
  const flags = call.numbers(1, 'axes');
  return reversed(
    call,
    Array.from(flags).flatMap((flag, axis) => (flag !== 0 ? [axis] : [])),
  );
}

function ReverseV2(call: Call): Value {
  const rank = call.value(0).tensor.shape.length;
  return reversed(
    call,
    Array.from(call.numbers(1, 'axes'), (axis) => call.axis(axis, rank)),
  );
}

function reversed(call: Call, axes: readonly number[]): Value {
  const x = call.value(0);
  if (x.batch !== undefined && axes.includes(x.batch)) return call.refuseMixedRows('changes the order of the rows');
  const tensor = axes.reduce((part, axis) => {
    const length = part.shape[axis]!;
    return call.builder.take(
      part,
      axis,
      Array.from({ length }, (_, i) => length - 1 - i),
    );
  }, x.tensor);
  return { ...x, tensor };
}

/** Moves elements along axes, those that leave at one end coming in at the other. */
function Roll(call: Call): Value {
  const x = call.value(0);
  const shifts = call.numbers(1, 'shift');
  const axes = Array.from(call.numbers(2, 'axis'), (axis) => call.axis(axis, x.tensor.shape.length));
  const tensor = axes.reduce((part, axis, k) => {
    const length = part.shape[axis]!;
    const shift = shifts[k] ?? 0;
    if (axis === x.batch && shift !== 0) return call.refuseMixedRows('changes the order of the rows');
    return call.builder.take(
      part,
      axis,
      Array.from({ length }, (_, i) => (((i - shift) % length) + length) % length),
    );
  }, x.tensor);
  return { ...x, tensor };
}

/** Blocks of channels become blocks of places. */
function DepthToSpace(call: Call): Value {
  const { x, shape, block, first } = blocks(call);
  const [rows = 0, height = 0, width = 0, depth = 0] = shape;
  const channels = depth / (block * block);
  const split = reshapeValue(call, x, [rows, height, width, block, block, channels]);
  const turned = transposeValue(call, split, [0, 1, 3, 2, 4, 5]);
  return laidOut(call, reshapeValue(call, turned, [rows, height * block, width * block, channels]), first);
}

/** Blocks of places become blocks of channels. */
function SpaceToDepth(call: Call): Value {
  const { x, shape, block, first } = blocks(call);
  const [rows = 0, height = 0, width = 0, channels = 0] = shape;
  const split = reshapeValue(call, x, [rows, height / block, block, width / block, block, channels]);
  const turned = transposeValue(call, split, [0, 1, 3, 2, 4, 5]);
  const depth = channels * block * block;
  return laidOut(call, reshapeValue(call, turned, [rows, height / block, width / block, depth]), first);
}

/** The input with its channels last. */
function blocks(call: Call) {
  const given = call.value(0);
  const first = call.text('data_format', 'NHWC') === 'NCHW';
  const x = first ? transposeValue(call, given, [0, 2, 3, 1]) : given;
  return { x, shape: call.shapeOf(x), block: call.integer('block_size', 2), first };
}

function laidOut(call: Call, x: Value, channelsFirst: boolean): Value {
  return channelsFirst ? transposeValue(call, x, [0, 3, 1, 2]) : x;
}

/** Keeps a band around the diagonal of the last two axes; a negative width keeps everything on that side. */
function MatrixBandPart(call: Call): Value {
  const x = call.value(0);
  const { shape } = x.tensor;
  const rank = shape.length;
  const [lower = -1, upper = -1] = [1, 2].map((index) => call.numbers(index, 'width of the band')[0]);
  if (x.batch !== undefined && x.batch >= rank - 2) return call.refuseMixedRows('treats different rows differently');
  const [rows = 0, columns = 0] = shape.slice(-2);
  const band = Float64Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return (lower < 0 || row - column <= lower) && (upper < 0 || column - row <= upper) ? 1 : 0;
  });
  const mask = call.builder.constant(band, [rows, columns]);
  return { ...x, tensor: call.builder.combine('multiply', x.tensor, mask) };
}
