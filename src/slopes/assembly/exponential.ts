// e^x in vectors, in both precisions, split so that callers get e^x and e^x − 1 without cancellation.
//
// x = n ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite 1980, ln 2 in two parts); e^r − 1 by a polynomial: in float32 one
// of degree 6 fitted for smallest relative error (1.4e-8), in float64 Taylor's of degree 13. Constants are loaded from
// memory: V8 rebuilds a vector constant with several instructions at every use.
import { multiplyAdd } from './tile';

const single = memory.data<f32>([
  1.4426950408889634, 12582912.0, -0.693359375, 2.12194440e-4, 1.0, 2.0, -87.0, 0.5,
  0.0013946746670491597, 0.008366755659817133, 0.041666278053576866, 0.16666541712018174, 0.5000000062898222,
]);
const doubleSign = memory.data<f64>([-0.0]);
const singleSign = memory.data<f32>([-0.0]);
const double = memory.data<f64>([
  1.4426950408889634, 6755399441055744.0, -6.93147180369123816490e-1, -1.90821492927058770002e-10, 1.0, 2.0, -708.0, 0.5,
  1.6059043836821613e-10, 2.08767569878681e-9, 2.505210838544172e-8, 2.755731922398589e-7, 2.7557319223985893e-6,
  2.48015873015873e-5, 1.984126984126984e-4, 1.388888888888889e-3, 8.333333333333333e-3, 4.1666666666666664e-2,
  1.6666666666666666e-1, 0.5,
]);

// @ts-ignore: decorator
@inline
function constant<T>(index: i32): v128 {
  return sizeof<T>() == 4
    ? v128.load32_splat(single + (<usize>index << 2))
    : v128.load64_splat(double + (<usize>index << 3));
}

// @ts-ignore: decorator
@inline
export function one<T>(): v128 {
  return constant<T>(4);
}

// @ts-ignore: decorator
@inline
export function two<T>(): v128 {
  return constant<T>(5);
}

/** The sign bit in all lanes. */
// @ts-ignore: decorator
@inline
export function signBit<T>(): v128 {
  return sizeof<T>() == 4 ? v128.load32_splat(singleSign) : v128.load64_splat(doubleSign);
}

// @ts-ignore: decorator
@inline
export function half<T>(): v128 {
  return constant<T>(7);
}

/** x not below the exponent of the smallest normal number; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function notTooLow<T>(x: v128): v128 {
  return v128.pmax<T>(x, constant<T>(6));
}

/** n + 1.5 · 2^(mantissa bits − 1): the whole number sits in the low bits. */
// @ts-ignore: decorator
@inline
export function biased<T>(x: v128): v128 {
  return multiplyAdd<T>(x, constant<T>(0), constant<T>(1));
}

/** The whole number out of its biased form. */
// @ts-ignore: decorator
@inline
export function unbiased<T>(biased: v128): v128 {
  return v128.sub<T>(biased, constant<T>(1));
}

/** 2^n from the biased form, −126 ≤ n ≤ 127 in float32, −1022 ≤ n ≤ 1023 in float64. */
// @ts-ignore: decorator
@inline
export function powerOfTwo<T>(biased: v128): v128 {
  return sizeof<T>() == 4
    ? i32x4.add(i32x4.shl(biased, 23), constant<f32>(4))
    : i64x2.add(i64x2.shl(biased, 52), constant<f64>(4));
}

/** e^r − 1 for r = x − n ln 2. */
// @ts-ignore: decorator
@inline
export function fraction<T>(x: v128, n: v128): v128 {
  const r = multiplyAdd<T>(n, constant<T>(3), multiplyAdd<T>(n, constant<T>(2), x));
  let sum = constant<T>(8);
  sum = multiplyAdd<T>(sum, r, constant<T>(9));
  sum = multiplyAdd<T>(sum, r, constant<T>(10));
  sum = multiplyAdd<T>(sum, r, constant<T>(11));
  sum = multiplyAdd<T>(sum, r, constant<T>(12));
  if (sizeof<T>() == 8) {
    sum = multiplyAdd<T>(sum, r, constant<T>(13));
    sum = multiplyAdd<T>(sum, r, constant<T>(14));
    sum = multiplyAdd<T>(sum, r, constant<T>(15));
    sum = multiplyAdd<T>(sum, r, constant<T>(16));
    sum = multiplyAdd<T>(sum, r, constant<T>(17));
    sum = multiplyAdd<T>(sum, r, constant<T>(18));
    sum = multiplyAdd<T>(sum, r, constant<T>(19));
  }
  return multiplyAdd<T>(v128.mul<T>(r, r), sum, r);
}

