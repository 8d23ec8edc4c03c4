import type { Prediction, Predictor } from './prediction';
import { attribute } from '../containers/pickleValues';
import { stepsOf } from './composites';
import { calibrated, isotonic } from './calibration';
import { averaged, bagged, stacked } from './ensembles';
import { partOf, unsupported, within, type Fitted } from './fitted';
import { asNumbers, type Frame, type Lowering } from './frame';
import { gaussianNaiveBayes, quadraticDiscriminant } from './gaussianClassifiers';
import { invert } from './inverse';
import { kernelRidge, supportVectors } from './kernelMachines';
import { generalizedLinear, latentRegressor, linearClassifier, linearRegressor } from './linear';
import { mlp } from './mlp';
import { refuseEstimator } from './refusals';
import { chained, oneVersusRest, sideBySide } from './severalTargets';
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

/** Regressions on latent variables: in the end a matrix as well. */
const latentRegressors: readonly string[] = ['PLSRegression', 'PLSCanonical', 'CCA'];

const supportVectorMachines: readonly string[] = ['SVR', 'NuSVR', 'SVC', 'NuSVC'];

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
  ['FrozenEstimator', inner('estimator')],
  ...latentRegressors.map((name) => [name, latentRegressor] as const),
  ...supportVectorMachines.map((name) => [name, supportVectors] as const),
  ['KernelRidge', kernelRidge],
  ['GaussianNB', gaussianNaiveBayes],
  ['QuadraticDiscriminantAnalysis', quadraticDiscriminant],
  ['IsotonicRegression', isotonicRegressor],
  ['MultiOutputRegressor', sideBySide(predict)],
  ['MultiOutputClassifier', sideBySide(predict)],
  ['RegressorChain', chained(predict)],
  ['OneVsRestClassifier', oneVersusRest(predict)],
  ['VotingRegressor', averaged(predict)],
  ['VotingClassifier', averaged(predict)],
  ['BaggingRegressor', bagged(predict)],
  ['BaggingClassifier', bagged(predict)],
  ['StackingRegressor', stacked(predict)],
  ['StackingClassifier', stacked(predict)],
  ['CalibratedClassifierCV', calibrated(predict)],
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

function isotonicRegressor(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  return { tensor: isotonic(fitted, asNumbers(frame, lowering, fitted.label), lowering) };
}
