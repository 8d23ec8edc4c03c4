import type { Tensor } from '../../network/builder';
import { probabilityNames } from './classes';
import { classNames, fittedArrays, fittedVector, optionalNumbers, unusable, type Fitted } from './fitted';
import { asNumbers, type Frame, type Lowering } from './frame';
import type { Prediction } from './prediction';

/** Naive Bayes: log P(class) − ½ Σ (log 2πσ² + (x − θ)² / σ²) per class, through a softmax. */
export function gaussianNaiveBayes(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const x = asNumbers(frame, lowering, fitted.label);
  const classes = classNames(fitted);
  const width = x.shape[0]!;
  const means = fittedVector(fitted, 'theta_', classes.length * width);
  // Called sigma_ before scikit-learn 1.0.
  const named = optionalNumbers(fitted, 'var_') === undefined ? 'sigma_' : 'var_';
  const variances = fittedVector(fitted, named, classes.length * width);
  const priors = fittedVector(fitted, 'class_prior_', classes.length);
  const { builder } = lowering;
  const parts = classes.map((_, at) => {
    const own = variances.subarray(at * width, (at + 1) * width);
    const standardised = builder.at(fitted.label).scale(
      x,
      own.map((variance) => 1 / Math.sqrt(variance)),
      own.map((variance, i) => -means[at * width + i]! / Math.sqrt(variance)),
    );
    const constant = own.reduce((sum, variance) => sum + Math.log(2 * Math.PI * variance), 0);
    return likelihood(standardised, Math.log(priors[at]!) - constant / 2, lowering);
  });
  return fromLikelihoods(fitted, parts, classes, means.length + variances.length + priors.length, lowering);
}

/** Quadratic discriminant analysis: log P(class) − ½ (|Sᵏ⁻½ Rᵏᵀ (x − μ)|² + Σ log S) per class, through a softmax. */
export function quadraticDiscriminant(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const x = asNumbers(frame, lowering, fitted.label);
  const classes = classNames(fitted);
  const width = x.shape[0]!;
  const means = fittedVector(fitted, 'means_', classes.length * width);
  const priors = fittedVector(fitted, 'priors_', classes.length);
  const rotations = fittedArrays(fitted, 'rotations_');
  const scalings = fittedArrays(fitted, 'scalings_');
  const parts = classes.map((_, at) => {
    const [rotation, scaling] = [rotations[at], scalings[at]?.values];
    const rank = scaling?.length ?? 0;
    if (!rotation || !scaling || rotation.values.length !== width * rank)
      return unusable(fitted, 'rotations_', `does not fit ${width} inputs and its scalings_`);
    const mean = means.subarray(at * width, (at + 1) * width);
    const weights = Float64Array.from(
      { length: rank * width },
      (_unused, i) =>
        rotation.values[(i % width) * rank + Math.floor(i / width)]! / Math.sqrt(scaling[Math.floor(i / width)]!),
    );
    const constant = scaling.reduce((sum, value) => sum + Math.log(value), 0);
    const turned = lowering.builder.at(fitted.label).dense(x, weights, shifted(weights, mean));
    return likelihood(turned, Math.log(priors[at]!) - constant / 2, lowering);
  });
  const held = means.length + priors.length + rotations.reduce((sum, one) => sum + one.values.length, 0);
  return { ...fromLikelihoods(fitted, parts, classes, held, lowering), decision: decisionOf(parts, lowering) };
}

/** −W · mean: the bias of W · (x − mean). */
function shifted(weights: Float64Array, mean: Float64Array): Float64Array {
  return Float64Array.from({ length: weights.length / mean.length }, (_, row) =>
    mean.reduce((sum, value, i) => sum - weights[row * mean.length + i]! * value, 0),
  );
}

/** constant − ½ Σ z². */
function likelihood(z: Tensor, constant: number, { builder }: Lowering): Tensor {
  const squares = builder.activation(z, { kind: 'square' });
  const size = z.shape[0]!;
  return builder.dense(squares, new Float64Array(size).fill(-0.5), Float64Array.of(constant));
}

function fromLikelihoods(
  fitted: Fitted,
  parts: readonly Tensor[],
  classes: readonly string[],
  parameters: number,
  lowering: Lowering,
): Prediction {
  const { builder } = lowering;
  lowering.layers.push({ name: fitted.label, kind: fitted.object.name, size: classes.length, parameters });
  const all = builder.softmax('softmax', builder.concat(parts, 0), [0]);
  return {
    tensor: classes.length === 2 ? builder.take(all, 0, [1]) : all,
    classes,
    names: probabilityNames(classes),
  };
}

/** The log-likelihoods; of two classes the difference of both. */
function decisionOf(parts: readonly Tensor[], { builder }: Lowering): Tensor {
  const [first, second] = parts;
  if (parts.length === 2 && first && second) return builder.combine('subtract', second, first);
  return builder.concat(parts, 0);
}
