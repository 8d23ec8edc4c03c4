import type { Call } from '../ask';
import { count, number, percent, signed } from '../findings/words';
import { placesAlong } from '../slopes/curves';
import { slopeUnit } from '../table/units';
import type { Computation } from './computeSlopes';
import { elementOf, levelOf, levelsOf } from './levelNames';
import { forecastsAt, pointsAtRows, repeated, slopesAt, withLine } from './points';
import type { UsualRange } from './service';
import { evenlyDrawn, rowAsPoint, type Surroundings, surroundingsOf } from './scene';
import type { Connection, SessionState } from './sessionState';
import { partsAlong } from './straightWay';
import type { WhatIf, WhatIfInput, WhatIfRequest } from './whatIfQuestion';

/** Places of a response curve, rows looked through for the nearest while a slider moves, and rows given. */
const curvePlaces = 60;
const mostCurves = 60;
const searchedRows = 5000;
const nearestRows = 3;

/** What the answer is computed from. */
interface Setting {
  readonly connection: Connection;
  readonly computation: Computation;
  readonly surroundings: Surroundings;
  readonly request: WhatIfRequest;
  /** The row as it is in the table, and as it is now. */
  readonly table: Float64Array;
  readonly now: Float64Array;
}

/** The What if tab: one row with some inputs changed. Fast enough to follow a slider. */
export async function whatIf(session: SessionState, request: WhatIfRequest, call: Call): Promise<WhatIf> {
  const connection = session.seen(request.ranges ? { ranges: request.ranges } : {});
  const setting = settingOf(session, connection, request);
  const { rows } = connection.binding;
  const { computation, surroundings, table, now } = setting;
  const { forecast: before } = await slopesAt(computation, repeated(table, 1));
  const { forecast: after, slopes } = await slopesAt(computation, repeated(now, 1));
  const target = connection.table.columns[connection.binding.outputs[request.output]?.target ?? -1];
  const actual = target?.kind === 'number' ? target.values[request.row]! : NaN;
  const inputs: WhatIfInput[] = [];
  const curvesOf = curvedInputs(setting, slopes);
  for (const input of surroundings.inputs.keys()) {
    if (call.signal.aborted) break;
    inputs.push(await sliderOf(setting, input, slopes[input]![0]!, curvesOf.has(input)));
  }
  return {
    row: request.row,
    line: connection.table.lines[request.row]!,
    sentence: sentenceOf(setting, before[0]!, after[0]!),
    before: before[0]!,
    after: after[0]!,
    ...(Number.isNaN(actual) ? {} : { actual }),
    inputs,
    parts: await partsOf(setting),
    nearest: nearestOf(setting),
    searched: { rows: searched(rows.length, request).length, of: rows.length },
    warnings: warningsOf(setting),
    newRow: newRowOf(setting),
  };
}

function settingOf(session: SessionState, connection: Connection, request: WhatIfRequest): Setting {
  const surroundings = surroundingsOf(session, connection);
  const table = request.ranges ? middleOf(surroundings, request.ranges) : rowAsPoint(connection.binding, request.row);
  return {
    connection,
    computation: connection.computation(request.output),
    surroundings,
    request,
    table,
    now: changedPoint(connection, table, request.changes),
  };
}

/** A point with some inputs changed. */
export function changedPoint(
  connection: Connection,
  point: Float64Array,
  changes: WhatIfRequest['changes'],
): Float64Array {
  const changed = point.slice();
  for (const { input, value } of changes)
    changed[input] = typeof value === 'number' ? value : elementOf(connection, input, value);
  return changed;
}

/** The middle of each range; of a category the first level. */
function middleOf({ summaries }: Surroundings, ranges: readonly UsualRange[]): Float64Array {
  return Float64Array.from(summaries, ({ usual, count: numbers }, input) => {
    const { low, high } = ranges[input]!;
    return numbers > 0 ? (low + high) / 2 : usual;
  });
}

function sentenceOf({ surroundings, request, now, table }: Setting, before: number, after: number): string {
  const { name, unit } = surroundings.outputs[request.output]!;
  const row = request.ranges ? 'The middle of the ranges' : `Row ${count(request.row + 1)}`;
  const measure = unit || name;
  const with_ = (value: number): string => `${number(value)} ${measure}`;
  if (now.every((value, input) => Object.is(value, table[input])))
    return `${row}: ${with_(before)}, nothing is changed yet.`;
  return `${row}: ${with_(before)} becomes ${with_(after)} (${signed(after - before)} ${measure}).`;
}

