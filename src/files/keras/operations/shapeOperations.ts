import type { Tensor } from '../../../network/builder';
import { pad, slice } from '../../../network/layers';
import { elements, mapIndices, strides } from '../../../network/tensor';
import type { Value } from '../layerCall';
import { rowAxis } from '../layerCall';
import type { Operation, OperationArguments } from './operationArguments';

/** Operators that cut, join, repeat and rearrange. Their axes count the batch as axis 0; it must stay where it is. */
export const shapeOperations: Readonly<Record<string, Operation>> = {
  get_item: { takes: ['x', 'key'], lower: lowerGetItem },
  reshape: { takes: ['x', 'newshape'], lower: lowerReshape },
  transpose: { takes: ['x', 'axes'], lower: lowerTranspose },
  squeeze: { takes: ['x', 'axis'], lower: lowerSqueeze },
  expand_dims: {
    takes: ['x', 'axis'],
    lower: (given) => {
      const x = given.tensor('x');
      const wanted = given.integers('axis') ?? [-1];
      const rank = x.shape.length + wanted.length;
      const added = new Set(wanted.map((axis) => rowAxis(given.call, axis, rank)));
      let next = 0;
      const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (x.shape[next++] ?? 1)));
      return given.builder.reshape(x, shape);
    },
  },
  concatenate: {
    takes: ['xs', 'axis'],
    lower: (given) => {
      const parts = given.tensors('xs');
      return given.builder.concat(parts, given.axis('axis', parts[0]?.shape.length ?? 0, -1));
    },
  },
  // Both signs of x through relu, one after the other.
  crelu: {
    takes: ['x', 'axis'],
    lower: (given) => {
      const x = given.tensor('x');
      const { builder } = given;
      const both = [x, builder.activation(x, { kind: 'negative' })];
      const parts = both.map((part) => builder.activation(part, { kind: 'relu' }));
      return builder.concat(parts, given.axis('axis', x.shape.length, -1));
    },
  },
  append: {
    takes: ['x1', 'x2', 'axis'],
    lower: (given) => {
      const [a, b] = given.operands('x1', 'x2');
      if (!given.integers('axis')) return given.refuse('mixes the rows of a batch');
      return given.builder.concat([a, b], given.axis('axis', a.shape.length, -1));
    },
  },
  hstack: { takes: ['xs'], lower: (given) => joinedAlong(given, 1) },
  dstack: { takes: ['xs'], lower: (given) => joinedAlong(given, 2) },
  stack: { takes: ['xs', 'axis'], lower: lowerStack },
  unstack: { takes: ['x', 'num', 'axis'], lower: lowerUnstack },
  split: { takes: ['x', 'sections', 'axis'], lower: (given) => lowerSplit(given, 0) },
  array_split: { takes: ['x', 'sections', 'axis'], lower: (given) => lowerSplit(given, 0, true) },
  hsplit: { takes: ['x', 'sections'], lower: (given) => lowerSplit(given, 1) },
  flip: { takes: ['x', 'axis'], lower: (given) => flipped(given, given.axes('axis', given.tensor('x').shape.length)) },
  fliplr: { takes: ['x'], lower: (given) => flipped(given, [0]) },
  roll: { takes: ['x', 'shift', 'axis'], lower: lowerRoll },
  tile: { takes: ['x', 'repeats'], lower: lowerTile },
  repeat: { takes: ['x', 'repeats', 'axis'], lower: lowerRepeat },
  take_along_axis: { takes: ['x', 'indices', 'axis'], lower: lowerTakeAlong },
  broadcast_to: { takes: ['x', 'shape'], lower: lowerBroadcast },
  take: { takes: ['x', 'indices', 'axis'], lower: lowerTake },
  moveaxis: { takes: ['x', 'source', 'destination'], lower: lowerMoveAxis },
  swapaxes: { takes: ['x', 'axis1', 'axis2'], lower: lowerSwapAxes },
  pad: { takes: ['x', 'pad_width'], lower: lowerPad },
};

