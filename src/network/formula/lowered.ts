import type { Activation, PlainActivation } from '../network';
import { constant, type Expression, type FunctionName, sum } from './expression';

/**
 * An activation in functions that every language has. Formulas are those of `activation.ts`; `element` chooses the
 * parameter of activations that have one per element.
 */
export function loweredActivation(activation: Activation, x: Expression, element: number): Expression {
  switch (activation.kind) {
    case 'leakyRelu':
      return where(x, x, times(activation.alpha, x));
    case 'prelu':
      return where(x, x, times(activation.alpha[element]!, x));
    case 'elu':
      return where(x, x, times(activation.alpha, call('expm1', smallest(x, 0))));
    case 'celu':
      return where(x, x, times(activation.alpha, call('expm1', times(1 / activation.alpha, smallest(x, 0)))));
    case 'selu':
      return times(activation.scale, where(x, x, times(activation.alpha, call('expm1', smallest(x, 0)))));
    case 'thresholdedRelu':
      return where(x, x, constant(0), activation.alpha);
    case 'hardSigmoid':
      return clipped(straight(activation.beta, activation.alpha, x), 0, 1);
    case 'hardSilu':
      return product(x, clipped(straight(activation.beta, activation.alpha, x), 0, 1));
    case 'clip':
      return clipped(x, activation.low, activation.high);
    case 'softShrink':
      return where(
        x,
        straight(-activation.threshold, 1, x),
        smallest(straight(activation.threshold, 1, x), 0),
        activation.threshold,
      );
    case 'hardShrink':
      return where(call('abs', x), x, constant(0), activation.threshold);
    case 'softplus':
      return times(1 / activation.beta, call('softplus', times(activation.beta, x)));
    case 'silu':
      return product(x, call('sigmoid', times(activation.beta, x)));
    case 'squareplus':
      return times(0.5, plus(x, call('sqrt', straight(activation.b, 1, product(x, x)))));
    case 'scaledTanh':
      return times(activation.alpha, call('tanh', times(activation.beta, x)));
    case 'power':
      return { kind: 'power', base: x, exponent: constant(activation.exponent) };
    case 'clippedSigmoid':
      return where(x, constant(1), where(x, call('sigmoid', x), constant(0), -activation.limit), activation.limit);
    default:
      return plain(activation.kind, x);
  }
}

function plain(kind: PlainActivation, x: Expression): Expression {
  switch (kind) {
    case 'linear':
      return x;
    case 'negative':
      return times(-1, x);
    case 'relu':
      return { kind: 'extreme', how: 'max', of: [constant(0), x] };
    case 'logSigmoid':
      return times(-1, call('softplus', times(-1, x)));
    case 'softsign':
      return { kind: 'quotient', over: x, under: straight(1, 1, call('abs', x)) };
    case 'exponential':
      return { kind: 'exponential', of: x };
    case 'log':
      return { kind: 'logarithm', of: x };
    case 'square':
      return product(x, x);
    case 'reciprocal':
      return { kind: 'quotient', over: constant(1), under: x };
    case 'gelu':
      return product(times(0.5, x), straight(1, 1, call('erf', times(Math.SQRT1_2, x))));
    case 'geluTanh':
      return product(times(0.5, x), straight(1, 1, call('tanh', geluArgument(x))));
    case 'mish':
      return product(x, call('tanh', call('softplus', x)));
    case 'sparsePlus':
      return where(x, where(x, x, times(0.25, product(straight(1, 1, x), straight(1, 1, x))), 1), constant(0), -1);
    case 'sparseSigmoid':
      return clipped(straight(0.5, 0.5, x), 0, 1);
    case 'tanhShrink':
      return plus(x, times(-1, call('tanh', x)));
    case 'not':
      return { kind: 'choice', how: 'equal', left: x, right: constant(0), then: constant(1), otherwise: constant(0) };
    default:
      return call(kind, x);
  }
}

/** √(2/π) (x + 0.044715 x³) */
function geluArgument(x: Expression): Expression {
  const cube = product(x, x, x);
  return times(Math.sqrt(2 / Math.PI), plus(x, times(0.044715, cube)));
}

function call(name: FunctionName, of: Expression): Expression {
  return { kind: 'function', name, of };
}

function times(factor: number, of: Expression): Expression {
  return sum(0, [{ factor, of }]);
}

function straight(offset: number, factor: number, of: Expression): Expression {
  return sum(offset, [{ factor, of }]);
}

function plus(a: Expression, b: Expression): Expression {
  return sum(0, [
    { factor: 1, of: a },
    { factor: 1, of: b },
  ]);
}

function product(...factors: readonly Expression[]): Expression {
  return { kind: 'product', factors };
}

function smallest(x: Expression, bound: number): Expression {
  return { kind: 'extreme', how: 'min', of: [constant(bound), x] };
}

/** `then` where x lies above the limit. */
function where(x: Expression, then: Expression, otherwise: Expression, limit = 0): Expression {
  return { kind: 'choice', how: 'greater', left: x, right: constant(limit), then, otherwise };
}

function clipped(x: Expression, low: number, high: number): Expression {
  const below: Expression = Number.isFinite(high) ? { kind: 'extreme', how: 'min', of: [constant(high), x] } : x;
  return Number.isFinite(low) ? { kind: 'extreme', how: 'max', of: [constant(low), below] } : below;
}
