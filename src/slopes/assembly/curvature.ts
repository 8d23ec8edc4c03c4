// Second derivatives of activations, weighted with the adjoint. What has a vector form is computed in vectors, from the
// value and slope that are there already where that keeps all digits; the rest goes lane by lane through float64.
import * as op from '../instructions';
import { decay, parameter } from './activation';
import { exponential, half, one, two } from './exponential';
import { times } from './elementwise';
import { scalarCurvature } from './scalarCurvature';
import { at, multiplyAdd, unitSize, weight, zero } from './tile';

/** z = adjoint σ″(x) over `count` units; y and `slope` hold the activation's value and slope. */
export function curve<T>(
  panels: i32, kind: i32, x: i32, y: i32, slope: i32, adjoint: i32, z: i32, count: i32, parameters: i32,
): void {
  const p = weight<T>(parameters);
  for (let panel = 0; panel < panels; panel++) {
    const bytes = <usize>count * op.unitBytes;
    for (let v: usize = 0; v < bytes; v += 16) {
      const bent = curvature<T>(kind, at(panel, x) + v, at(panel, y) + v, at(panel, slope) + v, p);
      v128.store(at(panel, z) + v, times<T>(bent, v128.load(at(panel, adjoint) + v)));
    }
  }
}

// @ts-ignore: decorator
@inline
function curvature<T>(kind: i32, from: usize, value: usize, slope: usize, p: usize): v128 {
  const x = v128.load(from);
  const steep = v128.load(slope);
  switch (kind) {
    case op.actTanh: return v128.neg<T>(v128.mul<T>(twice<T>(v128.load(value)), steep));
    case op.actSigmoid: return v128.neg<T>(v128.mul<T>(halfTanh<T>(x), steep));
    case op.actSoftplus: {
      const beta = parameter<T>(p, 0);
      return v128.mul<T>(beta, bell<T>(v128.mul<T>(beta, x)));
    }
    case op.actSilu: {
      // β σ′(u) (2 − u tanh(u/2)), u = βx
      const beta = parameter<T>(p, 0);
      const u = v128.mul<T>(beta, x);
      const inner = v128.sub<T>(two<T>(), times<T>(u, halfTanh<T>(u)));
      return v128.mul<T>(beta, times<T>(inner, bell<T>(u)));
    }
    case op.actGelu: {
      // (2 − x²) φ(x)
      const square = v128.mul<T>(x, x);
      const density = v128.mul<T>(
        exponential<T>(v128.neg<T>(v128.mul<T>(square, half<T>()))),
        v128.splat<T>(<T>0.3989422804014327),
      );
      return times<T>(v128.sub<T>(two<T>(), square), density);
    }
    case op.actElu:
    case op.actSelu: return v128.andnot(steep, v128.gt<T>(x, zero()));
    case op.actCelu: return v128.andnot(v128.div<T>(steep, parameter<T>(p, 0)), v128.gt<T>(x, zero()));
    case op.actExponential:
    case op.actExpm1: return steep;
    case op.actSquare: return two<T>();
    case op.actErf: return v128.neg<T>(times<T>(twice<T>(x), steep));
    default: return lanes<T>(kind, from, p);
  }
}

// @ts-ignore: decorator
@inline
function twice<T>(x: v128): v128 {
  return v128.add<T>(x, x);
}

/** σ′(x) = e / (1 + e)² with e = e^(−|x|). */
// @ts-ignore: decorator
@inline
function bell<T>(x: v128): v128 {
  const e = decay<T>(x);
  const r = v128.div<T>(one<T>(), v128.add<T>(one<T>(), e));
  return v128.mul<T>(v128.mul<T>(e, r), r);
}

/** tanh(x / 2), near 0 by its series: 1 − e^(−|x|) would lose the digits there. */
function halfTanh<T>(x: v128): v128 {
  const sign = v128.and(x, v128.neg<T>(zero()));
  const e = decay<T>(x);
  const far = v128.div<T>(v128.sub<T>(one<T>(), e), v128.add<T>(one<T>(), e));
  const h = v128.abs<T>(v128.mul<T>(x, half<T>()));
  const square = v128.mul<T>(h, h);
  let sum = v128.splat<T>(<T>(-929569.0 / 638512875.0));
  sum = multiplyAdd<T>(sum, square, v128.splat<T>(<T>(21844.0 / 6081075.0)));
  sum = multiplyAdd<T>(sum, square, v128.splat<T>(<T>(-1382.0 / 155925.0)));
  sum = multiplyAdd<T>(sum, square, v128.splat<T>(<T>(62.0 / 2835.0)));
  sum = multiplyAdd<T>(sum, square, v128.splat<T>(<T>(-17.0 / 315.0)));
  sum = multiplyAdd<T>(sum, square, v128.splat<T>(<T>(2.0 / 15.0)));
  sum = multiplyAdd<T>(sum, square, v128.splat<T>(<T>(-1.0 / 3.0)));
  const near = multiplyAdd<T>(v128.mul<T>(h, square), sum, h);
  return v128.xor(v128.bitselect(near, far, v128.lt<T>(h, v128.splat<T>(<T>0.125))), sign);
}

/** Lane by lane through float64. */
function lanes<T>(kind: i32, from: usize, p: usize): v128 {
  const a = <f64>load<T>(p);
  const b = <f64>load<T>(p + sizeof<T>());
  let result = zero();
  if (sizeof<T>() == 4) {
    result = f32x4.replace_lane(result, 0, <f32>scalarCurvature(kind, load<f32>(from), a, b));
    result = f32x4.replace_lane(result, 1, <f32>scalarCurvature(kind, load<f32>(from, 4), a, b));
    result = f32x4.replace_lane(result, 2, <f32>scalarCurvature(kind, load<f32>(from, 8), a, b));
    return f32x4.replace_lane(result, 3, <f32>scalarCurvature(kind, load<f32>(from, 12), a, b));
  }
  result = f64x2.replace_lane(result, 0, scalarCurvature(kind, load<f64>(from), a, b));
  return f64x2.replace_lane(result, 1, scalarCurvature(kind, load<f64>(from, 8), a, b));
}