/** Indexing with slices, whole numbers, `...` and None; the first index is the batch and must take all of it. */
function lowerGetItem(given: OperationArguments): Tensor {
  const key = given.value('key');
  const items = key?.kind === 'list' ? key.items : key ? [key] : [];
  const x = given.tensor('x');
  const indexing = items.filter((item) => item.kind !== 'none' && item.kind !== 'ellipsis').length;
  const dots = items.findIndex((item) => item.kind === 'ellipsis');
  // "..." stands for as many whole axes as are missing; the batch is one of them when it comes first.
  const missing = x.shape.length + 1 - indexing;
  const whole: Value = { kind: 'slice' };
  const filled = [
    ...items.slice(0, dots < 0 ? undefined : dots),
    ...(dots < 0 ? [] : Array<Value>(Math.max(missing, 0)).fill(whole)),
    ...(dots < 0 ? [] : items.slice(dots + 1)),
  ];
  const [batch, ...rest] = filled;
  if (missing < 0 || batch?.kind !== 'slice' || !takesAll(batch)) return given.refuse('picks rows of a batch');
  return indexAxes(given, x, rest);
}

function takesAll(item: Extract<Value, { kind: 'slice' }>): boolean {
  return (item.start ?? 0) === 0 && item.stop === undefined && (item.step ?? 1) === 1;
}

function indexAxes(given: OperationArguments, x: Tensor, items: readonly Value[]): Tensor {
  const shape: number[] = [];
  let axis = 0;
  let cut = x;
  for (const item of items) {
    if (item.kind === 'none') {
      shape.push(1);
      continue;
    }
    const length = x.shape[axis];
    if (length === undefined) return given.refuse('has more indices than its input has axes');
    if (item.kind === 'value' && typeof item.value === 'number') {
      cut = given.builder.take(cut, axis, [item.value < 0 ? item.value + length : item.value]);
    } else if (item.kind === 'slice') {
      const [start, stop, step] = bounds(item, length);
      cut = slice(given.builder, cut, axis, start, stop, step);
      shape.push(cut.shape[axis]!);
    } else return given.refuse('is indexed in a way that Slopescope does not read');
    axis++;
  }
  return given.builder.reshape(cut, [...shape, ...x.shape.slice(axis)]);
}

/** Python's rules for slice bounds. */
function bounds(item: Extract<Value, { kind: 'slice' }>, length: number): [number, number, number] {
  const step = item.step ?? 1;
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const bound = (value: number | undefined, fallback: number): number =>
    value === undefined ? fallback : Math.min(Math.max(value < 0 ? value + length : value, low), high);
  return step > 0
    ? [bound(item.start, 0), bound(item.stop, length), step]
    : [bound(item.start, length - 1), bound(item.stop, -1), step];
}

/** The first length is the batch's: −1, or whatever it was when the rest says the same. */
function lowerReshape(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const [batch, ...shape] = given.integers('newshape') ?? [];
  if (batch === undefined) return given.refuse('has no fixed new shape');
  // A −1 behind the batch would take numbers from it or give numbers to it.
  const fits = !shape.includes(-1) && elements(shape) === elements(x.shape);
  return fits ? given.builder.reshape(x, shape) : given.refuse('moves numbers from one row of the batch to another');
}

function lowerTranspose(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const [batch, ...axes] = given.integers('axes') ?? [];
  if (batch !== 0) return given.refuse('turns the batch into another axis');
  return given.builder.transpose(
    x,
    axes.map((axis) => rowAxis(given.call, axis, x.shape.length)),
  );
}

function lowerSqueeze(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const chosen = given.integers('axis')?.map((axis) => rowAxis(given.call, axis, x.shape.length));
  const gone = chosen ?? x.shape.flatMap((length, axis) => (length === 1 ? [axis] : []));
  if (gone.some((axis) => x.shape[axis] !== 1)) return given.refuse('drops an axis that is longer than 1');
  return given.builder.reshape(
    x,
    x.shape.filter((_, axis) => !gone.includes(axis)),
  );
}

function lowerStack(given: OperationArguments): Tensor {
  const parts = given.tensors('xs');
  const axis = given.axis('axis', (parts[0]?.shape.length ?? 0) + 1, 0);
  const lifted = parts.map((part) =>
    given.builder.reshape(part, [...part.shape.slice(0, axis), 1, ...part.shape.slice(axis)]),
  );
  return given.builder.concat(lifted, axis);
}