async function sliderOf(setting: Setting, input: number, slope: number, isCurved: boolean): Promise<WhatIfInput> {
  const { surroundings, now, table } = setting;
  const { name, kind, unit } = surroundings.inputs[input]!;
  const levels = levelsOf(setting.connection, input);
  const [low, high] = levels ? [0, levels.length - 1] : endsOf(setting, input);
  const response = isCurved && !levels ? await responseOf(setting, input, low, high) : {};
  return {
    input,
    name,
    kind,
    unit,
    low,
    high,
    step: kind === 'number' ? (high - low) / 100 : 1,
    inTable: shownValue(setting, input, table[input]!),
    value: shownValue(setting, input, now[input]!),
    slope,
    slopeUnit: slopeUnit(surroundings.outputs[setting.request.output]!, surroundings.inputs[input]!),
    ...(levels ? { levels } : {}),
    ...response,
  };
}

/** The inputs that get response curves: those asked for, else those that move the forecast most over a typical step. */
function curvedInputs({ request, surroundings }: Setting, slopes: readonly Float64Array[]): ReadonlySet<number> {
  if (!request.curves) return new Set();
  if (request.curvesOf) return new Set(request.curvesOf);
  const effect = (input: number): number =>
    Math.abs(slopes[input]![0]! * surroundings.summaries[input]!.deviation) || 0;
  return new Set([...surroundings.inputs.keys()].sort((a, b) => effect(b) - effect(a) || a - b).slice(0, mostCurves));
}

/** The ends of a slider: the range that was told, else the table's lowest and highest value. */
function endsOf({ request, surroundings }: Setting, input: number): [number, number] {
  const range = request.ranges?.[input];
  const { min, max } = surroundings.summaries[input]!;
  return range ? [range.low, range.high] : [min, max];
}

/** Forecasts over the slider's range, and the nearest place at which the slope turns its sign. */
async function responseOf({ computation, surroundings, now }: Setting, input: number, low: number, high: number) {
  const at = placesAlong(low, high, surroundings.summaries[input]!.whole, curvePlaces);
  const { forecast, slopes } = await slopesAt(computation, withLine(repeated(now, at.length), input, at));
  const own = slopes[input]!;
  const turning = Array.from(own.keys()).flatMap((place) => {
    const [left, right] = [own[place]!, own[place + 1] ?? NaN];
    if (!(left * right < 0)) return [];
    return [at[place]! + ((at[place + 1]! - at[place]!) * left) / (left - right)];
  });
  const value = now[input]!;
  const nearest = turning.sort((a, b) => Math.abs(a - value) - Math.abs(b - value))[0];
  return { curve: { at, forecast }, ...(nearest === undefined ? {} : { turns: nearest }) };
}

/** From one point to another, input by input: categories are switched first, one after the other; then the way is straight. */
async function partsOf(setting: Setting): Promise<WhatIf['parts']> {
  const { computation, surroundings, connection, now } = setting;
  const { point, heading } = startOf(setting);
  const parts = new Float64Array(now.length);
  const from = (await forecastsAt(computation, repeated(point, 1)))[0]!;
  const to = (await forecastsAt(computation, repeated(now, 1)))[0]!;
  const start = point.slice();
  let level = from;
  for (const [input, { kind }] of surroundings.inputs.entries()) {
    const isText = connection.binding.inputs[input]!.source.kind === 'levels';
    if ((kind !== 'switched' && !isText) || Object.is(start[input], now[input])) continue;
    start[input] = now[input]!;
    const next = (await forecastsAt(computation, repeated(start, 1)))[0]!;
    parts[input] = next - level;
    level = next;
  }
  const straight = await partsAlong(computation, start, now, to - level);
  straight.forEach((part, input) => (parts[input]! += part));
  const missed = Math.abs(parts.reduce((sum, part) => sum + part, 0) - (to - from));
  const error = missed === 0 ? 0 : missed / Math.abs(to - from);
  const bars = surroundings.inputs.map(({ name }, input) => ({ input, name, part: parts[input]! }));
  return {
    heading,
    from,
    to,
    bars: bars.sort((a, b) => Math.abs(b.part) - Math.abs(a.part)),
    error,
    note:
      error > 0.001 ? `The bars miss the difference by ${percent(error)}: the network bends sharply on the way.` : '',
  };
}

