import type { Call } from '../ask';
import { count, counted, number, percent } from '../findings/words';
import { locateOutput } from '../slopes/layout';
import { columnStatistics } from '../table/columns';
import { toModel, toOriginal } from '../table/scaling';
import { type Bounds, boundsOf } from './outputBounds';
import { numpySteps, type RepairStep } from './numpyRepair';
import { type Scene, sceneOf } from './scene';
import type { OutputDescription } from './service';
import type { SessionState } from './sessionState';
import type { Diagnosis, RangeRequest, RangeView } from './rangeQuestion';

/** Bars of the histogram and rows listed. */
const bars = 40;
const listedRows = 100;
/** Formats of weights without a program of their own, whose training step people write in numpy. */
const handWritten = ['npz', 'npy', 'numpy'];

/** The Range tab: where the forecasts lie, which lie beyond the limits, and what the output's last step has to do with it. */
export async function rangeView(session: SessionState, request: RangeRequest, call: Call): Promise<RangeView> {
  const scene = await sceneOf(session, request, call);
  const { forecast, rows } = scene.slopes;
  const actual = actualOf(session, scene, request);
  const spread = columnStatistics(forecast);
  const known = actual && columnStatistics(actual);
  const lower = request.lower ?? naturalLower(known);
  const limits = {
    ...(lower === undefined ? {} : { lower }),
    ...(request.upper === undefined ? {} : { upper: request.upper }),
  };
  const beyond = beyondLimits(scene, limits);
  const rule = ruleWords(limits, scene.output);
  return {
    sentence: sentenceOf(scene, limits, beyond),
    unit: scene.output.unit || scene.output.name,
    histogram: histogramOf(
      forecast,
      actual,
      [spread.min, known?.min, lower],
      [spread.max, known?.max, request.upper],
      lower ?? request.upper,
    ),
    forecast: { min: spread.min, max: spread.max, rows: rows.length },
    ...(known && known.count > 0 ? { actual: { min: known.min, max: known.max, rows: known.count } } : {}),
    ...limits,
    beyond,
    diagnoses: diagnosesOf(scene, actual, limits),
    ...(rule ? { ruleWords: rule } : {}),
  };
}

interface Limits {
  readonly lower?: number;
  readonly upper?: number;
}

/** True values at the view's rows, in its units. */
function actualOf(session: SessionState, scene: Scene, request: RangeRequest): Float64Array | undefined {
  const bound = scene.connection.binding.outputs[request.output]!;
  const column = scene.connection.table.columns[bound.target ?? -1];
  if (column?.kind !== 'number') return undefined;
  const { scaling } = session.connected().binding.outputs[request.output]!;
  return Float64Array.from(scene.slopes.rows, (row) =>
    request.units === 'model' ? toModel(scaling, column.values[row]!) : column.values[row]!,
  );
}

/** True values that never go below 0 suggest 0 as the lower limit. */
function naturalLower(actual: { readonly min: number; readonly count: number } | undefined): number | undefined {
  return actual && actual.count > 0 && actual.min >= 0 ? 0 : undefined;
}

function beyondLimits({ slopes, connection }: Scene, { lower, upper }: Limits): RangeView['beyond'] {
  const excess = (forecast: number): number =>
    Math.max(lower === undefined ? 0 : lower - forecast, upper === undefined ? 0 : forecast - upper);
  const beyond = Array.from(slopes.forecast.keys())
    .filter((position) => excess(slopes.forecast[position]!) > 0)
    .sort((a, b) => excess(slopes.forecast[b]!) - excess(slopes.forecast[a]!));
  const below = beyond.filter((position) => lower !== undefined && slopes.forecast[position]! < lower).length;
  return {
    below,
    above: beyond.length - below,
    // Points that stand in for rows have no number and no line.
    rows: beyond.slice(0, connection.ranges ? 0 : listedRows).map((position) => ({
      row: slopes.rows[position]!,
      line: connection.table.lines[slopes.rows[position]!]!,
      forecast: slopes.forecast[position]!,
    })),
  };
}

/** "17 of 500 forecasts are below 0 (3.4 %), lowest −8.2 min at row 41." */
function sentenceOf(
  { slopes, output, connection }: Scene,
  { lower, upper }: Limits,
  beyond: RangeView['beyond'],
): string {
  const all = slopes.forecast.length;
  const unit = (value: number): string => `${number(value)} ${output.unit || output.name}`;
  const { min, max } = columnStatistics(slopes.forecast);
  // Without a unit the output's name would stand beside both numbers: it is said already.
  const end = output.unit ? ` ${output.unit}` : '';
  const span = `${output.name} runs from ${number(min)} to ${number(max)}${end} in ${counted(all, 'forecast')}`;
  if (lower === undefined && upper === undefined) return `${span}.`;
  if (beyond.below + beyond.above === 0) return `${span}, all within the limits.`;
  const at = (value: number): string =>
    connection.ranges ? '' : ` at row ${count((slopes.rows[slopes.forecast.indexOf(value)] ?? 0) + 1)}`;
  const share = (many: number): string => `${count(many)} of ${counted(all, 'forecast')} ${many === 1 ? 'is' : 'are'}`;
  const parts = [
    ...(beyond.below > 0 && lower !== undefined
      ? [
          `${share(beyond.below)} below ${number(lower)} (${percent(beyond.below / all)}), lowest ${unit(min)}${at(min)}.`,
        ]
      : []),
    ...(beyond.above > 0 && upper !== undefined
      ? [
          `${share(beyond.above)} above ${number(upper)} (${percent(beyond.above / all)}), highest ${unit(max)}${at(max)}.`,
        ]
      : []),
  ];
  return parts.join(' ');
}

