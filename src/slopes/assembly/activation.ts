// Values and slopes of activations. What has a vector form is computed in vectors in both precisions; rare functions go
// lane by lane through float64. Slopes of saturating functions use forms such as 4e / (1 + e)², never 1 − t².
import * as op from '../instructions';
import {
  biased, exponential, fraction, half, logOnePlus, notTooLow, one, powerOfTwo, scaledComplement, signBit, two, unbiased,
} from './exponential';
import { scalarSlope, scalarValue } from './scalar';
import { at, multiplyAdd, weight, zero, unitSize } from './tile';

/** Runs an activation over `count` units: values to y, slopes to `slope` unless that is −1. y may be x. */
export function activate<T>(
  panels: i32, kind: i32, x: i32, y: i32, slope: i32, count: i32, parameters: i32, perUnit: i32,
): void {
  // The frequent ones get a loop of their own.
  switch (kind) {
    case op.actRelu: relu<T>(panels, x, y, count); break;
    case op.actSigmoid: sweep<T>(panels, op.actSigmoid, x, y, slope, count, parameters, 0); break;
    case op.actTanh: sweep<T>(panels, op.actTanh, x, y, slope, count, parameters, 0); break;
    case op.actLeakyRelu: sweep<T>(panels, op.actLeakyRelu, x, y, slope, count, parameters, 0); break;
    case op.actSoftplus: sweep<T>(panels, op.actSoftplus, x, y, slope, count, parameters, 0); break;
    case op.actSilu: sweep<T>(panels, op.actSilu, x, y, slope, count, parameters, 0); break;
    case op.actGelu: sweep<T>(panels, op.actGelu, x, y, slope, count, parameters, 0); break;
    case op.actElu: sweep<T>(panels, op.actElu, x, y, slope, count, parameters, 0); break;
    case op.actSelu: sweep<T>(panels, op.actSelu, x, y, slope, count, parameters, 0); break;
    default: sweepAny<T>(panels, kind, x, y, slope, count, parameters, perUnit);
  }
}

/** max(x, 0), NaN kept. The slope is read off the value's sign where it is needed. */
function relu<T>(panels: i32, x: i32, y: i32, count: i32): void {
  const off = zero();
  for (let panel = 0; panel < panels; panel++) {
    let from = at(panel, x);
    let to = at(panel, y);
    for (let unit = 0; unit < count; unit++) {
      v128.store(to, v128.pmax<T>(v128.load(from), off));
      v128.store(to, v128.pmax<T>(v128.load(from, 16), off), 16);
      v128.store(to, v128.pmax<T>(v128.load(from, 32), off), 32);
      v128.store(to, v128.pmax<T>(v128.load(from, 48), off), 48);
      from += unitSize;
      to += unitSize;
    }
  }
}

function sweepAny<T>(
  panels: i32, kind: i32, x: i32, y: i32, slope: i32, count: i32, parameters: i32, perUnit: i32,
): void {
  sweep<T>(panels, kind, x, y, slope, count, parameters, perUnit);
}

// @ts-ignore: decorator
@inline
function sweep<T>(
  panels: i32, kind: i32, x: i32, y: i32, slope: i32, count: i32, parameters: i32, perUnit: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let from = at(panel, x);
    let to = at(panel, y);
    let along: usize = slope >= 0 ? at(panel, slope) : 0;
    let at0 = weight<T>(parameters);
    for (let unit = 0; unit < count; unit++) {
      for (let v: usize = 0; v < unitSize; v += 16) apply<T>(kind, from + v, to + v, along ? along + v : 0, at0);
      from += op.unitBytes;
      to += op.unitBytes;
      if (along) along += op.unitBytes;
      at0 += <usize>perUnit * sizeof<T>();
    }
  }
}

/** Parameter number `index` of a unit, in all lanes. */
// @ts-ignore: decorator
@inline
export function parameter<T>(parameters: usize, index: i32): v128 {
  return v128.load_splat<T>(parameters + <usize>index * sizeof<T>());
}

// @ts-ignore: decorator
@inline
function give(y: usize, slope: usize, value: v128, steepness: v128): void {
  v128.store(y, value);
  if (slope) v128.store(slope, steepness);
}

