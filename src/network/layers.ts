import type { NetworkBuilder, Tensor } from './builder';
import { maxOperationSize, ShapeError } from './builder';
import { elements, mapIndices, normalAxis, strides } from './tensor';

/** How a convolution or pooling window moves, one number per spatial axis. */
export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Cells added before and after each spatial axis. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** A convolution's weights: `kernel` is [out][channels ÷ groups][…window size], row-major. */
export interface Convolution extends Window {
  readonly kernel: Float64Array;
  readonly bias?: Float64Array;
  readonly out: number;
  readonly groups: number;
}

/** What becomes of the cells beside the edge in pooling: `mean` may count them as zeros. */
export interface Pooling extends Window {
  readonly countPadding: boolean;
}

/** Convolution of x [channels, …spatial] to [out, …spatial], written out as one linear map (cross-correlation, as every framework has it). */
export function convolve(builder: NetworkBuilder, x: Tensor, convolution: Convolution): Tensor {
  const { kernel, bias, out, groups, size } = convolution;
  const [channels = 0, ...spatial] = x.shape;
  const places = placesOf(spatial, convolution);
  const perGroup = channels / groups;
  const taps = elements(size);
  if (!Number.isInteger(perGroup) || kernel.length !== out * perGroup * taps) {
    throw new ShapeError(`a kernel of ${kernel.length} numbers does not fit ${channels} channels`);
  }
  const area = elements(spatial);
  const inputs = channels * area;
  if (out * places.count * inputs > maxOperationSize)
    throw new ShapeError(`a convolution of ${out * places.count} by ${inputs} values is too large`);
  const weights = new Float64Array(out * places.count * inputs);
  for (let filter = 0; filter < out; filter++) {
    const firstChannel = Math.floor(filter / (out / groups)) * perGroup;
    for (let place = 0; place < places.count; place++) {
      const row = (filter * places.count + place) * inputs;
      for (let tap = 0; tap < taps; tap++) {
        const cell = places.cells[place * taps + tap]!;
        if (cell < 0) continue;
        for (let channel = 0; channel < perGroup; channel++) {
          weights[row + (firstChannel + channel) * area + cell]! += kernel[(filter * perGroup + channel) * taps + tap]!;
        }
      }
    }
  }
  const offsets = new Float64Array(out * places.count);
  if (bias) offsets.forEach((_, index) => (offsets[index] = bias[Math.floor(index / places.count)]!));
  return builder.linear(x, weights, offsets, [out, ...places.shape]);
}

/** Pooling of x [channels, …spatial]; cells beside the edge never win a maximum and count in a mean only if asked. */
export function pool(
  builder: NetworkBuilder,
  how: 'max' | 'min' | 'mean' | 'sum',
  x: Tensor,
  pooling: Pooling,
): Tensor {
  const [channels = 0, ...spatial] = x.shape;
  const places = placesOf(spatial, pooling);
  const taps = elements(pooling.size);
  const area = elements(spatial);
  const windows = Array.from({ length: places.count }, (_, place) =>
    Array.from(places.cells.subarray(place * taps, (place + 1) * taps)).filter((cell) => cell >= 0),
  );
  if (windows.some((cells) => cells.length === 0)) throw new ShapeError('a pooling window lies wholly beside the edge');
  const groups = Array.from({ length: channels }, (_, channel) =>
    windows.map((cells) => cells.map((cell) => channel * area + cell)),
  ).flat();
  const starts = new Int32Array(groups.length + 1);
  groups.forEach((members, group) => (starts[group + 1] = starts[group]! + members.length));
  const shape = [channels, ...places.shape];
  const pooled = builder.reduceGroups(how, x, { starts, indices: Int32Array.from(groups.flat()) }, shape);
  if (how !== 'mean' || !pooling.countPadding) return pooled;
  const shares = Float64Array.from(groups, (members) => members.length / taps);
  return builder.scale(pooled, shares, new Float64Array(shares.length));
}

/** (x − mean) / √(variance + epsilon) over the given axes together; the variance is that of the population. */
export function normalise(builder: NetworkBuilder, x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centred = builder.combine('subtract', x, builder.reduce('mean', x, axes, true));
  const variance = builder.reduce('mean', builder.activation(centred, { kind: 'square' }), axes, true);
  const ones = new Float64Array(elements(variance.shape)).fill(1);
  const spread = builder.activation(
    builder.scale(
      variance,
      ones,
      ones.map(() => epsilon),
    ),
    { kind: 'sqrt' },
  );
  return builder.combine('divide', centred, spread);
}

/** Zeros (or another number) before and after along each axis. */
export function pad(
  builder: NetworkBuilder,
  x: Tensor,
  before: readonly number[],
  after: readonly number[],
  value = 0,
): Tensor {
  return x.shape.reduce((padded, _, axis) => {
    const part = (length: number): Tensor[] => {
      const shape = padded.shape.map((old, k) => (k === axis ? length : old));
      return length > 0 ? [builder.constant(new Float64Array(elements(shape)).fill(value), shape)] : [];
    };
    return builder.concat([...part(before[axis] ?? 0), padded, ...part(after[axis] ?? 0)], axis);
  }, x);
}

/** Positions start, start + step, … before stop along one axis: a slice with resolved bounds. */
export function slice(
  builder: NetworkBuilder,
  x: Tensor,
  axis: number,
  start: number,
  stop: number,
  step: number,
): Tensor {
  const normal = normalAxis(axis, x.shape.length);
  if (normal === undefined || step === 0) throw new ShapeError(`axis ${axis} of [${x.shape.join(', ')}] cannot be cut`);
  const positions: number[] = [];
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) positions.push(at);
  return builder.take(x, normal, positions);
}

/** For each window place, the cells it covers (−1 beside the edge), row-major over taps. */
function placesOf(
  spatial: readonly number[],
  window: Window,
): { readonly shape: readonly number[]; readonly count: number; readonly cells: Int32Array } {
  const shape = spatial.map((length, axis) => {
    const reach = (window.size[axis]! - 1) * window.dilations[axis]! + 1;
    return Math.floor((length + window.before[axis]! + window.after[axis]! - reach) / window.strides[axis]!) + 1;
  });
  if (shape.some((length) => !(length > 0)))
    throw new ShapeError(`a window of [${window.size.join(', ')}] does not fit [${spatial.join(', ')}]`);
  const steps = strides(spatial);
  const rank = spatial.length;
  const cells = mapIndices([...shape, ...window.size], (index) => {
    let cell = 0;
    for (let axis = 0; axis < rank; axis++) {
      const at =
        index[axis]! * window.strides[axis]! - window.before[axis]! + index[axis + rank]! * window.dilations[axis]!;
      if (at < 0 || at >= spatial[axis]!) return -1;
      cell += at * steps[axis]!;
    }
    return cell;
  });
  return { shape, count: elements(shape), cells };
}
