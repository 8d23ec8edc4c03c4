import { numbersOf } from '../containers/arrayNumbers';
import { attribute } from '../containers/pickleValues';
import {
  fittedNumbers,
  fittedVector,
  numberSetting,
  partOf,
  setting,
  unsupported,
  unusable,
  within,
  type Fitted,
} from './fitted';
import { selected, type Frame } from './frame';

/** Columns whose variance was above the threshold; with the threshold 0 columns that vary at all. */
export function varianceThreshold(fitted: Fitted, frame: Frame): Frame {
  const variances = fittedVector(fitted, 'variances_', frame.columns.length);
  const threshold = numberSetting(fitted, 'threshold') ?? 0;
  return selected(
    frame,
    frame.columns.flatMap((_, i) => (variances[i]! > threshold ? [i] : [])),
  );
}

/** Columns that recursive elimination left. */
export function supportedColumns(fitted: Fitted, frame: Frame): Frame {
  const support = fittedNumbers(fitted, 'support_').values;
  if (support.length !== frame.columns.length)
    unusable(fitted, 'support_', `is for ${support.length} columns, but ${frame.columns.length} come in`);
  return selected(
    frame,
    frame.columns.flatMap((_, i) => (support[i] === 0 ? [] : [i])),
  );
}

/** Selection by the scores of single columns: the best k, a percentage, or those whose p-value is small enough. */
export function scoredColumns(fitted: Fitted, frame: Frame): Frame {
  const mode = modes.get(fitted.object.name) ?? setting(fitted, 'mode') ?? 'percentile';
  const parameter = (name: string, otherwise: number): number =>
    numberSetting(fitted, fitted.object.name === 'GenericUnivariateSelect' ? 'param' : name) ?? otherwise;
  const count = frame.columns.length;
  const chosen = ((): readonly boolean[] => {
    switch (mode) {
      case 'k_best':
        return bestOf(perColumn(fitted, 'scores_', count), parameter('k', count));
      case 'percentile':
        return percentileOf(perColumn(fitted, 'scores_', count), parameter('percentile', 10));
      case 'fpr':
        return perColumn(fitted, 'pvalues_', count).map((p) => p < parameter('alpha', 0.05));
      case 'fwe':
        return perColumn(fitted, 'pvalues_', count).map((p) => p < parameter('alpha', 0.05) / count);
      case 'fdr':
        return falseDiscovery(perColumn(fitted, 'pvalues_', count), parameter('alpha', 0.05));
      default:
        return unusable(fitted, 'mode', `is "${mode}", which is no way to select columns`);
    }
  })();
  return keep(frame, chosen);
}

const modes: ReadonlyMap<string, string> = new Map([
  ['SelectKBest', 'k_best'],
  ['SelectPercentile', 'percentile'],
  ['SelectFpr', 'fpr'],
  ['SelectFdr', 'fdr'],
  ['SelectFwe', 'fwe'],
]);

/** SelectFromModel: columns whose coefficients of a linear model are large enough. */
export function importantColumns(fitted: Fitted, frame: Frame): Frame {
  const model = within(fitted, attribute(fitted.object, 'estimator_')) ?? partOf(fitted, 'estimator');
  if (attribute(model.object, 'coef_') === undefined || (setting(fitted, 'importance_getter') ?? 'auto') !== 'auto') {
    unsupported(
      fitted,
      `SelectFromModel "${fitted.label}" ranks the columns by a ${model.object.name}, whose ranking is not in the file`,
      'Put the columns it keeps into the pipeline by name (ColumnTransformer), and save the model again.',
    );
  }
  const { values, shape } = fittedNumbers(model, 'coef_');
  const count = frame.columns.length;
  if (shape.at(-1) !== count) unusable(model, 'coef_', `is for ${shape.at(-1) ?? 0} columns, but ${count} come in`);
  const order = numberSetting(fitted, 'norm_order') ?? 1;
  const importances = frame.columns.map((_, at) => {
    const column = Array.from({ length: values.length / count }, (_unused, row) => Math.abs(values[row * count + at]!));
    if (order === Infinity) return Math.max(...column);
    return column.reduce((sum, value) => sum + value ** order, 0) ** (1 / order);
  });
  const limit = importanceLimit(fitted, model, importances);
  const most = numberSetting(fitted, 'max_features');
  // Of equal importances the first ones are kept.
  const ranked = importances.map((_, at) => at).sort((a, b) => importances[b]! - importances[a]! || a - b);
  const best = new Set(ranked.slice(0, most ?? count));
  return keep(
    frame,
    importances.map((importance, at) => best.has(at) && importance >= limit),
  );
}

