import type { NetworkBuilder, Tensor } from '../../../network/builder';
import { normalise } from '../../../network/layers';
import { broadcastIndices, elements } from '../../../network/tensor';
import type { Config } from '../config';
import type { LayerCall, LayerKind } from '../layerCall';
import { axesOf, gathered, inputOf, rowAxis, trained, unsupported } from '../layerCall';
import type { Variable } from '../weights';

/** The normalisation layers, adapted `Normalization` and `Rescaling` among them. */
export const normalisationLayers: Readonly<Record<string, LayerKind>> = {
  BatchNormalization: { variables: batchVariables, lower: lowerBatchNormalization },
  LayerNormalization: { variables: scaleAndCentre, lower: lowerLayerNormalization },
  GroupNormalization: { variables: scaleAndCentre, lower: lowerGroupNormalization },
  RMSNormalization: { variables: () => [trained('scale')], lower: lowerRmsNormalization },
  SpectralNormalization: {
    // Training divides the kernel by its greatest singular value; what is stored is divided already.
    variables: () => [{ ...trained('kernel'), repeats: true }, gathered('vector_u')],
    lower: (call) => call.part('layer', inputOf(call)),
  },
  UnitNormalization: {
    lower: (call) => {
      const x = inputOf(call);
      return unitVectors(call.builder, x, axesOf(call, 'axis', x.shape.length));
    },
  },
  Normalization: {
    variables: (config) =>
      config.at('mean') === undefined ? [gathered('mean'), gathered('variance'), gathered('count')] : [],
    lower: lowerNormalization,
  },
  Rescaling: { lower: lowerRescaling },
};

/** x / max(‖x‖₂, least), the norm taken over the given axes together. */
export function unitVectors(builder: NetworkBuilder, x: Tensor, axes: readonly number[], least = 1e-12): Tensor {
  const squares = builder.reduce('sum', builder.activation(x, { kind: 'square' }), axes, true);
  // Keras takes the root of max(Σx², ε²): the square root never meets a zero.
  const floor = builder.constant(new Float64Array(elements(squares.shape)).fill(least ** 2), squares.shape);
  const norm = builder.activation(builder.combine('max', squares, floor), { kind: 'sqrt' });
  return builder.combine('divide', x, norm);
}

function scaleAndCentre(config: Config): Variable[] {
  return [
    ...(config.flag('scale', true) ? [trained('gamma')] : []),
    ...(config.flag('center', true) && !config.flag('rms_scaling', false) ? [trained('beta')] : []),
  ];
}

function batchVariables(config: Config): Variable[] {
  return [...scaleAndCentre(config), gathered('moving_mean'), gathered('moving_variance')];
}

/** gamma (x − mean) / √(variance + epsilon) + beta with the moving statistics: one affine map per channel. */
function lowerBatchNormalization(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = inputOf(call);
  const axes = axesOf(call, 'axis', x.shape.length);
  const [axis] = axes;
  if (axis === undefined || axes.length !== 1) return unsupported(call, 'normalises over several axes');
  const shape = [x.shape[axis]!];
  const epsilon = config.number('epsilon', 1e-3);
  const gamma = config.flag('scale', true) ? weights.get('gamma', shape) : undefined;
  const beta = config.flag('center', true) ? weights.get('beta', shape) : undefined;
  const mean = weights.get('moving_mean', shape);
  const variance = weights.get('moving_variance', shape);
  const factor = variance.map((value, i) => (gamma?.[i] ?? 1) / Math.sqrt(value + epsilon));
  const offset = mean.map((value, i) => (beta?.[i] ?? 0) - value * factor[i]!);
  const perAxis = x.shape.map((length, k) => (k === axis ? length : 1));
  return affine(builder, x, factor, offset, perAxis);
}

/** Statistics over the normalised axes of each row; gamma and beta have the lengths of these axes. */
function lowerLayerNormalization(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = inputOf(call);
  const axes = axesOf(call, 'axis', x.shape.length);
  const epsilon = config.number('epsilon', 1e-3);
  const shape = axes.map((axis) => x.shape[axis]!);
  if (config.flag('rms_scaling', false)) {
    // Keras divides by the deviation in some versions and by the root mean square in others.
    return unsupported(
      call,
      'uses rms_scaling, which Keras versions compute differently',
      'Use RMSNormalization instead.',
    );
  }
  const gamma = config.flag('scale', true) ? weights.get('gamma', shape) : new Float64Array(elements(shape)).fill(1);
  const beta = config.flag('center', true) ? weights.get('beta', shape) : new Float64Array(elements(shape));
  const perAxis = x.shape.map((length, axis) => (axes.includes(axis) ? length : 1));
  return affine(builder, normalise(builder, x, axes, epsilon), gamma, beta, perAxis);
}

