import type { Case } from './case';
import type { Checked } from './checked';
import type { Reason } from './finding';
import { drawn, rowsSeen } from './caseRows';
import { summaryOf } from './summary';

/** Rows that neighbours are looked for among, rows whose neighbours are looked for, and inputs at most. */
const amongRows = 1000;
const lookedAt = 100;
const mostInputs = 60;
/** The neighbour whose distance says how alone a row lies, and the share of all rows that lie more alone than a usual one. */
const neighbour = 5;
const usualShare = 0.95;

/** The failing rows have few neighbours in the table: the network saw little there and guesses between. */
export function fewNeighbours({ checked, found }: Case): Reason | undefined {
  const known = neighbourhoodOf(checked);
  if (!known || found.failing.length < neighbour) return undefined;
  const looked = drawn(found.failing, lookedAt);
  const alone = looked.filter((position) => known.distanceAt(position) > known.usual).length;
  if (alone < looked.length / 2) return undefined;
  return {
    kind: 'extrapolation',
    message: `In ${rowsSeen(alone, looked.length, found)} there are few neighbours in your data: only ${known.isExact ? '' : 'about '}5\u2009% of all rows lie so far from the others.`,
    remedy: 'Collect more rows there, or make no forecasts there.',
  };
}

interface Neighbourhood {
  /** Distance to the fifth nearest of the drawn rows: √Σ(difference ÷ spread)² over the numeric inputs. */
  distanceAt(position: number): number;
  /** Only 5 % of the rows lie farther from their neighbours. */
  readonly usual: number;
  /** Whether every row was compared with every other one, not only evenly drawn ones. */
  readonly isExact: boolean;
}

const neighbourhoods = new WeakMap<Checked, Neighbourhood | undefined>();

function neighbourhoodOf(checked: Checked): Neighbourhood | undefined {
  if (neighbourhoods.has(checked)) return neighbourhoods.get(checked);
  const made = neighbourhood(checked);
  neighbourhoods.set(checked, made);
  return made;
}

function neighbourhood(checked: Checked): Neighbourhood | undefined {
  const columns = checked.inputs.flatMap(({ values }, index) => {
    const deviation = summaryOf(checked).inputs[index]!.values?.deviation ?? 0;
    return values && deviation > 0 ? [{ values, deviation }] : [];
  });
  if (columns.length === 0 || columns.length > mostInputs || checked.rows.length < 20 * neighbour) return undefined;
  const among = drawn(summaryOf(checked).positions, amongRows);
  const lineAt = (position: number): Float64Array =>
    Float64Array.from(columns, ({ values, deviation }) => values[checked.rows[position]!]! / deviation);
  const lines = Array.from(among, lineAt);
  const distanceAt = (position: number): number => {
    const own = lineAt(position);
    const nearest = new Float64Array(neighbour).fill(Number.POSITIVE_INFINITY);
    lines.forEach((line, place) => {
      if (among[place] !== position) keepNearest(nearest, squaredDistance(own, line));
    });
    return Math.sqrt(nearest[neighbour - 1]!);
  };
  const usual = Float64Array.from(drawn(among, 3 * lookedAt), distanceAt).sort();
  return {
    distanceAt,
    usual: usual[Math.floor(usualShare * (usual.length - 1))]!,
    isExact: usual.length === checked.rows.length,
  };
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return sum;
}

/** Puts a distance into the ascending list of the nearest ones, when it is among them. */
function keepNearest(nearest: Float64Array, distance: number): void {
  if (distance >= nearest[nearest.length - 1]!) return;
  let place = nearest.length - 1;
  while (place > 0 && nearest[place - 1]! > distance) {
    nearest[place] = nearest[place - 1]!;
    place--;
  }
  nearest[place] = distance;
}