/** `threshold`: a number, "mean", "median" or "1.25*mean"; of its own accord 1e-5 where the model sets coefficients to 0. */
function importanceLimit(fitted: Fitted, model: Fitted, importances: readonly number[]): number {
  const given = numberSetting(fitted, 'threshold');
  if (given !== undefined) return given;
  const sparse =
    model.object.name.includes('Lasso') ||
    setting(model, 'penalty') === 'l1' ||
    (setting(model, 'penalty') === 'elasticnet' && numberSetting(model, 'l1_ratio') === 1) ||
    (model.object.name === 'ElasticNetCV' && numberSetting(model, 'l1_ratio_') === 1);
  const spelled = setting(fitted, 'threshold');
  if (spelled === undefined && sparse) return 1e-5;
  const parts = /^\s*(?:([-+.\deE]+)\s*\*)?\s*(mean|median)\s*$/.exec(spelled ?? 'mean');
  if (!parts) return unusable(fitted, 'threshold', `is "${spelled ?? ''}", which is neither a mean nor a median`);
  const mean = importances.reduce((sum, value) => sum + value, 0) / importances.length;
  return Number(parts[1] ?? 1) * (parts[2] === 'mean' ? mean : percentile(importances, 50));
}

/** The k best; of equal scores the last ones. */
function bestOf(scores: readonly number[], k: number): readonly boolean[] {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const best = new Set(k > 0 ? order.slice(-k) : []);
  return scores.map((_, i) => best.has(i));
}

/** Scores above the percentile; of those equal to it the first, up to the share asked for. */
function percentileOf(scores: readonly number[], share: number): readonly boolean[] {
  if (share >= 100) return scores.map(() => true);
  if (share <= 0) return scores.map(() => false);
  const limit = percentile(scores, 100 - share);
  let ties = Math.floor((scores.length * share) / 100) - scores.filter((score) => score > limit).length;
  return scores.map((score) => score > limit || (score === limit && ties-- > 0));
}

/** numpy.percentile: linear between the two nearest ranks. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = ((sorted.length - 1) * share) / 100;
  const low = Math.floor(rank);
  const [below, above] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
  return below + (above - below) * (rank - low);
}

/** Benjamini and Hochberg: the largest p-value below alpha · rank / n, and all that are not larger. */
function falseDiscovery(pValues: readonly number[], alpha: number): readonly boolean[] {
  const sorted = [...pValues].sort((a, b) => a - b);
  const limit = sorted.findLast((p, i) => p <= (alpha * (i + 1)) / pValues.length);
  return pValues.map((p) => limit !== undefined && p <= limit);
}

/** One number per column; a score that could not be computed (NaN) is the worst. */
function perColumn(fitted: Fitted, name: string, count: number): readonly number[] {
  const values = numbersOf(attribute(fitted.object, name))?.values;
  if (values?.length !== count) return unusable(fitted, name, `is not a number for each of the ${count} columns`);
  return Array.from(values, (value) => (Number.isNaN(value) ? -Number.MAX_VALUE : value));
}

function keep(frame: Frame, chosen: readonly boolean[]): Frame {
  return selected(
    frame,
    chosen.flatMap((kept, i) => (kept ? [i] : [])),
  );
}
