/**
 * Places along one input, from the lowest to the highest value: every whole number where all values are whole and there
 * are no more than `most`, else `most` evenly spaced ones.
 */
export function placesAlong(low: number, high: number, whole: boolean, most = 60): Float64Array {
  if (!(high > low)) return Float64Array.of(low);
  if (whole && high - low < most) return Float64Array.from({ length: high - low + 1 }, (_, index) => low + index);
  return Float64Array.from({ length: most }, (_, index) =>
    index === most - 1 ? high : low + ((high - low) * index) / (most - 1),
  );
}

/** Number of values in each interval between neighbouring places. */
export function countsBetween(places: Float64Array, values: Float64Array): Uint32Array {
  const counts = new Uint32Array(Math.max(places.length - 1, 0));
  for (const value of values) {
    const interval = intervalOf(places, value);
    if (interval >= 0) counts[interval]!++;
  }
  return counts;
}

/**
 * Accumulated local effects (Apley and Zhu 2020, J. R. Stat. Soc. B 82(4), eq. 8 to 11): within each interval of values the
 * average of f(upper end, rest of the row) − f(lower end, rest of the row) over the rows that lie in it, summed up and
 * centred to mean 0 over the rows. Unlike partial dependence it never puts a value beside a row far from it. Intervals and
 * centring are those of the authors' ALEPlot: an interval holds its upper end, the first its lower one too.
 */
export interface EffectIntervals {
  /** Ends of the intervals, ascending: the lowest value and quantiles (type 1 of Hyndman and Fan 1996) without repeats. */
  readonly ends: Float64Array;
  /** Interval of each row. */
  readonly interval: Int32Array;
}

/** Intervals that hold about equally many rows, at most `most`. */
export function effectIntervals(values: Float64Array, most = 40): EffectIntervals {
  const sorted = values.slice().sort();
  const cuts = Array.from({ length: most }, (_, cut) => sorted[Math.ceil(((cut + 1) * sorted.length) / most) - 1]!);
  const ends = Float64Array.from(new Set(sorted.length === 0 ? [] : [sorted[0]!, ...cuts]));
  return { ends, interval: Int32Array.from(values, (value) => intervalOf(ends, value)) };
}

/** The accumulated effect at each end, from the rows' forecasts with the input at both ends of their interval. */
export function accumulateEffects(
  { ends, interval }: EffectIntervals,
  atLower: Float64Array,
  atUpper: Float64Array,
): Float64Array {
  const sums = new Float64Array(Math.max(ends.length - 1, 0));
  const counts = new Float64Array(sums.length);
  interval.forEach((place, row) => {
    if (place < 0) return;
    sums[place]! += atUpper[row]! - atLower[row]!;
    counts[place]!++;
  });
  const effect = new Float64Array(ends.length);
  sums.forEach((sum, place) => (effect[place + 1] = effect[place]! + (counts[place]! > 0 ? sum / counts[place]! : 0)));
  let centre = 0;
  let rows = 0;
  counts.forEach((count, place) => {
    centre += (count * (effect[place]! + effect[place + 1]!)) / 2;
    rows += count;
  });
  return rows === 0 ? effect : effect.map((value) => value - centre / rows);
}

/** Positions of at most `most` single rows, evenly by forecast; `always` is one of them. */
export function evenlyByForecast(forecast: Float64Array, most: number, always?: number): Uint32Array {
  const order = Uint32Array.from(forecast.keys()).sort((a, b) => forecast[a]! - forecast[b]! || a - b);
  const count = Math.min(most, order.length);
  const drawn = new Set<number>(always === undefined ? [] : [always]);
  for (let index = 0; index < count && drawn.size < count; index++)
    drawn.add(order[Math.round((index * (order.length - 1)) / Math.max(count - 1, 1))]!);
  return Uint32Array.from(drawn);
}

/**
 * Values of an input at which its average slope changes sign. Rows in order of the value are averaged in at most 24 groups
 * of about equal size, equal values always together; between two groups of opposite sign the place follows by a straight
 * line between their averages.
 */
export function turningValues(values: Float64Array, slopes: Float32Array | Float64Array): Float64Array {
  const turns: number[] = [];
  let before: Point | undefined;
  for (const group of groupsByValue(values, slopes)) {
    if (before && before.slope * group.slope < 0)
      turns.push(before.value + ((group.value - before.value) * before.slope) / (before.slope - group.slope));
    if (group.slope !== 0) before = group;
  }
  return Float64Array.from(turns);
}

interface Point {
  readonly value: number;
  readonly slope: number;
}

/** Averages of value and slope over each group of rows, in order of the value. */
function groupsByValue(values: Float64Array, slopes: Float32Array | Float64Array): Point[] {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const least = order.length / Math.min(24, Math.max(1, Math.floor(order.length / 4)));
  const points: Point[] = [];
  let from = 0;
  for (let to = 1; to <= order.length; to++) {
    if (to < order.length && (to - from < least || values[order[to]!] === values[order[to - 1]!])) continue;
    const members = order.subarray(from, to);
    const mean = (numbers: Float32Array | Float64Array): number =>
      members.reduce((sum, row) => sum + numbers[row]!, 0) / members.length;
    points.push({ value: mean(values), slope: mean(slopes) });
    from = to;
  }
  return points;
}

/** The interval a value lies in, with its upper end; the first has its lower end too. −1 outside all of them. */
function intervalOf(ends: Float64Array, value: number): number {
  if (ends.length < 2 || !(value >= ends[0]! && value <= ends.at(-1)!)) return -1;
  let low = 0;
  let high = ends.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ends[middle]! < value) low = middle;
    else high = middle;
  }
  return low;
}
