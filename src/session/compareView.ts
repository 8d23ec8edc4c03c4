import type { Call } from '../ask';
import { count, number, percent } from '../findings/words';
import { columnStatistics } from '../table/columns';
import type { Lane } from './service';
import type { Session } from './session';

/** Two models on the same rows of the same table. */
export interface Comparison {
  readonly sentence: string;
  /** Rows that both models can use. */
  readonly rows: number;
  readonly forecast: {
    /** Average |difference| of the forecasts, and the largest. */
    readonly average: number;
    readonly largest: number;
    /** Average |forecast − true value| of each, where there are true values. */
    readonly misses?: readonly [number, number];
  };
  readonly inputs: readonly ComparedInput[];
  /** Inputs that only one of them takes. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

/** One input that both models take. */
export interface ComparedInput {
  readonly name: string;
  readonly unit: string;
  /** Average slope and place by effect (from 1) in either model. */
  readonly averages: readonly [number, number];
  readonly places: readonly [number, number];
  /** Share of the rows in which the slopes have opposite signs. */
  readonly opposite: number;
}

/** Compares the slopes, ranking and forecasts of two models; inputs are matched by the columns that feed them. */
export async function compareSessions(
  first: Session,
  second: Session,
  outputs: readonly [number, number],
  call: Call,
): Promise<Comparison> {
  const sides = [await sideOf(first, outputs[0], call), await sideOf(second, outputs[1], call)] as const;
  const [a, b] = sides;
  const shared = sharedPositions(a.slopes.rows, b.slopes.rows);
  const names = new Map(b.lanes.map((lane) => [lane.name, lane]));
  const compared = a.lanes.flatMap((lane) => {
    const other = names.get(lane.name);
    return other && lane.kind !== 'switched' && other.kind !== 'switched' ? [inputOf(a, lane, b, other, shared)] : [];
  });
  const differences = Float64Array.from(shared, ([left, right]) =>
    Math.abs(a.slopes.forecast[left]! - b.slopes.forecast[right]!),
  );
  const { mean, max } = columnStatistics(differences);
  const misses = a.miss !== undefined && b.miss !== undefined ? ([a.miss, b.miss] as const) : undefined;
  return {
    sentence: sentenceOf(compared, misses),
    rows: shared.length,
    forecast: { average: mean, largest: max, ...(misses ? { misses } : {}) },
    inputs: compared,
    onlyFirst: a.lanes.filter(({ name }) => !names.has(name)).map(({ name }) => name),
    onlySecond: [...names.keys()].filter((name) => a.lanes.every((lane) => lane.name !== name)),
  };
}

async function sideOf(session: Session, output: number, call: Call) {
  const slopes = await session.connected().cache.slopes(output, call);
  const { lanes } = await session.lanes({ output, units: 'original' }, call);
  return { lanes, slopes, miss: (await session.data())?.actual?.averageMiss };
}

type Side = Awaited<ReturnType<typeof sideOf>>;

/** Positions in both lists of the rows that stand in both; both ascend. */
function sharedPositions(first: Uint32Array, second: Uint32Array): (readonly [number, number])[] {
  const places = new Map(Array.from(second, (row, position) => [row, position]));
  return Array.from(first, (row, position) => [position, places.get(row)] as const).flatMap(([left, right]) =>
    right === undefined ? [] : [[left, right] as const],
  );
}

function inputOf(
  a: Side,
  lane: Lane,
  b: Side,
  other: Lane,
  shared: readonly (readonly [number, number])[],
): ComparedInput {
  const left = a.slopes.slopes[lane.input]!;
  const right = b.slopes.slopes[other.input]!;
  const opposite = shared.filter(([one, two]) => left[one]! * right[two]! < 0).length;
  return {
    name: lane.name,
    unit: lane.unit,
    averages: [lane.statistics.mean, other.statistics.mean],
    places: [a.lanes.indexOf(lane) + 1, b.lanes.indexOf(other) + 1],
    opposite: shared.length === 0 ? 0 : opposite / shared.length,
  };
}

/** "Same accuracy, opposite slope of visits_made in 71 % of the rows." */
function sentenceOf(inputs: readonly ComparedInput[], misses: readonly [number, number] | undefined): string {
  const worst = inputs.reduce<ComparedInput | undefined>(
    (most, input) => (input.opposite > (most?.opposite ?? 0) ? input : most),
    undefined,
  );
  const accuracy = misses
    ? Math.abs(misses[0] - misses[1]) <= 0.05 * Math.max(...misses)
      ? 'Same accuracy'
      : `Average misses ${number(misses[0])} and ${number(misses[1])}`
    : `${count(inputs.length)} inputs in common`;
  return worst
    ? `${accuracy}, opposite slope of ${worst.name} in ${percent(worst.opposite)} of the rows.`
    : `${accuracy}; no slope has opposite signs in any row.`;
}
