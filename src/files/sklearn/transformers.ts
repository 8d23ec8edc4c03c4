import { attribute, isKind } from '../containers/pickleValues';
import { binarizer, binDiscretizer } from './bins';
import { importantColumns, scoredColumns, supportedColumns, varianceThreshold } from './columnSelection';
import {
  columnTransformer,
  featureUnion,
  transformerPipeline,
  unknownTransformer,
  type Transformer,
} from './composites';
import { oneHotEncoder, ordinalEncoder, targetEncoder } from './encoders';
import type { Fitted } from './fitted';
import type { Frame, Lowering } from './frame';
import { functionTransformer } from './functionTransformer';
import { normalizer, polynomialFeatures, powerTransformer, scaleColumns, simpleImputer } from './numericTransformers';
import { discriminants, factors, kernelComponents, nystroem, projection, randomFeatures } from './projections';
import { quantileTransformer } from './quantiles';
import { splineTransformer } from './splines';

/** Every transformer that can be read, by its class name. */
const transformers: ReadonlyMap<string, Transformer> = new Map<string, Transformer>([
  ['StandardScaler', scaleColumns],
  ['MinMaxScaler', scaleColumns],
  ['RobustScaler', scaleColumns],
  ['MaxAbsScaler', scaleColumns],
  ['Normalizer', normalizer],
  ['PolynomialFeatures', polynomialFeatures],
  ['PowerTransformer', powerTransformer],
  ['SimpleImputer', simpleImputer],
  ['Imputer', simpleImputer],
  ['IterativeImputer', simpleImputer],
  ['KNNImputer', simpleImputer],
  ['PCA', projection],
  ['IncrementalPCA', projection],
  ['TruncatedSVD', projection],
  ['GaussianRandomProjection', projection],
  ['SparseRandomProjection', projection],
  ['FastICA', projection],
  ['NeighborhoodComponentsAnalysis', projection],
  ['LinearDiscriminantAnalysis', discriminants],
  ['FactorAnalysis', factors],
  ['KernelPCA', kernelComponents],
  ['Nystroem', nystroem],
  ['RBFSampler', randomFeatures],
  ['OneHotEncoder', oneHotEncoder],
  ['OrdinalEncoder', ordinalEncoder],
  ['TargetEncoder', targetEncoder],
  ['QuantileTransformer', quantileTransformer],
  ['SplineTransformer', splineTransformer],
  ['KBinsDiscretizer', binDiscretizer],
  ['Binarizer', binarizer],
  ['FunctionTransformer', functionTransformer],
  ['VarianceThreshold', varianceThreshold],
  ['SelectKBest', scoredColumns],
  ['SelectPercentile', scoredColumns],
  ['SelectFpr', scoredColumns],
  ['SelectFdr', scoredColumns],
  ['SelectFwe', scoredColumns],
  ['GenericUnivariateSelect', scoredColumns],
  ['SelectFromModel', importantColumns],
  ['SequentialFeatureSelector', supportedColumns],
  ['RFE', supportedColumns],
  ['RFECV', supportedColumns],
  ['ColumnTransformer', columnTransformer(transform)],
  ['FeatureUnion', featureUnion(transform)],
  ['Pipeline', transformerPipeline(transform)],
]);

/** Classes that are only there to hold others and are no layer of their own. */
const holders: ReadonlySet<string> = new Set(['ColumnTransformer', 'FeatureUnion', 'Pipeline']);

/** Whether a class only prepares columns, as far as Slopescope knows it. */
export function isTransformer(name: string): boolean {
  return transformers.has(name) && name !== 'Pipeline';
}

/** What a transformer does to the columns, in the network; refused by name when it has no counterpart. */
export function transform(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const lower = transformers.get(fitted.object.name) ?? unknownTransformer(fitted);
  const result = lower(fitted, frame, lowering);
  if (holders.has(fitted.object.name)) return result;
  lowering.layers.push({
    name: fitted.label,
    kind: fitted.object.name,
    size: result.columns.length,
    parameters: learnedNumbers(fitted),
  });
  return result;
}

/** Attributes by which transformers keep what they use of the data they were fitted on. */
const learned: readonly string[] = ['mean_', 'scale_', 'min_', 'center_', 'components_', 'lambdas_', 'statistics_'];

function learnedNumbers(fitted: Fitted): number {
  return learned.reduce((sum, name) => {
    const value = attribute(fitted.object, name);
    return sum + (isKind(value, 'array') ? value.shape.reduce((product, length) => product * length, 1) : 0);
  }, 0);
}