/** One vector through an activation. */
// @ts-ignore: decorator
@inline
function apply<T>(kind: i32, from: usize, y: usize, slope: usize, p: usize): void {
  const x = v128.load(from);
  if (kind == op.actSigmoid) sigmoid<T>(x, y, slope);
  else if (kind == op.actTanh) tanh<T>(x, y, slope);
  else if (kind == op.actLeakyRelu || kind == op.actPrelu) {
    const on = v128.gt<T>(x, zero());
    const alpha = parameter<T>(p, 0);
    give(y, slope, v128.bitselect(x, v128.mul<T>(alpha, x), on), v128.bitselect(one<T>(), alpha, on));
  } else if (kind == op.actSoftplus) softplus<T>(x, parameter<T>(p, 0), y, slope);
  else if (kind == op.actSilu) silu<T>(x, parameter<T>(p, 0), y, slope);
  else if (kind == op.actGelu) gelu<T>(x, y, slope);
  else if (kind == op.actElu) elu<T>(x, parameter<T>(p, 0), one<T>(), one<T>(), y, slope);
  else if (kind == op.actSelu) elu<T>(x, parameter<T>(p, 0), one<T>(), parameter<T>(p, 1), y, slope);
  else rare<T>(kind, x, from, y, slope, p);
}

/** e = e^(−|x|): σ = 1/(1+e) or e/(1+e), σ' = e/(1+e)². */
// @ts-ignore: decorator
@inline
function sigmoid<T>(x: v128, y: usize, slope: usize): void {
  const e = decay<T>(x);
  const r = v128.div<T>(one<T>(), v128.add<T>(one<T>(), e));
  const er = v128.mul<T>(e, r);
  give(y, slope, v128.bitselect(er, r, v128.lt<T>(x, zero())), v128.mul<T>(er, r));
}

/** e^(−|x|) */
// @ts-ignore: decorator
@inline
export function decay<T>(x: v128): v128 {
  const z = notTooLow<T>(v128.or(x, signBit<T>()));
  const k = biased<T>(z);
  const s = powerOfTwo<T>(k);
  return multiplyAdd<T>(s, fraction<T>(z, unbiased<T>(k)), s);
}

/** With e = e^(−2|x|): tanh x = ±(1 − e)/(1 + e), slope 4e/(1 + e)². */
// @ts-ignore: decorator
@inline
function tanh<T>(x: v128, y: usize, slope: usize): void {
  const sign = signBit<T>();
  const z = notTooLow<T>(v128.or(v128.add<T>(x, x), sign));
  const k = biased<T>(z);
  const s = powerOfTwo<T>(k);
  const f = fraction<T>(z, unbiased<T>(k));
  // e − 1, which is never positive, without cancellation.
  const less = multiplyAdd<T>(s, f, v128.sub<T>(s, one<T>()));
  const r = v128.div<T>(one<T>(), v128.add<T>(two<T>(), less));
  v128.store(y, v128.xor(v128.mul<T>(less, r), v128.andnot(sign, x)));
  if (!slope) return;
  const twice = v128.add<T>(r, r);
  v128.store(slope, v128.mul<T>(v128.mul<T>(multiplyAdd<T>(s, f, s), twice), twice));
}

/** α tanh(βx), slope αβ tanh'(βx). */
// @ts-ignore: decorator
@inline
function scaledTanh<T>(x: v128, alpha: v128, beta: v128, y: usize, slope: usize): void {
  tanh<T>(v128.mul<T>(beta, x), y, slope);
  v128.store(y, v128.mul<T>(alpha, v128.load(y)));
  if (slope) v128.store(slope, v128.mul<T>(v128.mul<T>(alpha, beta), v128.load(slope)));
}

/** log(1 + e^(βx)) / β, slope σ(βx). */
// @ts-ignore: decorator
@inline
function softplus<T>(x: v128, beta: v128, y: usize, slope: usize): void {
  const u = v128.mul<T>(beta, x);
  const e = decay<T>(u);
  const value = v128.add<T>(v128.pmax<T>(u, zero()), logOnePlus<T>(e));
  const r = v128.div<T>(one<T>(), v128.add<T>(one<T>(), e));
  give(y, slope, v128.div<T>(value, beta), v128.bitselect(v128.mul<T>(e, r), r, v128.lt<T>(u, zero())));
}

/** x σ(βx), slope σ + βx σ'. */
// @ts-ignore: decorator
@inline
function silu<T>(x: v128, beta: v128, y: usize, slope: usize): void {
  const u = v128.mul<T>(beta, x);
  const e = decay<T>(u);
  const r = v128.div<T>(one<T>(), v128.add<T>(one<T>(), e));
  const er = v128.mul<T>(e, r);
  const gate = v128.bitselect(er, r, v128.lt<T>(u, zero()));
  give(y, slope, v128.mul<T>(x, gate), v128.add<T>(gate, v128.mul<T>(u, v128.mul<T>(er, r))));
}

