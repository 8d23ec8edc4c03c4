import type { Call } from '../ask';
import { counted, number } from '../findings/words';
import { columnStatistics } from '../table/columns';
import { differenceLane, orderByForecast } from './compareLanes';
import { inputKeys } from './comparedInputs';
import type { ComparedFinding, ComparedInput, Comparison, MovedRow } from './compareQuestion';
import type { Findings, Lane } from './service';
import type { Session } from './session';

/** Misses this close to each other, as a share of the larger, are called the same. */
const sameMiss = 0.05;

/** Cells of a lane of differences on a page: about two pixels each. */
export const laneCells = 120;

/** Rows listed whose forecasts differ most. */
const mostMoved = 5;

/**
 * Compares the slopes, ranking, forecasts and findings of two models under the same rules; inputs are matched by the
 * columns that feed them. With `cells`, each input also has a lane of the differences of its slopes.
 */
export async function compareSessions(
  first: Session,
  second: Session,
  outputs: readonly [number, number],
  call: Call,
  cells = 0,
): Promise<Comparison> {
  const [a, b] = [await sideOf(first, outputs[0], call), await sideOf(second, outputs[1], call)];
  const shared = sharedPositions(a.slopes.rows, b.slopes.rows);
  const rows = shared[0].length;
  const opposite = new Uint8Array(rows);
  const matched = [...a.lanes.entries()].flatMap(([key, lane]) => {
    const other = b.lanes.get(key);
    return other ? [{ lane, other }] : [];
  });
  const [sloped, withoutSlope] = [matched.filter(hasSlopes), matched.filter((pair) => !hasSlopes(pair))];
  const forecasts = Float64Array.from(shared[0], (position) => a.slopes.forecast[position]!);
  const order = cells > 0 && rows > 0 ? orderByForecast(forecasts, cells) : undefined;
  const inputs = sloped.map(({ lane, other }) => ({
    ...inputOf([a, b], [lane, other], shared, opposite),
    ...(order ? { lane: differenceLane(lane.input, differencesOf([a, b], [lane, other], shared), order) } : {}),
  }));
  const oppositeRows = opposite.reduce((sum, each) => sum + each, 0);
  const differences = Float64Array.from(shared[0], (left, place) =>
    Math.abs(a.slopes.forecast[left]! - b.slopes.forecast[shared[1][place]!]!),
  );
  const { mean, max } = columnStatistics(differences);
  const misses = missesOf(a, b, shared);
  const forecast = { average: mean, largest: max, unit: a.unit, ...(misses ? { misses } : {}) };
  return {
    models: [first.file.name, second.file.name],
    outputs: [a.output, b.output],
    sentence: sentenceOf(inputs, forecast, oppositeRows),
    rows,
    oppositeRows,
    forecast,
    moved: movedRows(a, b, shared, differences),
    inputs,
    onlyFirst: namesBeyond(a, b),
    onlySecond: namesBeyond(b, a),
    withoutSlope: withoutSlope.map(({ lane }) => lane.name),
    findings: [comparedFindings(a.findings, b.findings), comparedFindings(b.findings, a.findings)],
  };
}

async function sideOf(session: Session, output: number, call: Call) {
  const { cache, table, binding } = session.connected();
  const slopes = await cache.slopes(output, call);
  const { lanes, forecast } = await session.lanes({ output, units: 'original' }, call);
  const findings = await session.findings({ output, units: 'original' }, call);
  const { outputs } = session.describe();
  const keys = inputKeys(session);
  const target = table.columns[binding.outputs[output]?.target ?? -1];
  return {
    lanes: new Map(lanes.map((lane) => [keys[lane.input]!, lane])),
    places: new Map(lanes.map((lane, index) => [lane.input, index + 1])),
    slopes,
    output: outputs[output]?.name ?? '',
    unit: forecast.unit,
    actual: target?.kind === 'number' ? target.values : undefined,
    lines: table.lines,
    findings,
  };
}

type Side = Awaited<ReturnType<typeof sideOf>>;
type Shared = readonly [Uint32Array, Uint32Array];

/** Positions in both lists of the rows that stand in both; both ascend. */
function sharedPositions(first: Uint32Array, second: Uint32Array): Shared {
  const [left, right] = [new Uint32Array(first.length), new Uint32Array(first.length)];
  let [rows, place] = [0, 0];
  first.forEach((row, position) => {
    while (place < second.length && second[place]! < row) place++;
    if (second[place] !== row) return;
    left[rows] = position;
    right[rows++] = place;
  });
  return [left.subarray(0, rows), right.subarray(0, rows)];
}

function hasSlopes({ lane, other }: { readonly lane: Lane; readonly other: Lane }): boolean {
  return lane.kind !== 'switched' && other.kind !== 'switched';
}

function namesBeyond({ lanes }: Side, other: Side): readonly string[] {
  return [...lanes].filter(([key]) => !other.lanes.has(key)).map(([, { name }]) => name);
}

