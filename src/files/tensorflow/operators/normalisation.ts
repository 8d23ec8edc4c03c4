import type { Tensor } from '../../../network/builder';
import { normalise } from '../../../network/layers';
import type { Normalisation } from '../../../network/network';
import { elements } from '../../../network/tensor';
import { align } from '../../rows/broadcasting';
import { expectDenseRoom } from '../../rows/products';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import { fusedActivation } from './activations';

/** Operators that set the elements of a row in relation to each other or to stored statistics. */
export const normalisation: Readonly<Record<string, Operator>> = {
  BatchNormWithGlobalNormalization,
  FusedBatchNorm,
  FusedBatchNormV2: FusedBatchNorm,
  FusedBatchNormV3: FusedBatchNorm,
  LRN,
  LogSoftmax: exponential('logSoftmax'),
  Softmax: exponential('softmax'),
  _FusedBatchNormEx: FusedBatchNormEx,
};

/** At inference: (x − mean) / √(variance + epsilon) · scale + offset, per channel. */
function FusedBatchNorm(call: Call): Value {
  if (call.truth('is_training', true)) return normalisedByItself(call);
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((index) => perChannel(call, call.value(index)));
  return normalised(call, { scale: scale!, offset: offset!, mean: mean!, variance: variance! }, 'epsilon', 1e-4);
}

/**
 * In training mode the mean and variance are those of the data. Keras normalises layers this way, with the rows of the
 * table in the place of the channels: then each row is treated by itself. Averages over the rows are refused.
 */
function normalisedByItself(call: Call): Value {
  const x = call.value(0);
  const rank = x.tensor.shape.length;
  const channels = call.text('data_format', 'NHWC').startsWith('NC') ? 1 : rank - 1;
  if (x.batch !== undefined && x.batch !== channels)
    return call.refuse(
      'tensorflow-training',
      'is in training mode: it averages over the rows',
      'Save the network for inference.',
    );
  const axes = x.tensor.shape.map((_, axis) => axis).filter((axis) => axis !== channels);
  const epsilon = call.float('epsilon', Math.fround(1e-4));
  const normal = { ...x, tensor: normalise(call.builder, x.tensor, axes, epsilon) };
  const [scale, offset] = [1, 2].map((index): Value => {
    const value = call.value(index);
    return { ...value, tensor: perChannel(call, value) };
  });
  const { tensors, batch } = align(call, [normal, scale!, offset!]);
  const { builder } = call;
  return {
    ...x,
    tensor: builder.combine('add', builder.combine('multiply', tensors[0]!, tensors[1]!), tensors[2]!),
    batch,
  };
}

/** The same with a sum and an activation behind it. */
function FusedBatchNormEx(call: Call): Value {
  const normal = FusedBatchNorm(call);
  const side = call.integer('num_side_inputs', 0) > 0 ? call.value(5) : undefined;
  const { tensors, batch } = align(call, side ? [normal, side] : [normal]);
  const sum = side ? call.builder.combine('add', tensors[0]!, tensors[1]!) : normal.tensor;
  const activation = fusedActivation(call.text('activation_mode', 'Identity'), 0.2);
  if (!activation)
    return call.refuse('tensorflow-unknown-operator', 'carries an unknown activation', 'Save the network unfused.');
  return call.give(call.builder.activation(sum, activation), batch);
}

/** The form of the first TensorFlow: mean, variance, beta, gamma. */
function BatchNormWithGlobalNormalization(call: Call): Value {
  const [mean, variance, offset, gamma] = [1, 2, 3, 4].map((index) => call.value(index).tensor);
  const ones = call.builder.constant(new Float64Array(elements(gamma!.shape)).fill(1), gamma!.shape);
  const scale = call.truth('scale_after_normalization', true) ? gamma! : ones;
  return normalised(call, { scale, offset: offset!, mean: mean!, variance: variance! }, 'variance_epsilon', 1e-3);
}

interface Statistics {
  readonly scale: Tensor;
  readonly offset: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

function normalised(call: Call, statistics: Statistics, epsilonName: string, otherwise: number): Value {
  const { scale, offset, mean, variance } = statistics;
  const x = call.value(0);
  const { builder } = call;
  const epsilon = call.scalar(call.float(epsilonName, Math.fround(otherwise)));
  const deviation = builder.activation(builder.combine('add', variance, epsilon), { kind: 'sqrt' });
  const factor = builder.combine('divide', scale, deviation);
  const shift = builder.combine('subtract', offset, builder.combine('multiply', mean, factor));
  const { batch } = align(call, [x, call.give(factor, undefined)]);
  return call.give(builder.combine('add', builder.combine('multiply', x.tensor, factor), shift), batch);
}

/** One number per channel, which is the last axis or, laid out channels first, stands before the places. */
function perChannel(call: Call, value: Value): Tensor {
  const first = call.text('data_format', 'NHWC').startsWith('NC');
  const places = first ? call.value(0).tensor.shape.length - 2 : 0;
  const shape = [...value.tensor.shape, ...new Array<number>(Math.max(places, 0)).fill(1)];
  return call.builder.reshape(value.tensor, shape);
}

/** Divided by (bias + alpha · sum of squares of the neighbouring channels) to the power beta. */
function LRN(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  const channels = x.tensor.shape.at(-1) ?? 1;
  const radius = call.integer('depth_radius', 5);
  const weights = Float64Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? call.float('alpha', 1) : 0,
  );
  expectDenseRoom(call, elements(x.tensor.shape) / Math.max(channels, 1), channels, channels);
  const squares = builder.activation(x.tensor, { kind: 'square' });
  const sums = builder.dense(squares, weights, new Float64Array(channels).fill(call.float('bias', 1)));
  const divisor = builder.combine('pow', sums, call.scalar(call.float('beta', 0.5)));
  return { ...x, tensor: builder.combine('divide', x.tensor, divisor) };
}

/** Over the last axis. */
function exponential(how: Normalisation): Operator {
  return (call) => {
    const x = call.value(0);
    const axis = x.tensor.shape.length - 1;
    if (axis < 0 || axis === x.batch) return call.refuseMixedRows();
    return { ...x, tensor: call.builder.softmax(how, x.tensor, [axis]) };
  };
}
