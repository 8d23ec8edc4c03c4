import { number } from '../findings/words';
import {
  accumulateEffects,
  countsBetween,
  effectIntervals,
  evenlyByForecast,
  placesAlong,
  turningValues,
} from '../slopes/curves';
import { mean } from '../slopes/effects';
import { coverageNote } from './coverage';
import { forecastsChanged } from './changedPoints';
import { type Points, pointsAtRows } from './points';
import { evenlyDrawn, type Scene, summaryOf, valuesAt } from './scene';
import type { Beyond } from './slopeMap';
import type { Curve, InputView, Scatter } from './inputQuestion';

/** Rows that curves are over, single rows drawn, ticks of the rug, and rows from which dots become bins. */
const averageRows = 2000;
const singleRows = 60;
const rugRows = 2000;
const binsFrom = 20_000;
const bins = { columns: 96, lines: 60 };
/** How far whole numbers are shaken apart. */
const shake = 0.28;

/** Forecast as the input changes: partial dependence with single rows, or accumulated local effects. */
export async function curveOf(
  scene: Scene,
  input: number,
  kind: Curve['kind'],
  worst: number | undefined,
): Promise<Curve | undefined> {
  const statistics = summaryOf(scene.binding, input, scene.slopes.rows);
  if (statistics.count === 0 || statistics.constant) return undefined;
  const all = valuesAt(scene.binding, input, scene.slopes.rows);
  // Points that stand in for rows say nothing of where data lie.
  const isOfRows = scene.connection.ranges === undefined;
  const rug = Float64Array.from(evenlyDrawn(isOfRows ? all.length : 0, rugRows), (position) => all[position]!);
  const it = drawnRows(scene, input);
  const over = { rows: it.positions.length, of: scene.slopes.rows.length };
  const drawn =
    kind === 'average'
      ? await averageCurve(it, placesAlong(statistics.min, statistics.max, statistics.whole), worst)
      : await accumulatedCurve(it);
  const density = isOfRows ? countsBetween(drawn.at, all) : new Uint32Array();
  const note = [isOfRows ? emptyStretch(drawn.at, density) : '', coverageNote(over, 'Over')].filter(Boolean).join(' ');
  return { kind, ...drawn, rug, density, over, note };
}

/** A dot per row, or bins where there are many. */
export function scatterOf(scene: Scene, input: number, beyond: Beyond, colourBy: number | undefined): Scatter {
  const { rows, slopes } = scene.slopes;
  const own = slopes[input]!;
  const values = valuesAt(scene.binding, input, rows);
  const turns = turningValues(values, own);
  if (rows.length > binsFrom) return binned(values, own, beyond, turns);
  const whole = summaryOf(scene.binding, input, rows).whole;
  const colour =
    colourBy === undefined || scene.binding.inputs[colourBy]?.source.kind !== 'numbers'
      ? undefined
      : colouring(scene, colourBy);
  return {
    kind: 'dots',
    rows,
    values,
    shown: whole ? shaken(values, rows) : values,
    slopes: own,
    beyond: Uint8Array.from(own, (slope) => (beyond(slope) ? 1 : 0)),
    ...(colour ? { colour } : {}),
    turns,
  };
}

/** The forecast with a yes/no input off and on, for at most 60 rows. */
export async function pairedDots(scene: Scene, input: number): Promise<NonNullable<InputView['paired']>> {
  const it = drawnRows(scene, input);
  const singles = evenlyByForecast(it.forecast, singleRows);
  const [off, on] = await forecastsAtLevels(it, [0, 1]);
  return Array.from(singles, (position) => ({
    row: scene.slopes.rows[it.positions[position]!]!,
    off: off![position]!,
    on: on![position]!,
  }));
}

/** The rows a curve is over: all of a short table, evenly drawn from a long one. */
interface DrawnRows {
  readonly scene: Scene;
  readonly input: number;
  /** Positions in the scene's slopes. */
  readonly positions: Uint32Array;
  readonly points: Points;
  readonly values: Float64Array;
  readonly forecast: Float64Array;
}

function drawnRows(scene: Scene, input: number): DrawnRows {
  const positions = evenlyDrawn(scene.slopes.rows.length, averageRows);
  const rows = positions.map((position) => scene.slopes.rows[position]!);
  return {
    scene,
    input,
    positions,
    points: pointsAtRows(scene.binding, rows),
    values: valuesAt(scene.binding, input, rows),
    forecast: Float64Array.from(positions, (position) => scene.slopes.forecast[position]!),
  };
}

