import { normalise } from '../../../network/layers';
import type { Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { inTraining } from './elementwise';
import {
  constantNumbers,
  failAcrossRows,
  failCall,
  listValue,
  numberArgument,
  numbersArgument,
  operator,
  optionalTensor,
  rowsFirst,
  tensorArgument,
  tensorValue,
  withTensor,
  type Operator,
  type OperatorCall,
  type TensorValue,
} from './values';

/** Normalisations in use: with the statistics of training, or with those of each row. */
export const normalisationOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['batch_norm', operator('input weight bias running_mean running_var training momentum eps cudnn', batchNorm)],
  [
    '_native_batch_norm_legit_no_training',
    operator('input weight bias running_mean running_var momentum eps', (call) =>
      listValue([batchNorm(call), null, null]),
    ),
  ],
  [
    'native_batch_norm',
    operator('input weight bias running_mean running_var training momentum eps', (call) =>
      listValue([batchNorm(call), null, null]),
    ),
  ],
  ['layer_norm', operator('input normalized_shape weight bias eps cudnn', layerNorm)],
  [
    'native_layer_norm',
    operator('input normalized_shape weight bias eps', (call) => listValue([layerNorm(call), null, null])),
  ],
  ['rms_norm', operator('input normalized_shape weight eps', rmsNorm)],
  ['group_norm', operator('input num_groups weight bias eps cudnn', groupNorm)],
  [
    'native_group_norm',
    operator('input weight bias n c hxw num_groups eps', (call) => listValue([groupNorm(call), null, null])),
  ],
  [
    'instance_norm',
    operator('input weight bias running_mean running_var use_input_stats momentum eps cudnn', instanceNorm),
  ],
  ['normalize', operator('input p dim eps', unitLength)],
  ['_weight_norm', operator('v g dim', weightNorm)],
  ['_weight_norm_interface', operator('v g dim', (call) => listValue([weightNorm(call), null]))],
]);

/** Numbers per channel (the first axis within a row) spread over all elements. */
function perChannel(call: OperatorCall, x: TensorValue, name: string, otherwise: number): Float64Array {
  const { shape } = rowsFirst(call, x).tensor;
  const size = elements(shape);
  const given = optionalTensor(call, name);
  if (!given) return new Float64Array(size).fill(otherwise);
  const numbers = constantNumbers(call, given);
  const channels = shape[0] ?? 1;
  if (numbers.length !== channels) failCall(call, `its ${name} has ${numbers.length} numbers for ${channels} channels`);
  return Float64Array.from({ length: size }, (_, at) => numbers[Math.floor((at * channels) / size)]!);
}

/** γ (x − mean) / √(variance + ε) + β with the means and variances of training. */
function batchNorm(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'input');
  if (!optionalTensor(call, 'running_mean') || !optionalTensor(call, 'running_var'))
    failCall(call, 'it normalises by the statistics of all rows at once (track_running_stats=False)');
  if (inTraining(call, 'training')) noteTraining(call);
  const epsilon = numberArgument(call, 'eps', 1e-5);
  const [mean, variance] = [perChannel(call, x, 'running_mean', 0), perChannel(call, x, 'running_var', 1)];
  const [gamma, beta] = [perChannel(call, x, 'weight', 1), perChannel(call, x, 'bias', 0)];
  const factors = gamma.map((value, at) => value / Math.sqrt(variance[at]! + epsilon));
  const offsets = beta.map((value, at) => value - mean[at]! * factors[at]!);
  return withTensor(x, call.builder.scale(x.tensor, factors, offsets));
}

function noteTraining(call: OperatorCall): void {
  const { file } = call;
  call.notes.push({
    code: 'torch-training-mode',
    message: `${file} was saved in training mode: normalisation and dropout are taken as they are in use (model.eval()).`,
    file,
    remedy: 'Call model.eval() before saving to be rid of this note.',
    severity: 'info',
  });
}

/** Weights and biases over the last axes of x. */
function affine(call: OperatorCall, x: TensorValue, tensor: Tensor, axes: number): TensorValue {
  const inner = elements(x.tensor.shape.slice(x.tensor.shape.length - axes));
  const spread = (name: string, otherwise: number): Float64Array => {
    const given = optionalTensor(call, name);
    const numbers = given ? constantNumbers(call, given) : new Float64Array(inner).fill(otherwise);
    if (numbers.length !== inner) failCall(call, `its ${name} does not fit its input`);
    return Float64Array.from({ length: elements(x.tensor.shape) }, (_, at) => numbers[at % inner]!);
  };
  return withTensor(x, call.builder.scale(tensor, spread('weight', 1), spread('bias', 0)));
}

