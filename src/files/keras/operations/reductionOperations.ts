import type { Tensor } from '../../../network/builder';
import type { Normalisation, Reduction } from '../../../network/network';
import { runningProduct } from '../../../network/compositions';
import { normalise, slice } from '../../../network/layers';
import { broadcastIndices, elements, mapIndices } from '../../../network/tensor';
import { maxMatrixElements } from '../../limits';
import { rootMeanSquare, unitVectors } from '../layers/normalisationLayers';
import { oneHot } from '../layers/categories';
import { kerasSparsemax } from '../sparsemax';
import type { Operation, OperationArguments } from './operationArguments';

/** Operators that put several elements of a row together, or normalise them by one another. */
export const reductionOperations: Readonly<Record<string, Operation>> = {
  sum: reduction('sum'),
  mean: reduction('mean'),
  max: reduction('max'),
  amax: reduction('max'),
  min: reduction('min'),
  amin: reduction('min'),
  prod: reduction('product'),
  any: onTruth('max'),
  all: onTruth('min'),
  count_nonzero: onTruth('sum'),
  average: { takes: ['x', 'weights'], lower: lowerAverage },
  var: over((given, x, axes, keep) => variance(given, x, axes, keep)),
  std: over((given, x, axes, keep) => given.builder.activation(variance(given, x, axes, keep), { kind: 'sqrt' })),
  logsumexp: over(lowerLogSumExp),
  norm: over(lowerNorm),
  softmax: normalisation('softmax'),
  log_softmax: normalisation('logSoftmax'),
  sparsemax: over((given, x, axes) => {
    if (axes[0] !== x.shape.length - 1) return given.refuse('takes the sparsemax along another axis than the last');
    return kerasSparsemax(given.builder, x);
  }, -1),
  normalize: over((given, x, axes) => {
    const { builder } = given;
    const epsilon = given.number('epsilon', 1e-7);
    if (given.call.layer.operator === 'tensorflow') return unitVectors(builder, x, axes, Math.sqrt(epsilon));
    const order = given.number('order', 2);
    if (order === 2) return unitVectors(builder, x, axes, epsilon);
    const least = builder.constant(Float64Array.of(epsilon), []);
    return builder.combine('divide', x, builder.combine('max', vectorNorm(given, x, axes, true, order), least));
  }, -1),
  layer_norm: { takes: ['x', 'gamma', 'beta'], lower: lowerLayerNorm },
  rms_norm: { takes: ['x', 'scale'], lower: lowerRmsNorm },
  cumsum: { takes: ['x'], lower: lowerCumulativeSum },
  cumprod: {
    takes: ['x'],
    lower: (given) => {
      const x = given.tensor('x');
      return runningProduct(given.builder, x, given.axis('axis', x.shape.length, -1));
    },
  },
  diff: { takes: ['x'], lower: lowerDifference },
  moments: { takes: ['x', 'axes', 'keepdims'], lower: lowerMoments },
  one_hot: {
    takes: ['x', 'num_classes', 'axis'],
    lower: (given) => {
      const x = given.tensor('x');
      if (given.number('axis', -1) !== -1)
        return given.refuse('puts the places of its codes on an axis before the last');
      const classes = given.number('num_classes', 0);
      given.limit(elements(x.shape) * classes);
      return oneHot(given.builder, x, 0, classes);
    },
  },
};

/** An operator over `axis`; without it over `fallback`, or refused where that would be the whole batch. */
function over(
  lower: (given: OperationArguments, x: Tensor, axes: number[], keepDims: boolean) => Tensor,
  fallback?: number,
): Operation {
  return {
    takes: ['x', 'axis', 'keepdims'],
    lower: (given) => {
      const x = given.tensor('x');
      const rank = x.shape.length;
      const axes =
        fallback === undefined || given.integers('axis')
          ? given.axes('axis', rank)
          : [given.axis('axis', rank, fallback)];
      return lower(given, x, axes, given.flag('keepdims', false));
    },
  };
}

function reduction(how: Reduction): Operation {
  return over((given, x, axes, keepDims) => given.builder.reduce(how, x, axes, keepDims));
}

function normalisation(how: Normalisation): Operation {
  return over((given, x, axes) => given.builder.softmax(how, x, axes), -1);
}

function onTruth(how: Reduction): Operation {
  return over((given, x, axes, keepDims) => {
    const zeros = given.builder.constant(new Float64Array(elements(x.shape)), x.shape);
    return given.builder.reduce(how, given.builder.compare('notEqual', x, zeros), axes, keepDims);
  });
}

/** Σ w x / Σ w, with fixed weights along one axis or of the shape of x. */
function lowerAverage(given: OperationArguments): Tensor {
  const { builder } = given;
  const x = given.tensor('x');
  const axes = given.axes('axis', x.shape.length);
  const value = given.value('weights');
  if (!value) return builder.reduce('mean', x, axes, false);
  const fixed = given.fixed(value);
  const [axis] = axes;
  if (!fixed || axis === undefined || axes.length > 1 || fixed.shape.length !== 1)
    return given.refuse('weighs its mean by numbers that are not fixed along one axis');
  const shape = x.shape.map((_, k) => (k === axis ? fixed.shape[0]! : 1));
  const weights = builder.reshape(fixed, shape);
  const sum = builder.reduce('sum', builder.combine('multiply', x, weights), axes, false);
  return builder.combine('divide', sum, builder.reshape(builder.reduce('sum', weights, axes, false), []));
}

/** Of the population, as numpy has it. */
function variance({ builder }: OperationArguments, x: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  const centred = builder.combine('subtract', x, builder.reduce('mean', x, axes, true));
  return builder.reduce('mean', builder.activation(centred, { kind: 'square' }), axes, keepDims);
}