/** Compares one input of both; marks the positions in which the signs are opposite. */
function inputOf(
  sides: readonly [Side, Side],
  [lane, other]: readonly [Lane, Lane],
  shared: Shared,
  opposite: Uint8Array,
): ComparedInput {
  const left = sides[0].slopes.slopes[lane.input]!;
  const right = sides[1].slopes.slopes[other.input]!;
  let [oppositeRows, leftSum, rightSum] = [0, 0, 0];
  shared[0].forEach((one, position) => {
    const two = shared[1][position]!;
    leftSum += left[one]!;
    rightSum += right[two]!;
    if (Math.sign(left[one]!) * Math.sign(right[two]!) >= 0) return;
    oppositeRows++;
    opposite[position] = 1;
  });
  return {
    name: lane.name,
    unit: lane.unit,
    averages: [leftSum / opposite.length, rightSum / opposite.length],
    effects: [lane.typicalEffect, other.typicalEffect],
    places: [sides[0].places.get(lane.input)!, sides[1].places.get(other.input)!],
    oppositeRows,
    opposite: opposite.length === 0 ? 0 : oppositeRows / opposite.length,
  };
}

/** Slope of the second less that of the first, at the common rows. */
function differencesOf(
  [a, b]: readonly [Side, Side],
  [lane, other]: readonly [Lane, Lane],
  [left, right]: Shared,
): Float32Array {
  const [first, second] = [a.slopes.slopes[lane.input]!, b.slopes.slopes[other.input]!];
  return Float32Array.from(left, (position, place) => second[right[place]!]! - first[position]!);
}

/** Average |forecast − true value| of both over the common rows that have one. */
function missesOf(a: Side, b: Side, shared: Shared): readonly [number, number] | undefined {
  const { actual } = a;
  if (!actual || !b.actual) return undefined;
  const [left, right] = shared;
  let [known, leftSum, rightSum] = [0, 0, 0];
  left.forEach((one, position) => {
    const truth = actual[a.slopes.rows[one]!]!;
    if (!Number.isFinite(truth)) return;
    known++;
    leftSum += Math.abs(a.slopes.forecast[one]! - truth);
    rightSum += Math.abs(b.slopes.forecast[right[position]!]! - truth);
  });
  return known === 0 ? undefined : [leftSum / known, rightSum / known];
}

/** The rows whose forecasts differ most. */
function movedRows(a: Side, b: Side, [left, right]: Shared, differences: Float64Array): MovedRow[] {
  const places = Array.from(differences.keys()).filter((place) => differences[place]! > 0);
  return places
    .sort((one, two) => differences[two]! - differences[one]! || one - two)
    .slice(0, mostMoved)
    .map((place) => {
      const row = a.slopes.rows[left[place]!]!;
      const actual = a.actual?.[row] ?? NaN;
      return {
        row,
        line: a.lines[row]!,
        forecasts: [a.slopes.forecast[left[place]!]!, b.slopes.forecast[right[place]!]!],
        ...(Number.isNaN(actual) ? {} : { actual }),
      };
    });
}

/** The findings of one model, each with how its rule stands in the other; rules are the same, in the same order. */
function comparedFindings({ findings, rules }: Findings, other: Findings): ComparedFinding[] {
  return findings.map(({ message, severity }, place) => {
    const rule = rules.findIndex(({ finding }) => finding === place);
    const there = other.rules[rule];
    const isChecked = there && there.problem === undefined && there.elsewhere === undefined;
    const stands = !isChecked ? 'unchecked' : there.finding === undefined ? 'holds' : 'fails';
    return { message, severity, rule, other: stands };
  });
}

/** "Same average miss (21.4 and 21.9 min), but 3 inputs differ in sign in 84 rows." */
function sentenceOf(
  inputs: readonly ComparedInput[],
  { misses, average, unit }: Comparison['forecast'],
  rows: number,
): string {
  const differing = inputs.filter(({ oppositeRows }) => oppositeRows > 0).length;
  const inUnit = unit === '' ? '' : ` ${unit}`;
  const isSame = misses !== undefined && Math.abs(misses[0] - misses[1]) <= sameMiss * Math.max(...misses);
  const start = misses
    ? `${isSame ? 'Same average miss' : 'Average misses differ'} (${number(misses[0])} and ${number(misses[1])}${inUnit})`
    : `Forecasts differ by ${number(average)}${inUnit} on average`;
  if (inputs.length === 0) return `${start}; the models have no input in common that has a slope.`;
  if (differing === 0) return `${start}; no slope has opposite signs in any row.`;
  const differ = differing === 1 ? 'differs' : 'differ';
  return `${start}${isSame ? ', but' : ', and'} ${counted(differing, 'input')} ${differ} in sign in ${counted(rows, 'row')}.`;
}
