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
  const { length } = slopes;
  for (let row = 0; row < length; row++) {
    const slope = slopes[row]!;
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
  for (let row = 0; row < length; row++) {
    const slope = slopes[row]!;
    if (!Number.isNaN(slope)) deviations += (slope - mean) * (slope - mean);
  }
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
  const present = withoutNaN(numbers);
  const last = present.length - 1;
  const lowers = levels.map((level) => Math.floor(last * level));
  const ranked = atRanks(present, new Set(lowers.flatMap((lower) => [lower, Math.min(lower + 1, last)])));
  return levels.map((level, index) => {
    const lower = lowers[index]!;
    const left = ranked.get(lower) ?? NaN;
    const right = ranked.get(Math.min(lower + 1, last)) ?? NaN;
    return left + (right - left) * (last * level - lower);
  });
}

/** A copy; the typed arrays' own `filter` is many times slower. */
function withoutNaN(numbers: Float32Array | Float64Array): Float32Array | Float64Array {
  const present = numbers.slice();
  let count = 0;
  const { length } = numbers;
  for (let row = 0; row < length; row++) {
    const number = numbers[row]!;
    if (!Number.isNaN(number)) present[count++] = number;
  }
  return present.subarray(0, count);
}

/** Below this many, sorting all is quicker than counting. */
const countedFrom = 65_536;

/**
 * The numbers at the given places of the ascending order, by place. Of many numbers only those are sorted whose float32
 * has the upper 16 bits of a wanted one: rounding to float32 keeps the order.
 */
function atRanks(numbers: Float32Array | Float64Array, ranks: ReadonlySet<number>): Map<number, number> {
  const found = new Map<number, number>();
  if (numbers.length < countedFrom) {
    const sorted = numbers.sort();
    for (const rank of ranks) if (rank >= 0) found.set(rank, sorted[rank]!);
    return found;
  }
  const buckets = bucketsOf(numbers);
  const counts = new Uint32Array(65_536);
  const { length } = buckets;
  for (let index = 0; index < length; index++) counts[buckets[index]!]!++;
  const wanted = wantedBuckets(counts, ranks);
  for (const { members, start, ranks: own } of gathered(numbers, buckets, wanted)) {
    members.sort();
    for (const rank of own) found.set(rank, members[rank - start]!);
  }
  return found;
}

/** A bucket with ranks to be found in it: `start` is the rank of its smallest member. */
interface WantedBucket {
  readonly bucket: number;
  readonly start: number;
  readonly ranks: readonly number[];
  readonly members: Float64Array;
}

function wantedBuckets(counts: Uint32Array, ranks: ReadonlySet<number>): WantedBucket[] {
  const wanted: WantedBucket[] = [];
  let start = 0;
  counts.forEach((count, bucket) => {
    const own = count === 0 ? [] : [...ranks].filter((rank) => rank >= start && rank < start + count);
    if (own.length > 0) wanted.push({ bucket, start, ranks: own, members: new Float64Array(count) });
    start += count;
  });
  return wanted;
}

/** Fills the wanted buckets with their members, in one look through the numbers. */
function gathered(
  numbers: Float32Array | Float64Array,
  buckets: Uint16Array,
  wanted: readonly WantedBucket[],
): readonly WantedBucket[] {
  const slots = new Uint16Array(65_536);
  wanted.forEach(({ bucket }, index) => (slots[bucket] = index + 1));
  const filled = new Uint32Array(wanted.length);
  for (let index = 0; index < buckets.length; index++) {
    const slot = slots[buckets[index]!]! - 1;
    if (slot >= 0) wanted[slot]!.members[filled[slot]!++] = numbers[index]!;
  }
  return wanted;
}

/** The upper 16 bits of each number's float32, ascending with it: the sign bit is flipped for positives, all for negatives. */
function bucketsOf(numbers: Float32Array | Float64Array): Uint16Array {
  const buckets = new Uint16Array(numbers.length);
  const rounded = new Float32Array(1);
  const bits = new Uint32Array(rounded.buffer);
  for (let index = 0; index < numbers.length; index++) {
    rounded[0] = numbers[index]!;
    const own = bits[0]!;
    buckets[index] = (own >>> 31 ? ~own : own | 0x80000000) >>> 16;
  }
  return buckets;
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
