import { geluInner, normalCumulative, sigmoid, softplus } from '../network/activation';
import type { Activation, PlainActivation } from '../network/network';

/**
 * The derivative of an activation at one number, in float64.
 *
 * At kinks Slopescope's convention holds: relu and |x| have slope 0 at 0, clipping has slope 0 at and beyond its
 * bounds, leaky forms have the slope of their lower branch. Saturating functions use stable forms such as
 * 4e/(1+e)² instead of 1 − tanh², so that a saturated unit's slope keeps its digits.
 */
export function activationSlope(activation: Activation, x: number, element: number): number {
  switch (activation.kind) {
    case 'leakyRelu':
      return x > 0 ? 1 : activation.alpha;
    case 'prelu':
      return x > 0 ? 1 : activation.alpha[element]!;
    case 'elu':
      return x > 0 ? 1 : activation.alpha * Math.exp(x);
    case 'celu':
      return x > 0 ? 1 : Math.exp(x / activation.alpha);
    case 'selu':
      return activation.scale * (x > 0 ? 1 : activation.alpha * Math.exp(x));
    case 'thresholdedRelu':
      return x > activation.alpha ? 1 : 0;
    case 'hardSigmoid':
      return inside(activation.alpha * x + activation.beta, 0, 1) ? activation.alpha : 0;
    case 'hardSilu':
      return hardSiluSlope(activation.alpha, activation.beta, x);
    case 'clip':
      return inside(x, activation.low, activation.high) ? 1 : 0;
    case 'softShrink':
    case 'hardShrink':
      return Math.abs(x) > activation.threshold ? 1 : 0;
    case 'softplus':
      return sigmoid(activation.beta * x);
    case 'silu':
      return sigmoid(activation.beta * x) + activation.beta * x * sigmoidSlope(activation.beta * x);
    case 'squareplus':
      return squareplusSlope(x, activation.b);
    case 'scaledTanh':
      return activation.alpha * activation.beta * tanhSlope(activation.beta * x);
    case 'power':
      return activation.exponent === 0 ? 0 : activation.exponent * x ** (activation.exponent - 1);
    case 'clippedSigmoid':
      return Math.abs(x) > activation.limit ? 0 : sigmoidSlope(x);
    default:
      return plainSlopes[activation.kind](x);
  }
}

/** σ'(x) = e / (1 + e)² with e = exp(−|x|). */
function sigmoidSlope(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return e / ((1 + e) * (1 + e));
}

/** tanh'(x) = 4e / (1 + e)² with e = exp(−2|x|). */
function tanhSlope(x: number): number {
  return 4 * sigmoidSlope(2 * x);
}

const none = (): number => 0;

const plainSlopes: Readonly<Record<PlainActivation, (x: number) => number>> = {
  linear: () => 1,
  relu: (x) => (x > 0 ? 1 : 0),
  sigmoid: sigmoidSlope,
  logSigmoid: (x) => sigmoid(-x),
  tanh: tanhSlope,
  softsign: (x) => 1 / ((1 + Math.abs(x)) * (1 + Math.abs(x))),
  exponential: Math.exp,
  expm1: Math.exp,
  log: (x) => 1 / x,
  log1p: (x) => 1 / (1 + x),
  sqrt: (x) => 0.5 / Math.sqrt(x),
  square: (x) => 2 * x,
  reciprocal: (x) => -1 / (x * x),
  abs: Math.sign,
  negative: () => -1,
  // Φ(x) + x φ(x)
  gelu: (x) => normalCumulative(x) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI),
  geluTanh: geluTanhSlope,
  // With s = softplus(x): tanh(s) + x σ(x) tanh'(s)
  mish: (x) => Math.tanh(softplus(x)) + x * sigmoid(x) * tanhSlope(softplus(x)),
  erf: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
  sin: Math.cos,
  cos: (x) => -Math.sin(x),
  tan: (x) => 1 / (Math.cos(x) * Math.cos(x)),
  asin: (x) => 1 / Math.sqrt((1 - x) * (1 + x)),
  acos: (x) => -1 / Math.sqrt((1 - x) * (1 + x)),
  atan: (x) => 1 / (1 + x * x),
  sinh: Math.cosh,
  cosh: Math.sinh,
  asinh: (x) => 1 / Math.hypot(x, 1),
  acosh: (x) => 1 / Math.sqrt((x - 1) * (x + 1)),
  atanh: (x) => 1 / ((1 - x) * (1 + x)),
  sparsePlus: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) / 2 : 1),
  sparseSigmoid: (x) => (x > -1 && x < 1 ? 0.5 : 0),
  // 1 − tanh' without cancellation near 0: tanh².
  tanhShrink: (x) => Math.tanh(x) ** 2,
  sign: none,
  floor: none,
  ceil: none,
  round: none,
  truncate: none,
  not: none,
};