function lowerUnstack(given: OperationArguments): Tensor[] {
  const x = given.tensor('x');
  const axis = given.axis('axis', x.shape.length, 0);
  const shape = x.shape.filter((_, k) => k !== axis);
  return Array.from({ length: x.shape[axis]! }, (_, at) =>
    given.builder.reshape(given.builder.take(x, axis, [at]), shape),
  );
}

/** `sections` is a number of equal parts, or the places to cut (Keras), or the lengths of the parts (TensorFlow). */
function lowerSplit(given: OperationArguments, fallback: number, uneven = false): Tensor[] {
  const x = given.tensor('x');
  const axis = given.axis('axis', x.shape.length, fallback);
  const length = x.shape[axis]!;
  const value = given.value('sections');
  const listed = value?.kind === 'list' || Array.isArray(given.call.config.at('indices_or_sections'));
  const numbers = given.integers('sections') ?? [];
  const ends = listed ? partEnds(given, numbers, length) : equalEnds(given, numbers[0] ?? 0, length, uneven);
  return ends.map((end, part) => slice(given.builder, x, axis, ends[part - 1] ?? 0, end, 1));
}

function partEnds(given: OperationArguments, numbers: readonly number[], length: number): number[] {
  if (given.call.layer.operator === 'keras') return [...numbers, length];
  let end = 0;
  const ends = numbers.map((size) => (end += size));
  return end === length ? ends : given.refuse('cuts into parts that do not fit its input');
}

/** Parts of equal length; where they may be uneven, the first ones have one more. */
function equalEnds(given: OperationArguments, parts: number, length: number, uneven: boolean): number[] {
  if (!(parts > 0) || (length % parts !== 0 && !uneven))
    return given.refuse('cuts into parts that do not fit its input');
  const size = Math.floor(length / parts);
  return Array.from({ length: parts }, (_, part) => (part + 1) * size + Math.min(part + 1, length % parts));
}

function flipped(given: OperationArguments, axes: readonly number[]): Tensor {
  const x = given.tensor('x');
  return axes.reduce((turned, axis) => slice(given.builder, turned, axis, x.shape[axis]! - 1, -1, -1), x);
}

/** numpy.hstack joins along axis 1, dstack along axis 2; tensors without that axis get it. */
function joinedAlong(given: OperationArguments, axis: number): Tensor {
  const parts = given.tensors('xs');
  const lifted = parts.map((part) =>
    part.shape.length < axis ? given.builder.reshape(part, [...part.shape, 1]) : part,
  );
  return given.builder.concat(lifted, axis - 1);
}

/** The same fixed places in every row; the row's own axes keep their order. */
function lowerTakeAlong(given: OperationArguments): Tensor {
  const { builder } = given;
  const x = given.tensor('x');
  const value = given.value('indices');
  const fixed = value && given.fixed(value);
  if (!fixed?.constant || fixed.shape[0] !== 1) return given.refuse('picks numbers at places that depend on the row');
  const axis = given.axis('axis', x.shape.length, -1);
  const places = builder.reshape(fixed, fixed.shape.slice(1));
  const shape = x.shape.map((length, k) => (k === axis ? places.shape[k]! : length));
  const spread = builder.broadcastTo(places, shape).constant!;
  const steps = strides(x.shape);
  let next = 0;
  const indices = mapIndices(shape, (index) => {
    const at = spread[next++]!;
    const place = at < 0 ? at + x.shape[axis]! : at;
    return index.reduce((sum, own, k) => sum + (k === axis ? place : own) * steps[k]!, 0);
  });
  return builder.gather(x, indices, shape);
}

/** The first length is the batch's. */
function lowerBroadcast(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const [, ...shape] = given.integers('shape') ?? [];
  if (shape.length !== x.shape.length) return given.refuse('spreads its input over the rows of a batch');
  given.limit(elements(shape));
  return given.builder.broadcastTo(x, shape);
}

function lowerRoll(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const axes = given.axes('axis', x.shape.length);
  const shifts = given.integers('shift') ?? [];
  return axes.reduce((rolled, axis, k) => {
    const length = x.shape[axis]!;
    const shift = shifts[k] ?? 0;
    const positions = Array.from({ length }, (_, at) => (((at - shift) % length) + length) % length);
    return given.builder.take(rolled, axis, positions);
  }, x);
}

