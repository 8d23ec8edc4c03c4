// Two vectors to one, element by element: values and both directions of slopes.
import { unitBytes } from '../instructions';
import { times } from './elementwise';
import { at, put, zero, unitSize } from './tile';

export const add = 0;
export const subtract = 1;
export const product = 2;
export const divide = 3;
export const max = 4;
export const min = 5;
export const pow = 6;

/** The larger or smaller of two; with a tie the first, and NaN wherever one is. */
// @ts-ignore: decorator
@inline
export function winner<T>(how: i32, a: v128, b: v128): v128 {
  const better = how == max ? v128.gt<T>(b, a) : v128.lt<T>(b, a);
  return v128.bitselect(b, a, v128.or(better, v128.ne<T>(b, b)));
}

function value<T>(how: i32, a: v128, b: v128): v128 {
  if (how == add) return v128.add<T>(a, b);
  if (how == subtract) return v128.sub<T>(a, b);
  if (how == product) return v128.mul<T>(a, b);
  if (how == divide) return v128.div<T>(a, b);
  return winner<T>(how, a, b);
}

/** ∂z/∂a */
function byFirst<T>(how: i32, a: v128, b: v128): v128 {
  const one = v128.splat<T>(<T>1);
  if (how == product) return b;
  if (how == divide) return v128.div<T>(one, b);
  if (how == max) return v128.andnot(one, v128.gt<T>(b, a));
  if (how == min) return v128.andnot(one, v128.lt<T>(b, a));
  return one;
}

/** ∂z/∂b */
function bySecond<T>(how: i32, a: v128, b: v128): v128 {
  const one = v128.splat<T>(<T>1);
  if (how == subtract) return v128.neg<T>(one);
  if (how == product) return a;
  if (how == divide) return v128.neg<T>(v128.div<T>(a, v128.mul<T>(b, b)));
  if (how == max) return v128.and(one, v128.gt<T>(b, a));
  if (how == min) return v128.and(one, v128.lt<T>(b, a));
  return one;
}

/** ∂²z of a quotient by a and b (part 1) or by b twice (part 2). */
function quotientCurve<T>(part: i32, a: v128, b: v128): v128 {
  const square = v128.mul<T>(b, b);
  if (part == 1) return v128.neg<T>(v128.div<T>(v128.splat<T>(<T>1), square));
  return v128.div<T>(v128.add<T>(a, a), v128.mul<T>(square, b));
}

/**
 * One lane of a power, through float64: f is 0 for the value, 1 for ∂/∂a, 2 for ∂/∂b, 3 for ∂²/∂a², 4 for ∂²/∂a∂b, 5 for
 * ∂²/∂b².
 */
function power(f: i32, a: f64, b: f64): f64 {
  if (f == 0) return Math.pow(a, b);
  if (f == 1) return b == 0 ? 0 : b * Math.pow(a, b - 1);
  if (f == 2) return a > 0 ? Math.pow(a, b) * Math.log(a) : 0;
  if (f == 3) return b == 0 || b == 1 ? 0 : b * (b - 1) * Math.pow(a, b - 2);
  if (!(a > 0)) return 0;
  const log = Math.log(a);
  return f == 4 ? Math.pow(a, b - 1) * (1 + b * log) : Math.pow(a, b) * log * log;
}

/** Applies `power` to every lane of two vectors. */
function powers<T>(f: i32, a: usize, b: usize): v128 {
  let result = zero();
  if (sizeof<T>() == 4) {
    result = f32x4.replace_lane(result, 0, <f32>power(f, load<f32>(a), load<f32>(b)));
    result = f32x4.replace_lane(result, 1, <f32>power(f, load<f32>(a, 4), load<f32>(b, 4)));
    result = f32x4.replace_lane(result, 2, <f32>power(f, load<f32>(a, 8), load<f32>(b, 8)));
    return f32x4.replace_lane(result, 3, <f32>power(f, load<f32>(a, 12), load<f32>(b, 12)));
  }
  result = f64x2.replace_lane(result, 0, power(f, load<f64>(a), load<f64>(b)));
  return f64x2.replace_lane(result, 1, power(f, load<f64>(a, 8), load<f64>(b, 8)));
}

// @ts-ignore: decorator
@inline
function first<T>(how: i32, a: usize, b: usize): v128 {
  return how == pow ? powers<T>(1, a, b) : byFirst<T>(how, v128.load(a), v128.load(b));
}

// @ts-ignore: decorator
@inline
function second<T>(how: i32, a: usize, b: usize): v128 {
  return how == pow ? powers<T>(2, a, b) : bySecond<T>(how, v128.load(a), v128.load(b));
}

/** y = a ∘ b */
export function combine<T>(panels: i32, how: i32, a: i32, b: i32, y: i32, count: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    const left = at(panel, a);
    const right = at(panel, b);
    const to = at(panel, y);
    const bytes = <usize>count * unitBytes;
    for (let v: usize = 0; v < bytes; v += 16) {
      const result =
        how == pow ? powers<T>(0, left + v, right + v) : value<T>(how, v128.load(left + v), v128.load(right + v));
      v128.store(to + v, result);
    }
  }
}

/** ā (+)= ∂z/∂a z̄, b̄ (+)= ∂z/∂b z̄; a slot of −1 is not wanted. */
export function combinePull<T>(
  panels: i32, how: i32, a: i32, b: i32, adjoint: i32, toFirst: i32, addFirst: i32, toSecond: i32, addSecond: i32,
  count: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const left = at(panel, a);
    const right = at(panel, b);
    const bytes = <usize>count * unitBytes;
    for (let v: usize = 0; v < bytes; v += 16) {
      const move = v128.load(at(panel, adjoint) + v);
      if (toFirst >= 0) put<T>(at(panel, toFirst) + v, times<T>(first<T>(how, left + v, right + v), move), addFirst);
      if (toSecond >= 0) put<T>(at(panel, toSecond) + v, times<T>(second<T>(how, left + v, right + v), move), addSecond);
    }
  }
}

/** ż = ∂z/∂a ȧ + ∂z/∂b ḃ; a tangent slot of −1 stands for zeros. */
export function combinePush<T>(
  panels: i32, how: i32, a: i32, b: i32, moveFirst: i32, moveSecond: i32, tangent: i32, count: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const left = at(panel, a);
    const right = at(panel, b);
    const bytes = <usize>count * unitBytes;
    for (let v: usize = 0; v < bytes; v += 16) {
      let sum = zero();
      if (moveFirst >= 0) sum = times<T>(first<T>(how, left + v, right + v), v128.load(at(panel, moveFirst) + v));
      if (moveSecond >= 0)
        sum = v128.add<T>(sum, times<T>(second<T>(how, left + v, right + v), v128.load(at(panel, moveSecond) + v)));
      v128.store(at(panel, tangent) + v, sum);
    }
  }
}

/** z = adjoint · ∂²(a ∘ b), for quotients and powers. */
export function combineCurve<T>(
  panels: i32, how: i32, part: i32, a: i32, b: i32, adjoint: i32, z: i32, count: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const left = at(panel, a);
    const right = at(panel, b);
    const bytes = <usize>count * unitBytes;
    for (let v: usize = 0; v < bytes; v += 16) {
      const bent =
        how == pow
          ? powers<T>(3 + part, left + v, right + v)
          : quotientCurve<T>(part, v128.load(left + v), v128.load(right + v));
      v128.store(at(panel, z) + v, times<T>(bent, v128.load(at(panel, adjoint) + v)));
    }
  }
}