/** Forecasts of the drawn rows with the input at each level. */
function forecastsAtLevels({ scene, input, points }: DrawnRows, levels: ArrayLike<number>): Promise<Float64Array[]> {
  const sets = Array.from(levels, (level) => [{ input, line: new Float64Array(points.count).fill(level) }]);
  return forecastsChanged(scene.computation, points, sets);
}

async function averageCurve(it: DrawnRows, at: Float64Array, worst: number | undefined) {
  const { scene } = it;
  const place = worst === undefined ? -1 : it.positions.indexOf(worst);
  const singles = evenlyByForecast(it.forecast, singleRows, place < 0 ? undefined : place);
  const lines = Array.from(singles, () => new Float64Array(at.length));
  const average = new Float64Array(at.length);
  for (const [index, forecast] of (await forecastsAtLevels(it, at)).entries()) {
    average[index] = mean(forecast);
    singles.forEach((position, single) => (lines[single]![index] = forecast[position]!));
  }
  return {
    at,
    average,
    singles: lines.map((forecast, single) => ({
      row: scene.slopes.rows[it.positions[singles[single]!]!]!,
      worst: singles[single] === place,
      forecast,
    })),
  };
}

async function accumulatedCurve(it: DrawnRows) {
  const { scene, input, points } = it;
  const intervals = effectIntervals(it.values);
  const end = (shift: number): Float64Array =>
    Float64Array.from(intervals.interval, (place, row) => intervals.ends[place + shift] ?? it.values[row]!);
  const ends = [end(0), end(1)].map((line) => [{ input, line }]);
  const [lower, upper] = await forecastsChanged(scene.computation, points, ends);
  const level = mean(it.forecast);
  return {
    at: intervals.ends,
    average: accumulateEffects(intervals, lower!, upper!).map((effect) => effect + level),
    singles: [],
  };
}

function colouring(scene: Scene, input: number) {
  const values = valuesAt(scene.binding, input, scene.slopes.rows);
  const { min, max } = summaryOf(scene.binding, input, scene.slopes.rows);
  return { name: scene.inputs[input]!.name, values, min, max };
}

function binned(values: Float64Array, slopes: Float32Array, isBeyond: Beyond, turns: Float64Array): Scatter {
  const x = extent(values);
  const y = extent(slopes);
  const counts = new Uint32Array(bins.columns * bins.lines);
  const beyond = new Uint32Array(counts.length);
  const place = (value: number, { min, max }: { min: number; max: number }, count: number): number =>
    max > min ? Math.min(count - 1, Math.floor(((value - min) / (max - min)) * count)) : 0;
  slopes.forEach((slope, row) => {
    const bin = place(slope, y, bins.lines) * bins.columns + place(values[row]!, x, bins.columns);
    counts[bin]!++;
    if (isBeyond(slope)) beyond[bin]!++;
  });
  return { kind: 'bins', ...bins, counts, beyond, x, y, turns };
}

function extent(values: Float32Array | Float64Array): { readonly min: number; readonly max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

/** Whole numbers a little apart, always the same way, so that dots of the same value do not hide each other; each odd way is another. */
export function shaken(values: Float64Array, rows: Uint32Array, way = 1): Float64Array {
  return values.map((value, index) => value + shake * (2 * fixedShake(Math.imul(rows[index]!, way)) - 1));
}

/** A number in [0, 1) that belongs to a row and never changes. */
function fixedShake(row: number): number {
  const mixed = Math.imul(row ^ 0x9e3779b9, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
}

/** The widest stretch without a single row, when it takes more than a fifth of the range. */
function emptyStretch(at: Float64Array, density: Uint32Array): string {
  let best = { from: 0, to: 0 };
  let start = 0;
  density.forEach((count, interval) => {
    if (count > 0) start = interval + 1;
    else if (at[interval + 1]! - at[start]! > best.to - best.from) best = { from: at[start]!, to: at[interval + 1]! };
  });
  const range = at.at(-1)! - at[0]!;
  if (!(best.to - best.from > range / 5)) return '';
  return `Between ${number(best.from)} and ${number(best.to)} lies no row: there the curve is a guess of the network.`;
}