/** x Φ(x), slope Φ + x φ. */
// @ts-ignore: decorator
@inline
function gelu<T>(x: v128, y: usize, slope: usize): void {
  const bell = exponential<T>(v128.neg<T>(v128.mul<T>(v128.mul<T>(x, x), half<T>())));
  const a = v128.mul<T>(v128.abs<T>(x), v128.splat<T>(<T>Math.SQRT1_2));
  const tail = v128.mul<T>(v128.mul<T>(scaledComplement<T>(a), bell), half<T>());
  const below = v128.bitselect(tail, v128.sub<T>(one<T>(), tail), v128.lt<T>(x, zero()));
  // 1/√(2π)
  const density = v128.mul<T>(bell, v128.splat<T>(<T>0.3989422804014327));
  // Far out the bell is 0 and x may be infinite: their product counts as 0.
  const rest = v128.and(v128.mul<T>(x, density), v128.ne<T>(density, zero()));
  give(y, slope, v128.mul<T>(x, below), v128.add<T>(below, rest));
}

/** scale · (x or α (e^(x/width) − 1)); the lower branch's slope is scale · α / width · e^(x/width). */
// @ts-ignore: decorator
@inline
function elu<T>(x: v128, alpha: v128, width: v128, scale: v128, y: usize, slope: usize): void {
  const z = notTooLow<T>(v128.div<T>(v128.pmin<T>(x, zero()), width));
  const k = biased<T>(z);
  const s = powerOfTwo<T>(k);
  const sp = v128.mul<T>(s, fraction<T>(z, unbiased<T>(k)));
  const less = v128.add<T>(sp, v128.sub<T>(s, one<T>()));
  const on = v128.gt<T>(x, zero());
  const steep = v128.mul<T>(v128.div<T>(alpha, width), v128.add<T>(s, sp));
  give(
    y, slope,
    v128.mul<T>(scale, v128.bitselect(x, v128.mul<T>(alpha, less), on)),
    v128.mul<T>(scale, v128.bitselect(one<T>(), steep, on)),
  );
}

/** Everything that is met less often. */
function rare<T>(kind: i32, x: v128, from: usize, y: usize, slope: usize, p: usize): void {
  const unit = one<T>();
  switch (kind) {
    case op.actLinear: give(y, slope, x, unit); return;
    case op.actNegative: give(y, slope, v128.neg<T>(x), v128.neg<T>(unit)); return;
    case op.actAbs: {
      const sign = v128.sub<T>(v128.and(unit, v128.gt<T>(x, zero())), v128.and(unit, v128.lt<T>(x, zero())));
      give(y, slope, v128.abs<T>(x), sign);
      return;
    }
    case op.actSquare: give(y, slope, v128.mul<T>(x, x), v128.add<T>(x, x)); return;
    case op.actReciprocal:
      give(y, slope, v128.div<T>(unit, x), v128.neg<T>(v128.div<T>(unit, v128.mul<T>(x, x))));
      return;
    case op.actSqrt: {
      const root = v128.sqrt<T>(x);
      give(y, slope, root, v128.div<T>(half<T>(), root));
      return;
    }
    case op.actCelu: elu<T>(x, parameter<T>(p, 0), parameter<T>(p, 0), unit, y, slope); return;
    case op.actScaledTanh: scaledTanh<T>(x, parameter<T>(p, 0), parameter<T>(p, 1), y, slope); return;
    case op.actExponential: {
      const e = exponential<T>(x);
      give(y, slope, e, e);
      return;
    }
    case op.actLogSigmoid: {
      // −softplus(−x), slope σ(−x)
      const e = decay<T>(x);
      const value = v128.sub<T>(v128.pmin<T>(x, zero()), logOnePlus<T>(e));
      const r = v128.div<T>(unit, v128.add<T>(unit, e));
      give(y, slope, value, v128.bitselect(v128.mul<T>(e, r), r, v128.gt<T>(x, zero())));
      return;
    }
    case op.actClippedSigmoid: {
      const limit = parameter<T>(p, 0);
      const below = v128.lt<T>(x, v128.neg<T>(limit));
      const above = v128.gt<T>(x, limit);
      sigmoid<T>(x, y, slope);
      v128.store(y, v128.bitselect(unit, v128.andnot(v128.load(y), below), above));
      if (slope) v128.store(slope, v128.andnot(v128.load(slope), v128.or(below, above)));
      return;
    }
    case op.actGeluTanh: geluTanh<T>(x, y, slope); return;
    case op.actMish: mish<T>(x, y, slope); return;
    case op.actErf: erf<T>(x, y, slope); return;
    case op.actSoftsign: {
      const r = v128.div<T>(unit, v128.add<T>(unit, v128.abs<T>(x)));
      give(y, slope, v128.mul<T>(x, r), v128.mul<T>(r, r));
      return;
    }
    case op.actSquareplus: {
      const root = v128.sqrt<T>(v128.add<T>(v128.mul<T>(x, x), parameter<T>(p, 0)));
      // (1 + x/√…)/2 without cancellation below 0: b / (2 √… (√… − x)).
      const upper = v128.mul<T>(half<T>(), v128.add<T>(unit, v128.div<T>(x, root)));
      const gap = v128.sub<T>(root, x);
      const lower = v128.div<T>(v128.mul<T>(half<T>(), parameter<T>(p, 0)), v128.mul<T>(root, gap));
      const negative = v128.lt<T>(x, zero());
      const value = v128.bitselect(
        v128.div<T>(v128.mul<T>(half<T>(), parameter<T>(p, 0)), gap),
        v128.mul<T>(half<T>(), v128.add<T>(x, root)),
        negative,
      );
      give(y, slope, value, v128.bitselect(lower, upper, negative));
      return;
    }
    default:
      if (piecewise<T>(kind, x, y, slope, p)) return;
      lanes<T>(kind, from, y, slope, p);
  }
}