/** The channels in groups; statistics over each group and all other axes of the row. */
function lowerGroupNormalization(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = inputOf(call);
  const axis = rowAxis(call, config.firstNumber('axis', -1), x.shape.length);
  const channels = x.shape[axis]!;
  const wanted = config.number('groups', 32);
  const groups = wanted === -1 ? channels : wanted;
  if (!(groups > 0) || channels % groups !== 0)
    return unsupported(call, `should divide ${channels} channels into ${groups} groups`);
  const split = [...x.shape.slice(0, axis), groups, channels / groups, ...x.shape.slice(axis + 1)];
  const axes = split.map((_, k) => k).filter((k) => k !== axis);
  const normal = builder.reshape(
    normalise(builder, builder.reshape(x, split), axes, config.number('epsilon', 1e-3)),
    x.shape,
  );
  const gamma = config.flag('scale', true) ? weights.get('gamma', [channels]) : new Float64Array(channels).fill(1);
  const beta = config.flag('center', true) ? weights.get('beta', [channels]) : new Float64Array(channels);
  return affine(
    builder,
    normal,
    gamma,
    beta,
    x.shape.map((length, k) => (k === axis ? length : 1)),
  );
}

/** x / √(mean(x²) + epsilon) · scale */
function lowerRmsNormalization(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = inputOf(call);
  const axes = axesOf(call, 'axis', x.shape.length);
  const shape = axes.map((axis) => x.shape[axis]!);
  const normal = rootMeanSquare(builder, x, axes, config.number('epsilon', 1e-6));
  const perAxis = x.shape.map((length, axis) => (axes.includes(axis) ? length : 1));
  return affine(builder, normal, weights.get('scale', shape), new Float64Array(elements(shape)), perAxis);
}

/** x / √(mean(x²) + epsilon) */
export function rootMeanSquare(builder: NetworkBuilder, x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const squares = builder.reduce('mean', builder.activation(x, { kind: 'square' }), axes, true);
  const size = elements(squares.shape);
  const shifted = builder.scale(squares, new Float64Array(size).fill(1), new Float64Array(size).fill(epsilon));
  return builder.combine('divide', x, builder.activation(shifted, { kind: 'sqrt' }));
}

/** (x − mean) / max(√variance, 1e-7), inverted when asked; statistics stored by `adapt` or given in the configuration. */
function lowerNormalization(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = inputOf(call);
  const given = config.numbers('mean');
  const kept =
    config.at('axis') === undefined
      ? call.config.values.axis === null
        ? []
        : [x.shape.length - 1]
      : axesOf(call, 'axis', x.shape.length);
  const shape = kept.map((axis) => x.shape[axis]!);
  const statistics = (name: 'mean' | 'variance'): Float64Array =>
    given ? spread(call, config.numbers(name) ?? [], elements(shape)) : weights.get(name, shape);
  const mean = statistics('mean');
  const deviation = statistics('variance').map((value) => Math.max(Math.sqrt(value), 1e-7));
  const perAxis = x.shape.map((length, axis) => (kept.includes(axis) ? length : 1));
  if (config.flag('invert', false)) return affine(builder, x, deviation, mean, perAxis);
  const factor = deviation.map((value) => 1 / value);
  return affine(
    builder,
    x,
    factor,
    mean.map((value, i) => -value * factor[i]!),
    perAxis,
  );
}

/** scale · x + offset; numbers or lists along the last axis. */
function lowerRescaling(call: LayerCall): Tensor {
  const { builder, config } = call;
  const x = inputOf(call);
  const width = x.shape.at(-1) ?? 1;
  const factor = spread(call, asStored(config, config.numbers('scale') ?? [1]), width);
  const offset = spread(call, asStored(config, config.numbers('offset') ?? [0]), width);
  const perAxis = x.shape.map((length, axis) => (axis === x.shape.length - 1 ? length : 1));
  return affine(builder, x, factor, offset, perAxis);
}

/** TensorFlow keeps a layer's fixed numbers as 32-bit ones, unless the layer computes in float64. */
function asStored(config: Config, numbers: readonly number[]): number[] {
  const dtype = JSON.stringify(config.at('dtype') ?? 'float32');
  return dtype.includes('float64') ? [...numbers] : numbers.map(Math.fround);
}

function spread(call: LayerCall, values: readonly number[], size: number): Float64Array {
  if (values.length === 1) return new Float64Array(size).fill(values[0]!);
  return values.length === size
    ? Float64Array.from(values)
    : unsupported(call, `has ${values.length} numbers for ${size} inputs`);
}

/** factor · x + offset, both given along some axes (`shape` has length 1 along the others). */
function affine(
  builder: NetworkBuilder,
  x: Tensor,
  factor: Float64Array,
  offset: Float64Array,
  shape: readonly number[],
): Tensor {
  const indices = broadcastIndices(shape, x.shape);
  return builder.scale(
    x,
    Float64Array.from(indices, (index) => factor[index]!),
    Float64Array.from(indices, (index) => offset[index]!),
  );
}
