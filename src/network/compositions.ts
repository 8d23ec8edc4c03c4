import type { NetworkBuilder, Tensor } from './builder';
import { elements } from './tensor';

/** Functions that several formats have and that are made of several operations. */

/**
 * The angle of (x, y): twice that of half the way, t = 2 atan(y / (r + |x|)), which is smooth everywhere but at the
 * origin; left of it ±π − t.
 */
export function angleOf(builder: NetworkBuilder, y: Tensor, x: Tensor): Tensor {
  const number = (value: number): Tensor => builder.constant(Float64Array.of(value), []);
  const radius = hypotenuse(builder, x, y);
  const reach = builder.combine('add', radius, builder.activation(x, { kind: 'abs' }));
  const half = builder.activation(builder.combine('divide', y, reach), { kind: 'atan' });
  const angle = builder.combine('multiply', half, number(2));
  const straight = builder.select(builder.compare('greaterOrEqual', y, number(0)), number(Math.PI), number(-Math.PI));
  const left = builder.compare('less', x, number(0));
  return builder.select(left, builder.combine('subtract', straight, angle), angle);
}

/** x where it is positive, elsewhere x times a slope of the same shape (He et al., Delving Deep into Rectifiers, 2015). */
export function prelu(builder: NetworkBuilder, x: Tensor, slope: Tensor): Tensor {
  if (slope.constant) return builder.activation(x, { kind: 'prelu', alpha: slope.constant });
  const negative = builder.compare('less', x, builder.constant(Float64Array.of(0), []));
  return builder.select(negative, builder.combine('multiply', slope, x), x);
}

/** √(a² + b²) */
export function hypotenuse(builder: NetworkBuilder, a: Tensor, b: Tensor): Tensor {
  const square = (x: Tensor): Tensor => builder.activation(x, { kind: 'square' });
  return builder.activation(builder.combine('add', square(a), square(b)), { kind: 'sqrt' });
}

/**
 * The elements along one axis in ascending order, by odd-even transposition (Knuth, The Art of Computer Programming 3,
 * §5.3.4): n rounds in which neighbours are exchanged where they stand in the wrong order.
 */
export function ascending(builder: NetworkBuilder, x: Tensor, axis: number): Tensor {
  const length = x.shape[axis]!;
  let sorted = x;
  for (let round = 0; round < length; round++) {
    const lower = Array.from({ length }, (_, k) => k).filter((k) => k % 2 === round % 2 && k + 1 < length);
    if (lower.length > 0) sorted = exchanged(builder, sorted, axis, lower);
  }
  return sorted;
}

/** Each chosen element and its right neighbour in ascending order. */
function exchanged(builder: NetworkBuilder, x: Tensor, axis: number, lower: readonly number[]): Tensor {
  const rest = Array.from({ length: x.shape[axis]! }, (_, k) => k).filter(
    (k) => !lower.includes(k) && !lower.includes(k - 1),
  );
  const upper = lower.map((k) => k + 1);
  const [a, b] = [builder.take(x, axis, lower), builder.take(x, axis, upper)];
  const parts = [builder.combine('min', a, b), builder.combine('max', a, b)];
  const joined = builder.concat(rest.length > 0 ? [...parts, builder.take(x, axis, rest)] : parts, axis);
  const places = [...lower, ...upper, ...rest];
  return builder.take(
    joined,
    axis,
    places.map((_, k) => places.indexOf(k)),
  );
}

/** Running products along one axis. */
export function runningProduct(builder: NetworkBuilder, x: Tensor, axis: number): Tensor {
  const parts = Array.from({ length: x.shape[axis]! }, (_, k) => builder.take(x, axis, [k]));
  for (let k = 1; k < parts.length; k++) parts[k] = builder.combine('multiply', parts[k - 1]!, parts[k]!);
  return elements(x.shape) === 0 ? x : builder.concat(parts, axis);
}
