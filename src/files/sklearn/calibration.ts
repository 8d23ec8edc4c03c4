import type { Tensor } from '../../network/builder';
import { attribute } from '../containers/pickleValues';
import { classTensors, normalised, probabilityNames } from './classes';
import {
  classNames,
  fittedNumbers,
  numberSetting,
  partOf,
  partsOf,
  setting,
  unsupported,
  unusable,
  type Fitted,
} from './fitted';
import type { Frame, Lowering } from './frame';
import { averageOf } from './ensembles';
import { interpolation, piecewise } from './piecewise';
import type { Prediction, Predictor } from './prediction';

/**
 * CalibratedClassifierCV: each of its classifiers gives one score per class (the decision function where it has one,
 * else its probability), a calibrator turns scores into probabilities, and the classifiers are averaged.
 */
export function calibrated(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const members = partsOf(fitted, 'calibrated_classifiers_');
    const classes = classNames(fitted);
    const tensors = members.map((member) => calibratedMember(member, classes, predict, frame, lowering));
    const weights = new Float64Array(tensors.length).fill(1);
    return { ...averageOf(tensors, weights, lowering), classes, names: probabilityNames(classes) };
  };
}

/** The classifier inside a calibrated one; older versions call it `base_estimator`. */
export function calibratedInner(member: Fitted): Fitted {
  return partOf(member, attribute(member.object, 'estimator') === undefined ? 'base_estimator' : 'estimator');
}

function calibratedMember(
  member: Fitted,
  classes: readonly string[],
  predict: Predictor,
  frame: Frame,
  lowering: Lowering,
): Tensor {
  const inner = predict(calibratedInner(member), frame, lowering);
  const { builder } = lowering;
  const listed = attribute(member.object, 'calibrators') === undefined ? 'calibrators_' : 'calibrators';
  const calibrators = partsOf(member, listed);
  const scores = inner.decision ?? inner.tensor;
  if (setting(member, 'method') === 'temperature') return temperature(calibrators[0]!, inner, lowering);
  const count = scores.shape[0]!;
  if (calibrators.length !== count)
    return unusable(member, listed, `are ${calibrators.length} for ${count} scores of the classifier`);
  const each = calibrators.map((calibrator, at) => calibrate(calibrator, builder.take(scores, 0, [at]), lowering));
  if (classes.length === 2) return each[0]!;
  const zero = builder.constant(Float64Array.of(0), [1]);
  const known = inner.classes ?? classes;
  const placed = classes.map((name) => each[known.indexOf(name)] ?? zero);
  return normalised(builder, builder.concat(placed, 0));
}

/** Platt's logistic curve or the staircase of isotonic regression, joined by straight lines. */
function calibrate(calibrator: Fitted, score: Tensor, { builder }: Lowering): Tensor {
  if (calibrator.object.name === '_SigmoidCalibration') {
    const [slope, offset] = [numberSetting(calibrator, 'a_'), numberSetting(calibrator, 'b_')];
    if (slope === undefined || offset === undefined) return unusable(calibrator, 'a_', 'is not a number');
    const line = builder.scale(score, Float64Array.of(-slope), Float64Array.of(-offset));
    return builder.activation(line, { kind: 'sigmoid' });
  }
  if (calibrator.object.name !== 'IsotonicRegression')
    return unsupported(calibrator, `probabilities are calibrated by a ${calibrator.object.name}, which cannot be read`);
  return isotonicCurve(calibrator, score, builder);
}

/** IsotonicRegression of one column; beyond the range it was fitted on it keeps its end values (`clip`). */
export function isotonic(fitted: Fitted, x: Tensor, { builder }: Lowering): Tensor {
  return isotonicCurve(fitted, x, builder);
}

function isotonicCurve(fitted: Fitted, x: Tensor, builder: Lowering['builder']): Tensor {
  if (setting(fitted, 'out_of_bounds') !== 'clip') {
    unsupported(
      fitted,
      `IsotonicRegression "${fitted.label}" has no value outside the range it was fitted on`,
      'Fit it with out_of_bounds="clip" and save the model again.',
    );
  }
  const at = Array.from(fittedNumbers(fitted, 'X_thresholds_').values);
  const values = Array.from(fittedNumbers(fitted, 'y_thresholds_').values);
  if (at.length === 0 || at.length !== values.length || at.some((bound, i) => i > 0 && bound < at[i - 1]!))
    return unusable(fitted, 'X_thresholds_', 'do not ascend with one value each');
  return piecewise(builder, x, interpolation(at, values));
}

/** softmax(β z) of the decisions, or of the logarithms of the probabilities; two classes share one score as (−z, z). */
function temperature(calibrator: Fitted, inner: Prediction, { builder }: Lowering): Tensor {
  const beta = numberSetting(calibrator, 'beta_');
  if (beta === undefined) return unusable(calibrator, 'beta_', 'is not a number');
  const times = (x: Tensor, factor: number, offset = 0): Tensor => {
    const size = x.shape[0]!;
    return builder.scale(x, new Float64Array(size).fill(factor), new Float64Array(size).fill(offset));
  };
  const { decision } = inner;
  if (decision?.shape[0] === 1) return builder.activation(times(decision, 2 * beta), { kind: 'sigmoid' });
  // As scikit-learn keeps the logarithm of a probability of 0 finite.
  const logits = decision ?? builder.activation(times(classTensors(builder, inner.tensor), 1, 1e-12), { kind: 'log' });
  const both = builder.softmax('softmax', times(logits, beta), [0]);
  return inner.tensor.shape[0] === 1 ? builder.take(both, 0, [1]) : both;
}
