import { ShapeError } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { expectDenseRoom } from '../../rows/products';
import { transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** Operators that make an axis longer or shorter by interpolation. */
export const resizing: OperatorGroup = {
  domain: '',
  operators: { Resize, Upsample },
  notes: { Resize: 'nearest, linear and cubic; without antialias and tf_crop_and_resize' },
};

/** How places of the result are found in the original, and what is taken there. */
interface Interpolation {
  readonly mode: string;
  readonly coordinates: string;
  readonly nearest: string;
  readonly cubicCoefficient: number;
  readonly excludesOutside: boolean;
}

/** Before operator set 11 the coordinates are always `asymmetric` and places are rounded down. */
function Resize(call: Call): Value {
  const x = call.value(0);
  const old = call.version < 11;
  const { shape } = x.tensor;
  const axes = call.integers('axes')?.map((axis) => call.axis(axis, shape.length)) ?? shape.map((_, axis) => axis);
  const interpolation = {
    mode: call.text('mode', 'nearest'),
    coordinates: old ? 'asymmetric' : call.text('coordinate_transformation_mode', 'half_pixel'),
    nearest: old ? 'floor' : call.text('nearest_mode', 'round_prefer_floor'),
    cubicCoefficient: call.float('cubic_coeff_a', -0.75),
    excludesOutside: call.integer('exclude_outside', 0) === 1,
  };
  if (call.integer('antialias', 0) === 1 || interpolation.coordinates === 'tf_crop_and_resize')
    return call.refuse('onnx-resize', 'resizes with antialias or a crop', 'Export the network without it.');
  const scales = scalesOf(call, old ? 1 : 2, axes);
  return resized(call, x, axes, scales, interpolation);
}

function Upsample(call: Call): Value {
  const x = call.value(0);
  const axes = x.tensor.shape.map((_, axis) => axis);
  const scales = call.version < 9 ? Array.from(call.floats('scales')) : Array.from(call.numbers(1, 'scales'));
  return resized(call, x, axes, scales, {
    mode: call.text('mode', 'nearest'),
    coordinates: 'asymmetric',
    nearest: 'floor',
    cubicCoefficient: -0.75,
    excludesOutside: false,
  });
}

/** One scale per axis, from the scales or from the sizes that are asked for. */
function scalesOf(call: Call, index: number, axes: readonly number[]): number[] {
  const scales = call.inputs[index] ? Array.from(call.numbers(index, 'scales')) : [];
  if (scales.length > 0) return scales;
  const x = call.value(0);
  // A graph that was saved with a single row says 1 for as many rows as there are.
  const sizes = Array.from(call.numbers(3, 'sizes'));
  const lengths = call
    .shapeOf(x)
    .map((length, axis) => (axis === x.batch && sizes[axes.indexOf(axis)] === 1 ? 1 : length));
  const ratios = sizes.map((size, k) => size / lengths[axes[k]!]!);
  const policy = call.text('keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') return ratios;
  const common = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  // The sizes are rounded to whole numbers again, halves upwards.
  return axes.map((axis) => Math.floor(common * lengths[axis]! + 0.5) / lengths[axis]!);
}

function resized(
  call: Call,
  x: Value,
  axes: readonly number[],
  scales: readonly number[],
  interpolation: Interpolation,
): Value {
  if (scales.length !== axes.length || scales.some((scale) => !(scale > 0)))
    throw new ShapeError(`${scales.length} scales are not for ${axes.length} axes`);
  return axes.reduce(
    (value, axis, k) => (scales[k] === 1 ? value : alongAxis(call, value, axis, scales[k]!, interpolation)),
    x,
  );
}

function alongAxis(call: Call, x: Value, axis: number, scale: number, interpolation: Interpolation): Value {
  if (axis === x.batch) return call.refuseMixedRows();
  const { shape } = x.tensor;
  const length = shape[axis]!;
  // A scale that was computed from a size must give that size back.
  const count = Math.floor(length * scale + 1e-9);
  const { builder } = call;
  call.expectRoom([elements(shape) / length, count]);
  const places = Array.from({ length: count }, (_, k) => placeIn(interpolation.coordinates, k, scale, length, count));
  if (interpolation.mode === 'nearest') {
    const positions = places.map((place) => Math.min(Math.max(rounded(interpolation.nearest, place), 0), length - 1));
    return { ...x, tensor: builder.take(x.tensor, axis, positions) };
  }
  const weights = new Float64Array(count * length);
  places.forEach((place, k) => weights.set(weightsAt(interpolation, place, length), k * length));
  expectDenseRoom(call, elements(shape) / length, count, length);
  const last = shape.length - 1;
  const order = shape.map((_, k) => (k === axis ? last : k === last ? axis : k));
  const turned = transposeValue(call, x, order);
  return transposeValue(call, { ...turned, tensor: builder.dense(turned.tensor, weights) }, order);
}

/** Where the place `k` of the result lies in the original. */
function placeIn(mode: string, k: number, scale: number, length: number, count: number): number {
  switch (mode) {
    case 'asymmetric':
      return k / scale;
    case 'align_corners':
      return count > 1 ? (k * (length - 1)) / (count - 1) : 0;
    case 'pytorch_half_pixel':
      return count > 1 ? (k + 0.5) / scale - 0.5 : 0;
    case 'half_pixel_symmetric': {
      const adjustment = count / (scale * length);
      return (length / 2) * (1 - adjustment) + (k + 0.5) / scale - 0.5;
    }
    default:
      return (k + 0.5) / scale - 0.5;
  }
}

function rounded(mode: string, place: number): number {
  switch (mode) {
    case 'floor':
      return Math.floor(place);
    case 'ceil':
      return Math.ceil(place);
    case 'round_prefer_ceil':
      return Math.floor(place + 0.5);
    default:
      return Math.ceil(place - 0.5);
  }
}

/** The share each original element has in the value at a place: of its two neighbours, or of four by Keys' cubic (1981). */
function weightsAt(interpolation: Interpolation, place: number, length: number): Float64Array {
  const { mode, cubicCoefficient: a, excludesOutside } = interpolation;
  const low = Math.floor(place);
  const rest = place - low;
  const shares = mode === 'cubic' ? [-1, 0, 1, 2].map((step) => keysCubic(Math.abs(rest - step), a)) : [1 - rest, rest];
  const first = mode === 'cubic' ? low - 1 : low;
  const weights = new Float64Array(length);
  let total = 0;
  shares.forEach((share, k) => {
    const at = first + k;
    if (excludesOutside && (at < 0 || at >= length)) return;
    weights[Math.min(Math.max(at, 0), length - 1)]! += share;
    total += share;
  });
  return excludesOutside ? weights.map((weight) => weight / total) : weights;
}

function keysCubic(distance: number, a: number): number {
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
}
