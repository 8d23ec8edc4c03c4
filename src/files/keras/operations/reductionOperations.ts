import type { Tensor } from '../../../network/builder';
import type { Normalisation, Reduction } from '../../../network/network';
import { broadcastIndices, elements, mapIndices } from '../../../network/tensor';
import { maxMatrixElements } from '../../limits';
import { unitVectors } from '../layers/normalisationLayers';
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
    if (given.number('order', 2) !== 2) return given.refuse('normalises by a norm other than the Euclidean');
    return unitVectors(given.builder, x, axes);
  }, -1),
  cumsum: { takes: ['x'], lower: lowerCumulativeSum },
  one_hot: {
    takes: ['x', 'num_classes'],
    lower: (given) => {
      const x = given.tensor('x');
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

function lowerAverage(given: OperationArguments): Tensor {
  if (given.value('weights')) return given.refuse('weighs its mean');
  const x = given.tensor('x');
  return given.builder.reduce('mean', x, given.axes('axis', x.shape.length), false);
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

function lowerNorm(given: OperationArguments, x: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  const { builder } = given;
  const named = given.value('ord')?.kind === 'value' || typeof given.call.config.at('ord') === 'number';
  const order = named && axes.length === 1 ? given.number('ord', 2) : 2;
  if (order === 1) return builder.reduce('sum', builder.activation(x, { kind: 'abs' }), axes, keepDims);
  if (order === 2) {
    const squares = builder.reduce('sum', builder.activation(x, { kind: 'square' }), axes, keepDims);
    return builder.activation(squares, { kind: 'sqrt' });
  }
  return given.refuse(`takes the norm of order ${order}, which Slopescope does not read`);
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