/** The value, but NaN where x is. */
// @ts-ignore: decorator
@inline
function orNaN<T>(x: v128, value: v128): v128 {
  return v128.bitselect(x, value, v128.ne<T>(x, x));
}

/** Activations made of straight pieces, parabolas and steps; false if `kind` is none of them. */
function piecewise<T>(kind: i32, x: v128, y: usize, slope: usize, p: usize): bool {
  const unit = one<T>();
  const first = parameter<T>(p, 0);
  if (kind == op.actThresholdedRelu) {
    const on = v128.gt<T>(x, first);
    give(y, slope, orNaN<T>(x, v128.and(x, on)), v128.and(unit, on));
  } else if (kind == op.actHardSigmoid || kind == op.actHardSilu) {
    const gate = v128.add<T>(v128.mul<T>(first, x), parameter<T>(p, 1));
    const above = v128.ge<T>(gate, unit);
    const inside = v128.andnot(v128.gt<T>(gate, zero()), above);
    const value = v128.pmin<T>(v128.pmax<T>(gate, zero()), unit);
    if (kind == op.actHardSigmoid) give(y, slope, value, v128.and(first, inside));
    else {
      const middle = v128.and(v128.add<T>(gate, v128.mul<T>(first, x)), inside);
      give(y, slope, v128.mul<T>(x, value), v128.or(middle, v128.and(unit, above)));
    }
  } else if (kind == op.actClip) {
    const high = parameter<T>(p, 1);
    const inside = v128.and(v128.gt<T>(x, first), v128.lt<T>(x, high));
    give(y, slope, v128.pmin<T>(v128.pmax<T>(x, first), high), v128.and(unit, inside));
  } else if (kind == op.actSoftShrink || kind == op.actHardShrink) {
    const above = v128.gt<T>(x, first);
    const below = v128.lt<T>(x, v128.neg<T>(first));
    const outside = v128.or(above, below);
    const shift = kind == op.actSoftShrink ? v128.or(v128.and(first, above), v128.and(v128.neg<T>(first), below)) : zero();
    give(y, slope, orNaN<T>(x, v128.and(v128.sub<T>(x, shift), outside)), v128.and(unit, outside));
  } else if (kind == op.actSparsePlus || kind == op.actSparseSigmoid) {
    const above = v128.ge<T>(x, unit);
    const inside = v128.andnot(v128.gt<T>(x, v128.neg<T>(unit)), above);
    const line = v128.mul<T>(half<T>(), v128.add<T>(x, unit));
    if (kind == op.actSparseSigmoid)
      give(y, slope, orNaN<T>(x, v128.or(v128.and(unit, above), v128.and(line, inside))), v128.and(half<T>(), inside));
    else {
      const value = v128.or(v128.and(x, above), v128.and(v128.mul<T>(line, line), inside));
      give(y, slope, orNaN<T>(x, value), v128.or(v128.and(unit, above), v128.and(line, inside)));
    }
  } else if (kind == op.actSign) {
    const sign = v128.sub<T>(v128.and(unit, v128.gt<T>(x, zero())), v128.and(unit, v128.lt<T>(x, zero())));
    give(y, slope, orNaN<T>(x, sign), zero());
  } else if (kind == op.actFloor) give(y, slope, v128.floor<T>(x), zero());
  else if (kind == op.actCeil) give(y, slope, v128.ceil<T>(x), zero());
  else if (kind == op.actRound) give(y, slope, v128.nearest<T>(x), zero());
  else if (kind == op.actTruncate) give(y, slope, v128.trunc<T>(x), zero());
  else if (kind == op.actNot) give(y, slope, v128.and(unit, v128.eq<T>(x, zero())), zero());
  else return false;
  return true;
}

