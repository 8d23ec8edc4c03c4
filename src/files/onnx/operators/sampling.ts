import { ShapeError, type NetworkBuilder, type Tensor } from '../../../network/builder';
import type { Groups } from '../../../network/network';
import { elements, mapIndices, strides } from '../../../network/tensor';
import { commonAxis } from '../../rows/broadcasting';
import { matrixProduct } from '../../rows/products';
import { transposeValue } from '../../rows/shapes';
import { manyRows, type Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';
import { perRow } from './windows';

/** Operators that read a tensor at places between its elements, or put blocks of it together. */
export const sampling: OperatorGroup = {
  domain: '',
  operators: { AffineGrid, Col2Im, GridSample },
};

/** How coordinates from −1 to 1 find their place along an axis of a length, and what stands beside the edge. */
interface Reading {
  readonly mode: string;
  readonly border: string;
  readonly alignsCorners: boolean;
}

/** Reads [rows, channels, …places] at the coordinates that a grid [rows, …points, axes] gives, the last axis first. */
function GridSample(call: Call): Value {
  const [x, grid] = [call.value(0), call.value(1)];
  const [rows = 0, channels = 0, ...spatial] = x.tensor.shape;
  const [others, ...rest] = grid.tensor.shape;
  const points = rest.slice(0, -1);
  if ([x, grid].some(({ batch }) => batch !== undefined && batch !== 0) || rows !== 1 || others !== 1)
    return call.refuseMixedRows('takes the rows of a table for channels or places');
  if (rest.at(-1) !== spatial.length)
    throw new ShapeError(`a grid of [${grid.tensor.shape.join(', ')}] is not for ${spatial.length} axes`);
  const reading = {
    mode: call.text('mode', 'linear').replace(/^bi/, ''),
    border: call.text('padding_mode', 'zeros'),
    alignsCorners: call.integer('align_corners', 0) === 1,
  };
  const { builder } = call;
  const count = elements(points);
  call.expectRoom([count, channels, elements(spatial)]);
  const coordinates = builder.reshape(grid.tensor, [count, spatial.length]);
  // The share of each place in each point is the product of its shares along the axes.
  const shares = spatial.reduce(
    (product: Tensor, length, axis) => {
      const at = builder.take(coordinates, 1, [spatial.length - 1 - axis]);
      const along = sharesAlong(builder, at, length, reading);
      const pairs = builder.combine(
        'multiply',
        builder.reshape(product, [count, product.shape[1]!, 1]),
        builder.reshape(along, [count, 1, length]),
      );
      return builder.reshape(pairs, [count, product.shape[1]! * length]);
    },
    builder.constant(new Float64Array(count).fill(1), [count, 1]),
  );
  const flat = { ...x, tensor: builder.reshape(x.tensor, [channels, elements(spatial)]), batch: undefined };
  const shared = { ...grid, tensor: builder.transpose(shares, [1, 0]), batch: undefined };
  const tensor = builder.reshape(matrixProduct(call, flat, shared).tensor, [1, channels, ...points]);
  return call.give(tensor, commonAxis(call, [x.batch, grid.batch]));
}

/** The shares [points][places] of the places along one axis in the value at each coordinate. */
function sharesAlong(builder: NetworkBuilder, coordinates: Tensor, length: number, reading: Reading): Tensor {
  const { mode, border, alignsCorners } = reading;
  const half = alignsCorners ? (length - 1) / 2 : length / 2;
  const centre = (length - 1) / 2;
  const place = withinBorder(
    builder,
    rounded(builder, affine(builder, coordinates, half, centre), mode),
    length,
    reading,
  );
  // Beside the edge lie three more places at the most that a share can fall on.
  const beside = border === 'zeros' ? 0 : 3;
  const all = Array.from({ length: length + 2 * beside }, (_, k) => k - beside);
  const shares = sharesOf(builder, place, builder.constant(Float64Array.from(all), [1, all.length]), mode);
  if (beside === 0) return shares;
  const weights = new Float64Array(length * all.length);
  all.forEach((at, k) => (weights[insideOf(at, length, reading) * all.length + k] = 1));
  return builder.dense(shares, weights);
}

function rounded(builder: NetworkBuilder, place: Tensor, mode: string): Tensor {
  return mode === 'nearest' ? builder.activation(place, { kind: 'round' }) : place;
}

/** A place far beside the edge moved near it, or mirrored at it. */
function withinBorder(
  builder: NetworkBuilder,
  place: Tensor,
  length: number,
  { border, alignsCorners }: Reading,
): Tensor {
  const low = alignsCorners ? 0 : -0.5;
  const range = length - 1 - 2 * low;
  // Further out than the kernel reaches everything is the edge.
  if (border === 'border') return builder.activation(place, { kind: 'clip', low: -2, high: length + 1 });
  if (border !== 'reflection' || range === 0) return border === 'reflection' ? affine(builder, place, 0, 0) : place;
  // range − |t − range| with t the distance from the lower edge, modulo twice the range.
  const shifted = affine(builder, place, 1, -low);
  const turns = builder.activation(affine(builder, shifted, 0.5 / range, 0), { kind: 'floor' });
  const rest = builder.combine('subtract', shifted, affine(builder, turns, 2 * range, 0));
  const folded = builder.activation(affine(builder, rest, 1, -range), { kind: 'abs' });
  return affine(builder, folded, -1, range + low);
}

/** The element that stands for a whole place, which may lie beside the edge. */
function insideOf(place: number, length: number, { border, alignsCorners }: Reading): number {
  const clamped = Math.min(Math.max(place, 0), length - 1);
  if (border === 'border' || length === 1) return clamped;
  const low = alignsCorners ? 0 : -0.5;
  const range = length - 1 - 2 * low;
  const turned = (((place - low) % (2 * range)) + 2 * range) % (2 * range);
  return Math.min(Math.max(range - Math.abs(turned - range) + low, 0), length - 1);
}

/** The shares of all whole places: everything to the nearest, linear between two, or Keys' cubic (1981) over four, a = −0.75. */
function sharesOf(builder: NetworkBuilder, place: Tensor, all: Tensor, mode: string): Tensor {
  if (mode === 'nearest') return builder.compare('equal', place, all);
  // Polynomials in what lies above the whole place below keep their slope where the place is whole itself.
  const below = builder.activation(place, { kind: 'floor' });
  const rest = builder.combine('subtract', place, below);
  const steps = mode === 'linear' ? linearSteps : cubicSteps;
  const parts = steps.map(({ step, coefficients }) => {
    const hit = builder.compare('equal', affine(builder, below, 1, step), all);
    return builder.combine('multiply', hit, polynomial(builder, rest, coefficients));
  });
  return parts.reduce((sum, part) => builder.combine('add', sum, part));
}

/** Neighbours of a place by their distance from the whole place below, with c₀ + c₁ r + c₂ r² + c₃ r³ of the rest r. */
interface Step {
  readonly step: number;
  readonly coefficients: readonly [number, number, number, number];
}

const linearSteps: readonly Step[] = [
  { step: 0, coefficients: [1, -1, 0, 0] },
  { step: 1, coefficients: [0, 1, 0, 0] },
];

const cubicSteps: readonly Step[] = [
  { step: -1, coefficients: [0, -0.75, 1.5, -0.75] },
  { step: 0, coefficients: [1, 0, -2.25, 1.25] },
  { step: 1, coefficients: [0, 0.75, 1.5, -1.25] },
  { step: 2, coefficients: [0, 0, -0.75, 0.75] },
];

function polynomial(builder: NetworkBuilder, x: Tensor, [c0, c1, c2, c3]: Step['coefficients']): Tensor {
  if (c2 === 0 && c3 === 0) return affine(builder, x, c1, c0);
  const quadratic = builder.combine('multiply', affine(builder, x, c3, c2), x);
  const cubic = builder.combine('multiply', affine(builder, quadratic, 1, c1), x);
  return affine(builder, cubic, 1, c0);
}

function affine(builder: NetworkBuilder, x: Tensor, factor: number, offset: number): Tensor {
  const size = elements(x.shape);
  return builder.scale(x, new Float64Array(size).fill(factor), new Float64Array(size).fill(offset));
}

/** The coordinates of the places of an image under an affine map per row: a grid for GridSample. */
function AffineGrid(call: Call): Value {
  const theta = call.value(0);
  const [, , ...spatial] = Array.from(call.numbers(1, 'size'));
  if (theta.tensor.shape.length !== 3 || theta.tensor.shape[2] !== spatial.length + 1)
    throw new ShapeError(`maps of [${theta.tensor.shape.join(', ')}] are not for ${spatial.length} axes`);
  if (spatial.some((length) => !(length >= 1) || length % manyRows === 0)) return call.refuseMixedRows();
  call.expectRoom([...spatial, spatial.length + 1]);
  const alignsCorners = call.integer('align_corners', 0) === 1;
  const base = new Float64Array(elements(spatial) * (spatial.length + 1)).fill(1);
  const steps = strides(spatial);
  for (let point = 0; point < elements(spatial); point++) {
    spatial.forEach((length, axis) => {
      const at = Math.floor(point / steps[axis]!) % length;
      const last = alignsCorners ? length - 1 : length;
      // An axis of one place lies in the middle.
      const coordinate = alignsCorners ? (last === 0 ? 0 : (2 * at) / last - 1) : (2 * at + 1) / last - 1;
      base[point * (spatial.length + 1) + spatial.length - 1 - axis] = coordinate;
    });
  }
  const homogeneous = call.constant(base, [elements(spatial), spatial.length + 1]);
  const grid = matrixProduct(call, homogeneous, transposeValue(call, theta, [0, 2, 1]));
  const tensor = call.builder.reshape(grid.tensor, [theta.tensor.shape[0]!, ...spatial, spatial.length]);
  return { ...grid, tensor };
}

/** Puts the columns of blocks back at their places in an image; where blocks overlap they are added up. */
function Col2Im(call: Call): Value {
  const image = Array.from(call.numbers(1, 'shape of the image'));
  const block = Array.from(call.numbers(2, 'shape of a block'));
  const each = (name: string, otherwise: number) => call.integers(name) ?? image.map(() => otherwise);
  const [dilations, steps] = [each('dilations', 1), each('strides', 1)];
  const pads = call.integers('pads') ?? new Array<number>(2 * image.length).fill(0);
  const counts = image.map((length, axis) => {
    const reach = (block[axis]! - 1) * dilations[axis]! + 1;
    return Math.floor((length + pads[axis]! + pads[axis + image.length]! - reach) / steps[axis]!) + 1;
  });
  const area = elements(image);
  return perRow(call, call.value(0), (row) => {
    const [width = 0, columns] = row.shape;
    const channels = width / elements(block);
    if (columns !== elements(counts) || counts.some((count) => !(count >= 1)) || !Number.isInteger(channels))
      throw new ShapeError(`blocks of [${row.shape.join(', ')}] do not make an image of [${image.join(', ')}]`);
    call.expectRoom([channels, area, elements(block)]);
    const imageSteps = strides(image);
    const targets = mapIndices([channels, ...block, ...counts], ([channel = 0, ...index]) => {
      const at = image.map(
        (_, axis) => index[axis + image.length]! * steps[axis]! - pads[axis]! + index[axis]! * dilations[axis]!,
      );
      if (at.some((place, axis) => place < 0 || place >= image[axis]!)) return -1;
      return channel * area + at.reduce((sum, place, axis) => sum + place * imageSteps[axis]!, 0);
    });
    const shape = [channels, ...image];
    return call.builder.reduceGroups('sum', row, groupsByTarget(targets, channels * area), shape);
  });
}

function groupsByTarget(targets: Int32Array, count: number): Groups {
  const lists = Array.from({ length: count }, (): number[] => []);
  targets.forEach((target, source) => lists[target]?.push(source));
  const starts = new Int32Array(count + 1);
  lists.forEach((list, group) => (starts[group + 1] = starts[group]! + list.length));
  return { starts, indices: Int32Array.from(lists.flat()) };
}