function startOf({ request, surroundings, connection, table }: Setting): {
  readonly point: Float64Array;
  readonly heading: string;
} {
  const { from, ranges } = request;
  if (ranges) return { point: table.slice(), heading: 'From the middle of the ranges to here' };
  if (from === 'average')
    return {
      point: Float64Array.from(surroundings.summaries, ({ usual }) => usual),
      heading: 'From the average row to this row',
    };
  if (from === 'before') return { point: table.slice(), heading: 'From the row in the table to this row' };
  return { point: rowAsPoint(connection.binding, from.row), heading: `From row ${count(from.row + 1)} to this row` };
}

/** All rows once a slider stands still; while it moves, evenly drawn from a long table. */
function searched(rows: number, { curves }: WhatIfRequest): Uint32Array {
  return evenlyDrawn(rows, curves ? rows : searchedRows);
}

function nearestOf({ connection, surroundings, now, request }: Setting): WhatIf['nearest'] {
  if (request.ranges) return [];
  const { rows } = connection.binding;
  const drawn = searched(rows.length, request).map((position) => rows[position]!);
  const { lines } = pointsAtRows(connection.binding, drawn);
  const squares = new Float64Array(drawn.length);
  lines.forEach((line, input) => {
    const isText = connection.binding.inputs[input]!.source.kind === 'levels';
    const spread = surroundings.summaries[input]!.deviation || 1;
    line.forEach((value, place) => {
      const apart = isText ? Number(value !== now[input]) : (value - now[input]!) / spread;
      squares[place]! += apart * apart;
    });
  });
  return Array.from(drawn.keys())
    .filter((place) => drawn[place] !== request.row)
    .sort((a, b) => squares[a]! - squares[b]!)
    .slice(0, nearestRows)
    .map((place) => ({
      row: drawn[place]!,
      line: connection.table.lines[drawn[place]!]!,
      distance: Math.sqrt(squares[place]!),
    }));
}

function warningsOf(setting: Setting): string[] {
  const { surroundings, now, request } = setting;
  return surroundings.inputs.flatMap(({ name }, input) => {
    const [min, max] = endsOf(setting, input);
    const value = now[input]!;
    if (surroundings.summaries[input]!.count === 0 || (value >= min && value <= max)) return [];
    if (request.ranges) return [`${name} ${number(value)} is outside its range.`];
    return [`${name} ${number(value)} is ${value > max ? 'above' : 'below'} every row: the forecast there is a guess.`];
  });
}

/** The row's line of CSV with the changed inputs, the target left empty; texts are quoted where they must be. */
function newRowOf(setting: Setting): WhatIf['newRow'] {
  const { connection, request, now, table: before } = setting;
  const { given: table, binding } = connection;
  if (request.ranges) {
    const values = binding.inputs.map((_, input) => String(shownValue(setting, input, now[input]!)));
    const names = setting.surroundings.inputs.map(({ name }) => quoted(name));
    return { header: names.join(','), line: values.map(quoted).join(',') };
  }
  const changed = new Map<number, number | string>();
  binding.inputs.forEach(({ source }, input) => {
    if (source.kind === 'fixed' || Object.is(now[input], before[input])) return;
    if (source.kind === 'levels' && source.folded)
      source.folded.forEach(
        (column, element) => column !== undefined && changed.set(column, element === now[input] ? 1 : 0),
      );
    else changed.set(source.column, shownValue({ connection }, input, now[input]!));
  });
  const targets = new Set(binding.outputs.map(({ target }) => target));
  const cells = table.columns.map((column, index) => {
    if (targets.has(index)) return '';
    const value = changed.get(index);
    if (value !== undefined) return quoted(String(value));
    if (column.kind === 'text') return quoted(column.levels[column.codes[request.row]!] ?? '');
    const number = column.values[request.row]!;
    return Number.isNaN(number) ? '' : String(number);
  });
  return { header: table.columns.map(({ name }) => quoted(name)).join(','), line: cells.join(',') };
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The value as it stands in the table: a number, or the name of a level. */
function shownValue({ connection }: Pick<Setting, 'connection'>, input: number, value: number): number | string {
  const isText = connection.binding.inputs[input]!.source.kind === 'levels';
  return isText ? levelOf(connection, input, value) : value;
}
