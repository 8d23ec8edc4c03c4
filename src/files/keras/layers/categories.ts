import type { NetworkBuilder, Tensor } from '../../../network/builder';

/** For each element of x its one-hot vector over the codes first, first + 1, …: a new last axis. Slope 0 everywhere. */
export function oneHot(builder: NetworkBuilder, x: Tensor, first: number, count: number): Tensor {
  return oneHotOf(
    builder,
    x,
    Array.from({ length: count }, (_, code) => first + code),
  );
}

/** For each element of x, 1 where it equals a code and 0 elsewhere: a new last axis. */
export function oneHotOf(builder: NetworkBuilder, x: Tensor, codes: readonly number[]): Tensor {
  const column = builder.reshape(x, [...x.shape, 1]);
  return builder.compare('equal', column, builder.constant(Float64Array.from(codes), [codes.length]));
}

/** How an encoding layer presents one-hot vectors. */
export type OutputMode = 'one_hot' | 'multi_hot' | 'count';

/**
 * One-hot vectors [..., n, codes] of the input's elements as the output mode wants them: each by itself (an axis of length 1 disappears),
 * joined by "any of them", or counted.
 */
export function encoded(builder: NetworkBuilder, vectors: Tensor, mode: OutputMode): Tensor {
  const { shape } = vectors;
  const axis = shape.length - 2;
  if (axis < 0) return vectors;
  const width = shape.at(-1)!;
  if (shape[axis] === 1) return builder.reshape(vectors, [...shape.slice(0, axis), width]);
  if (mode === 'one_hot') return vectors;
  return builder.reduce(mode === 'count' ? 'sum' : 'max', vectors, [axis], false);
}