function lastAxes(call: OperatorCall, x: TensorValue): number[] {
  const shape = numbersArgument(call, 'normalized_shape') ?? [];
  const rank = x.tensor.shape.length;
  if (x.batched && x.lead > rank - shape.length) failAcrossRows(call);
  if (
    shape.length === 0 ||
    shape.length > rank ||
    shape.some((length, k) => x.tensor.shape[rank - shape.length + k] !== length)
  )
    failCall(call, `it normalises [${shape.join(', ')}] of an input of [${x.tensor.shape.join(', ')}]`);
  return shape.map((_, k) => rank - shape.length + k);
}

function layerNorm(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'input');
  const axes = lastAxes(call, x);
  return affine(call, x, normalise(call.builder, x.tensor, axes, numberArgument(call, 'eps', 1e-5)), axes.length);
}

/** x / √(mean of squares + ε) · γ */
function rmsNorm(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'input');
  const axes = lastAxes(call, x);
  const { builder } = call;
  const squares = builder.reduce('mean', builder.activation(x.tensor, { kind: 'square' }), axes, true);
  // Without an epsilon PyTorch takes the smallest step of float32.
  const epsilon = builder.constant(Float64Array.of(numberArgument(call, 'eps', 2 ** -23)), [1]);
  const spread = builder.activation(builder.combine('add', squares, epsilon), { kind: 'sqrt' });
  return affine(call, x, builder.combine('divide', x.tensor, spread), axes.length);
}

function groupNorm(call: OperatorCall): TensorValue {
  return groupsOfChannels(call, numberArgument(call, 'num_groups'));
}

/** Statistics of each row and channel; a single vector has no spatial axes to take them over. */
function instanceNorm(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'input');
  if (x.tensor.shape.length < 2) failCall(call, 'its input has no axis besides the channels');
  return groupsOfChannels(call, x.tensor.shape[0]!);
}

function groupsOfChannels(call: OperatorCall, groups: number): TensorValue {
  const x = tensorArgument(call, 'input');
  const { builder } = call;
  const grouped = builder.reshape(x.tensor, [groups, elements(x.tensor.shape) / groups]);
  const normal = builder.reshape(normalise(builder, grouped, [1], numberArgument(call, 'eps', 1e-5)), x.tensor.shape);
  return withTensor(x, builder.scale(normal, perChannel(call, x, 'weight', 1), perChannel(call, x, 'bias', 0)));
}

/** w = g v / ‖v‖, the norm over all axes but one (Salimans and Kingma 2016). */
function weightNorm(call: OperatorCall): TensorValue {
  const [v, g] = [tensorArgument(call, 'v').tensor, tensorArgument(call, 'g').tensor];
  const { builder } = call;
  const kept = numberArgument(call, 'dim', 0);
  const axes = v.shape.map((_, axis) => axis).filter((axis) => axis !== kept);
  const squares = builder.reduce('sum', builder.activation(v, { kind: 'square' }), axes, true);
  const length = builder.activation(squares, { kind: 'sqrt' });
  return tensorValue(builder.combine('multiply', v, builder.combine('divide', g, length)), false);
}

/** x / max(‖x‖₂, ε) along one axis. */
function unitLength(call: OperatorCall): TensorValue {
  const x = rowsFirst(call, tensorArgument(call, 'input'));
  if (numberArgument(call, 'p', 2) !== 2) failCall(call, 'its norm is not the Euclidean one');
  const rank = x.tensor.shape.length + (x.batched ? 1 : 0);
  const dim = numberArgument(call, 'dim', 1);
  const axis = (dim < 0 ? dim + rank : dim) - (x.batched ? 1 : 0);
  if (axis < 0 || axis >= x.tensor.shape.length) failCall(call, 'it normalises across the rows of the table');
  const { builder } = call;
  const squares = builder.reduce('sum', builder.activation(x.tensor, { kind: 'square' }), [axis], true);
  const length = builder.activation(squares, { kind: 'sqrt' });
  const least = builder.constant(Float64Array.of(numberArgument(call, 'eps', 1e-12)), [1]);
  return withTensor(x, builder.combine('divide', x.tensor, builder.combine('max', length, least)));
}