/** Half the width of the band around a kink within which a row is reported as "at a kink". */
export const kinkWidth = 1e-6;

/** The arguments at which an activation's slope jumps; empty for smooth ones. */
export function kinksOf(activation: Activation): readonly number[] {
  switch (activation.kind) {
    case 'relu':
    case 'leakyRelu':
    case 'prelu':
    case 'selu':
    case 'abs':
    case 'sign':
    case 'not':
      return [0];
    case 'elu':
      return activation.alpha === 1 ? [] : [0];
    case 'thresholdedRelu':
      return [activation.alpha];
    case 'hardSigmoid':
    case 'hardSilu':
      return [-activation.beta / activation.alpha, (1 - activation.beta) / activation.alpha];
    case 'clip':
      return [activation.low, activation.high].filter(Number.isFinite);
    case 'softShrink':
    case 'hardShrink':
      return [-activation.threshold, activation.threshold];
    case 'clippedSigmoid':
      return [-activation.limit, activation.limit];
    case 'sparseSigmoid':
      return [-1, 1];
    default:
      return [];
  }
}

/** Whether an activation is piecewise constant: its slope is 0 wherever it exists, so an input behind it is switched, not differentiated. */
export function isStep(activation: Activation): boolean {
  return ['sign', 'floor', 'ceil', 'round', 'truncate', 'not'].includes(activation.kind);
}

/** The second derivative of a smooth activation; 0 for piecewise linear ones. See `hessian.ts`. */
export function activationCurvature(activation: Activation, x: number): number {
  switch (activation.kind) {
    case 'elu':
      return x > 0 ? 0 : activation.alpha * Math.exp(x);
    case 'celu':
      return x > 0 ? 0 : Math.exp(x / activation.alpha) / activation.alpha;
    case 'selu':
      return x > 0 ? 0 : activation.scale * activation.alpha * Math.exp(x);
    case 'hardSilu':
      return inside(activation.alpha * x + activation.beta, 0, 1) ? 2 * activation.alpha : 0;
    case 'softplus':
      return activation.beta * sigmoidSlope(activation.beta * x);
    case 'silu':
      return (
        activation.beta *
        (2 * sigmoidSlope(activation.beta * x) + activation.beta * x * sigmoidCurvature(activation.beta * x))
      );
    case 'squareplus':
      return (0.5 * activation.b) / (x * x + activation.b) ** 1.5;
    case 'scaledTanh':
      return activation.alpha * activation.beta ** 2 * tanhCurvature(activation.beta * x);
    case 'power':
      return (
        activation.exponent *
        (activation.exponent - 1) *
        (activation.exponent === 1 ? 0 : x ** (activation.exponent - 2))
      );
    case 'clippedSigmoid':
      return Math.abs(x) > activation.limit ? 0 : sigmoidCurvature(x);
    case 'leakyRelu':
    case 'prelu':
    case 'thresholdedRelu':
    case 'hardSigmoid':
    case 'clip':
    case 'softShrink':
    case 'hardShrink':
      return 0;
    default:
      return plainCurvatures[activation.kind](x);
  }
}

