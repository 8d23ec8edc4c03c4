import type { FallFound } from '../findings/between';
import type { Checked } from '../findings/checked';
import { meetsLimits, rowsMeeting } from '../findings/conditions';
import { beyond, demandOf, isForecastRule, isSlopeRule } from '../findings/expectations';
import { inputOf } from '../findings/ruleInput';
import type { Rule } from '../findings/rule';
import { summaryOf } from '../findings/summary';
import { randomNumbers } from '../slopes/randomNumbers';
import { matchNames } from '../table/matching';
import { scaledColumn, scaledOutput, type Computation } from './computeSlopes';
import { forecastsAt, type Points } from './points';

/** Points searched, and how many numbers they may hold together in a wide model. */
const mostPoints = 8000;
const mostNumbers = 8e6;
/** Forecasts that one search takes. */
export const searchedForecasts = 2 * mostPoints;
/** How far points lie from their row at most, in spreads. */
const reach = 1.5;
/** The step of an input that is not a whole number, in spreads. */
const smallStep = 0.02;
/** Changes that are smaller than this share of the forecasts may be rounding. */
const rounding = 1e-12;

/** How one input may move in a search; undefined: it stays as it is in the row. */
interface Move {
  readonly low: number;
  readonly high: number;
  readonly spread: number;
  readonly whole: boolean;
  /** The rule itself says where to look: all of it is searched, not only what lies near the rows. */
  readonly given: boolean;
}

/**
 * Looks for a point beside the rows at which a rule fails: up to 8 000 points around evenly drawn rows, within 1.5 spreads
 * and the columns' own ranges (or the rule's), whole numbers where the column is whole. A slope rule is tried by two
 * forecasts: when the change per step breaks the limit, so does the slope somewhere between the two. The point nearest to
 * its row wins and is then moved back to the row in as many inputs as possible. Always the same for the same rule and data.
 */
export async function searchBetween(
  computation: Computation,
  checked: Checked,
  rule: Rule,
): Promise<FallFound | undefined> {
  const search = searchFor(computation, checked, rule);
  if (!search) return undefined;
  const bases = basePositions(search);
  if (bases.length === 0) return undefined;
  const points = drawPoints(search, bases);
  const values = await ruleValues(search, points);
  let best: { readonly index: number; readonly distance: number } | undefined;
  for (let index = 0; index < points.count; index++) {
    if (!values.fails(index) || !isMeant(search, points, index)) continue;
    const distance = distanceOf(search, points, index, bases[index]!);
    if (!best || distance < best.distance) best = { index, distance };
  }
  return best && nearer(search, points, best.index, bases[best.index]!);
}

/** Everything one search needs. */
interface Search {
  readonly computation: Computation;
  readonly checked: Checked;
  readonly rule: Rule;
  /** The input a slope rule is for. */
  readonly input: number | undefined;
  readonly step: number;
  readonly moves: readonly (Move | undefined)[];
}

function searchFor(computation: Computation, checked: Checked, rule: Rule): Search | undefined {
  const given = rangesByInput(rule, checked);
  const moves = checked.inputs.map(({ values, kind }, index): Move | undefined => {
    const statistics = summaryOf(checked).inputs[index]!.values;
    if (!values || !statistics || kind === 'switched') return undefined;
    const { min, max, deviation, whole, binary } = statistics;
    const range = given.get(index);
    if (binary && !range) return undefined;
    const [low, high] = range ?? [min, max];
    const spread = deviation > 0 ? deviation : (high - low) / 4;
    return spread > 0 ? { low, high, spread, whole, given: range !== undefined } : undefined;
  });
  if (isForecastRule(rule)) return { computation, checked, rule, input: undefined, step: 0, moves };
  if (!isSlopeRule(rule)) return undefined;
  const input = inputOf(rule, checked);
  const own = input === undefined ? undefined : checked.inputs[input]!;
  if (input === undefined || own?.kind !== 'number' || !own.values) return undefined;
  const statistics = summaryOf(checked).inputs[input]!.values;
  const move =
    moves[input] ?? (statistics?.binary ? { low: 0, high: 1, spread: 1, whole: true, given: false } : undefined);
  if (!move) return undefined;
  const step = move.whole ? 1 : smallStep * move.spread;
  if (move.high - move.low < step) return undefined;
  return {
    computation,
    checked,
    rule,
    input,
    step,
    moves: moves.map((each, index) => (index === input ? move : each)),
  };
}

