import type { Tensor } from '../../../network/builder';
import { normalise } from '../../../network/layers';
import type { Normalisation } from '../../../network/network';
import { elements } from '../../../network/tensor';
import { align } from '../../rows/broadcasting';
import { expectDenseRoom } from '../../rows/products';
import { reduceAxes } from '../../rows/reductions';
import { reshapeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import type { OperatorGroup } from './group';
import { extremePosition } from './reductions';

/** Operators that set the elements of a row in relation to each other; over the rows of a table they are refused. */
export const normalisation: OperatorGroup = {
  domain: '',
  operators: {
    BatchNormalization,
    GroupNormalization,
    Hardmax,
    InstanceNormalization,
    LRN,
    LayerNormalization,
    LogSoftmax: exponential('logSoftmax'),
    LpNormalization,
    MeanVarianceNormalization,
    RMSNormalization,
    Softmax: exponential('softmax'),
  },
  notes: {
    BatchNormalization: 'at inference',
    Hardmax: 'its slope is 0',
    MeanVarianceNormalization: 'within a row',
  },
};

/** 1 at the first largest element, 0 elsewhere; its slope is 0. */
function Hardmax(call: Call): Value {
  const x = call.value(0);
  const axes = normalisedAxes(call, x);
  const [first = 0] = axes;
  if (axes.length === 1) return { ...x, tensor: extremePosition(call, 'max', x, first, false) };
  const { shape } = x.tensor;
  const flat = {
    ...x,
    tensor: call.builder.reshape(x.tensor, [...shape.slice(0, first), elements(shape.slice(first))]),
  };
  return { ...x, tensor: call.builder.reshape(extremePosition(call, 'max', flat, first, false), shape) };
}

/** At inference: (x − mean) / √(variance + epsilon) · scale + bias, per channel (axis 1). */
function BatchNormalization(call: Call): Value {
  const x = call.value(0);
  if (call.integer('training_mode', 0) === 1)
    return call.refuse(
      'onnx-training',
      'is in training mode: it averages over the rows',
      'Export the network for inference.',
    );
  const { builder } = call;
  const { shape } = x.tensor;
  // In operator sets 7 and 8 each element of a channel could have its own numbers.
  const perElement = call.integer('spatial', 1) === 0;
  const parameter = (index: number): Value => {
    const value = call.value(index);
    const own = perElement ? shape.slice(1) : [elements(value.tensor.shape), ...shape.slice(2).map(() => 1)];
    return { ...value, tensor: builder.reshape(value.tensor, own) };
  };
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map(parameter);
  const spread = builder.activation(shifted(call, variance!.tensor, call.float('epsilon', 1e-5)), { kind: 'sqrt' });
  const factor = builder.combine('divide', scale!.tensor, spread);
  const offset = builder.combine('subtract', bias!.tensor, builder.combine('multiply', mean!.tensor, factor));
  const { batch } = align(call, [x, { ...scale!, tensor: factor }]);
  return call.give(builder.combine('add', builder.combine('multiply', x.tensor, factor), offset), batch);
}

/** Mean 0 and variance 1 over the last axes, from `axis` on; also the mean and one divided by the deviation. */
function LayerNormalization(call: Call): readonly Value[] {
  const x = call.value(0);
  const axes = axesFrom(call, x);
  const epsilon = call.float('epsilon', 1e-5);
  const normal = normalised(call, x, axes, epsilon);
  const result = scaledAndShifted(call, normal, call.value(1), call.optional(2));
  if (call.node.outputs.length === 1) return [result];
  const { builder } = call;
  const mean = reduceAxes(call, 'mean', x, axes, true);
  const squares = builder.activation(builder.combine('subtract', x.tensor, mean.tensor), { kind: 'square' });
  const variance = reduceAxes(call, 'mean', { ...x, tensor: squares }, axes, true);
  const deviation = builder.activation(shifted(call, variance.tensor, epsilon), { kind: 'sqrt' });
  return [result, mean, { ...mean, tensor: builder.activation(deviation, { kind: 'reciprocal' }) }];
}

/** Divided by the root mean square over the last axes, from `axis` on. */
function RMSNormalization(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  const squares = { ...x, tensor: builder.activation(x.tensor, { kind: 'square' }) };
  const mean = reduceAxes(call, 'mean', squares, axesFrom(call, x), true);
  const root = builder.activation(shifted(call, mean.tensor, call.float('epsilon', 1e-5)), { kind: 'sqrt' });
  const normal = { ...x, tensor: builder.combine('divide', x.tensor, root) };
  return scaledAndShifted(call, normal, call.value(1), undefined);
}

/** Mean 0 and variance 1 per channel, over the places. */
function InstanceNormalization(call: Call): Value {
  const x = call.value(0);
  const places = x.tensor.shape.map((_, axis) => axis).slice(2);
  const normal = normalised(call, x, places, call.float('epsilon', 1e-5));
  const perChannel = (value: Value) => channelWise(call, value, places.length);
  return scaledAndShifted(call, normal, perChannel(call.value(1)), perChannel(call.value(2)));
}

/** Mean 0 and variance 1 per group of channels; scale and bias are per group before operator set 21, then per channel. */
function GroupNormalization(call: Call): Value {
  const x = call.value(0);
  const groups = call.integer('num_groups', 1);
  const shape = call.shapeOf(x);
  const [rows = 1, channels = 1, ...places] = shape;
  const grouped = reshapeValue(call, x, [rows, groups, (channels / groups) * elements(places)]);
  const normal = normalised(call, grouped, [2], call.float('epsilon', 1e-5));
  if (call.version < 21) {
    const perGroup = (value: Value) => channelWise(call, value, 1);
    const result = scaledAndShifted(call, normal, perGroup(call.value(1)), perGroup(call.value(2)));
    return reshapeValue(call, result, shape);
  }
  const perChannel = (value: Value) => channelWise(call, value, places.length);
  return scaledAndShifted(
    call,
    reshapeValue(call, normal, shape),
    perChannel(call.value(1)),
    perChannel(call.value(2)),
  );
}

/** (x − mean) / (standard deviation + 1e-9), as the function body in the specification has it. */
function MeanVarianceNormalization(call: Call): Value {
  const x = call.value(0);
  const rank = x.tensor.shape.length;
  const axes = (call.integers('axes') ?? [0, 2, 3]).map((axis) => call.axis(axis, rank));
  const { builder } = call;
  const mean = reduceAxes(call, 'mean', x, axes, true);
  const centred = builder.combine('subtract', x.tensor, mean.tensor);
  const squares = { ...x, tensor: builder.activation(centred, { kind: 'square' }) };
  const variance = reduceAxes(call, 'mean', squares, axes, true);
  const deviation = builder.activation(variance.tensor, { kind: 'sqrt' });
  return { ...x, tensor: builder.combine('divide', centred, shifted(call, deviation, 1e-9)) };
}

/** Divided by the sum of sizes (p = 1) or the length (p = 2) along one axis. A vector of zeros stays one. */
function LpNormalization(call: Call): Value {
  const x = call.value(0);
  const axis = call.axis(call.integer('axis', -1), x.tensor.shape.length);
  return dividedByNorm(call, x, axis, call.integer('p', 2) === 1 ? 'L1' : 'L2');
}

/** Divided by (bias + alpha / size · sum of squares of the neighbouring channels) to the power beta. */
function LRN(call: Call): Value {
  const x = call.value(0);
  const size = call.integer('size', 1);
  const { builder } = call;
  const rank = x.tensor.shape.length;
  const channels = x.tensor.shape[1] ?? 1;
  if (x.batch === 1) return call.refuseMixedRows();
  const before = Math.floor((size - 1) / 2);
  const weights = new Float64Array(channels * channels);
  for (let channel = 0; channel < channels; channel++) {
    const last = Math.min(channel + size - 1 - before, channels - 1);
    for (let other = Math.max(channel - before, 0); other <= last; other++)
      weights[channel * channels + other] = call.float('alpha', 0.0001) / size;
  }
  expectDenseRoom(call, elements(x.tensor.shape) / channels, channels, channels);
  const order = x.tensor.shape.map((_, axis) => (axis === 1 ? rank - 1 : axis === rank - 1 ? 1 : axis));
  const squares = builder.transpose(builder.activation(x.tensor, { kind: 'square' }), order);
  const sums = builder.dense(squares, weights, new Float64Array(channels).fill(call.float('bias', 1)));
  const beta = builder.constant(Float64Array.of(call.float('beta', 0.75)), []);
  const divisor = builder.combine('pow', builder.transpose(sums, order), beta);
  return { ...x, tensor: builder.combine('divide', x.tensor, divisor) };
}

/** A value divided by a norm along one axis; where the norm is 0 the value stays. */
export function dividedByNorm(call: Call, x: Value, axis: number, norm: 'L1' | 'L2' | 'MAX'): Value {
  const { builder } = call;
  const kind = norm === 'L1' ? 'abs' : norm === 'L2' ? 'square' : 'linear';
  const parts = { ...x, tensor: builder.activation(x.tensor, { kind }) };
  const sum = reduceAxes(call, norm === 'MAX' ? 'max' : 'sum', parts, [axis], true).tensor;
  const zero = builder.compare('equal', sum, builder.constant(Float64Array.of(0), []));
  const safe = builder.select(zero, builder.constant(Float64Array.of(1), []), sum);
  const divisor = norm === 'L2' ? builder.activation(safe, { kind: 'sqrt' }) : safe;
  return { ...x, tensor: builder.combine('divide', x.tensor, divisor), type: 'real' };
}

function exponential(how: Normalisation): Operator {
  return (call) => {
    const x = call.value(0);
    const axes = normalisedAxes(call, x);
    return { ...x, tensor: call.builder.softmax(how, x.tensor, axes) };
  };
}

/** One axis; before operator set 13 that axis and all after it together. */
function normalisedAxes(call: Call, x: Value): number[] {
  const rank = x.tensor.shape.length;
  const together = call.version < 13;
  const axis = call.axis(call.integer('axis', together ? 1 : -1), rank);
  const axes = together ? Array.from({ length: rank - axis }, (_, k) => axis + k) : [axis];
  if (x.batch !== undefined && axes.includes(x.batch)) return call.refuseMixedRows();
  return axes;
}

function axesFrom(call: Call, x: Value): number[] {
  const rank = x.tensor.shape.length;
  const first = call.axis(call.integer('axis', -1), rank);
  return Array.from({ length: rank - first }, (_, k) => first + k);
}

function normalised(call: Call, x: Value, axes: readonly number[], epsilon: number): Value {
  if (x.batch !== undefined && axes.includes(x.batch)) return call.refuseMixedRows();
  return { ...x, tensor: normalise(call.builder, x.tensor, axes, epsilon) };
}

function scaledAndShifted(call: Call, x: Value, scale: Value, bias: Value | undefined): Value {
  const { batch } = align(call, bias ? [x, scale, bias] : [x, scale]);
  const scaled = call.builder.combine('multiply', x.tensor, scale.tensor);
  return { ...x, tensor: bias ? call.builder.combine('add', scaled, bias.tensor) : scaled, batch };
}

/** One number per channel, with as many axes of length 1 after it as there are axes of places. */
function channelWise(call: Call, value: Value, places: number): Value {
  const shape = [elements(value.tensor.shape), ...new Array<number>(places).fill(1)];
  return { ...value, tensor: call.builder.reshape(value.tensor, shape) };
}

function shifted(call: Call, x: Tensor, by: number): Tensor {
  const ones = new Float64Array(elements(x.shape)).fill(1);
  return call.builder.scale(
    x,
    ones,
    ones.map(() => by),
  );
}
