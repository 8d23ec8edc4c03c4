import { randomNumbers } from './randomNumbers';

/**
 * What a change of one input does to the forecast, summed up over rows. The definitions are those of R's marginaleffects
 * (Arel-Bundock, Greifer and Heiss 2024, J. Stat. Softw. 111(9)): the mean of the slopes is `avg_slopes()`, the mean of
 * f(x + h) − f(x) is `avg_comparisons(variables = list(x = h))`, from level to level `list(x = c(a, b))`, the middle half
 * `"iqr"`, the whole range `"minmax"`, a switch `"0 → 1"`. The standard error here is over rows, for the model as it is;
 * theirs is over the uncertainty of the fit, which a saved network does not tell.
 */
export interface ChangeSummary {
  /** Rows with a number. */
  readonly count: number;
  readonly average: number;
  /** Standard error of the average: deviation (n − 1) ÷ √n; 0 for a single row. */
  readonly error: number;
  /** 95 % interval of the average. */
  readonly interval: readonly [number, number];
  readonly lowest: number;
  readonly highest: number;
}

/** Up to this many rows the interval is bootstrapped; beyond, mean ± 1.96 errors agrees with it. */
const bootstrapRows = 2000;
const bootstrapRounds = 400;

/** Sums up changes (or slopes, or elasticities) over rows; NaN is left out. */
export function summariseChanges(changes: Float32Array | Float64Array): ChangeSummary {
  const present = Float64Array.from(changes.filter((change) => Number.isFinite(change)));
  const count = present.length;
  if (count === 0) return { count, average: NaN, error: NaN, interval: [NaN, NaN], lowest: NaN, highest: NaN };
  const average = mean(present);
  const squares = present.reduce((sum, change) => sum + (change - average) ** 2, 0);
  const error = count > 1 ? Math.sqrt(squares / (count - 1) / count) : 0;
  return {
    count,
    average,
    error,
    interval: count > bootstrapRows ? [average - 1.96 * error, average + 1.96 * error] : bootstrapInterval(present),
    lowest: present.reduce((low, change) => Math.min(low, change), Infinity),
    highest: present.reduce((high, change) => Math.max(high, change), -Infinity),
  };
}

/**
 * The percentile interval of a mean by bootstrap over rows (Efron 1979): means of samples drawn with replacement, cut at
 * 2.5 and 97.5 %. The draws come from a fixed seed, so the same rows always give the same interval.
 */
export function bootstrapInterval(values: Float64Array, rounds = bootstrapRounds, seed = 1): [number, number] {
  const { picks } = drawsOf(values.length, rounds, seed);
  const means = new Float64Array(rounds);
  for (let round = 0, pick = 0; round < rounds; round++) {
    let sum = 0;
    for (let left = values.length; left > 0; left--) sum += values[picks[pick++]!]!;
    means[round] = sum / values.length;
  }
  means.sort();
  return [means[Math.floor(0.025 * (rounds - 1))]!, means[Math.ceil(0.975 * (rounds - 1))]!];
}

interface Draws {
  readonly count: number;
  readonly rounds: number;
  readonly seed: number;
  readonly picks: Uint32Array;
}

let lastDraws: Draws = { count: 0, rounds: 0, seed: 0, picks: new Uint32Array() };

/** Places drawn with replacement, round after round; the last are kept, for every change of a table draws the same. */
function drawsOf(count: number, rounds: number, seed: number): Draws {
  if (lastDraws.count === count && lastDraws.rounds === rounds && lastDraws.seed === seed) return lastDraws;
  const draw = randomNumbers(seed);
  const picks = Uint32Array.from({ length: count * rounds }, () => Math.floor(draw() * count));
  lastDraws = { count, rounds, seed, picks };
  return lastDraws;
}

/**
 * How far slope × step is from the true change: mean |change − slope · step| ÷ mean |change|. 0 for a straight line; the
 * share of the change that the slope gets wrong. 0 also where nothing changes at all.
 */
export function nonLinearity(slopes: Float32Array | Float64Array, step: number, changes: Float64Array): number {
  let missed = 0;
  let whole = 0;
  changes.forEach((change, index) => {
    missed += Math.abs(change - slopes[index]! * step);
    whole += Math.abs(change);
  });
  return missed === 0 ? 0 : missed / whole;
}

/** Rows in which the slope and the exact change for one more have opposite signs. */
export function oppositeSigns(slopes: Float32Array | Float64Array, changes: Float64Array): number {
  return changes.reduce((count, change, index) => (change * slopes[index]! < 0 ? count + 1 : count), 0);
}

/** Elasticity by row, slope · x ÷ y: per cent of the forecast for one per cent more of the input. NaN where the forecast is 0. */
export function elasticities(
  slopes: Float32Array | Float64Array,
  values: Float64Array,
  forecast: Float64Array,
): Float64Array {
  return values.map((value, index) => (forecast[index] === 0 ? NaN : (slopes[index]! * value) / forecast[index]!));
}

/** Where forecasts make elasticities unbounded: a share of the forecast is undefined at 0 and of any size beside it. */
export interface NearZero {
  /** Rows in which the forecast is exactly 0: elasticities leave them out. */
  readonly zero: number;
  /** Rows in which it lies within a hundredth of its root mean square of 0. */
  readonly near: number;
  /** Whether it is above 0 in some rows and below in others, so that it passes 0 between them. */
  readonly crosses: boolean;
  /** The root mean square of the forecasts. */
  readonly size: number;
}

/** How forecasts lie about 0; those that are no numbers are left out. */
export function nearZero(forecast: Float64Array): NearZero {
  let [rows, squares, below, above, zero, near] = [0, 0, 0, 0, 0, 0];
  const { length } = forecast;
  for (let row = 0; row < length; row++) {
    const value = forecast[row]!;
    if (!Number.isFinite(value)) continue;
    rows++;
    squares += value * value;
    if (value < 0) below++;
    else if (value > 0) above++;
    else zero++;
  }
  const size = Math.sqrt(squares / rows);
  for (let row = 0; row < length; row++) if (forecast[row] !== 0 && Math.abs(forecast[row]!) < size / 100) near++;
  return { zero, near, size, crosses: below > 0 && above > 0 };
}

/** Positions of the rows of each group, groups in order of their number. */
export function positionsByGroup(groups: Int32Array): ReadonlyMap<number, Uint32Array> {
  const members = new Map<number, number[]>();
  groups.forEach((group, position) => {
    const known = members.get(group);
    if (known) known.push(position);
    else members.set(group, [position]);
  });
  return new Map([...members].sort((a, b) => a[0] - b[0]).map(([group, list]) => [group, Uint32Array.from(list)]));
}

/** The mean of numbers; NaN of none. */
export function mean(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