function rangesByInput({ ranges = {} }: Rule, checked: Checked): ReadonlyMap<number, readonly [number, number]> {
  const names = checked.inputs.map(({ name }) => name);
  return new Map(
    Object.entries(ranges).flatMap(([name, range]) => {
      const input = matchNames([name], names)[0];
      return input === undefined ? [] : [[input, range] as const];
    }),
  );
}

/** For each point the position of its row: evenly drawn, among rows that meet what the rule demands of other columns. */
function basePositions({ checked, rule }: Search): Uint32Array {
  const { rows, table, inputs } = checked;
  const others = (rule.where ?? []).filter(({ column }) => inputFor(column, checked) === undefined);
  const meets = rowsMeeting(others, table, rows);
  const { positions } = summaryOf(checked);
  const usable = others.length === 0 ? positions : positions.filter((position) => meets[position] === 1);
  const many = Math.min(mostPoints, Math.max(100, Math.floor(mostNumbers / Math.max(1, inputs.length))));
  if (usable.length === 0) return usable;
  return Uint32Array.from({ length: many }, (_, index) =>
    usable.length >= many ? usable[Math.floor((index * usable.length) / many)]! : usable[index % usable.length]!,
  );
}

/** The input fed by a column. */
function inputFor(column: string, { inputs }: Checked): number | undefined {
  const place = matchNames(
    [column],
    inputs.map((input) => input.column ?? input.name),
  )[0];
  return place === undefined || !inputs[place]!.values ? undefined : place;
}

/** Whether a point meets what the rule demands of the inputs' columns. */
function isMeant({ checked, rule }: Search, points: Points, index: number): boolean {
  return (rule.where ?? []).every((condition) => {
    const input = inputFor(condition.column, checked);
    return input === undefined || meetsLimits(condition, points.lines[input]![index]!);
  });
}

function drawPoints(search: Search, bases: Uint32Array): Points {
  const next = randomNumbers(0x5105e);
  const lines = search.moves.map((move, input) => {
    const line = rowLine(search, input, bases);
    if (!move) return line;
    return line.map((value, index) =>
      within(movedTo(move, value, index, next), move, input === search.input ? search.step : 0),
    );
  });
  return { count: bases.length, lines };
}

/** The inputs' values at the rows; for a category the number of its element. */
function rowLine({ computation, checked }: Search, input: number, bases: Uint32Array): Float64Array {
  const { source } = computation.binding.inputs[input]!;
  return Float64Array.from(bases, (position) => {
    if (source.kind === 'fixed') return source.value;
    return (source.kind === 'numbers' ? source.values : source.elements)[checked.rows[position]!]!;
  });
}

/** Half of the inputs move; how far grows from point to point of a row, so that near points are among them. */
function movedTo(move: Move, value: number, index: number, next: () => number): number {
  const [chance, place] = [next(), next()];
  if (move.given && index % 2 === 1) return move.low + place * (move.high - move.low);
  if (chance < 0.5) return value;
  return value + reach * move.spread * (((index >> 3) % 16) + 1) * (place / 8 - 1 / 16);
}

function within(value: number, { low, high, whole }: Move, step: number): number {
  const top = high - step;
  const inside = Math.min(top, Math.max(low, whole ? Math.round(value) : value));
  if (!whole) return inside;
  return Math.min(Math.floor(top), Math.max(Math.ceil(low), inside));
}

