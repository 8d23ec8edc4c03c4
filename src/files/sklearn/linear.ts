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
import { asNumbers, type Frame, type Lowering } from './frame';
import type { Prediction } from './prediction';

/** X · coef_ᵀ + intercept_. */
export function linearRegressor(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  return { tensor: decision(fitted, frame, lowering) };
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
  if (how === 'none') return { tensor: sum, names: nameOutputs(classes, 'score of') };
  const names = nameOutputs(classes, 'P');
  if (how === 'softmax' && size > 1) return { tensor: builder.softmax('softmax', sum, [0]), names };
  // A multinomial model of two classes takes the softmax of (−z, z), which is the logistic of 2z.
  const logit = how === 'softmax' ? builder.scale(sum, Float64Array.of(2), Float64Array.of(0)) : sum;
  const each = builder.activation(logit, { kind: 'sigmoid' });
  if (size === 1) return { tensor: each, names };
  return { tensor: builder.combine('divide', each, builder.reduce('sum', each, [0], true)), names };
}

function nameOutputs(classes: readonly string[], what: string): readonly string[] {
  const named = classes.length === 2 ? classes.slice(1) : classes;
  return named.map((name) => (what === 'P' ? `P(${name})` : `${what} ${name}`));
}

/** How `predict_proba` turns decisions into probabilities; `none` where there is no `predict_proba`. */
function probabilityOf(fitted: Fitted, classes: number): 'softmax' | 'each' | 'none' {
  const name = fitted.object.name;
  if (name === 'LinearDiscriminantAnalysis') return classes > 2 ? 'softmax' : 'each';
  if (name === 'SGDClassifier') return ['log', 'log_loss'].includes(setting(fitted, 'loss') ?? '') ? 'each' : 'none';
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
