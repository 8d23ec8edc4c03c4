import type { Tensor } from '../../../network/builder';
import { ascending } from '../../../network/compositions';
import type { Operation, OperationArguments } from './operationArguments';

/** Operators that put the elements along an axis in order, or take some of them by their rank. */
export const orderOperations: Readonly<Record<string, Operation>> = {
  sort: {
    takes: ['x', 'axis'],
    lower: (given) => {
      const x = given.tensor('x');
      return sorted(given, x, given.axis('axis', x.shape.length, -1));
    },
  },
  top_k: { takes: ['x', 'k'], lower: lowerTopK },
  median: { takes: ['x', 'axis', 'keepdims'], lower: (given) => quantile(given, 0.5) },
  quantile: { takes: ['x', 'q', 'axis', 'keepdims'], lower: (given) => quantile(given, level(given)) },
  percentile: { takes: ['x', 'q', 'axis', 'keepdims'], lower: (given) => quantile(given, level(given) / 100) },
  ptp: {
    takes: ['x', 'axis', 'keepdims'],
    lower: (given) => {
      const x = given.tensor('x');
      const axes = given.axes('axis', x.shape.length);
      const keepDims = given.flag('keepdims', false);
      const [most, least] = (['max', 'min'] as const).map((how) => given.builder.reduce(how, x, axes, keepDims));
      return given.builder.combine('subtract', most!, least!);
    },
  },
};

/** Elements that are put in order: each pair of neighbours is compared in every round. */
const maxSorted = 256;

function sorted(given: OperationArguments, x: Tensor, axis: number): Tensor {
  given.limit(x.shape[axis]!, maxSorted);
  return ascending(given.builder, x, axis);
}

/** The k greatest along the last axis, greatest first; their positions are not computed. */
function lowerTopK(given: OperationArguments): Tensor[] {
  const x = given.tensor('x');
  const axis = x.shape.length - 1;
  const length = x.shape[axis]!;
  const k = given.number('k', 1);
  if (!given.flag('sorted', true)) return given.refuse('gives its greatest numbers in no order');
  const places = Array.from({ length: k }, (_, rank) => length - 1 - rank);
  return [given.builder.take(sorted(given, x, axis), axis, places)];
}

function level(given: OperationArguments): number {
  const levels = given.integers('q') ?? [];
  const scalar = given.value('q')?.kind === 'value';
  return scalar && levels.length === 1 ? levels[0]! : given.refuse('takes several quantiles at once');
}

/** The sorted elements at place share · (n − 1), or between the two places around it (numpy.quantile). */
function quantile(given: OperationArguments, share: number): Tensor {
  const { builder } = given;
  const x = given.tensor('x');
  const axes = given.axes('axis', x.shape.length);
  // Keras stores other methods, but computes the linear one.
  if (given.text('method', 'linear') !== 'linear')
    return given.refuse('interpolates by a method that Keras versions compute differently');
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const turned = builder.transpose(x, [...kept, ...axes]);
  const lead = kept.map((axis) => x.shape[axis]!);
  const flat = builder.reshape(turned, [...lead, -1]);
  const axis = lead.length;
  const order = sorted(given, flat, axis);
  const place = share * (flat.shape[axis]! - 1);
  const below = Math.floor(place);
  const part = (at: number): Tensor => builder.take(order, axis, [at]);
  const between =
    place === below
      ? part(below)
      : builder.combine(
          'add',
          weighed(given, part(below), below + 1 - place),
          weighed(given, part(below + 1), place - below),
        );
  const keepDims = given.flag('keepdims', false);
  return builder.reshape(between, keepDims ? x.shape.map((length, k) => (axes.includes(k) ? 1 : length)) : lead);
}

function weighed({ builder }: OperationArguments, x: Tensor, weight: number): Tensor {
  return builder.combine('multiply', x, builder.constant(Float64Array.of(weight), []));
}