/** What a rule speaks of at points, and whether it fails there. */
interface RuleValues {
  readonly first: Float64Array;
  readonly second: Float64Array;
  value(index: number): number;
  fails(index: number): boolean;
}

async function ruleValues({ computation, rule, input, step }: Search, points: Points): Promise<RuleValues> {
  const demand = demandOf(rule);
  const first = await forecastsAt(computation, points);
  const output = scaledOutput(computation.binding.outputs[computation.plan.outputs[0]!]!.scaling);
  const inModel = rule.units === 'model';
  if (input === undefined) {
    const value = (index: number) => (inModel ? output.toModel(first[index]!) : first[index]!);
    const fails = (index: number) =>
      beyond(demand, value(index)) > demand.tolerance + rounding * Math.abs(value(index));
    return { first, second: first, value, fails };
  }
  const line = points.lines[input]!;
  const after = line.map((value) => value + step);
  const second = await forecastsAt(computation, {
    ...points,
    lines: points.lines.map((each, at) => (at === input ? after : each)),
  });
  const column = scaledColumn(computation.binding.inputs[input]!);
  const change = (index: number) =>
    inModel ? output.toModel(second[index]!) - output.toModel(first[index]!) : second[index]! - first[index]!;
  const width = (index: number) =>
    inModel ? column.toModel(after[index]!) - column.toModel(line[index]!) : after[index]! - line[index]!;
  const value = (index: number) => change(index) / width(index);
  const fails = (index: number) => {
    const far = beyond(demand, value(index));
    const error =
      (rounding * (Math.abs(first[index]!) + Math.abs(second[index]!))) / Math.abs(after[index]! - line[index]!);
    const still = demand.strict && demand.tolerance === 0 && first[index] === second[index];
    return Number.isFinite(far) && (still || far > demand.tolerance + error);
  };
  return { first, second, value, fails };
}

/** √Σ((value − row's value) ÷ spread)² over the inputs that may move. */
function distanceOf(search: Search, points: Points, index: number, position: number): number {
  const row = Uint32Array.of(position);
  let sum = 0;
  search.moves.forEach((move, input) => {
    if (move) sum += ((points.lines[input]![index]! - rowLine(search, input, row)[0]!) / move.spread) ** 2;
  });
  return Math.sqrt(sum);
}

/** More inputs than these are not tried one by one. */
const mostTried = 64;

/** The point with as many inputs as possible as they are in the row. */
async function nearer(search: Search, points: Points, index: number, position: number): Promise<FallFound> {
  const row = search.moves.map((_, input) => rowLine(search, input, Uint32Array.of(position))[0]!);
  let point: Points = { count: 1, lines: points.lines.map((line) => Float64Array.of(line[index]!)) };
  const moved = search.moves.flatMap((move, input) =>
    move && point.lines[input]![0] !== row[input] ? [{ move, input }] : [],
  );
  for (const { move, input } of moved.slice(0, mostTried)) {
    const back = within(row[input]!, move, input === search.input ? search.step : 0);
    if (back !== row[input]) continue;
    const tried = { count: 1, lines: point.lines.map((line, each) => (each === input ? Float64Array.of(back) : line)) };
    if ((await ruleValues(search, tried)).fails(0) && isMeant(search, tried, 0)) point = tried;
  }
  const found = await ruleValues(search, point);
  const values = Float64Array.from(point.lines, (line) => line[0]!);
  const after = values.map((value, input) => (input === search.input ? value + search.step : value));
  const atRow = { values: Float64Array.from(row), forecast: search.checked.forecast[position]! };
  return {
    position,
    distance: distanceOf(search, point, 0, position),
    value: found.value(0),
    points:
      search.input === undefined
        ? [atRow, { values, forecast: found.first[0]! }]
        : [
            { values, forecast: found.first[0]! },
            { values: after, forecast: found.second[0]! },
          ],
  };
}
