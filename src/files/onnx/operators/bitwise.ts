import type { Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { align, jointType } from '../../rows/broadcasting';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import type { OperatorGroup } from './group';

/** Operators on the bits of whole numbers; their slope is 0. */
export const bitwise: OperatorGroup = {
  domain: '',
  operators: {
    BitShift,
    BitwiseAnd: bits((call, a, b) => call.builder.combine('multiply', a, b)),
    BitwiseOr: bits((call, a, b) => call.builder.combine('max', a, b)),
    BitwiseXor: bits((call, a, b) => call.builder.compare('notEqual', a, b)),
  },
  notes: {
    BitShift: 'to the right; its slope is 0',
    BitwiseAnd: 'its slope is 0',
    BitwiseOr: 'its slope is 0',
    BitwiseXor: 'its slope is 0',
  },
};

/** So many bits below the sign hold every whole number that a float64 holds exactly. */
const countedBits = 52;

/** Bit by bit in two's complement: the sign stands for all higher bits. */
function bits(how: (call: Call, a: Tensor, b: Tensor) => Tensor): Operator {
  return (call) => {
    const values = [call.value(0), call.value(1)];
    const { tensors, shape, batch } = align(call, values);
    const { builder } = call;
    call.expectRoom([...shape, 2 * (countedBits + 1)]);
    const [a, b] = tensors.map((tensor) => bitsOf(call, builder.broadcastTo(tensor, shape)));
    const weights = Float64Array.from({ length: countedBits + 1 }, (_, bit) => 2 ** bit);
    weights[countedBits]! *= -1;
    const sum = builder.dense(how(call, a!, b!), weights);
    return call.give(builder.reshape(sum, shape), batch, jointType(values));
  };
}

/** The bits of every element on a new last axis, the lowest first, the sign last: ⌊x/2ᵏ⌋ − 2 ⌊x/2ᵏ⁺¹⌋. */
function bitsOf(call: Call, x: Tensor): Tensor {
  const { builder } = call;
  const spread = builder.reshape(x, [...x.shape, 1]);
  const shifted = (by: number) => {
    const powers = Float64Array.from({ length: countedBits }, (_, bit) => 2 ** -(bit + by));
    const parts = builder.combine('multiply', spread, builder.constant(powers, [countedBits]));
    return builder.activation(parts, { kind: 'floor' });
  };
  const [low, high] = [shifted(0), shifted(1)];
  const size = elements(high.shape);
  const bit = builder.combine(
    'subtract',
    low,
    builder.scale(high, new Float64Array(size).fill(2), new Float64Array(size)),
  );
  const sign = builder.compare('less', spread, builder.constant(Float64Array.of(0), [1]));
  return builder.concat([bit, sign], x.shape.length);
}

function BitShift(call: Call): Value {
  if (call.text('direction', '') !== 'RIGHT')
    return call.refuse(
      'onnx-bits',
      'shifts bits out on the left, which depends on how many bits a number has',
      'Export the network with a multiplication instead.',
    );
  const values = [call.value(0), call.value(1)];
  const { tensors, batch } = align(call, values);
  const { builder } = call;
  const power = builder.combine('pow', builder.constant(Float64Array.of(2), []), tensors[1]!);
  const quotient = builder.activation(builder.combine('divide', tensors[0]!, power), { kind: 'floor' });
  return call.give(quotient, batch, 'whole');
}
