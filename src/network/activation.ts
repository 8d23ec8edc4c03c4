import type { Activation, PlainActivation } from './network';

/**
 * The value of an activation at one number, in float64. `element` is the number of the element within its vector, for
 * parameters that are learned per element. Formulas are those of the Keras, ONNX and PyTorch specifications; forms are
 * chosen so that large arguments neither overflow nor lose digits, and NaN stays NaN: what cannot be computed may not look
 * like a unit that is off.
 */
export function activate(activation: Activation, x: number, element: number): number {
  switch (activation.kind) {
    case 'leakyRelu':
      return x > 0 ? x : activation.alpha * x;
    case 'prelu':
      return x > 0 ? x : activation.alpha[element]! * x;
    case 'elu':
      return x > 0 ? x : activation.alpha * Math.expm1(x);
    case 'celu':
      return x > 0 ? x : activation.alpha * Math.expm1(x / activation.alpha);
    case 'selu':
      return activation.scale * (x > 0 ? x : activation.alpha * Math.expm1(x));
    case 'thresholdedRelu':
      return x <= activation.alpha ? 0 : x;
    case 'hardSigmoid':
      return clip(activation.alpha * x + activation.beta, 0, 1);
    case 'hardSilu':
      return x * clip(activation.alpha * x + activation.beta, 0, 1);
    case 'clip':
      return clip(x, activation.low, activation.high);
    case 'softShrink':
      return Math.abs(x) <= activation.threshold ? 0 : x - Math.sign(x) * activation.threshold;
    case 'hardShrink':
      return Math.abs(x) <= activation.threshold ? 0 : x;
    case 'softplus':
      return softplus(activation.beta * x) / activation.beta;
    case 'silu':
      return x * sigmoid(activation.beta * x);
    case 'squareplus':
      return squareplus(x, activation.b);
    case 'scaledTanh':
      return activation.alpha * Math.tanh(activation.beta * x);
    case 'power':
      return x ** activation.exponent;
    case 'clippedSigmoid':
      return x < -activation.limit ? 0 : x > activation.limit ? 1 : sigmoid(x);
    default:
      return plainActivations[activation.kind](x);
  }
}

const plainActivations: Readonly<Record<PlainActivation, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  sigmoid,
  logSigmoid: (x) => -softplus(-x),
  tanh: Math.tanh,
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  abs: Math.abs,
  negative: (x) => -x,
  gelu: (x) => x * normalCumulative(x),
  geluTanh: (x) => 0.5 * x * (1 + Math.tanh(geluInner(x))),
  mish: (x) => x * Math.tanh(softplus(x)),
  erf,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  sparsePlus: (x) => (x <= -1 ? 0 : x >= 1 ? x : ((x + 1) * (x + 1)) / 4),
  sparseSigmoid: (x) => (x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2),
  tanhShrink: (x) => x - Math.tanh(x),
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfToEven,
  truncate: Math.trunc,
  not: (x) => (x === 0 ? 1 : 0),
};

/** 1 / (1 + exp(−x)) without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** log(1 + exp(x)) without overflow and without losing digits for very negative x. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** (x + √(x² + b)) / 2, below 0 as b / (2 (√(x² + b) − x)), where the sum would cancel. */
function squareplus(x: number, b: number): number {
  const root = Math.sqrt(x * x + b);
  return x < 0 ? b / (2 * (root - x)) : (x + root) / 2;
}

/** The argument of the tanh in the tanh form of GELU (Hendrycks and Gimpel 2016): √(2/π) (x + 0.044715 x³). */
export function geluInner(x: number): number {
  return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
}

/** Φ(x) = erfc(−x / √2) / 2, with full relative precision in the lower tail. */
export function normalCumulative(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/**
 * The error function to float64 precision: the Maclaurin series where it converges without cancellation, the
 * continued fraction of erfc beyond (Abramowitz and Stegun, 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) > 2) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** The complementary error function; above 2 by its continued fraction, evaluated from the tail. */
function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 2) return 1 - erf(x);
  if (x > 28) return 0;
  let tail = 0;
  for (let n = 120; n >= 1; n--) tail = n / 2 / (x + tail);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
}

function clip(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
