import type { Call } from '../ask';
import { blackBoxOf, differenceWords } from '../network/blackBox';
import { columnStatistics } from '../table/columns';
import { valuesAtRows } from '../table/inputSource';
import { partWords } from '../table/rowsTaken';
import { quantileLevels, quantiles, slopeStatistics } from '../slopes/statistics';
import { toModel } from '../table/scaling';
import { slopeUnit } from '../table/units';
import { boundStatistics } from './boundStatistics';
import { describeModel } from './describeModel';
import { checkRules, ruleStatus } from './checkRules';
import { coverageNote } from './coverage';
import { pageSentence } from './sentences';
import type { Findings, InputDescription, Lane, Lanes, OutputDescription, LaneStatistics, View } from './service';
import type { Connection, SessionState } from './sessionState';
import type { OutputSlopes } from './outputSlopes';
import { spreadHistogram } from './slopeMap';
import { typicalRows, typicalSwitch } from './switchSizes';
import { viewedSlopes } from './viewedSlopes';

/** Bars of the spread column. */
const bars = 40;

/** Lanes with the findings they were made with, kept with their slopes: the page asks again whenever something has changed. */
const known = new WeakMap<OutputSlopes, { readonly findings: Findings | undefined; readonly answer: Lanes }>();

/** All lanes of the map, strongest typical effect first. */
export async function lanesOf(session: SessionState, view: View, call: Call): Promise<Lanes> {
  const connection = session.seen(view);
  const { slopes, all, complete, computed } = await viewedSlopes(session, connection, view, call);
  const findings = complete && !connection.ranges ? await checkRules(session, view.output, call) : undefined;
  const before = known.get(slopes);
  if (before && before.findings === findings) return before.answer;
  const { inputs, outputs } = describeModel(session);
  const output = outputs[view.output]!;
  const lanes: Lane[] = [];
  for (const [input, description] of inputs.entries()) {
    if (call.signal.aborted) break;
    const rule = findings && ruleStatus(findings, description.name);
    lanes.push({
      ...(await laneOf(connection, view, slopes, input, description, output)),
      ...(rule ? { rule } : {}),
    });
  }
  lanes.sort((a, b) => b.typicalEffect - a.typicalEffect || a.input - b.input);
  const range = columnStatistics(slopes.forecast);
  const answer: Lanes = {
    lanes,
    rows: all,
    shown: slopes.rows.length,
    ...withNotes(pageSentence(lanes, findings, output, slopes, all), [
      partNote(connection),
      drawnSwitches(lanes, slopes.rows.length),
      howSlopesAreFound(connection),
    ]),
    forecast: { min: range.min, max: range.max, unit: output.unit },
    computed,
  };
  if (!call.signal.aborted) known.set(slopes, { findings, answer });
  return answer;
}

/** The page's sentence with what must be known beside it, below. */
function withNotes(page: Pick<Lanes, 'sentence' | 'subline'>, notes: readonly string[]) {
  return { ...page, subline: [page.subline, ...notes].filter(Boolean).join(' ') };
}

/** Where the table is a part of its file. */
function partNote({ given }: Connection): string {
  return given.part ? `Read is ${partWords(given.part)}.` : '';
}

/** Where the sizes of switches come from drawn rows. */
function drawnSwitches(lanes: readonly Lane[], rows: number): string {
  const isSwitched = lanes.some(({ kind }) => kind === 'switched' || kind === 'yes/no');
  if (!isSwitched) return '';
  return coverageNote({ rows: Math.min(rows, typicalRows), of: rows }, 'Effects of switches are averaged over');
}

/** Slopes of a black box are no derivatives. */
function howSlopesAreFound({ network }: Connection): string {
  return blackBoxOf(network) ? `Slopes ${differenceWords}.` : '';
}

async function laneOf(
  connection: Connection,
  view: View,
  slopes: OutputSlopes,
  input: number,
  description: InputDescription,
  output: OutputDescription,
): Promise<Lane> {
  const column = slopes.slopes[input] ?? new Float32Array();
  const statistics = statisticsOf(column, slopes.atKink);
  const common = {
    input,
    name: description.name,
    kind: description.kind,
    unit: slopeUnit(output, description),
    statistics,
  };
  if (description.kind === 'switched' || description.kind === 'yes/no') {
    const typicalEffect = await typicalSwitch(connection, view.output, slopes, input);
    return { ...common, typicalEffect, spread: spreadHistogram(column, statistics.min, statistics.max, bars) };
  }
  const deviation = inputDeviation(connection, view, slopes, input);
  const typicalEffect = deviation > 0 ? statistics.meanAbsolute * deviation : 0;
  return { ...common, typicalEffect, spread: spreadHistogram(column, statistics.min, statistics.max, bars) };
}

/** Standard deviation (n − 1) of an input over the rows shown, in the view's units; a category has none. */
function inputDeviation({ binding }: Connection, view: View, { rows }: OutputSlopes, input: number): number {
  const bound = binding.inputs[input]!;
  const isWhole = view.units === 'original' && rows.length === binding.rows.length;
  const known = isWhole ? boundStatistics(bound, binding.rows) : undefined;
  if (known) return known.deviation;
  if (bound.source.kind === 'levels') return 0;
  const values = valuesAtRows(bound.source, rows);
  if (view.units === 'model') values.forEach((value, position) => (values[position] = toModel(bound.scaling, value)));
  return columnStatistics(values).deviation;
}

function statisticsOf(column: Float32Array, atKink: Uint8Array): LaneStatistics {
  let kinks = 0;
  const { length } = atKink;
  for (let row = 0; row < length; row++) kinks += atKink[row]!;
  return {
    ...slopeStatistics(column),
    quantiles: quantiles(column, quantileLevels),
    atKink: column.length === 0 ? 0 : kinks,
  };
}
