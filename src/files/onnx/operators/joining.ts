import { ShapeError, type Tensor } from '../../../network/builder';
import { pad } from '../../../network/layers';
import { broadcastShape, mapIndices } from '../../../network/tensor';
import { commonAxis } from '../../rows/broadcasting';
import { joined } from '../../rows/joining';
import { reshapeValue, spreadShape, transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** Operators that join, repeat, pad and rearrange whole tensors. */
export const joining: OperatorGroup = {
  domain: '',
  operators: { CenterCropPad, Concat, DepthToSpace, Expand, Pad, SpaceToDepth, Tile, Trilu },
  notes: { Pad: 'constant, edge, reflect and wrap' },
};

function Concat(call: Call): Value {
  const values = call.inputs.map((_, index) => call.anyValue(index));
  const rank = values[0]?.tensor.shape.length ?? 0;
  const axis = call.axis(call.integer('axis', 1), rank);
  return joined(call, values, axis);
}

/** numpy.broadcast_to, in both directions; a length of as many as there are rows spreads over the rows. */
function Expand(call: Call): Value {
  const x = call.anyValue(0);
  const target = Array.from(call.numbers(1, 'shape'));
  const rank = Math.max(target.length, x.tensor.shape.length);
  const own = x.batch === undefined ? undefined : x.batch + rank - x.tensor.shape.length;
  // What the rows' own axis is spread to is as long as it is already, in rows.
  const asked = target.map((length, axis) =>
    axis + rank - target.length === own && length % call.around.rows === 0 ? 1 : length,
  );
  const { shape, batch: spread } = spreadShape(call, asked);
  const batch = commonAxis(call, [own, spread === undefined ? undefined : spread + rank - target.length]);
  const common = broadcastShape(x.tensor.shape, shape);
  if (!common) throw new ShapeError(`[${x.tensor.shape.join(', ')}] cannot be spread to [${shape.join(', ')}]`);
  if (own !== undefined && common[own] !== x.tensor.shape[x.batch!]) return call.refuseMixedRows();
  call.expectRoom(common);
  return { ...x, tensor: call.builder.broadcastTo(x.tensor, common), batch };
}

/** Repeats along each axis; what is repeated as often as there are rows is spread over the rows. */
function Tile(call: Call): Value {
  const x = call.anyValue(0);
  const repeats = Array.from(call.numbers(1, 'repeats'));
  const { shape: times, batch: spread } = spreadShape(call, repeats);
  if (x.batch !== undefined && times[x.batch] !== 1) return call.refuseMixedRows();
  if (spread !== undefined && x.tensor.shape[spread] !== 1) return call.refuseMixedRows();
  const { shape } = x.tensor;
  if (times.length !== shape.length) throw new ShapeError(`${times.length} repeats are not for ${shape.length} axes`);
  call.expectRoom(shape.map((length, axis) => length * times[axis]!));
  const tensor = shape.reduce((tiled: Tensor, length, axis) => {
    if (times[axis] === 1) return tiled;
    const positions = Array.from({ length: length * times[axis]! }, (_, i) => i % length);
    return call.builder.take(tiled, axis, positions);
  }, x.tensor);
  return { ...x, tensor, batch: commonAxis(call, [x.batch, spread]) };
}

/** Adds a border of a constant or of copies; a negative border is cut off. */
function Pad(call: Call): Value {
  const x = call.value(0);
  const rank = x.tensor.shape.length;
  const pads = call.listing('pads', 1) ?? call.integers('paddings') ?? [];
  const axes = (call.inputs[3] ? Array.from(call.numbers(3, 'axes')) : undefined)?.map((axis) => call.axis(axis, rank));
  const named = axes ?? x.tensor.shape.map((_, axis) => axis);
  if (pads.length !== 2 * named.length) throw new ShapeError(`${pads.length} borders are not for ${named.length} axes`);
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  named.forEach((axis, k) => {
    before[axis] = pads[k]!;
    after[axis] = pads[k + named.length]!;
  });
  if (x.batch !== undefined && (before[x.batch] !== 0 || after[x.batch] !== 0)) return call.refuseMixedRows();
  call.expectRoom(x.tensor.shape.map((length, axis) => Math.max(length + before[axis]! + after[axis]!, 0)));
  const mode = call.text('mode', 'constant');
  const tensor =
    mode === 'constant'
      ? constantBorder(call, x.tensor, before, after)
      : copiedBorder(call, x.tensor, before, after, mode);
  return { ...x, tensor };
}

/** Cuts off or pads with zeros around the centre. */
function CenterCropPad(call: Call): Value {
  const x = call.value(0);
  const rank = x.tensor.shape.length;
  const target = Array.from(call.numbers(1, 'shape'));
  const axes = call.integers('axes')?.map((axis) => call.axis(axis, rank)) ?? x.tensor.shape.map((_, axis) => axis);
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  axes.forEach((axis, k) => {
    if (axis === x.batch) return;
    const more = target[k]! - x.tensor.shape[axis]!;
    before[axis] = more < 0 ? -Math.floor(-more / 2) : Math.floor(more / 2);
    after[axis] = more - before[axis];
  });
  if (axes.some((axis, k) => axis === x.batch && target[k] !== call.shapeOf(x)[axis])) return call.refuseMixedRows();
  call.expectRoom(x.tensor.shape.map((length, axis) => length + before[axis]! + after[axis]!));
  return { ...x, tensor: bordered(call, x.tensor, before, after, 0) };
}

/** Blocks of channels become blocks of places. */
function DepthToSpace(call: Call): Value {
  const x = call.value(0);
  const [rows = 0, depth = 0, height = 0, width = 0] = call.shapeOf(x);
  const block = call.integer('blocksize', 1);
  const channels = depth / (block * block);
  const columnsFirst = call.text('mode', 'DCR') === 'CRD';
  const parts = columnsFirst ? [channels, block, block] : [block, block, channels];
  const split = reshapeValue(call, x, [rows, ...parts, height, width]);
  const turned = transposeValue(call, split, columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  return reshapeValue(call, turned, [rows, channels, height * block, width * block]);
}

/** Blocks of places become blocks of channels. */
function SpaceToDepth(call: Call): Value {
  const x = call.value(0);
  const [rows = 0, channels = 0, height = 0, width = 0] = call.shapeOf(x);
  const block = call.integer('blocksize', 1);
  const split = reshapeValue(call, x, [rows, channels, height / block, block, width / block, block]);
  const columnsFirst = call.text('mode', 'DCR') === 'CRD';
  const turned = transposeValue(call, split, columnsFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]);
  return reshapeValue(call, turned, [rows, channels * block * block, height / block, width / block]);
}

/** Keeps the upper or lower triangle of the last two axes. */
function Trilu(call: Call): Value {
  const x = call.value(0);
  const shift = call.inputs[1] ? (call.numbers(1, 'diagonal')[0] ?? 0) : 0;
  const upper = call.integer('upper', 1) === 1;
  const rank = x.tensor.shape.length;
  const keeps = mapIndices(x.tensor.shape, (index) => {
    const offset = index[rank - 1]! - index[rank - 2]!;
    return (upper ? offset >= shift : offset <= shift) ? 1 : 0;
  });
  if (x.batch !== undefined && x.batch >= rank - 2) return call.refuseMixedRows('treats different rows differently');
  const tensor = call.builder.scale(x.tensor, Float64Array.from(keeps), new Float64Array(keeps.length));
  return { ...x, tensor };
}

function constantBorder(call: Call, x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  const given = call.version < 11 ? call.float('value', 0) : call.inputs[2] ? call.numbers(2, 'border')[0] : 0;
  return bordered(call, x, before, after, given ?? 0);
}

function bordered(call: Call, x: Tensor, before: readonly number[], after: readonly number[], value: number): Tensor {
  const cut = x.shape.reduce((part: Tensor, length, axis) => {
    const start = Math.max(-before[axis]!, 0);
    const stop = length - Math.max(-after[axis]!, 0);
    const positions = Array.from({ length: Math.max(stop - start, 0) }, (_, i) => start + i);
    return positions.length === length ? part : call.builder.take(part, axis, positions);
  }, x);
  const positive = (border: readonly number[]) => border.map((count) => Math.max(count, 0));
  return pad(call.builder, cut, positive(before), positive(after), value);
}

function copiedBorder(
  call: Call,
  x: Tensor,
  before: readonly number[],
  after: readonly number[],
  mode: string,
): Tensor {
  return x.shape.reduce((part: Tensor, length, axis) => {
    if (before[axis] === 0 && after[axis] === 0) return part;
    const count = Math.max(length + before[axis]! + after[axis]!, 0);
    const positions = Array.from({ length: count }, (_, i) => copiedFrom(call, i - before[axis]!, length, mode));
    return call.builder.take(part, axis, positions);
  }, x);
}

/** Where the number at a place beside the edge is copied from. */
function copiedFrom(call: Call, place: number, length: number, mode: string): number {
  const around = (at: number, period: number) => ((at % period) + period) % period;
  switch (mode) {
    case 'edge':
      return Math.min(Math.max(place, 0), length - 1);
    case 'wrap':
      return around(place, length);
    case 'reflect': {
      if (length === 1) return 0;
      const there = around(place, 2 * (length - 1));
      return there < length ? there : 2 * (length - 1) - there;
    }
    default:
      return call.refuse('onnx-pad', `pads in the unknown way "${mode}"`, 'Save the model again.');
  }
}
