import type { Reduction } from '../../../network/network';
import { reduceAxes } from '../../rows/reductions';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';

/** Operators that put the elements along some axes together; over the rows of a table they are refused. */
export const reductions: Readonly<Record<string, Operator>> = {
  All: reduction('min'),
  Any: reduction('max'),
  EuclideanNorm,
  L2Loss,
  Max: reduction('max'),
  Mean,
  Min: reduction('min'),
  Prod: reduction('product'),
  Sum: reduction('sum'),
};

function Mean(call: Call): Value {
  const x = call.value(0);
  const mean = reduced(call, 'mean', x);
  if (x.type === 'real') return mean;
  return { ...mean, tensor: call.builder.activation(mean.tensor, { kind: 'truncate' }), type: x.type };
}

function EuclideanNorm(call: Call): Value {
  const x = call.value(0);
  const squares = { ...x, tensor: call.builder.activation(x.tensor, { kind: 'square' }) };
  const sum = reduced(call, 'sum', squares);
  return { ...sum, tensor: call.builder.activation(sum.tensor, { kind: 'sqrt' }) };
}

/** Half the sum of all squares. */
function L2Loss(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  const squares = { ...x, tensor: builder.activation(x.tensor, { kind: 'square' }) };
  const axes = x.tensor.shape.map((_, axis) => axis);
  const sum = reduceAxes(call, 'sum', squares, axes, false);
  return { ...sum, tensor: builder.combine('multiply', sum.tensor, call.scalar(0.5)) };
}

function reduction(how: Reduction): Operator {
  return (call) => reduced(call, how, call.value(0));
}

function reduced(call: Call, how: Reduction, x: Value): Value {
  const rank = x.tensor.shape.length;
  const axes = [...new Set(Array.from(call.numbers(1, 'axes'), (axis) => call.axis(axis, rank)))];
  return { ...reduceAxes(call, how, x, axes, call.truth('keep_dims', false)), type: x.type };
}
