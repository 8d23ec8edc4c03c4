import type { Tensor } from '../../../network/builder';
import { prelu } from '../../../network/compositions';
import type { Activation, PlainActivation } from '../../../network/network';
import { elements } from '../../../network/tensor';
import { align } from '../../rows/broadcasting';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';

/** Operators on one tensor, element by element; defaults are those of TensorFlow's operator definitions. */
export const activations: Readonly<Record<string, Operator>> = {
  Abs: plain('abs'),
  Acos: plain('acos'),
  Acosh: plain('acosh'),
  Asin: plain('asin'),
  Asinh: plain('asinh'),
  Atan: plain('atan'),
  Atanh: plain('atanh'),
  Ceil: plain('ceil'),
  Cos: plain('cos'),
  Cosh: plain('cosh'),
  Elu: parametric(() => ({ kind: 'elu', alpha: 1 })),
  Erf: plain('erf'),
  Erfc,
  Exp: plain('exponential'),
  Expm1: plain('expm1'),
  Floor: plain('floor'),
  Inv: plain('reciprocal'),
  IsFinite,
  IsInf,
  IsNan,
  LeakyRelu: parametric((call) => ({ kind: 'leakyRelu', alpha: call.float('alpha', Math.fround(0.2)) })),
  Log: plain('log'),
  Log1p: plain('log1p'),
  LogicalNot,
  Neg: plain('negative'),
  Prelu,
  Reciprocal: plain('reciprocal'),
  Relu: plain('relu'),
  Relu6: parametric(() => ({ kind: 'clip', low: 0, high: 6 })),
  Rint: plain('round'),
  Round: plain('round'),
  Rsqrt,
  Selu: parametric(() => selu),
  Sigmoid: plain('sigmoid'),
  Sign: plain('sign'),
  Sin: plain('sin'),
  Sinh: plain('sinh'),
  Softplus: parametric(() => ({ kind: 'softplus', beta: 1 })),
  Softsign: plain('softsign'),
  Sqrt: plain('sqrt'),
  Square: plain('square'),
  Tan: plain('tan'),
  Tanh: plain('tanh'),
};

/** Klambauer et al. 2017, as TensorFlow has them. */
const selu: Activation = { kind: 'selu', alpha: 1.6732632423543772, scale: 1.0507009873554805 };

/** 1 − erf(x). */
function Erfc(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  return { ...x, tensor: builder.combine('subtract', call.scalar(1), builder.activation(x.tensor, { kind: 'erf' })) };
}

function Rsqrt(call: Call): Value {
  const x = call.value(0);
  const root = call.builder.activation(x.tensor, { kind: 'sqrt' });
  return { ...x, tensor: call.builder.activation(root, { kind: 'reciprocal' }) };
}

function LogicalNot(call: Call): Value {
  const x = call.value(0);
  return call.give(call.builder.activation(x.tensor, { kind: 'not' }), x.batch, 'truth');
}

/** Not a number is the only thing that differs from itself. */
function IsNan(call: Call): Value {
  const { tensor, batch } = call.value(0);
  return call.give(call.builder.compare('notEqual', tensor, tensor), batch, 'truth');
}

function IsInf(call: Call): Value {
  const { tensor, batch } = call.value(0);
  return call.give(isInfinite(call, tensor), batch, 'truth');
}

/** Neither infinite nor not a number. */
function IsFinite(call: Call): Value {
  const { tensor, batch } = call.value(0);
  const { builder } = call;
  const finite = builder.activation(isInfinite(call, tensor), { kind: 'not' });
  return call.give(builder.combine('multiply', finite, builder.compare('equal', tensor, tensor)), batch, 'truth');
}

/** TensorFlow.js fuses PReLU to one node: negative numbers times a slope that is spread over x. */
function Prelu(call: Call): Value {
  const [x, slope] = [call.value(0), call.value(1)];
  return preluOf(call, x, slope);
}

/** x where it is positive, elsewhere x times a slope that is spread over it. */
export function preluOf(call: Call, x: Value, slope: Value): Value {
  const { tensors, shape, batch } = align(call, [x, slope]);
  const { builder } = call;
  const [data, spread] = [builder.broadcastTo(tensors[0]!, shape), builder.broadcastTo(tensors[1]!, shape)];
  return call.give(prelu(builder, data, spread), batch);
}

/** The activation that a fused operator names in its list, if it takes no further input. */
export function fusedActivation(name: string, leakySlope: number): Activation | undefined {
  switch (name) {
    case 'Relu':
      return { kind: 'relu' };
    case 'Relu6':
      return { kind: 'clip', low: 0, high: 6 };
    case 'Elu':
      return { kind: 'elu', alpha: 1 };
    case 'Selu':
      return selu;
    case 'Tanh':
      return { kind: 'tanh' };
    case 'Sigmoid':
      return { kind: 'sigmoid' };
    case 'LeakyRelu':
      return { kind: 'leakyRelu', alpha: leakySlope };
    case 'Softplus':
      return { kind: 'softplus', beta: 1 };
    case 'GeluExact':
      return { kind: 'gelu' };
    case 'GeluApproximate':
      return { kind: 'geluTanh' };
    case 'Identity':
      return { kind: 'linear' };
    default:
      return undefined;
  }
}

function isInfinite(call: Call, x: Tensor): Tensor {
  const size = call.builder.activation(x, { kind: 'abs' });
  return call.builder.compare('equal', size, call.scalar(Infinity));
}

function plain(kind: PlainActivation): Operator {
  return parametric(() => ({ kind }));
}

function parametric(activation: (call: Call) => Activation): Operator {
  return (call) => {
    const x = call.value(0);
    call.expectRoom([elements(x.tensor.shape)]);
    return { ...x, tensor: call.builder.activation(x.tensor, activation(call)) };
  };
}
