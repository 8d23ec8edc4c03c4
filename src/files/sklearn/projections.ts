import type { Tensor } from '../../network/builder';
import { transposed } from '../../network/tensor';
import {
  fittedNumbers,
  fittedVector,
  flag,
  numberSetting,
  optionalNumbers,
  optionalVector,
  partOf,
  setting,
  unusable,
  type Fitted,
} from './fitted';
import { asNumbers, frameOf, type Frame, type Lowering } from './frame';
import { kernelOf, kernelValues, pointsOf } from './kernels';

/** A matrix that columns are multiplied with: [output][column]. */
interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
}

/** Principal components and their like: (x − mean_) · components_ᵀ, divided by the deviations when whitened. */
export function projection(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const count = frame.columns.length;
  const components = componentsOf(fitted, count);
  const centred = !/^TruncatedSVD$|RandomProjection$/.test(fitted.object.name);
  const mean = centred ? optionalVector(fitted, 'mean_', count) : undefined;
  const whitens = fitted.object.name.endsWith('PCA') && flag(fitted, 'whiten', false);
  const variance = whitens ? fittedVector(fitted, 'explained_variance_', components.rows) : undefined;
  const values = components.values.map((weight, i) =>
    variance ? weight / deviation(variance[Math.floor(i / count)]!) : weight,
  );
  return projected(fitted, frame, { values, rows: components.rows }, mean, lowering);
}

/** scikit-learn keeps whitened components away from division by zero in this way. */
function deviation(variance: number): number {
  return Math.max(Math.sqrt(variance), Number.EPSILON);
}

/** Linear discriminant analysis as a step: (x − xbar_) · scalings_, the first columns; `eigen` does not centre. */
export function discriminants(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const count = frame.columns.length;
  const { values, shape } = fittedNumbers(fitted, 'scalings_');
  const [height = 0, width = 0] = shape;
  const rows = Math.min(numberSetting(fitted, '_max_components') ?? width, width);
  if (shape.length !== 2 || height !== count) return unusable(fitted, 'scalings_', `does not fit ${count} columns`);
  const mean = setting(fitted, 'solver') === 'svd' ? fittedVector(fitted, 'xbar_', count) : undefined;
  const matrix = { values: transposed(values, height, width).subarray(0, rows * count), rows };
  return projected(fitted, frame, matrix, mean, lowering);
}

/** Factor analysis: (I + W Ψ⁻¹ Wᵀ)⁻¹ W Ψ⁻¹ (x − mean_) (Barber, Bayesian Reasoning and Machine Learning, 21.33). */
export function factors(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const count = frame.columns.length;
  const { values, rows } = componentsOf(fitted, count);
  const noise = fittedVector(fitted, 'noise_variance_', count);
  const weighted = values.map((weight, i) => weight / noise[i % count]!);
  const precision = Array.from({ length: rows }, (_, i) =>
    Float64Array.from({ length: rows }, (_unused, j) => {
      let sum = i === j ? 1 : 0;
      for (let at = 0; at < count; at++) sum += weighted[i * count + at]! * values[j * count + at]!;
      return sum;
    }),
  );
  const solved = solve(
    precision,
    Array.from({ length: rows }, (_, i) => weighted.slice(i * count, (i + 1) * count)),
  );
  const matrix = { values: Float64Array.from(solved.flatMap((row) => [...row])), rows };
  return projected(fitted, frame, matrix, optionalVector(fitted, 'mean_', count), lowering);
}

/**
 * Kernel principal components: the kernel's values centred by the means of the training data, times the eigenvectors
 * divided by the roots of their eigenvalues.
 */