/** e^x for any x: the power of two is applied in two halves, so that results near the ends of the range are right. */
export function exponential<T>(x: v128): v128 {
  const low = v128.splat<T>(sizeof<T>() == 4 ? <T>-105 : <T>-747);
  const high = v128.splat<T>(sizeof<T>() == 4 ? <T>90 : <T>711);
  const bounded = v128.pmin<T>(v128.pmax<T>(x, low), high);
  const n = unbiased<T>(biased<T>(bounded));
  const lower = v128.nearest<T>(v128.mul<T>(n, constant<T>(7)));
  const upper = v128.sub<T>(n, lower);
  const fractional = v128.add<T>(fraction<T>(bounded, n), constant<T>(4));
  const scaled = v128.mul<T>(fractional, powerOfTwo<T>(v128.add<T>(lower, constant<T>(1))));
  return v128.mul<T>(scaled, powerOfTwo<T>(v128.add<T>(upper, constant<T>(1))));
}

const singleSeries = memory.data<f32>([
  0.06666666666666667, 0.07692307692307693, 0.09090909090909091, 0.1111111111111111, 0.14285714285714285, 0.2,
  0.3333333333333333, 1.0,
]);
const doubleSeries = memory.data<f64>([
  0.02857142857142857, 0.030303030303030304, 0.03225806451612903, 0.034482758620689655, 0.037037037037037035, 0.04,
  0.043478260869565216, 0.047619047619047616, 0.05263157894736842, 0.058823529411764705, 0.06666666666666667,
  0.07692307692307693, 0.09090909090909091, 0.1111111111111111, 0.14285714285714285, 0.2, 0.3333333333333333, 1.0,
]);

/** log(1 + e) for 0 ≤ e ≤ 1: 2 artanh(e / (2 + e)) by its series. */
export function logOnePlus<T>(e: v128): v128 {
  const s = v128.div<T>(e, v128.add<T>(two<T>(), e));
  const square = v128.mul<T>(s, s);
  let sum = zeroOf();
  const terms: usize = sizeof<T>() == 4 ? 8 : 18;
  for (let k: usize = 0; k < terms; k++) {
    const term = sizeof<T>() == 4 ? v128.load32_splat(singleSeries + (k << 2)) : v128.load64_splat(doubleSeries + (k << 3));
    sum = v128.add<T>(v128.mul<T>(sum, square), term);
  }
  return v128.mul<T>(v128.mul<T>(two<T>(), s), sum);
}

// @ts-ignore: decorator
@inline
function zeroOf(): v128 {
  return i32x4.splat(0);
}

// Chebyshev coefficients of (1 + 2a) e^(a²) erfc(a) over s = (a − 3.75) / (a + 3.75), the form of Shepherd and
// Laframboise (1981), computed to 60 digits.
const normal = memory.data<f64>([
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6,
  7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10,
  -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17,
  5.068148904796111e-17, -2.2370566594359995e-18,
]);

/** erfc(a) e^(a²) for a ≥ 0. */
export function scaledComplement<T>(a: v128): v128 {
  const centre = v128.splat<T>(<T>3.75);
  const s = v128.div<T>(v128.sub<T>(a, centre), v128.add<T>(a, centre));
  const twice = v128.add<T>(s, s);
  let last = zeroOf();
  let sum = zeroOf();
  for (let k: usize = sizeof<T>() == 4 ? 12 : 25; k > 0; k--) {
    const next = v128.add<T>(v128.sub<T>(v128.mul<T>(twice, sum), last), coefficient<T>(k));
    last = sum;
    sum = next;
  }
  const value = v128.add<T>(v128.sub<T>(v128.mul<T>(s, sum), last), coefficient<T>(0));
  return v128.div<T>(value, v128.add<T>(v128.add<T>(a, a), one<T>()));
}

// @ts-ignore: decorator
@inline
function coefficient<T>(k: usize): v128 {
  return v128.splat<T>(<T>load<f64>(normal + (k << 3)));
}
