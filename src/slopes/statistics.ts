/**
 * Statistics of one input's slopes over rows. Mean, standard deviation and root mean square are those of NeuralSens
 * (Pizarroso, Portela and Muñoz 2022, J. Stat. Softw. 102(7), eq. 8 to 10): the deviation divides by n − 1, and the
 * "mean squared sensitivity" is given as its root.
 */
export interface SlopeStatistics {
  readonly count: number;
  /** (1/N) Σ s */
  readonly mean: number;
  /** √(Σ (s − mean)² / (N − 1)); 0 for a single row. */
  readonly deviation: number;
  /** √((1/N) Σ s²) */
  readonly rootMeanSquare: number;
  /** (1/N) Σ |s| */
  readonly meanAbsolute: number;
  readonly min: number;
  readonly max: number;
  /** Numbers of rows with s < 0, s = 0, s > 0. */
  readonly below: number;
  readonly zero: number;
  readonly above: number;
}

/** The quantiles that come with the statistics. */
export const quantileLevels: readonly number[] = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Statistics of the numbers given, NaN left out. Two passes, so that a large mean does not eat the deviation's digits. */
export function slopeStatistics(slopes: Float32Array | Float64Array): SlopeStatistics {
  let count = 0;
  let sum = 0;
  let absolute = 0;
  let squares = 0;
  let min = Infinity;
  let max = -Infinity;
  let below = 0;
  let above = 0;
  for (const slope of slopes) {
    if (Number.isNaN(slope)) continue;
    count++;
    sum += slope;
    absolute += Math.abs(slope);
    squares += slope * slope;
    if (slope < min) min = slope;
    if (slope > max) max = slope;
    if (slope < 0) below++;
    else if (slope > 0) above++;
  }
  if (count === 0) return empty;
  const mean = sum / count;
  let deviations = 0;
  for (const slope of slopes) if (!Number.isNaN(slope)) deviations += (slope - mean) * (slope - mean);
  return {
    count,
    mean,
    deviation: count > 1 ? Math.sqrt(deviations / (count - 1)) : 0,
    rootMeanSquare: Math.sqrt(squares / count),
    meanAbsolute: absolute / count,
    min,
    max,
    below,
    zero: count - below - above,
    above,
  };
}

/** Quantiles by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the default of R and numpy). */
export function quantiles(numbers: Float32Array | Float64Array, levels: readonly number[]): number[] {
  const sorted = numbers.filter((number) => !Number.isNaN(number)).sort();
  return levels.map((level) => {
    const position = (sorted.length - 1) * level;
    const lower = Math.floor(position);
    const left = sorted[lower] ?? NaN;
    const right = sorted[Math.min(lower + 1, sorted.length - 1)] ?? NaN;
    return left + (right - left) * (position - lower);
  });
}

/**
 * The α-mean (1/N Σ |s|^α)^(1/α) of NeuralSens' α-curves; α = ∞ gives the largest |s|. Scaled by the largest |s| so that
 * high powers neither overflow nor vanish.
 */
export function alphaMean(slopes: Float32Array | Float64Array, alpha: number): number {
  let largest = 0;
  for (const slope of slopes) largest = Math.max(largest, Math.abs(slope));
  if (largest === 0 || alpha === Infinity) return largest;
  let sum = 0;
  for (const slope of slopes) sum += (Math.abs(slope) / largest) ** alpha;
  return largest * (sum / slopes.length) ** (1 / alpha);
}

const empty: SlopeStatistics = {
  count: 0,
  mean: NaN,
  deviation: NaN,
  rootMeanSquare: NaN,
  meanAbsolute: NaN,
  min: NaN,
  max: NaN,
  below: 0,
  zero: 0,
  above: 0,
};
