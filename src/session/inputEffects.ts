import { number, signed } from '../findings/words';
import { elasticities, nonLinearity, oppositeSigns, positionsByGroup, summariseChanges } from '../slopes/effects';
import { quantiles } from '../slopes/statistics';
import { slopeUnit, splitUnit } from '../table/units';
import { forecastsAt, pointsAtRows, type Points, repeated, slopesAt, withLine } from './points';
import { averageRow, evenlyDrawn, type Scene, summaryOf, valuesAt } from './scene';
import type { EffectLine, GroupLine } from './inputQuestion';

/** Rows that averages of steps are over, evenly drawn where there are more. */
const mostRows = 20_000;

/** One input's rows made ready for changes. */
export interface Changeable {
  readonly scene: Scene;
  readonly input: number;
  /** Positions in the scene's slopes. */
  readonly positions: Uint32Array;
  readonly points: Points;
  readonly values: Float64Array;
  readonly slopes: Float32Array;
  readonly forecast: Float64Array;
}

/** The rows of a scene, evenly drawn where there are too many, ready for changes of one input. */
export function changeable(scene: Scene, input: number, most = mostRows): Changeable {
  const positions = evenlyDrawn(scene.slopes.rows.length, most);
  const rows = positions.map((position) => scene.slopes.rows[position]!);
  const own = scene.slopes.slopes[input]!;
  return {
    scene,
    input,
    positions,
    points: pointsAtRows(scene.binding, rows),
    values: valuesAt(scene.binding, input, rows),
    slopes: own.length === 0 ? own : Float32Array.from(positions, (position) => own[position]!),
    forecast: Float64Array.from(positions, (position) => scene.slopes.forecast[position]!),
  };
}

/** f(x with the input set) − f(x with it set otherwise), row by row. */
export async function changesBetween(
  { scene, input, points }: Changeable,
  from: Float64Array,
  to: Float64Array,
): Promise<Float64Array> {
  const before = await forecastsAt(scene.computation, withLine(points, input, from));
  const after = await forecastsAt(scene.computation, withLine(points, input, to));
  return after.map((value, index) => value - before[index]!);
}

/** Every usual way to change a number, and a custom step; for a yes/no input the switch alone. */
export async function effectLines(it: Changeable, custom: number | undefined): Promise<EffectLine[]> {
  const { scene, input } = it;
  if (it.positions.length === 0) return [];
  const statistics = summaryOf(scene.binding, input, scene.slopes.rows);
  const unit = scene.output.unit || scene.output.name;
  const { kind } = scene.inputs[input]!;
  if (kind === 'yes/no') return [await levelChange(it, 'switch', 'switched on (0 to 1)', 0, 1, unit)];
  const lines: EffectLine[] = [await slopeLine(it)];
  const steps: Step[] = [{ kind: 'unit', change: `+1 ${inputUnit(it)}`, by: 1 }];
  if (statistics.deviation > 0)
    steps.push({ kind: 'spread', change: `+1 spread (${number(statistics.deviation)})`, by: statistics.deviation });
  if (custom !== undefined) steps.push({ kind: 'custom', change: signed(custom), by: custom });
  for (const step of steps) lines.push(await stepLine(it, step, unit));
  if (statistics.constant) return lines;
  const [lower, upper] = quantiles(it.values, [0.25, 0.75]);
  const between = (from: number, to: number, what: string): string => `from ${number(from)} to ${number(to)} (${what})`;
  if (upper! > lower!)
    lines.push(await levelChange(it, 'middle', between(lower!, upper!, 'middle half'), lower!, upper!, unit));
  lines.push(
    await levelChange(
      it,
      'range',
      between(statistics.min, statistics.max, 'lowest to highest'),
      statistics.min,
      statistics.max,
      unit,
    ),
    await elasticityLine(it),
  );
  return lines;
}

