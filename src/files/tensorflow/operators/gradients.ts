import type { Tensor } from '../../../network/builder';
import type { Activation } from '../../../network/network';
import { align } from '../../rows/broadcasting';
import type { Call, Operator } from '../call';

/**
 * Derivatives that a graph computes itself (networks with physics in them, exported with their gradient). Each is the
 * incoming gradient times a factor; which input is the gradient differs from operator to operator.
 */
export const gradients: Readonly<Record<string, Operator>> = {
  EluGrad: gradientFirst((call, y) => belowZero(call, y, (below) => plus(call, below, 1))),
  InvGrad: gradientLast((call, y) => times(call, square(call, y), -1)),
  LeakyReluGrad: gradientFirst((call, x) =>
    belowZero(call, x, () => call.scalar(call.float('alpha', Math.fround(0.2))), true),
  ),
  ReciprocalGrad: gradientLast((call, y) => times(call, square(call, y), -1)),
  Relu6Grad: gradientFirst((call, x) =>
    call.builder.combine(
      'multiply',
      call.builder.compare('greater', x, call.scalar(0)),
      call.builder.compare('less', x, call.scalar(6)),
    ),
  ),
  ReluGrad: gradientFirst((call, x) => call.builder.compare('greater', x, call.scalar(0))),
  RsqrtGrad: gradientLast((call, y) => times(call, call.builder.combine('multiply', square(call, y), y), -0.5)),
  SeluGrad: gradientFirst((call, y) => seluFactor(call, y)),
  SigmoidGrad: gradientLast((call, y) => call.builder.combine('multiply', y, plus(call, times(call, y, -1), 1))),
  SoftplusGrad: gradientFirst((call, x) => activated(call, x, { kind: 'sigmoid' })),
  SoftsignGrad: gradientFirst((call, x) =>
    activated(call, square(call, plus(call, activated(call, x, { kind: 'abs' }), 1)), { kind: 'reciprocal' }),
  ),
  SqrtGrad: gradientLast((call, y) => times(call, activated(call, y, { kind: 'reciprocal' }), 0.5)),
  TanhGrad: gradientLast((call, y) => plus(call, times(call, square(call, y), -1), 1)),
};

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

function seluFactor(call: Call, y: Tensor): Tensor {
  const below = call.builder.compare('less', y, call.scalar(0));
  return call.builder.select(below, plus(call, y, seluScale * seluAlpha), call.scalar(seluScale));
}

/** 1 above zero, and what `otherwise` says below it; at zero itself as for the function's own slope. */
function belowZero(call: Call, x: Tensor, otherwise: (x: Tensor) => Tensor, withZero = false): Tensor {
  const { builder } = call;
  const below = builder.compare(withZero ? 'lessOrEqual' : 'less', x, call.scalar(0));
  return builder.select(below, otherwise(x), call.scalar(1));
}

function gradientFirst(factor: (call: Call, x: Tensor) => Tensor): Operator {
  return weighted(0, 1, factor);
}

function gradientLast(factor: (call: Call, y: Tensor) => Tensor): Operator {
  return weighted(1, 0, factor);
}

function weighted(gradient: number, other: number, factor: (call: Call, x: Tensor) => Tensor): Operator {
  return (call) => {
    const { tensors, batch } = align(call, call.values(0, 2));
    return call.give(call.builder.combine('multiply', tensors[gradient]!, factor(call, tensors[other]!)), batch);
  };
}

function activated(call: Call, x: Tensor, activation: Activation): Tensor {
  return call.builder.activation(x, activation);
}

function square(call: Call, x: Tensor): Tensor {
  return activated(call, x, { kind: 'square' });
}

function times(call: Call, x: Tensor, factor: number): Tensor {
  return call.builder.combine('multiply', x, call.scalar(factor));
}

function plus(call: Call, x: Tensor, summand: number): Tensor {
  return call.builder.combine('add', x, call.scalar(summand));
}
