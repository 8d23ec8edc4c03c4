import type { Tensor } from '../../network/builder';
import { transposed } from '../../network/tensor';
import { numberSetting, unsupported, unusable, type Fitted } from './fitted';
import type { Lowering } from './frame';

/** A kernel function K(v, x) with its settings. */
export interface Kernel {
  readonly name: string;
  readonly gamma: number;
  readonly offset: number;
  readonly degree: number;
}

/** Points v [count][width] that a kernel compares its input with. */
export interface Points {
  readonly values: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** The kernel that an estimator's settings name; γ is 1 / number of columns unless it is given or was computed. */
export function kernelOf(fitted: Fitted, name: string, width: number, offset: number): Kernel {
  const gamma = ['gamma_', '_gamma', 'gamma']
    .map((key) => numberSetting(fitted, key))
    .find((value) => value !== undefined);
  return {
    name,
    gamma: gamma ?? 1 / width,
    offset: numberSetting(fitted, 'coef0') ?? offset,
    degree: numberSetting(fitted, 'degree') ?? 3,
  };
}

/**
 * K(v, x) for every point v, as `sklearn.metrics.pairwise` defines it: v·x, exp(−γ|x − v|²), exp(−γ Σ|x − v|),
 * (γ v·x + c)^degree, tanh(γ v·x + c) or v·x / (|v| |x|).
 */
export function kernelValues(fitted: Fitted, x: Tensor, points: Points, kernel: Kernel, lowering: Lowering): Tensor {
  const builder = lowering.builder.at(fitted.label);
  const { values, count } = points;
  switch (kernel.name) {
    case 'linear':
      return builder.dense(x, values);
    case 'cosine':
      return cosine(x, points, lowering);
    case 'rbf':
    case 'laplacian': {
      const distance = distances(x, points, kernel.name === 'rbf' ? 'square' : 'abs', lowering);
      const scaled = builder.scale(distance, new Float64Array(count).fill(-kernel.gamma), new Float64Array(count));
      return builder.activation(scaled, { kind: 'exponential' });
    }
    case 'poly':
    case 'polynomial':
    case 'sigmoid': {
      const products = builder.dense(
        x,
        values.map((value) => kernel.gamma * value),
        new Float64Array(count).fill(kernel.offset),
      );
      if (kernel.name === 'sigmoid') return builder.activation(products, { kind: 'tanh' });
      return builder.combine('pow', products, builder.constant(Float64Array.of(kernel.degree), [1]));
    }
  }
  return unsupported(
    fitted,
    `${fitted.object.name} "${fitted.label}" has the kernel ${kernel.name}, which is none that Slopescope reads`,
    'Use the kernel linear, rbf, poly, sigmoid or cosine, and save the model again.',
  );
}

/** Checks a matrix of points against the columns that come in. */
export function pointsOf(
  fitted: Fitted,
  name: string,
  { values, shape }: { readonly values: Float64Array; readonly shape: readonly number[] },
  x: Tensor,
): Points {
  const [count = 0, width = 0] = shape;
  if (shape.length !== 2 || width !== x.shape[0])
    return unusable(fitted, name, `of shape [${shape.join(', ')}] do not fit ${x.shape[0] ?? 0} inputs`);
  return { values, count, width };
}

/** Σ (x − v)² or Σ |x − v| for every point v. */
function distances(x: Tensor, { values, count, width }: Points, kind: 'square' | 'abs', { builder }: Lowering): Tensor {
  const columns = transposed(values, count, width);
  const parts = Array.from({ length: width }, (_, at) => {
    const distance = builder.dense(
      builder.take(x, 0, [at]),
      new Float64Array(count).fill(1),
      columns.subarray(at * count, (at + 1) * count).map((value) => -value),
    );
    return builder.activation(distance, { kind });
  });
  return parts.reduce((total, part) => builder.combine('add', total, part));
}

/** A row of zeros has the product 0 with every point. */
function cosine(x: Tensor, { values, count, width }: Points, { builder }: Lowering): Tensor {
  const units = Float64Array.from(values);
  for (let row = 0; row < count; row++) {
    const unit = units.subarray(row * width, (row + 1) * width);
    const length = Math.hypot(...unit) || 1;
    unit.forEach((value, i) => (unit[i] = value / length));
  }
  const squares = builder.reduce('sum', builder.activation(x, { kind: 'square' }), [0], true);
  const one = builder.constant(Float64Array.of(1), [1]);
  const zero = builder.constant(Float64Array.of(0), [1]);
  const safe = builder.select(builder.compare('equal', squares, zero), one, squares);
  return builder.combine('divide', builder.dense(x, units), builder.activation(safe, { kind: 'sqrt' }));
}
