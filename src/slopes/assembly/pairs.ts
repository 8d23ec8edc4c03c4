// The heart of second derivatives: for every pair of directions the sum of products of their tangents.
import { unitBytes } from '../instructions';
import { at, multiplyAdd, put, unitSize, zero } from './tile';

/** Pairs that share one reading of the weighted tangent. */
const pairBlock = 4;

/**
 * Adds Σ_u w_u a_iu b_ju to pair (i, j), j ≤ i, of which there is one unit each from slot `to` on. Direction i has its
 * tangents at slot a + i · strideA (b + i · strideB); `scratch` has room for `count` units. A product counts as 0 where
 * one of its factors is 0, even if another is infinite.
 */
export function addPairs<T>(
  panels: i32, w: i32, a: i32, strideA: i32, b: i32, strideB: i32, count: i32, directions: i32, to: i32, scratch: i32,
): void {
  const step = <usize>strideB * unitBytes;
  const bytes = <usize>count * unitBytes;
  for (let panel = 0; panel < panels; panel++) {
    const products = at(panel, scratch);
    let finite = allFinite<T>(at(panel, w), bytes);
    for (let i = 0; i < directions; i++) {
      finite = finite && allFinite<T>(at(panel, a + i * strideA), bytes);
      finite = finite && (a == b || allFinite<T>(at(panel, b + i * strideB), bytes));
    }
    let pair = at(panel, to);
    for (let i = 0; i < directions; i++) {
      weigh<T>(at(panel, w), at(panel, a + i * strideA), products, bytes, finite);
      for (let j = 0; j <= i; ) {
        const other = at(panel, b + j * strideB);
        if (finite && j + pairBlock <= i + 1) {
          fourPairs<T>(products, other, step, bytes, pair);
          fourPairs<T>(products + 32, other + 32, step, bytes, pair + 32);
          pair += pairBlock * unitBytes;
          j += pairBlock;
        } else {
          onePair<T>(products, other, bytes, pair, finite);
          pair += unitBytes;
          j++;
        }
      }
    }
  }
}

function allFinite<T>(from: usize, bytes: usize): bool {
  let sum = zero();
  for (let v: usize = 0; v < bytes; v += 16) {
    const x = v128.load(from + v);
    // x − x is 0 for finite numbers and NaN for others.
    sum = v128.add<T>(sum, v128.sub<T>(x, x));
  }
  return !v128.any_true(v128.ne<T>(sum, sum));
}

/** x y, and 0 where x or y is 0. */
// @ts-ignore: decorator
@inline
function guarded<T>(x: v128, y: v128): v128 {
  return v128.and(v128.mul<T>(x, y), v128.and(v128.ne<T>(x, zero()), v128.ne<T>(y, zero())));
}

function weigh<T>(w: usize, a: usize, to: usize, bytes: usize, finite: bool): void {
  if (finite) {
    for (let v: usize = 0; v < bytes; v += 16) v128.store(to + v, v128.mul<T>(v128.load(w + v), v128.load(a + v)));
  } else {
    for (let v: usize = 0; v < bytes; v += 16) v128.store(to + v, guarded<T>(v128.load(w + v), v128.load(a + v)));
  }
}

/** Four pairs, half a panel of rows. */
function fourPairs<T>(products: usize, b: usize, step: usize, bytes: usize, to: usize): void {
  let a0 = zero(), a1 = zero(), b0 = zero(), b1 = zero(), c0 = zero(), c1 = zero(), d0 = zero(), d1 = zero();
  const end = products + bytes;
  let c = b + 2 * step;
  while (products < end) {
    const p0 = v128.load(products);
    const p1 = v128.load(products, 16);
    a0 = multiplyAdd<T>(p0, v128.load(b), a0);
    a1 = multiplyAdd<T>(p1, v128.load(b, 16), a1);
    b0 = multiplyAdd<T>(p0, v128.load(b + step), b0);
    b1 = multiplyAdd<T>(p1, v128.load(b + step, 16), b1);
    c0 = multiplyAdd<T>(p0, v128.load(c), c0);
    c1 = multiplyAdd<T>(p1, v128.load(c, 16), c1);
    d0 = multiplyAdd<T>(p0, v128.load(c + step), d0);
    d1 = multiplyAdd<T>(p1, v128.load(c + step, 16), d1);
    products += unitBytes;
    b += unitBytes;
    c += unitBytes;
  }
  put<T>(to, a0, 1);
  put<T>(to + 16, a1, 1);
  put<T>(to + unitBytes, b0, 1);
  put<T>(to + unitBytes + 16, b1, 1);
  put<T>(to + 2 * unitBytes, c0, 1);
  put<T>(to + 2 * unitBytes + 16, c1, 1);
  put<T>(to + 3 * unitBytes, d0, 1);
  put<T>(to + 3 * unitBytes + 16, d1, 1);
}

/** One pair, a whole panel of rows. */
function onePair<T>(products: usize, b: usize, bytes: usize, to: usize, finite: bool): void {
  for (let part: usize = 0; part < unitSize; part += 16) {
    let sum = zero();
    for (let v = part; v < bytes; v += unitBytes) {
      const x = v128.load(products + v);
      const y = v128.load(b + v);
      sum = finite ? multiplyAdd<T>(x, y, sum) : v128.add<T>(sum, guarded<T>(x, y));
    }
    put<T>(to + part, sum, 1);
  }
}
