import type { Tensor } from '../../network/builder';
import {
  classNames,
  fittedNumbers,
  fittedVector,
  numberSetting,
  optionalNumbers,
  setting,
  unusable,
  type Fitted,
} from './fitted';
import { normalised, probabilityNames } from './classes';
import { asNumbers, frameOf, type Frame, type Lowering } from './frame';
import type { Prediction } from './prediction';

/** X · coef_ᵀ + intercept_. */
export function linearRegressor(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  return { tensor: decision(fitted, frame, lowering) };
}

/** Partial least squares and its like: coef_ · (x − mean) + intercept_ (scikit-learn 1.3 and later). */
export function latentRegressor(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const x = asNumbers(frame, lowering, fitted.label);
  const size = frame.columns.length;
  const mean = fittedVector(fitted, '_x_mean', size);
  const centred = lowering.builder.at(fitted.label).scale(
    x,
    new Float64Array(size).fill(1),
    mean.map((value) => -value),
  );
  return { tensor: decision(fitted, frameOf(centred), lowering) };
}

/** Regressors whose linear predictor passes an inverse link: exp, unless the link is the identity. */
export function generalizedLinear(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const sum = decision(fitted, frame, lowering);
  const power = numberSetting(fitted, 'power') ?? 0;
  const link = setting(fitted, 'link') ?? 'auto';
  const identity =
    fitted.object.name === 'TweedieRegressor' && (link === 'identity' || (link === 'auto' && power <= 0));
  return { tensor: identity ? sum : lowering.builder.activation(sum, { kind: 'exponential' }) };
}

/** Probabilities where the classifier has them, else the values of its decision function. */
export function linearClassifier(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const classes = classNames(fitted);
  const sum = decision(fitted, frame, lowering);
  const { builder } = lowering;
  const size = sum.shape[0]!;
  if (size !== (classes.length === 2 ? 1 : classes.length))
    return unusable(fitted, 'coef_', `gives ${size} values for ${classes.length} classes`);
  const how = probabilityOf(fitted, classes.length);
  if (how === 'none') {
    const named = classes.length === 2 ? classes.slice(1) : classes;
    return { tensor: sum, decision: sum, classes, names: named.map((name) => `score of ${name}`) };
  }
  const found = { decision: sum, classes, names: probabilityNames(classes) };
  if (how === 'softmax' && size > 1) return { ...found, tensor: builder.softmax('softmax', sum, [0]) };
  const each = how === 'huber' ? huberProbability(sum, lowering) : logistic(sum, how, lowering);
  return { ...found, tensor: size === 1 ? each : normalised(builder, each) };
}

/** A multinomial model of two classes takes the softmax of (−z, z), which is the logistic of 2z. */
function logistic(sum: Tensor, how: 'softmax' | 'each', { builder }: Lowering): Tensor {
  const logit = how === 'softmax' ? builder.scale(sum, Float64Array.of(2), Float64Array.of(0)) : sum;
  return builder.activation(logit, { kind: 'sigmoid' });
}

/** Of the modified Huber loss: (clip(z, −1, 1) + 1) / 2. */
function huberProbability(sum: Tensor, { builder }: Lowering): Tensor {
  const half = new Float64Array(sum.shape[0]!).fill(0.5);
  return builder.scale(builder.activation(sum, { kind: 'clip', low: -1, high: 1 }), half, half);
}

/** How `predict_proba` turns decisions into probabilities; `none` where there is no `predict_proba`. */
function probabilityOf(fitted: Fitted, classes: number): 'softmax' | 'each' | 'huber' | 'none' {
  const name = fitted.object.name;
  if (name === 'LinearDiscriminantAnalysis') return classes > 2 ? 'softmax' : 'each';
  if (name === 'SGDClassifier') {
    const loss = setting(fitted, 'loss') ?? '';
    return loss === 'modified_huber' ? 'huber' : ['log', 'log_loss'].includes(loss) ? 'each' : 'none';
  }
  if (!name.startsWith('LogisticRegression')) return 'none';
  const several = setting(fitted, 'multi_class') ?? 'auto';
  if (several === 'multinomial') return 'softmax';
  const separate = several === 'ovr' || several === 'warn' || setting(fitted, 'solver') === 'liblinear';
  return separate || classes <= 2 ? 'each' : 'softmax';
}

function decision(fitted: Fitted, frame: Frame, lowering: Lowering): Tensor {
  const x = asNumbers(frame, lowering, fitted.label);
  const { values, shape } = fittedNumbers(fitted, 'coef_');
  const inputs = shape.at(-1) ?? 1;
  const outputs = shape.length === 2 ? shape[0]! : 1;
  if (shape.length > 2 || inputs !== x.shape[0])
    unusable(fitted, 'coef_', `of shape [${shape.join(', ')}] does not fit ${x.shape[0] ?? 0} inputs`);
  const bias =
    optionalNumbers(fitted, 'intercept_') === undefined
      ? new Float64Array(outputs)
      : fittedVector(fitted, 'intercept_', outputs);
  lowering.layers.push({
    name: fitted.label,
    kind: fitted.object.name,
    size: outputs,
    parameters: values.length + outputs,
  });
  return lowering.builder.at(fitted.label).dense(x, values, bias);
}
