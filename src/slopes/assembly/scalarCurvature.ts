// Second derivatives of the less frequent activations, one number at a time in float64.
import * as op from '../instructions';

/** σ″(x); `p` and `q` are the activation's parameters. Kinds made of straight pieces give 0. */
export function scalarCurvature(kind: i32, x: f64, p: f64, q: f64): f64 {
  switch (kind) {
    case op.actLogSigmoid: return -sigmoidSlope(x);
    case op.actClippedSigmoid: return Math.abs(x) > p ? 0 : -Math.tanh(x / 2) * sigmoidSlope(x);
    case op.actScaledTanh: return p * q * q * tanhCurvature(q * x);
    case op.actTanhShrink: return -tanhCurvature(x);
    case op.actSoftsign: return (-2 * Math.sign(x)) / cube(1 + Math.abs(x));
    case op.actSquareplus: return (0.5 * p) / threeHalves(x * x + p);
    case op.actHardSilu: {
      const gate = p * x + q;
      return gate > 0 && gate < 1 ? 2 * p : 0;
    }
    case op.actSparsePlus: return x > -1 && x < 1 ? 0.5 : 0;
    case op.actPower: return p == 0 || p == 1 ? 0 : p * (p - 1) * Math.pow(x, p - 2);
    case op.actGeluTanh: return geluTanh(x);
    case op.actMish: return mish(x);
    default: return elementary(kind, x);
  }
}

function elementary(kind: i32, x: f64): f64 {
  switch (kind) {
    case op.actLog: return -1 / (x * x);
    case op.actLog1p: return -1 / ((1 + x) * (1 + x));
    case op.actSqrt: return -0.25 / (x * Math.sqrt(x));
    case op.actReciprocal: return 2 / cube(x);
    case op.actSin: return -Math.sin(x);
    case op.actCos: return -Math.cos(x);
    case op.actTan: return (2 * Math.tan(x)) / (Math.cos(x) * Math.cos(x));
    case op.actAsin: return x / threeHalves((1 - x) * (1 + x));
    case op.actAcos: return -x / threeHalves((1 - x) * (1 + x));
    case op.actAtan: return (-2 * x) / ((1 + x * x) * (1 + x * x));
    case op.actSinh: return Math.sinh(x);
    case op.actCosh: return Math.cosh(x);
    case op.actAsinh: return -x / threeHalves(1 + x * x);
    case op.actAcosh: return -x / threeHalves((x - 1) * (x + 1));
    case op.actAtanh: return (2 * x) / ((1 - x) * (1 + x) * ((1 - x) * (1 + x)));
    default: return 0;
  }
}

function cube(x: f64): f64 {
  return x * x * x;
}

/** x^(3/2) */
function threeHalves(x: f64): f64 {
  return x * Math.sqrt(x);
}

/** e / (1 + e)², e = e^(−|x|) */
function sigmoidSlope(x: f64): f64 {
  const e = Math.exp(-Math.abs(x));
  return e / ((1 + e) * (1 + e));
}

function tanhSlope(x: f64): f64 {
  return 4 * sigmoidSlope(2 * x);
}

function tanhCurvature(x: f64): f64 {
  return -2 * Math.tanh(x) * tanhSlope(x);
}

function geluTanh(x: f64): f64 {
  const root = Math.sqrt(2 / Math.PI);
  const inner = root * (x + 0.044715 * cube(x));
  const first = root * (1 + 3 * 0.044715 * x * x);
  const second = root * 6 * 0.044715 * x;
  return tanhSlope(inner) * first + 0.5 * x * (tanhCurvature(inner) * first * first + tanhSlope(inner) * second);
}

/** With s = softplus x: 2σ tanh′(s) + x (σ′ tanh′(s) + σ² tanh″(s)). */
function mish(x: f64): f64 {
  const e = Math.exp(-Math.abs(x));
  const s = Math.max(x, 0) + Math.log1p(e);
  const gate = (x < 0 ? e : 1) / (1 + e);
  return 2 * gate * tanhSlope(s) + x * (sigmoidSlope(x) * tanhSlope(s) + gate * gate * tanhCurvature(s));
}