function lowerTile(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const repeats = given.integers('repeats') ?? [];
  const rank = x.shape.length;
  const perAxis = repeats.length === rank + 1 ? repeats.slice(1) : repeats;
  if (perAxis.length > rank || (repeats.length === rank + 1 && repeats[0] !== 1))
    return given.refuse('repeats the rows of a batch');
  given.limit(perAxis.reduce((product, count) => product * count, elements(x.shape)));
  return perAxis.reduce((tiled, count, k) => {
    const axis = rank - perAxis.length + k;
    return count === 1 ? tiled : given.builder.concat(Array<Tensor>(count).fill(tiled), axis);
  }, x);
}

function lowerRepeat(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const axes = given.axes('axis', x.shape.length);
  const axis = axes[0]!;
  const repeats = given.integers('repeats') ?? [1];
  given.limit(elements(x.shape) * Math.max(...repeats));
  const positions = Array.from({ length: x.shape[axis]! }, (_, at) =>
    Array<number>((repeats.length === 1 ? repeats[0] : repeats[at]) ?? 1).fill(at),
  ).flat();
  return given.builder.take(x, axis, positions);
}

function lowerTake(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const value = given.value('indices');
  const fixed = value && given.fixed(value);
  if (!fixed?.constant) return given.refuse('picks numbers at places that depend on the row');
  if (!given.integers('axis')) return given.refuse('picks rows of a batch');
  const axis = given.axis('axis', x.shape.length, -1);
  const length = x.shape[axis]!;
  const positions = Array.from(fixed.constant, (at) => (at < 0 ? at + length : at));
  const taken = given.builder.take(x, axis, positions);
  return given.builder.reshape(taken, [...x.shape.slice(0, axis), ...fixed.shape, ...x.shape.slice(axis + 1)]);
}

function lowerMoveAxis(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const rank = x.shape.length;
  const from = (given.integers('source') ?? []).map((axis) => rowAxis(given.call, axis, rank));
  const to = (given.integers('destination') ?? []).map((axis) => rowAxis(given.call, axis, rank));
  const order = x.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
  [...to.entries()].sort((a, b) => a[1] - b[1]).forEach(([k, place]) => order.splice(place, 0, from[k] ?? place));
  return given.builder.transpose(x, order);
}

function lowerSwapAxes(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const rank = x.shape.length;
  const [first, second] = [given.axis('axis1', rank, -1), given.axis('axis2', rank, -2)];
  return given.builder.transpose(
    x,
    x.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis)),
  );
}

/** `pad_width` is one number, [before, after], or such a pair per axis; the batch must stay as it is. */
function lowerPad(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const rank = x.shape.length;
  const widths = given.integers('pad_width') ?? [];
  if (widths.length !== 2 * (rank + 1) || widths[0] !== 0 || widths[1] !== 0)
    return given.refuse('adds rows to a batch');
  const pairs = x.shape.map((_, axis) => [widths[2 * axis + 2]!, widths[2 * axis + 3]!] as const);
  given.limit(pairs.reduce((size, [before, after], axis) => size * (x.shape[axis]! + before + after), 1));
  const mode = given.text('mode', 'constant').toLowerCase();
  if (mode === 'reflect' || mode === 'symmetric') return mirrored(given, x, pairs, mode === 'reflect' ? 1 : 0);
  if (mode !== 'constant') return given.refuse(`pads in the mode ${mode}, which Slopescope does not read`);
  return pad(
    given.builder,
    x,
    pairs.map(([before]) => before),
    pairs.map(([, after]) => after),
    given.number('constant_values', 0),
  );
}

/** Each axis continued as in mirrors at its ends, which show the end itself again (`skipped` 0) or not (1). */
function mirrored(
  given: OperationArguments,
  x: Tensor,
  pairs: readonly (readonly [number, number])[],
  skipped: 0 | 1,
): Tensor {
  return pairs.reduce((padded, [before, after], axis) => {
    const length = x.shape[axis]!;
    if (Math.max(before, after) > length - skipped) return given.refuse('pads by more than its input is long');
    const places = Array.from({ length: before + length + after }, (_, k) => {
      const at = k - before;
      if (at < 0) return skipped - 1 - at;
      return at < length ? at : 2 * length - 1 - skipped - at;
    });
    return given.builder.take(padded, axis, places);
  }, x);
}
