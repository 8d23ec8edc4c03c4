import { fittedNumbers, fittedVector, numberSetting, unusable, type Fitted } from './fitted';
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

/** The `k` columns of the best scores; of equal scores the last ones, and those without a score last of all. */
export function bestColumns(fitted: Fitted, frame: Frame): Frame {
  const count = numberSetting(fitted, 'k') ?? frame.columns.length;
  const scores = fittedVector(fitted, 'scores_', frame.columns.length);
  const order = frame.columns.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const best = new Set(count > 0 ? order.slice(-count) : []);
  return selected(
    frame,
    frame.columns.flatMap((_, i) => (best.has(i) ? [i] : [])),
  );
}
