import type { MapLane, SlopeMap } from './service';
import type { OutputSlopes } from './outputSlopes';

/** Which slopes a lane's lower part and rail show: by default those below 0. */
export type Beyond = (slope: number) => boolean;

/**
 * The raster of the map: ordered rows shared out over cells, with what each cell needs to be drawn without hiding a
 * single row: the share beyond the rule, the mean of those rows and of the others, the extremes.
 */
export function slopeMap(
  slopes: OutputSlopes,
  order: Uint32Array,
  cells: number,
  inputs: readonly number[],
  beyond: (input: number) => Beyond,
): SlopeMap {
  const starts = cellStarts(order.length, cells);
  const count = starts.length - 1;
  const forecast = new Float32Array(count);
  for (let cell = 0; cell < count; cell++) {
    let sum = 0;
    for (let position = starts[cell]!; position < starts[cell + 1]!; position++)
      sum += slopes.forecast[order[position]!]!;
    forecast[cell] = sum / (starts[cell + 1]! - starts[cell]!);
  }
  const lanes = inputs.map((input) => mapLane(input, slopes.slopes[input]!, order, starts, beyond(input)));
  return { cells: count, starts, forecast, lanes };
}

/** Where each of at most so many cells begins among ordered rows, and where the last one ends. */
export function cellStarts(rows: number, cells: number): Uint32Array {
  const count = Math.max(1, Math.min(cells, rows));
  return Uint32Array.from({ length: count + 1 }, (_, cell) => Math.round((cell * rows) / count));
}

/** The cells of one lane. */
export function mapLane(
  input: number,
  slopes: Float32Array,
  order: Uint32Array,
  starts: Uint32Array,
  beyond: Beyond,
): MapLane {
  const cells = starts.length - 1;
  const [share, below, rest, lowest, highest] = [0, 1, 2, 3, 4].map(() => new Float32Array(cells)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  let largest = 0;
  for (let cell = 0; cell < cells; cell++) {
    let [count, sumBelow, sumRest, low, high] = [0, 0, 0, Infinity, -Infinity];
    const rows = starts[cell + 1]! - starts[cell]!;
    for (let position = starts[cell]!; position < starts[cell + 1]!; position++) {
      const slope = slopes[order[position]!]!;
      if (slope < low) low = slope;
      if (slope > high) high = slope;
      if (beyond(slope)) {
        count++;
        sumBelow += slope;
      } else sumRest += slope;
    }
    share[cell] = count / rows;
    below[cell] = count > 0 ? sumBelow / count : NaN;
    rest[cell] = count < rows ? sumRest / (rows - count) : NaN;
    lowest[cell] = low;
    highest[cell] = high;
    largest = Math.max(largest, Math.abs(low), Math.abs(high));
  }
  return { input, share, below, rest, lowest, highest, largest };
}

/**
 * A histogram with zero at 30 % of the width, as all lanes show it: from the shared scale that holds the lowest and the
 * highest slope, in `bins` equal bins.
 */
export function spreadHistogram(
  slopes: Float32Array,
  min: number,
  max: number,
  bins: number,
): { readonly low: number; readonly high: number; readonly counts: Uint32Array } {
  const zeroAt = 0.3;
  const width = Math.max(-Math.min(min, 0) / zeroAt, Math.max(max, 0) / (1 - zeroAt), Number.MIN_VALUE);
  const [low, high] = [-zeroAt * width, (1 - zeroAt) * width];
  const counts = new Uint32Array(bins);
  // Bins meet at zero, so that no bar mixes signs.
  const below = Math.round(bins * zeroAt);
  const { length } = slopes;
  for (let row = 0; row < length; row++) {
    const slope = slopes[row]!;
    if (Number.isNaN(slope)) continue;
    const bin = slope < 0 ? Math.floor((slope / low) * below) : Math.floor((slope / high) * (bins - below));
    counts[slope < 0 ? below - 1 - Math.min(bin, below - 1) : below + Math.min(bin, bins - below - 1)]!++;
  }
  return { low, high, counts };
}