const sigmoidCurvature = (x: number): number => -Math.tanh(x / 2) * sigmoidSlope(x);
const tanhCurvature = (x: number): number => -2 * Math.tanh(x) * tanhSlope(x);

const plainCurvatures: Readonly<Record<PlainActivation, (x: number) => number>> = {
  linear: none,
  relu: none,
  sigmoid: sigmoidCurvature,
  logSigmoid: (x) => -sigmoidSlope(x),
  tanh: tanhCurvature,
  softsign: (x) => (-2 * Math.sign(x)) / (1 + Math.abs(x)) ** 3,
  exponential: Math.exp,
  expm1: Math.exp,
  log: (x) => -1 / (x * x),
  log1p: (x) => -1 / ((1 + x) * (1 + x)),
  sqrt: (x) => -0.25 / (x * Math.sqrt(x)),
  square: () => 2,
  reciprocal: (x) => 2 / (x * x * x),
  abs: none,
  negative: none,
  gelu: (x) => ((2 - x * x) * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI),
  geluTanh: geluTanhCurvature,
  mish: mishCurvature,
  erf: (x) => (-4 / Math.sqrt(Math.PI)) * x * Math.exp(-x * x),
  sin: (x) => -Math.sin(x),
  cos: (x) => -Math.cos(x),
  tan: (x) => (2 * Math.tan(x)) / (Math.cos(x) * Math.cos(x)),
  asin: (x) => x / ((1 - x) * (1 + x)) ** 1.5,
  acos: (x) => -x / ((1 - x) * (1 + x)) ** 1.5,
  atan: (x) => (-2 * x) / (1 + x * x) ** 2,
  sinh: Math.sinh,
  cosh: Math.cosh,
  asinh: (x) => -x / (1 + x * x) ** 1.5,
  acosh: (x) => -x / ((x - 1) * (x + 1)) ** 1.5,
  atanh: (x) => (2 * x) / ((1 - x) * (1 + x)) ** 2,
  sparsePlus: (x) => (x > -1 && x < 1 ? 0.5 : 0),
  sparseSigmoid: none,
  tanhShrink: (x) => 2 * Math.tanh(x) * tanhSlope(x),
  sign: none,
  floor: none,
  ceil: none,
  round: none,
  truncate: none,
  not: none,
};

function inside(x: number, low: number, high: number): boolean {
  return x > low && x < high;
}

/** (1 + x / √(x² + b)) / 2, below 0 without the cancellation. */
function squareplusSlope(x: number, b: number): number {
  const root = Math.sqrt(x * x + b);
  return x < 0 ? b / (2 * root * (root - x)) : (1 + x / root) / 2;
}

function hardSiluSlope(alpha: number, beta: number, x: number): number {
  const gate = alpha * x + beta;
  return gate <= 0 ? 0 : gate >= 1 ? 1 : gate + alpha * x;
}

function geluTanhSlope(x: number): number {
  const inner = geluInner(x);
  const innerSlope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
  // (1 + tanh u) / 2 = σ(2u) keeps its digits in the lower tail.
  return sigmoid(2 * inner) + 0.5 * x * tanhSlope(inner) * innerSlope;
}

function geluTanhCurvature(x: number): number {
  const inner = geluInner(x);
  const first = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
  const second = Math.sqrt(2 / Math.PI) * 6 * 0.044715 * x;
  return tanhSlope(inner) * first + 0.5 * x * (tanhCurvature(inner) * first * first + tanhSlope(inner) * second);
}

function mishCurvature(x: number): number {
  const s = softplus(x);
  const gate = sigmoid(x);
  const gateSlope = sigmoidSlope(x);
  return 2 * gate * tanhSlope(s) + x * (gateSlope * tanhSlope(s) + gate * gate * tanhCurvature(s));
}