export function kernelComponents(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const x = asNumbers(frame, lowering, fitted.label);
  const points = pointsOf(fitted, 'X_fit_', fittedNumbers(fitted, 'X_fit_'), x);
  const { count } = points;
  const older = optionalNumbers(fitted, 'eigenvalues_') === undefined;
  const eigenvalues = fittedNumbers(fitted, older ? 'lambdas_' : 'eigenvalues_').values;
  const vectors = fittedVector(fitted, older ? 'alphas_' : 'eigenvectors_', count * eigenvalues.length);
  const centerer = partOf(fitted, '_centerer');
  const means = fittedVector(centerer, 'K_fit_rows_', count);
  const overall = numberSetting(centerer, 'K_fit_all_') ?? 0;
  const kernel = kernelOf(fitted, setting(fitted, 'kernel') ?? 'of its own', points.width, 1);
  const compared = kernelValues(fitted, x, points, kernel, lowering);
  const { builder } = lowering;
  const average = builder.reduce('mean', compared, [0], true);
  const centred = builder.scale(
    builder.combine('subtract', compared, average),
    new Float64Array(count).fill(1),
    means.map((mean) => overall - mean),
  );
  const weights = transposed(vectors, count, eigenvalues.length).map((value, i) => {
    const eigenvalue = eigenvalues[Math.floor(i / count)]!;
    return eigenvalue === 0 ? 0 : value / Math.sqrt(eigenvalue);
  });
  return named(fitted, builder.dense(centred, weights));
}

/** Nystroem's approximation of a kernel: its values at the stored points, times the transposed normalisation. */
export function nystroem(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const x = asNumbers(frame, lowering, fitted.label);
  const points = pointsOf(fitted, 'components_', fittedNumbers(fitted, 'components_'), x);
  const weights = fittedVector(fitted, 'normalization_', points.count * points.count);
  const kernel = kernelOf(fitted, setting(fitted, 'kernel') ?? 'of its own', points.width, 1);
  return named(fitted, lowering.builder.dense(kernelValues(fitted, x, points, kernel, lowering), weights));
}

/** Random Fourier features of the RBF kernel: √(2 / n) cos(x · random_weights_ + random_offset_). */
export function randomFeatures(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const width = frame.columns.length;
  const offset = fittedNumbers(fitted, 'random_offset_').values;
  const count = offset.length;
  const weights = transposed(fittedVector(fitted, 'random_weights_', width * count), width, count);
  const builder = lowering.builder.at(fitted.label);
  const waves = builder.activation(builder.dense(asNumbers(frame, lowering, fitted.label), weights, offset), {
    kind: 'cos',
  });
  return named(
    fitted,
    builder.scale(waves, new Float64Array(count).fill(Math.sqrt(2 / count)), new Float64Array(count)),
  );
}

function componentsOf(fitted: Fitted, count: number): Matrix {
  const { values, shape } = fittedNumbers(fitted, 'components_');
  const [rows = 0, width = 0] = shape;
  if (shape.length !== 2) return unusable(fitted, 'components_', 'is not a matrix');
  if (width !== count) return unusable(fitted, 'components_', `is for ${width} columns, but ${count} come in`);
  return { values, rows };
}

function projected(
  fitted: Fitted,
  frame: Frame,
  { values, rows }: Matrix,
  mean: Float64Array | undefined,
  lowering: Lowering,
): Frame {
  const count = frame.columns.length;
  const bias = Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = 0; mean && i < count; i++) sum -= values[row * count + i]! * mean[i]!;
    return sum;
  });
  const x = asNumbers(frame, lowering, fitted.label);
  return named(fitted, lowering.builder.at(fitted.label).dense(x, values, bias));
}

function named(fitted: Fitted, tensor: Tensor): Frame {
  return frameOf(
    tensor,
    Array.from({ length: tensor.shape[0]! }, (_, i) => `${fitted.label}${i}`),
  );
}

/** A⁻¹ B by Gaussian elimination; A is symmetric with eigenvalues of at least 1, so its pivots are never small. */
function solve(a: readonly Float64Array[], b: readonly Float64Array[]): readonly Float64Array[] {
  const rows = a.map((row, i) => Float64Array.of(...row, ...b[i]!));
  rows.forEach((pivot, at) => {
    const divisor = pivot[at]!;
    pivot.forEach((value, i) => (pivot[i] = value / divisor));
    for (const [other, row] of rows.entries()) {
      const factor = row[at]!;
      if (other !== at) row.forEach((value, i) => (row[i] = value - factor * pivot[i]!));
    }
  });
  return rows.map((row) => row.subarray(a.length));
}
