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
  notes: { Resize: 'nearest, linear and cubic' },
};

/** How places of the result are found in the original, and what is taken there. */
interface Interpolation {
  readonly mode: string;
  readonly coordinates: string;
  readonly nearest: string;
  readonly cubicCoefficient: number;
  readonly excludesOutside: boolean;
  /** Whether the kernel is widened where the result is smaller. */
  readonly antialias: boolean;
  /** What stands beside the original where a crop reaches there. */
  readonly outside: number;
}

/** One axis that is resized, with the part of it that is taken for a crop. */
interface Axis {
  readonly axis: number;
  readonly scale: number;
  readonly from: number;
  readonly to: number;
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
    antialias: call.integer('antialias', 0) === 1,
    outside: call.float('extrapolation_value', 0),
  };
  const scales = scalesOf(call, old ? 1 : 2, axes);
  const crops = interpolation.coordinates === 'tf_crop_and_resize';
  const parts = crops ? call.numbers(1, 'region') : Float64Array.from(axes.keys(), () => 0);
  const resizedAxes = axes.map((axis, k) => ({
    axis,
    scale: scales[k]!,
    from: parts[k] ?? 0,
    to: parts[k + axes.length] ?? 1,
  }));
  return resized(call, x, resizedAxes, interpolation);
}

function Upsample(call: Call): Value {
  const x = call.value(0);
  const axes = x.tensor.shape.map((_, axis) => axis);
  const scales = call.version < 9 ? Array.from(call.floats('scales')) : Array.from(call.numbers(1, 'scales'));
  const resizedAxes = axes.map((axis, k) => ({ axis, scale: scales[k]!, from: 0, to: 1 }));
  return resized(call, x, resizedAxes, {
    mode: call.text('mode', 'nearest'),
    coordinates: 'asymmetric',
    nearest: 'floor',
    cubicCoefficient: -0.75,
    excludesOutside: false,
    antialias: false,
    outside: 0,
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

function resized(call: Call, x: Value, axes: readonly Axis[], interpolation: Interpolation): Value {
  const crops = interpolation.coordinates === 'tf_crop_and_resize';
  if (axes.length > x.tensor.shape.length || axes.some(({ scale }) => !(scale > 0)))
    throw new ShapeError(`scales are not for ${x.tensor.shape.length} axes`);
  const changes = ({ scale, from, to }: Axis) => scale !== 1 || (crops && (from !== 0 || to !== 1));
  return axes.reduce((value, axis) => (changes(axis) ? alongAxis(call, value, axis, interpolation) : value), x);
}

function alongAxis(call: Call, x: Value, { axis, scale, from, to }: Axis, interpolation: Interpolation): Value {
  if (axis === x.batch) return call.refuseMixedRows();
  const { shape } = x.tensor;
  const length = shape[axis]!;
  // A scale that was computed from a size must give that size back.
  const count = Math.floor(length * scale + 1e-9);
  const { builder } = call;
  const crops = interpolation.coordinates === 'tf_crop_and_resize';
  call.expectRoom([elements(shape) / length, count]);
  const places = Array.from({ length: count }, (_, k) =>
    crops ? croppedPlace(k, length, count, from, to) : placeIn(interpolation.coordinates, k, scale, length, count),
  );
  const weights = new Float64Array(count * length);
  const outside = (place: number) => crops && (place < 0 || place > length - 1);
  places.forEach((place, k) => {
    if (!outside(place)) weights.set(weightsAt(interpolation, place, length, scale), k * length);
  });
  const bias = Float64Array.from(places, (place) => (outside(place) ? interpolation.outside : 0));
  if (interpolation.mode === 'nearest' && !places.some(outside)) {
    const positions = places.map((_, k) => weights.subarray(k * length, (k + 1) * length).indexOf(1));
    return { ...x, tensor: builder.take(x.tensor, axis, positions) };
  }
  expectDenseRoom(call, elements(shape) / length, count, length);
  const last = shape.length - 1;
  const order = shape.map((_, k) => (k === axis ? last : k === last ? axis : k));
  const turned = transposeValue(call, x, order);
  return transposeValue(call, { ...turned, tensor: builder.dense(turned.tensor, weights, bias) }, order);
}

/** A place of a part of an axis, given by shares of its length. */
function croppedPlace(k: number, length: number, count: number, from: number, to: number): number {
  if (count > 1) return from * (length - 1) + (k * (to - from) * (length - 1)) / (count - 1);
  return 0.5 * (from + to) * (length - 1);
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

/**
 * The share each original element has in the value at a place: the nearest, its two neighbours, or four by Keys' cubic
 * (1981); with antialias so many more as the result is smaller.
 */
function weightsAt(interpolation: Interpolation, place: number, length: number, scale: number): Float64Array {
  const { mode, cubicCoefficient: a, excludesOutside, antialias } = interpolation;
  const weights = new Float64Array(length);
  if (mode === 'nearest') {
    weights[Math.min(Math.max(rounded(interpolation.nearest, place), 0), length - 1)] = 1;
    return weights;
  }
  const narrow = antialias ? Math.min(scale, 1) : 1;
  const reach = (mode === 'cubic' ? 2 : 1) / narrow;
  let total = 0;
  for (let at = Math.floor(place - reach); at <= place + reach; at++) {
    if (excludesOutside && (at < 0 || at >= length)) continue;
    const distance = Math.abs(at - place) * narrow;
    const share = mode === 'cubic' ? keysCubic(distance, a) : Math.max(1 - distance, 0);
    weights[Math.min(Math.max(at, 0), length - 1)]! += share;
    total += share;
  }
  return excludesOutside || antialias ? weights.map((weight) => weight / total) : weights;
}

function keysCubic(distance: number, a: number): number {
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
}
