import type { Activation } from '../network/network';

/** How far an activation can carry an error in its argument, away from its kinks, and the kernels' own error in float32. */
export interface ActivationBound {
  /** Largest |σ'|. */
  readonly slope: number;
  /** Largest |σ''|. */
  readonly curvature: number;
  /** Whether values and slopes are computed by arithmetic alone, so that only rounding counts. */
  readonly straight: boolean;
}

/**
 * Bounds of an activation for arguments up to `argument` and values up to `value` in magnitude, or undefined where none
 * is stated: networks with such activations are computed in float64 throughout. Constants are the maxima of the
 * functions' derivatives over all numbers, rounded up.
 */
export function activationBound(activation: Activation, argument: number, value: number): ActivationBound | undefined {
  const slope = straightSlope(activation);
  return slope === undefined ? smoothBound(activation, argument, value) : { slope, curvature: 0, straight: true };
}

/** Largest |σ'| of activations made of straight pieces. */
function straightSlope(activation: Activation): number | undefined {
  switch (activation.kind) {
    case 'linear':
    case 'negative':
    case 'relu':
    case 'abs':
    case 'thresholdedRelu':
    case 'clip':
    case 'softShrink':
    case 'hardShrink':
      return 1;
    case 'sparseSigmoid':
      return 0.5;
    case 'leakyRelu':
      return Math.max(1, Math.abs(activation.alpha));
    case 'prelu':
      return activation.alpha.reduce((top, alpha) => Math.max(top, Math.abs(alpha)), 1);
    case 'hardSigmoid':
      return Math.abs(activation.alpha);
    default:
      return undefined;
  }
}

function smoothBound(activation: Activation, argument: number, value: number): ActivationBound | undefined {
  const smooth = (slope: number, curvature: number): ActivationBound => ({ slope, curvature, straight: false });
  switch (activation.kind) {
    case 'hardSilu':
      return smooth(1 + Math.abs(activation.alpha) * argument, 2 * Math.abs(activation.alpha));
    case 'sparsePlus':
      return smooth(1, 0.5);
    case 'sigmoid':
    case 'clippedSigmoid':
      return smooth(0.25, 0.1);
    case 'tanh':
      return smooth(1, 0.78);
    case 'scaledTanh': {
      const slope = Math.abs(activation.alpha * activation.beta);
      return smooth(slope, 0.78 * slope * Math.abs(activation.beta));
    }
    case 'logSigmoid':
      return smooth(1, 0.25);
    case 'softplus':
      return smooth(1, 0.25 * Math.abs(activation.beta));
    case 'softsign':
      return smooth(1, 2);
    case 'silu':
      return smooth(1.1, 0.5 * Math.abs(activation.beta));
    case 'gelu':
    case 'geluTanh':
      return smooth(1.14, 0.83);
    case 'mish':
      return smooth(1.1, 0.7);
    case 'erf':
      return smooth(1.13, 0.97);
    case 'elu':
      return smooth(Math.max(1, Math.abs(activation.alpha)), Math.abs(activation.alpha));
    case 'celu':
      return smooth(1, 1 / Math.abs(activation.alpha));
    case 'selu': {
      const scale = Math.abs(activation.scale);
      return smooth(scale * Math.max(1, Math.abs(activation.alpha)), scale * Math.abs(activation.alpha));
    }
    case 'squareplus':
      return smooth(1, 0.5 / Math.sqrt(activation.b));
    case 'sin':
    case 'cos':
      return smooth(1, 1);
    case 'atan':
      return smooth(1, 0.65);
    case 'asinh':
      return smooth(1, 0.39);
    case 'tanhShrink':
      return smooth(1, 0.78);
    case 'square':
      return smooth(2 * argument, 2);
    case 'exponential':
      return smooth(1.01 * value, 1.01 * value);
    default:
      return undefined;
  }
}

/** Error of the kernels' float32 activations beside the exact function at the same argument: relative and absolute part. */
export const activationError = { relative: 4e-6, absolute: 4e-7 };