function histogramOf(
  forecast: Float64Array,
  actual: Float64Array | undefined,
  lows: readonly (number | undefined)[],
  highs: readonly (number | undefined)[],
  limit: number | undefined,
): RangeView['histogram'] {
  const present = (numbers: readonly (number | undefined)[]): number[] =>
    numbers.filter((value) => Number.isFinite(value)).map(Number);
  const [least, most] = [Math.min(...present(lows)), Math.max(...present(highs))];
  // An edge stands at the limit, so that no bar lies on both its sides.
  const isInside = limit !== undefined && limit > least && limit < most;
  const span = most > least ? most - least : Math.abs(least) || 1;
  const width = span / (isInside ? bars - 1 : bars);
  const start = most > least ? least : least - span / 2;
  const low = isInside ? limit - Math.ceil((limit - least) / width) * width : start;
  const edges = Float64Array.from({ length: bars + 1 }, (_, edge) => low + edge * width);
  const counted = (values: Float64Array): Uint32Array => {
    const counts = new Uint32Array(bars);
    for (const value of values)
      if (!Number.isNaN(value)) counts[Math.max(0, Math.min(bars - 1, Math.floor((value - low) / width)))]!++;
    return counts;
  };
  return { edges, forecast: counted(forecast), ...(actual ? { actual: counted(actual) } : {}) };
}

function ruleWords({ lower, upper }: Limits, { name, unit }: OutputDescription): string | undefined {
  const limit = (value: number): string => [value, unit].filter((part) => part !== '').join(' ');
  if (lower !== undefined && upper !== undefined) return `${name} between ${lower} and ${limit(upper)}`;
  if (lower !== undefined) return `${name} at least ${limit(lower)}`;
  return upper === undefined ? undefined : `${name} at most ${limit(upper)}`;
}

function diagnosesOf(scene: Scene, actual: Float64Array | undefined, limits: Limits): Diagnosis[] {
  const { network } = scene.connection;
  const { scaling } = scene.binding.outputs[scene.slopes.output]!;
  const bounds = boundsOf(network, locateOutput(network, scene.slopes.output));
  const repairable = handWritten.some((format) => network.source.format.startsWith(format));
  if (!bounds) return unboundedDiagnosis(scene, limits, repairable);
  const [low, high] = [toOriginal(scaling, bounds.low), toOriginal(scaling, bounds.high)].sort((a, b) => a - b);
  return [
    boundedDiagnosis(bounds, low!, high!, actual, repairable),
    ...(bounds.cuts ? cutOffDiagnosis(scene, low!, high!, repairable) : []),
  ];
}

/** True values outside what the last step can give. */
function boundedDiagnosis(
  bounds: Bounds,
  low: number,
  high: number,
  actual: Float64Array | undefined,
  repairable: boolean,
): Diagnosis {
  const outside = actual?.reduce((many, value) => (value < low || value > high ? many + 1 : many), 0) ?? 0;
  const where = Number.isFinite(high)
    ? Number.isFinite(low)
      ? `can only lie between ${number(low)} and ${number(high)}`
      : `cannot rise above ${number(high)}`
    : `cannot fall below ${number(low)}`;
  const lie = outside === 1 ? 'true value lies' : 'true values lie';
  const remedy = `Scale the target into this range before training, or end the network without ${bounds.step}.`;
  return {
    kind: 'bounded',
    message: `The output ${where} (${bounds.step} at the output)${outside > 0 ? `; ${count(outside)} ${lie} outside.` : '.'}`,
    rows: outside,
    ...(outside > 0 ? { repair: repairOf('linear', remedy, repairable) } : {}),
  };
}

/** Rows whose forecast stands at a bound, with every slope 0. */
function cutOffDiagnosis(scene: Scene, low: number, high: number, repairable: boolean): Diagnosis[] {
  return [low, high].flatMap((bound): Diagnosis[] => {
    const near = 1e-12 * Math.max(1, Math.abs(bound));
    const rows = scene.slopes.forecast.reduce((many, value) => (Math.abs(value - bound) <= near ? many + 1 : many), 0);
    if (!Number.isFinite(bound) || rows === 0) return [];
    const [are, their] = rows === 1 ? ['is', 'its'] : ['are', 'their'];
    return [
      {
        kind: 'cut off',
        message: `${counted(rows, scene.connection.ranges ? 'point' : 'row')} ${are} cut off at ${number(bound)}: ${their} slopes are all 0, training cannot move ${rows === 1 ? 'it' : 'them'}.`,
        rows,
        repair: repairOf(
          'softplus',
          'Softplus at the output keeps a slope everywhere: it nears the bound and never stands still.',
          repairable,
        ),
      },
    ];
  });
}

function unboundedDiagnosis(scene: Scene, { lower }: Limits, repairable: boolean): Diagnosis[] {
  if (lower !== 0) return [];
  const rows = scene.slopes.forecast.reduce((many, value) => (value < 0 ? many + 1 : many), 0);
  if (rows === 0) return [];
  return [
    {
      kind: 'unbounded',
      message: `Nothing at the output keeps it above 0: ${counted(rows, 'forecast')} ${rows === 1 ? 'lies' : 'lie'} below.`,
      rows,
      repair: repairOf(
        'softplus',
        'ReLU or softplus at the output, in the forward and in the backward step; then train again.',
        repairable,
      ),
    },
  ];
}

function repairOf(step: RepairStep, message: string, withCode: boolean): NonNullable<Diagnosis['repair']> {
  return withCode ? { message, code: numpySteps(step) } : { message };
}