/** Average slope and +1 step of the rows of each group: levels of a text column, few numbers as they are, else quarters. */
export async function groupLines(it: Changeable, columnName: string): Promise<GroupLine[]> {
  const { scene } = it;
  const column = scene.connection.table.columns.find(({ name }) => name === columnName);
  if (!column || it.slopes.length === 0) return [];
  const rows = it.positions.map((position) => scene.slopes.rows[position]!);
  const steps = await changesBetween(
    it,
    it.values,
    it.values.map((value) => value + 1),
  );
  const { codes, names } =
    column.kind === 'text'
      ? {
          codes: Int32Array.from(rows, (row) => column.codes[row]!),
          names: (code: number) => column.levels[code] ?? '',
        }
      : numberGroups(Float64Array.from(rows, (row) => column.values[row]!));
  return [...positionsByGroup(codes)].map(([code, members]) => {
    const slopes = summariseChanges(Float64Array.from(members, (position) => it.slopes[position]!));
    const step = summariseChanges(Float64Array.from(members, (position) => steps[position]!));
    return {
      group: code < 0 ? 'no value' : names(code),
      rows: members.length,
      averageSlope: slopes.average,
      averageStep: step.average,
      error: slopes.error,
    };
  });
}

function numberGroups(values: Float64Array): { readonly codes: Int32Array; readonly names: (code: number) => string } {
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (distinct.length <= 8)
    return {
      codes: Int32Array.from(values, (value) => distinct.indexOf(value)),
      names: (code) => number(distinct[code]!),
    };
  const cuts = quantiles(values, [0, 0.25, 0.5, 0.75, 1]);
  return {
    codes: Int32Array.from(values, (value) =>
      Number.isNaN(value) ? -1 : cuts.slice(1, 4).filter((cut) => value > cut).length,
    ),
    names: (code) => `${number(cuts[code]!)} to ${number(cuts[code + 1]!)}`,
  };
}

async function slopeLine(it: Changeable): Promise<EffectLine> {
  const { scene, input } = it;
  const point = repeated(averageRow(scene.binding, scene.slopes.rows), 1);
  const { slopes } = await slopesAt(scene.computation, point);
  return {
    change: 'slope',
    kind: 'slope',
    ...summed(scene.slopes.slopes[input]!),
    atAverage: slopes[input]![0]!,
    unit: slopeUnit(scene.output, scene.inputs[input]!),
  };
}

interface Step {
  readonly kind: EffectLine['kind'];
  readonly change: string;
  readonly by: number;
}

async function stepLine(it: Changeable, { kind, change, by: step }: Step, unit: string): Promise<EffectLine> {
  const moved = (by: number): Float64Array => it.values.map((value) => value + by);
  const changes = await changesBetween(it, it.values, moved(step));
  const centred = await changesBetween(it, moved(-step / 2), moved(step / 2));
  return {
    change,
    kind,
    ...summed(changes),
    atAverage: await atAverageRow(it, (usual) => [usual, usual + step]),
    centred: summariseChanges(centred).average,
    nonLinearity: nonLinearity(it.slopes, step, changes),
    opposite: oppositeSigns(
      it.slopes,
      changes.map((value) => value * Math.sign(step)),
    ),
    unit,
  };
}

async function levelChange(
  it: Changeable,
  kind: EffectLine['kind'],
  change: string,
  from: number,
  to: number,
  unit: string,
): Promise<EffectLine> {
  const all = (value: number): Float64Array => new Float64Array(it.points.count).fill(value);
  const changes = await changesBetween(it, all(from), all(to));
  return { change, kind, ...summed(changes), atAverage: await atAverageRow(it, () => [from, to]), unit };
}

async function elasticityLine(it: Changeable): Promise<EffectLine> {
  const { scene, input } = it;
  const point = averageRow(scene.binding, scene.slopes.rows);
  const { slopes, forecast } = await slopesAt(scene.computation, repeated(point, 1));
  return {
    change: '1 % more',
    kind: 'elasticity',
    ...summed(elasticities(it.slopes, it.values, it.forecast)),
    atAverage: (slopes[input]![0]! * point[input]!) / forecast[0]!,
    unit: '% of the forecast',
  };
}

async function atAverageRow(it: Changeable, levels: (usual: number) => readonly [number, number]): Promise<number> {
  const { scene, input } = it;
  const point = averageRow(scene.binding, scene.slopes.rows);
  const points = withLine(repeated(point, 2), input, Float64Array.from(levels(point[input]!)));
  const [before, after] = await forecastsAt(scene.computation, points);
  return after! - before!;
}

function summed(changes: Float32Array | Float64Array) {
  const { average, error, interval, lowest, highest } = summariseChanges(changes);
  return { average, error, interval, lowest, highest };
}

function inputUnit({ scene, input }: Changeable): string {
  const { unit, name } = scene.inputs[input]!;
  return unit || `in ${splitUnit(name).name}`;
}
