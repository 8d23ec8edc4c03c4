import type { Prediction, Predictor } from './prediction';
import { attribute } from '../containers/pickleValues';
import { stepsOf } from './composites';
import { averaged, bagged, sideBySide } from './ensembles';
import { partOf, unsupported, within, type Fitted } from './fitted';
import type { Frame, Lowering } from './frame';
import { invert } from './inverse';
import { generalizedLinear, linearClassifier, linearRegressor } from './linear';
import { mlp } from './mlp';
import { refuseEstimator } from './refusals';
import { transform } from './transformers';

/** Regressors that are a matrix and an intercept. */
const linearRegressors: readonly string[] = [
  'LinearRegression',
  'Ridge',
  'RidgeCV',
  'Lasso',
  'LassoCV',
  'LassoLars',
  'LassoLarsCV',
  'LassoLarsIC',
  'ElasticNet',
  'ElasticNetCV',
  'Lars',
  'LarsCV',
  'MultiTaskLasso',
  'MultiTaskLassoCV',
  'MultiTaskElasticNet',
  'MultiTaskElasticNetCV',
  'OrthogonalMatchingPursuit',
  'OrthogonalMatchingPursuitCV',
  'BayesianRidge',
  'ARDRegression',
  'HuberRegressor',
  'TheilSenRegressor',
  'QuantileRegressor',
  'SGDRegressor',
  'PassiveAggressiveRegressor',
  'LinearSVR',
];

const linearClassifiers: readonly string[] = [
  'LogisticRegression',
  'LogisticRegressionCV',
  'LinearDiscriminantAnalysis',
  'SGDClassifier',
  'RidgeClassifier',
  'RidgeClassifierCV',
  'Perceptron',
  'PassiveAggressiveClassifier',
  'LinearSVC',
];

const searches: readonly string[] = [
  'GridSearchCV',
  'RandomizedSearchCV',
  'HalvingGridSearchCV',
  'HalvingRandomSearchCV',
  'BayesSearchCV',
];

/** Every estimator that can be read, by its class name. */
const predictors: ReadonlyMap<string, Predictor> = new Map<string, Predictor>([
  ['MLPRegressor', mlp],
  ['MLPClassifier', mlp],
  ...linearRegressors.map((name) => [name, linearRegressor] as const),
  ...linearClassifiers.map((name) => [name, linearClassifier] as const),
  ['PoissonRegressor', generalizedLinear],
  ['GammaRegressor', generalizedLinear],
  ['TweedieRegressor', generalizedLinear],
  ['Pipeline', pipeline],
  ['TransformedTargetRegressor', transformedTarget],
  ...searches.map((name) => [name, inner('best_estimator_')] as const),
  ['RANSACRegressor', inner('estimator_')],
  ['TunedThresholdClassifierCV', inner('estimator_')],
  ['FixedThresholdClassifier', inner('estimator_')],
  ['MultiOutputRegressor', sideBySide(predict)],
  ['VotingRegressor', averaged(predict)],
  ['BaggingRegressor', bagged(predict)],
]);

/** Whether a class predicts something, as far as Slopescope knows it. */
export function isPredictor(name: string): boolean {
  return predictors.has(name);
}

/** Lowers a fitted estimator of any kind that can be read; every other one is refused by name. */
export function predict(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const lower = predictors.get(fitted.object.name) ?? refuseEstimator(fitted);
  return lower(fitted, frame, lowering);
}

/** Transformers, then an estimator. */
function pipeline(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const steps = stepsOf(fitted);
  const last = steps.at(-1);
  if (!last) return unsupported(fitted, `the pipeline "${fitted.label}" has no steps`);
  const prepared = steps.slice(0, -1).reduce((columns, step) => transform(step, columns, lowering), frame);
  return predict(last, prepared, lowering);
}

/** The estimator that a search or a wrapper kept. */
function inner(name: string): Predictor {
  return (fitted, frame, lowering) => predict(partOf(fitted, name), frame, lowering);
}

/** A regressor of a scaled target: its prediction is put back into the target's own units. */
function transformedTarget(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const prediction = predict(partOf(fitted, 'regressor_'), frame, lowering);
  const transformer = within(fitted, attribute(fitted.object, 'transformer_'), 'target');
  return transformer ? { tensor: invert(transformer, prediction.tensor, lowering) } : prediction;
}
