import { prelu } from '../../../network/compositions';
import type { Activation, PlainActivation } from '../../../network/network';
import { elements } from '../../../network/tensor';
import { align } from '../../rows/broadcasting';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import type { OperatorGroup } from './group';

/** Operators on one tensor, element by element; defaults are those of the specification. */
export const activations: OperatorGroup = {
  domain: '',
  operators: {
    Abs: plain('abs'),
    Acos: plain('acos'),
    Acosh: plain('acosh'),
    Asin: plain('asin'),
    Asinh: plain('asinh'),
    Atan: plain('atan'),
    Atanh: plain('atanh'),
    Ceil: plain('ceil'),
    Celu: parametric((call) => ({ kind: 'celu', alpha: call.float('alpha', 1) })),
    Cos: plain('cos'),
    Cosh: plain('cosh'),
    Elu: parametric((call) => ({ kind: 'elu', alpha: call.float('alpha', 1) })),
    Erf: plain('erf'),
    Exp: plain('exponential'),
    Floor: plain('floor'),
    Gelu: parametric((call) => ({ kind: call.text('approximate', 'none') === 'tanh' ? 'geluTanh' : 'gelu' })),
    HardSigmoid: parametric((call) => ({
      kind: 'hardSigmoid',
      alpha: call.float('alpha', 0.2),
      beta: call.float('beta', 0.5),
    })),
    HardSwish: parametric(() => ({ kind: 'hardSilu', alpha: 1 / 6, beta: 0.5 })),
    IsInf,
    IsNaN,
    LeakyRelu: parametric((call) => ({ kind: 'leakyRelu', alpha: call.float('alpha', 0.01) })),
    Log: plain('log'),
    Mish: plain('mish'),
    Neg: plain('negative'),
    Not,
    PRelu,
    Reciprocal: plain('reciprocal'),
    Relu: plain('relu'),
    Round: plain('round'),
    Selu: parametric((call) => ({
      kind: 'selu',
      alpha: call.float('alpha', 1.67326319217681884765625),
      scale: call.float('gamma', 1.05070102214813232421875),
    })),
    Shrink,
    Sigmoid: plain('sigmoid'),
    Sign: plain('sign'),
    Sin: plain('sin'),
    Sinh: plain('sinh'),
    Softplus: parametric(() => ({ kind: 'softplus', beta: 1 })),
    Softsign: plain('softsign'),
    Sqrt: plain('sqrt'),
    SwiGLU,
    Swish: parametric((call) => ({ kind: 'silu', beta: call.float('alpha', 1) })),
    Tan: plain('tan'),
    Tanh: plain('tanh'),
    ThresholdedRelu: parametric((call) => ({ kind: 'thresholdedRelu', alpha: call.float('alpha', 1) })),
  },
  notes: Object.fromEntries(
    ['Ceil', 'Floor', 'IsInf', 'IsNaN', 'Not', 'Round', 'Sign'].map((operator) => [operator, 'its slope is 0']),
  ),
};

function Not(call: Call): Value {
  const x = call.value(0);
  return call.give(call.builder.activation(x.tensor, { kind: 'not' }), x.batch, 'truth');
}

/** Not a number is the only thing that differs from itself. */
function IsNaN(call: Call): Value {
  const { tensor, batch } = call.value(0);
  return call.give(call.builder.compare('notEqual', tensor, tensor), batch, 'truth');
}

function IsInf(call: Call): Value {
  const { tensor, batch } = call.value(0);
  const { builder } = call;
  const is = (limit: number) => builder.compare('equal', tensor, builder.constant(Float64Array.of(limit), []));
  const above = call.integer('detect_positive', 1) === 1 ? is(Infinity) : undefined;
  const below = call.integer('detect_negative', 1) === 1 ? is(-Infinity) : undefined;
  const either = above && below ? builder.combine('max', above, below) : (above ?? below);
  // Without either, nothing counts as infinite: no number is less than itself.
  return call.give(either ?? builder.compare('less', tensor, tensor), batch, 'truth');
}

/** The slope is spread over x. */
function PRelu(call: Call): Value {
  const { tensors, shape, batch } = align(call, [call.value(0), call.value(1)]);
  const { builder } = call;
  const [x, slope] = [builder.broadcastTo(tensors[0]!, shape), builder.broadcastTo(tensors[1]!, shape)];
  return call.give(prelu(builder, x, slope), batch);
}

/** x + bias below −lambd, x − bias above lambd, 0 between. */
function Shrink(call: Call): Value {
  const { tensor, batch } = call.value(0);
  const { builder } = call;
  const threshold = call.float('lambd', 0.5);
  const bias = call.float('bias', 0);
  if (bias === 0) return call.give(builder.activation(tensor, { kind: 'hardShrink', threshold }), batch);
  const number = (value: number) => builder.constant(Float64Array.of(value), []);
  const above = builder.select(
    builder.compare('greater', tensor, number(threshold)),
    builder.combine('subtract', tensor, number(bias)),
    number(0),
  );
  const below = builder.compare('less', tensor, number(-threshold));
  return call.give(builder.select(below, builder.combine('add', tensor, number(bias)), above), batch);
}

/** Swish of the first tensor times the second. */
function SwiGLU(call: Call): Value {
  const [a, b] = [call.value(0), call.value(1)];
  const { tensors, batch } = align(call, [a, b]);
  const gate = call.builder.activation(tensors[0]!, { kind: 'silu', beta: call.float('alpha', 1) });
  return call.give(call.builder.combine('multiply', gate, tensors[1]!), batch);
}

function plain(kind: PlainActivation): Operator {
  return parametric(() => ({ kind }));
}

function parametric(activation: (call: Call) => Activation): Operator {
  return (call) => {
    const x = call.value(0);
    call.expectRoom([elements(x.tensor.shape)]);
    return call.give(call.builder.activation(x.tensor, activation(call)), x.batch, x.type);
  };
}
