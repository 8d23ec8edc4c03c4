import type { Tensor } from '../../../network/builder';
import type { Reduction } from '../../../network/network';
import { elements } from '../../../network/tensor';
import { combineTensors, mapTensor, scaleBy } from './elementwise';
import {
  failAcrossRows,
  failCall,
  flagArgument,
  innerAxis,
  isValue,
  listValue,
  numberArgument,
  numberIn,
  numbersArgument,
  operator,
  tensorArgument,
  withTensor,
  type Operator,
  type OperatorCall,
  type TensorValue,
  type TorchValue,
} from './values';

/** Operations that make fewer elements of many, and softmax. */
export const reductionOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['sum', operator('self dim keepdim dtype', (call) => reduced(call, 'sum'))],
  ['mean', operator('self dim keepdim dtype', (call) => reduced(call, 'mean'))],
  ['prod', operator('self dim keepdim dtype', (call) => reduced(call, 'product'))],
  ['amax', operator('self dim keepdim', (call) => reduced(call, 'max'))],
  ['amin', operator('self dim keepdim', (call) => reduced(call, 'min'))],
  ['max', operator('self dim keepdim', (call) => extreme(call, 'max'))],
  ['min', operator('self dim keepdim', (call) => extreme(call, 'min'))],
  ['var', operator('self dim unbiased keepdim', (call) => variance(call))],
  ['std', operator('self dim unbiased keepdim', (call) => mapTensor(call, variance(call), { kind: 'sqrt' }))],
  ['var_mean', operator('self dim unbiased keepdim', (call) => listValue([variance(call), reduced(call, 'mean')]))],
  ['norm', operator('self p dim keepdim dtype', norm)],
  ['frobenius_norm', operator('self dim keepdim', norm)],
  ['linalg_norm', operator('self p dim keepdim dtype', norm)],
  ['any', operator('self dim keepdim', (call) => ofTruth(call, 'max'))],
  ['all', operator('self dim keepdim', (call) => ofTruth(call, 'min'))],
  ['linalg_vector_norm', operator('self p dim keepdim dtype', norm)],
  ['logsumexp', operator('self dim keepdim', logSumExp)],
  ['cumsum', operator('self dim dtype', cumulativeSum)],
  ['softmax', operator('self dim dtype', (call) => softmax(call, 'softmax'))],
  ['_softmax', operator('self dim half_to_float', (call) => softmax(call, 'softmax'))],
  ['_safe_softmax', operator('self dim dtype', (call) => softmax(call, 'softmax'))],
  ['special_softmax', operator('self dim dtype', (call) => softmax(call, 'softmax'))],
  ['log_softmax', operator('self dim dtype', (call) => softmax(call, 'logSoftmax'))],
  ['_log_softmax', operator('self dim half_to_float', (call) => softmax(call, 'logSoftmax'))],
  ['special_log_softmax', operator('self dim dtype', (call) => softmax(call, 'logSoftmax'))],
]);

/** The builder's axes of the argument `dim`; all of them for a constant without it. */
function reducedAxes(call: OperatorCall, x: TensorValue): readonly number[] {
  const dims = numbersArgument(call, 'dim');
  if (dims && dims.length > 0) return dims.map((dim) => innerAxis(call, x, dim));
  if (x.batched) failAcrossRows(call);
  return x.tensor.shape.map((_, axis) => axis);
}

function reduced(call: OperatorCall, how: Reduction): TensorValue {
  const x = tensorArgument(call, 'self');
  return reduceAxes(call, how, x, reducedAxes(call, x));
}

/** Reduces axes of the builder; those before the rows go with them unless `keepdim` is said. */
function reduceAxes(call: OperatorCall, how: Reduction, x: TensorValue, axes: readonly number[]): TensorValue {
  const keep = flagArgument(call, 'keepdim', false);
  const lead = keep || !x.batched ? x.lead : x.lead - axes.filter((axis) => axis < x.lead).length;
  return withTensor(x, call.builder.reduce(how, x.tensor, axes, keep), lead);
}

/** max(x), max(x, dim) → (values, positions), max(x, other). */
function extreme(call: OperatorCall, how: 'max' | 'min'): TorchValue {
  const second = call.arguments.get('dim') ?? call.arguments.get('other');
  if (isValue(second, 'tensor')) return combineTensors(call, how, tensorArgument(call, 'self'), second);
  const values = reduced(call, how);
  return second === undefined || second === null ? values : listValue([values, null]);
}

/** Whether any or all elements are other than 0. */
function ofTruth(call: OperatorCall, how: 'max' | 'min'): TensorValue {
  const x = tensorArgument(call, 'self');
  const zeros = call.builder.constant(new Float64Array(elements(x.tensor.shape)), x.tensor.shape);
  return reduceAxes(call, how, withTensor(x, call.builder.compare('notEqual', x.tensor, zeros)), reducedAxes(call, x));
}

function variance(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axes = reducedAxes(call, x);
  const count = elements(axes.map((axis) => x.tensor.shape[axis]!));
  const correction = call.arguments.has('correction')
    ? numberArgument(call, 'correction', 1)
    : flagArgument(call, 'unbiased', true)
      ? 1
      : 0;
  const { builder } = call;
  const centred = builder.combine('subtract', x.tensor, builder.reduce('mean', x.tensor, axes, true));
  const squares = builder.activation(centred, { kind: 'square' });
  const mean = reduceAxes(call, 'mean', withTensor(x, squares), axes);
  return scaleBy(call, mean, count / (count - correction), 0);
}

function norm(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axes = reducedAxes(call, x);
  const { builder } = call;
  const spelled = call.arguments.get('p') ?? call.arguments.get('ord');
  const power = spelled === 'fro' || spelled === null || spelled === undefined ? 2 : numberIn(spelled);
  if (power === undefined || power === 0) failCall(call, 'its order is not a known number above 0');
  const absolute = builder.activation(x.tensor, { kind: 'abs' });
  if (power === Infinity) return reduceAxes(call, 'max', withTensor(x, absolute), axes);
  const raised = power === 1 ? absolute : builder.activation(x.tensor, { kind: 'square' });
  if (power !== 1 && power !== 2) failCall(call, `the order ${power} is not read`);
  const sum = reduceAxes(call, 'sum', withTensor(x, raised), axes);
  return power === 1 ? sum : mapTensor(call, sum, { kind: 'sqrt' });
}

/** log Σ exp(x) = mean of x − log softmax(x), which does not overflow. */
function logSumExp(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axes = reducedAxes(call, x);
  const { builder } = call;
  const shifted = builder.combine('subtract', x.tensor, builder.softmax('logSoftmax', x.tensor, axes));
  return reduceAxes(call, 'mean', withTensor(x, shifted), axes);
}

function cumulativeSum(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim'));
  const { builder } = call;
  const length = x.tensor.shape[axis]!;
  const sums = Array.from({ length }, (_, at): Tensor => {
    const upTo = builder.take(
      x.tensor,
      axis,
      Array.from({ length: at + 1 }, (_unused, k) => k),
    );
    return builder.reduce('sum', upTo, [axis], true);
  });
  return withTensor(x, builder.concat(sums, axis));
}

function softmax(call: OperatorCall, how: 'softmax' | 'logSoftmax'): TensorValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim', -1));
  return withTensor(x, call.builder.softmax(how, x.tensor, [axis]));
}
