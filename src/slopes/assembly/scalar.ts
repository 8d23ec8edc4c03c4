// Rare functions, one number at a time in float64: the standard library's elementary functions and their slopes.
import * as op from '../instructions';

/** The value of an elementary function; `p` is the exponent of a power. */
export function scalarValue(kind: i32, x: f64, p: f64): f64 {
  switch (kind) {
    case op.actPower: return Math.pow(x, p);
    case op.actExpm1: return Math.expm1(x);
    case op.actLog: return Math.log(x);
    case op.actLog1p: return Math.log1p(x);
    case op.actSin: return Math.sin(x);
    case op.actCos: return Math.cos(x);
    case op.actTan: return Math.tan(x);
    case op.actAsin: return Math.asin(x);
    case op.actAcos: return Math.acos(x);
    case op.actAtan: return Math.atan(x);
    case op.actSinh: return Math.sinh(x);
    case op.actCosh: return Math.cosh(x);
    case op.actAsinh: return Math.asinh(x);
    case op.actAcosh: return Math.acosh(x);
    case op.actAtanh: return Math.atanh(x);
    case op.actTanhShrink: return x - Math.tanh(x);
    default: return NaN;
  }
}

/** Its slope. */
export function scalarSlope(kind: i32, x: f64, p: f64): f64 {
  switch (kind) {
    case op.actPower: return p == 0 ? 0 : p * Math.pow(x, p - 1);
    case op.actExpm1: return Math.exp(x);
    case op.actLog: return 1 / x;
    case op.actLog1p: return 1 / (1 + x);
    case op.actSin: return Math.cos(x);
    case op.actCos: return -Math.sin(x);
    case op.actTan: return 1 / (Math.cos(x) * Math.cos(x));
    case op.actAsin: return 1 / Math.sqrt((1 - x) * (1 + x));
    case op.actAcos: return -1 / Math.sqrt((1 - x) * (1 + x));
    case op.actAtan: return 1 / (1 + x * x);
    case op.actSinh: return Math.cosh(x);
    case op.actCosh: return Math.sinh(x);
    case op.actAsinh: return 1 / Math.hypot(x, 1);
    case op.actAcosh: return 1 / Math.sqrt((x - 1) * (x + 1));
    case op.actAtanh: return 1 / ((1 - x) * (1 + x));
    case op.actTanhShrink: {
      const t = Math.tanh(x);
      return t * t;
    }
    default: return NaN;
  }
}
