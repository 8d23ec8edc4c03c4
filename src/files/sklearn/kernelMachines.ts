import type { Tensor } from '../../network/builder';
import { transposed } from '../../network/tensor';
import { classNames, fittedNumbers, fittedVector, setting, unsupported, unusable, type Fitted } from './fitted';
import { asNumbers, type Frame, type Lowering } from './frame';
import { kernelOf, kernelValues, pointsOf, type Points } from './kernels';
import type { Prediction } from './prediction';

/**
 * Support vector machines. SVR, NuSVR and the decision of two classes are Σ dual_coef_ · K(support vector, x) +
 * intercept_; of more classes each pair has such a decision.
 */
export function supportVectors(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const x = asNumbers(frame, lowering, fitted.label);
  const points = pointsOf(fitted, 'support_vectors_', fittedNumbers(fitted, 'support_vectors_'), x);
  const duals = fittedNumbers(fitted, 'dual_coef_').values;
  const classes = fitted.object.name.endsWith('SVC') ? classNames(fitted) : [];
  const several = classes.length > 2;
  const weights = several ? pairWeights(fitted, duals, points.count, classes.length) : duals;
  const decisions = several ? (classes.length * (classes.length - 1)) / 2 : 1;
  if (weights.length !== decisions * points.count)
    return unusable(fitted, 'dual_coef_', `does not fit ${points.count} support vectors`);
  lowering.layers.push({
    name: fitted.label,
    kind: fitted.object.name,
    size: several ? classes.length : 1,
    parameters: points.values.length + duals.length + decisions,
  });
  const tensor = weighted(fitted, x, points, weights, lowering);
  if (several) return severalClasses(fitted, tensor, classes, lowering);
  if (classes.length === 0) return { tensor };
  return { tensor, decision: tensor, classes, names: [`score of ${classes.at(-1) ?? ''}`] };
}

/** Kernel ridge regression: dual_coef_ · K(row of the training data, x). */
export function kernelRidge(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const x = asNumbers(frame, lowering, fitted.label);
  const points = pointsOf(fitted, 'X_fit_', fittedNumbers(fitted, 'X_fit_'), x);
  const { values, shape } = fittedNumbers(fitted, 'dual_coef_');
  const outputs = shape.length === 2 ? shape[1]! : 1;
  if (values.length !== points.count * outputs) return unusable(fitted, 'dual_coef_', 'does not fit X_fit_');
  lowering.layers.push({
    name: fitted.label,
    kind: fitted.object.name,
    size: outputs,
    parameters: points.values.length + values.length,
  });
  const kernel = kernelOf(fitted, setting(fitted, 'kernel') ?? 'of its own', points.width, 1);
  const compared = kernelValues(fitted, x, points, kernel, lowering);
  return { tensor: lowering.builder.dense(compared, transposed(values, points.count, outputs)) };
}

/** One weighted sum of the kernel's values per decision; of the linear kernel one matrix. */
function weighted(fitted: Fitted, x: Tensor, points: Points, weights: Float64Array, lowering: Lowering): Tensor {
  const decisions = weights.length / points.count;
  const intercept = fittedVector(fitted, 'intercept_', decisions);
  const kernel = kernelOf(fitted, setting(fitted, 'kernel') ?? 'of its own', points.width, 0);
  const builder = lowering.builder.at(fitted.label);
  if (kernel.name !== 'linear')
    return builder.dense(kernelValues(fitted, x, points, kernel, lowering), weights, intercept);
  const { values, count, width } = points;
  const matrix = Float64Array.from({ length: decisions * width }, (_, i) => {
    const row = weights.subarray(Math.floor(i / width) * count, (Math.floor(i / width) + 1) * count);
    return row.reduce((sum, weight, vector) => sum + weight * values[vector * width + (i % width)]!, 0);
  });
  return builder.dense(x, matrix, intercept);
}

/**
 * libsvm keeps the weights of all pairs in (classes − 1) rows: of the pair (i, j) the vectors of class i have theirs in
 * row j − 1 and those of class j in row i (its documentation of `sv_coef`). Gives [pair][vector].
 */
function pairWeights(fitted: Fitted, duals: Float64Array, count: number, classes: number): Float64Array {
  const held = Array.from(fittedVector(fitted, '_n_support', classes));
  if (held.reduce((sum, one) => sum + one, 0) !== count || duals.length !== (classes - 1) * count)
    return unusable(fitted, '_n_support', `does not fit ${count} support vectors`);
  const owner = held.flatMap((vectors, at) => new Array<number>(vectors).fill(at));
  return Float64Array.from(
    pairs(classes).flatMap(([i, j]) =>
      owner.map((own, vector) => {
        if (own !== i && own !== j) return 0;
        return duals[(own === i ? j - 1 : i) * count + vector]!;
      }),
    ),
  );
}

function pairs(classes: number): (readonly [number, number])[] {
  return Array.from({ length: classes }, (_, i) => i).flatMap((i) =>
    Array.from({ length: classes - 1 - i }, (_, step) => [i, i + 1 + step] as const),
  );
}

/**
 * `decision_function`: of shape `ovo` the decisions of the pairs; of shape `ovr` for each class its votes, which move in
 * steps, and c / (3 (|c| + 1)) of the sum c of its decisions (scikit-learn's `_ovr_decision_function`).
 */
function severalClasses(fitted: Fitted, decisions: Tensor, classes: readonly string[], lowering: Lowering): Prediction {
  const { builder } = lowering;
  const matches = pairs(classes.length);
  if (setting(fitted, 'decision_function_shape') === 'ovo') {
    const names = matches.map(([i, j]) => `score of ${classes[i]!} against ${classes[j]!}`);
    return { tensor: decisions, decision: decisions, classes, names };
  }
  if (setting(fitted, 'decision_function_shape') !== 'ovr')
    return unsupported(fitted, `${fitted.object.name} "${fitted.label}" does not say how it decides among its classes`);
  const size = matches.length;
  const signs = Float64Array.from(
    classes.flatMap((_, at) => matches.map(([i, j]) => (at === i ? 1 : at === j ? -1 : 0))),
  );
  const first = builder.compare('greaterOrEqual', decisions, builder.constant(new Float64Array(size), [size]));
  const lost = Float64Array.from(classes, (_, at) => matches.filter(([, j]) => at === j).length);
  const votes = builder.dense(first, signs, lost);
  const sum = builder.dense(decisions, signs);
  const three = new Float64Array(classes.length).fill(3);
  const divisor = builder.scale(builder.activation(sum, { kind: 'abs' }), three, three);
  const tensor = builder.combine('add', votes, builder.combine('divide', sum, divisor));
  return { tensor, decision: tensor, classes, names: classes.map((name) => `score of ${name}`) };
}