/** x σ(2u), u = √(2/π) (x + 0.044715 x³); slope σ(2u) + 2 x σ'(2u) u'. */
function geluTanh<T>(x: v128, y: usize, slope: usize): void {
  const root = v128.splat<T>(<T>0.7978845608028654);
  const square = v128.mul<T>(v128.splat<T>(<T>0.044715), v128.mul<T>(x, x));
  const twice = v128.mul<T>(v128.mul<T>(v128.add<T>(x, x), root), v128.add<T>(one<T>(), square));
  const e = decay<T>(twice);
  const r = v128.div<T>(one<T>(), v128.add<T>(one<T>(), e));
  const er = v128.mul<T>(e, r);
  const gate = v128.bitselect(er, r, v128.lt<T>(x, zero()));
  const inner = v128.mul<T>(root, v128.add<T>(one<T>(), v128.mul<T>(v128.splat<T>(<T>3), square)));
  const rest = v128.mul<T>(v128.mul<T>(v128.add<T>(x, x), v128.mul<T>(er, r)), inner);
  give(y, slope, v128.mul<T>(x, gate), v128.add<T>(gate, rest));
}

/** x tanh(s), s = softplus(x); slope tanh(s) + x σ(x) tanh'(s), all in e = e^(−|x|). */
function mish<T>(x: v128, y: usize, slope: usize): void {
  const negative = v128.lt<T>(x, zero());
  const e = decay<T>(x);
  const plus = v128.add<T>(one<T>(), e);
  const plus2 = v128.mul<T>(plus, plus);
  const e2 = v128.mul<T>(e, e);
  // With w = e^x: tanh(s) = (w² + 2w) / (w² + 2w + 2); above 0 numerator and denominator are multiplied with e².
  const below = v128.add<T>(e2, v128.add<T>(e, e));
  const above = v128.add<T>(one<T>(), v128.add<T>(e, e));
  const top = v128.bitselect(below, above, negative);
  const bottom = v128.add<T>(top, v128.bitselect(two<T>(), v128.add<T>(e2, e2), negative));
  const t = v128.div<T>(top, bottom);
  // tanh'(s) = 4 (1 + w)² / ((1 + w)² + 1)²
  const sum = v128.add<T>(plus2, v128.bitselect(one<T>(), e2, negative));
  const scaled = v128.bitselect(plus2, v128.mul<T>(plus2, e2), negative);
  const steep = v128.div<T>(v128.mul<T>(v128.splat<T>(<T>4), scaled), v128.mul<T>(sum, sum));
  const gate = v128.div<T>(v128.bitselect(e, one<T>(), negative), plus);
  give(y, slope, v128.mul<T>(x, t), v128.add<T>(t, v128.mul<T>(v128.mul<T>(x, gate), steep)));
}

/** erf by 1 − erfc away from 0, by its series near 0; slope 2/√π e^(−x²). */
function erf<T>(x: v128, y: usize, slope: usize): void {
  const square = v128.mul<T>(x, x);
  const bell = exponential<T>(v128.neg<T>(square));
  const a = v128.abs<T>(x);
  const far = v128.sub<T>(one<T>(), v128.mul<T>(scaledComplement<T>(a), bell));
  // Σ 2/√π e^(−x²) 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), enough terms for |x| < 0.5.
  let term = a;
  let near = a;
  for (let n = 1; n < 16; n++) {
    term = v128.mul<T>(term, v128.mul<T>(square, v128.splat<T>(<T>(2.0 / <f64>(2 * n + 1)))));
    near = v128.add<T>(near, term);
  }
  const steep = v128.mul<T>(bell, v128.splat<T>(<T>1.1283791670955126));
  const close = v128.lt<T>(a, half<T>());
  const nearby = v128.mul<T>(near, steep);
  const value = v128.bitselect(nearby, far, close);
  const sign = v128.and(x, v128.neg<T>(zero()));
  give(y, slope, v128.or(value, sign), steep);
}

/** Lane by lane through float64. */
function lanes<T>(kind: i32, from: usize, y: usize, slope: usize, p: usize): void {
  for (let lane: usize = 0; lane < 16; lane += sizeof<T>()) {
    const x = <f64>load<T>(from + lane);
    store<T>(y + lane, <T>scalarValue(kind, x, <f64>load<T>(p)));
    if (slope) store<T>(slope + lane, <T>scalarSlope(kind, x, <f64>load<T>(p)));
  }
}