/** The greatest element plus the log of the sum of e to the others' distances from it. */
function lowerLogSumExp(
  { builder }: OperationArguments,
  x: Tensor,
  axes: readonly number[],
  keepDims: boolean,
): Tensor {
  const top = builder.reduce('max', x, axes, true);
  const distances = builder.activation(builder.combine('subtract', x, top), { kind: 'exponential' });
  const rest = builder.activation(builder.reduce('sum', distances, axes, true), { kind: 'log' });
  const result = builder.combine('add', top, rest);
  return keepDims
    ? result
    : builder.reshape(
        result,
        x.shape.filter((_, axis) => !axes.includes(axis)),
      );
}

/** Of a matrix the Frobenius norm only; of a vector of any order. */
function lowerNorm(given: OperationArguments, x: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  const value = given.value('ord');
  const order = (value?.kind === 'value' ? value.value : given.call.config.at('ord')) ?? 'fro';
  if (order === 'fro' || order === 'euclidean') return vectorNorm(given, x, axes, keepDims, 2);
  return typeof order === 'number' && axes.length === 1
    ? vectorNorm(given, x, axes, keepDims, order)
    : given.refuse(`takes a norm that Slopescope does not read (order ${JSON.stringify(order)})`);
}

/** (Σ |x|ᵖ)^(1/p); for p = ±∞ the greatest and the least |x|, for 0 the number of elements that are not 0. */
function vectorNorm(
  { builder }: OperationArguments,
  x: Tensor,
  axes: readonly number[],
  keepDims: boolean,
  order: number,
): Tensor {
  const sizes = builder.activation(x, { kind: 'abs' });
  if (Math.abs(order) === Infinity) return builder.reduce(order > 0 ? 'max' : 'min', sizes, axes, keepDims);
  if (order === 0) return builder.reduce('sum', builder.activation(sizes, { kind: 'sign' }), axes, keepDims);
  if (order === 1) return builder.reduce('sum', sizes, axes, keepDims);
  const power = (base: Tensor, exponent: number): Tensor =>
    builder.combine('pow', base, builder.constant(Float64Array.of(exponent), []));
  return power(builder.reduce('sum', power(order === 2 ? x : sizes, order), axes, keepDims), 1 / order);
}

/** Differences of neighbours, n times over. */
function lowerDifference(given: OperationArguments): Tensor {
  const { builder } = given;
  const x = given.tensor('x');
  const axis = given.axis('axis', x.shape.length, -1);
  const times = Math.min(given.number('n', 1), x.shape[axis]!);
  let result = x;
  for (let round = 0; round < times; round++) {
    const length = result.shape[axis]!;
    const later = slice(builder, result, axis, 1, length, 1);
    result = builder.combine('subtract', later, slice(builder, result, axis, 0, length - 1, 1));
  }
  return result;
}

/** (x − mean) / √(variance + epsilon), then fixed factors and offsets along the axis. */
function lowerLayerNorm(given: OperationArguments): Tensor {
  const { builder } = given;
  const x = given.tensor('x');
  if (given.flag('rms_scaling', false))
    return given.refuse('uses rms_scaling, which Keras versions compute differently');
  const axis = given.axis('axis', x.shape.length, -1);
  const normal = normalise(builder, x, [axis], given.number('epsilon', 1e-7));
  const scaled = alongAxis(given, 'multiply', normal, 'gamma', axis);
  return alongAxis(given, 'add', scaled, 'beta', axis);
}

function lowerRmsNorm(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const axis = given.axis('axis', x.shape.length, -1);
  return alongAxis(
    given,
    'multiply',
    rootMeanSquare(given.builder, x, [axis], given.number('epsilon', 1e-7)),
    'scale',
    axis,
  );
}

/** With the fixed numbers of an argument along one axis, where they are given. */
function alongAxis(given: OperationArguments, how: 'add' | 'multiply', x: Tensor, name: string, axis: number): Tensor {
  const value = given.value(name);
  if (!value) return x;
  const fixed = given.fixed(value) ?? given.refuse(`has a setting "${name}" that is not fixed`);
  const shape = x.shape.map((length, k) => (k === axis ? length : 1));
  return given.builder.combine(how, x, given.builder.reshape(fixed, shape));
}

function lowerMoments(given: OperationArguments): Tensor[] {
  const x = given.tensor('x');
  const axes = given.axes('axes', x.shape.length);
  const keepDims = given.flag('keepdims', false);
  if (given.flag('synchronized', false)) return given.refuse('averages over several machines');
  return [given.builder.reduce('mean', x, axes, keepDims), variance(given, x, axes, keepDims)];
}

/** Running sums along one axis: a linear map with ones below the diagonal. */
function lowerCumulativeSum(given: OperationArguments): Tensor {
  const { builder } = given;
  const x = given.tensor('x');
  const axis = given.axis('axis', x.shape.length, -1);
  const size = elements(x.shape);
  const order = mapIndices(x.shape, (index) => index[axis]!);
  // Elements belong together when they differ only along the axis: the same place with the axis set to 0.
  const column = broadcastIndices(
    x.shape.map((length, k) => (k === axis ? 1 : length)),
    x.shape,
  );
  given.limit(size * size, maxMatrixElements);
  const matrix = new Float64Array(size * size);
  for (let to = 0; to < size; to++)
    for (let from = 0; from < size; from++)
      if (column[to] === column[from] && order[from]! <= order[to]!) matrix[to * size + from] = 1;
  return builder.linear(x, matrix, new Float64Array(size), x.shape);
}
