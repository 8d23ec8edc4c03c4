import type { NetworkBuilder, Tensor } from '../../network/builder';
import { ShapeError } from '../../network/builder';
import { elements } from '../../network/tensor';
import { maxMatrixElements } from '../limits';

/**
 * Sparsemax along the last axis as Keras computes it: τ = (Σ over the support of the running sums − 1) / size of the
 * support. Martins and Astudillo (2016) take only the last running sum; a trained network means what Keras computes.
 * Sorting is done by comparing all pairs: the running sum at an element is the sum of all elements not below it.
 */
export function kerasSparsemax(builder: NetworkBuilder, x: Tensor): Tensor {
  const axis = x.shape.length - 1;
  const width = x.shape[axis]!;
  if (width * width > maxMatrixElements) throw new ShapeError(`a sparsemax over ${width} numbers is too large`);
  const lead = x.shape.slice(0, -1);
  const column = builder.reshape(x, [...lead, width, 1]);
  const row = builder.reshape(x, [...lead, 1, width]);
  const before = builder.constant(
    Float64Array.from({ length: width * width }, (_, i) => (i % width <= Math.floor(i / width) ? 1 : 0)),
    [width, width],
  );
  const tied = builder.combine('multiply', builder.compare('equal', row, column), before);
  const notBelow = builder.combine('add', builder.compare('greater', row, column), tied);
  const rank = builder.reduce('sum', notBelow, [axis + 1], false);
  const running = builder.reduce('sum', builder.combine('multiply', notBelow, row), [axis + 1], false);
  const one = builder.constant(new Float64Array(elements(x.shape)).fill(1), x.shape);
  const level = builder.combine('divide', builder.combine('subtract', running, one), rank);
  const support = builder.compare('greater', x, level);
  const sum = builder.reduce('sum', builder.combine('multiply', support, running), [axis], true);
  const top = builder.combine('subtract', sum, builder.constant(Float64Array.of(1), [1]));
  const threshold = builder.combine('divide', top, builder.reduce('sum', support, [axis], true));
  return builder.activation(builder.combine('subtract', x, threshold), { kind: 'relu' });
}
