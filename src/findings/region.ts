import type { Table } from '../table/table';
import type { Checked, CheckedInput } from './checked';
import { rowTest } from './conditions';
import type { Region } from './finding';
import { regionWords } from './findingWords';
import { isInside, type SampleColumn } from './intervalSearch';
import { searchRegion, type Part } from './regionSearch';
import type { Condition } from './rule';

/** Fewer failing rows than this show no pattern that a second half could confirm. */
const fewestFailing = 8;
/** Below this F-score on the held-out half there is no simple region. */
const leastScore = 0.35;
/** Regions are looked for by F-scores that weigh the failing rows found (β²) once like and once more than the others. */
const recallWeights = [1, 4];
/** A region must beat "everywhere" by this much. */
const leastLift = 0.1;

/**
 * The smallest readable region (at most three conditions on columns) that holds the failing rows. It is found on one half
 * of the rows and judged on the other, so that it is no accident of the rows it was found on.
 *
 * @param positions all positions the rule was checked at
 * @param failing those at which it fails, ascending
 */
export function findRegion(checked: Checked, positions: Uint32Array, failing: Uint32Array): Region {
  if (failing.length < fewestFailing || failing.length === positions.length) return noRegion;
  const fails = new Uint8Array(checked.rows.length);
  for (const position of failing) fails[position] = 1;
  const halves = splitInHalves(positions, fails);
  const sample = drawSample(halves.finding, fails);
  const columns = sampleColumns(checked, sample.places, fails);
  const labels = { fails: Uint8Array.from(sample.places, (position) => fails[position]!), weights: sample.weights };
  const candidates = recallWeights.flatMap((recall): Candidate[] => {
    const parts = searchRegion(columns, { ...labels, recall });
    const conditions = parts.map((part) => conditionOf(part, parts)).filter((each) => Object.keys(each).length > 1);
    if (conditions.length === 0) return [];
    const judged = judge(halves.judging, fails, insideTest(conditions, checked));
    return judged.score < Math.max(leastScore, judged.everywhere + leastLift) ? [] : [{ conditions, judged }];
  });
  const chosen = bestCandidate(candidates);
  return chosen ? regionOf(chosen, judge(positions, fails, insideTest(chosen.conditions, checked))) : noRegion;
}

/** Conditions and how they do on the half they were not found on. */
interface Candidate {
  readonly conditions: readonly Condition[];
  readonly judged: Judgement;
}

/** A region that holds this share of the failing rows is preferred … */
const mostOfThem = 0.8;
/** … while its F-score is no further than this from the best. */
const priceOfMost = 0.1;

function bestCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const [best] = [...candidates].sort((a, b) => b.judged.score - a.judged.score);
  if (!best) return undefined;
  const near = candidates.filter(({ judged }) => judged.score >= best.judged.score - priceOfMost);
  const holding = near.filter(({ judged }) => judged.hits >= mostOfThem * judged.failing);
  return holding.includes(best) ? best : (holding[0] ?? best);
}

function regionOf({ conditions, judged }: Candidate, all: Judgement): Region {
  return {
    conditions,
    words: regionWords(conditions),
    precision: judged.hits / judged.size,
    coverage: judged.hits / judged.failing,
    failing: all.hits,
    rows: all.size,
  };
}

function insideTest(conditions: readonly Condition[], { rows, table }: Checked): (position: number) => boolean {
  const meets = rowTest(conditions, table);
  return (position) => meets(rows[position]!);
}

const noRegion: Region = { conditions: [], words: regionWords([]), precision: 0, coverage: 0, failing: 0, rows: 0 };

/** Puts one of each two failing rows, and one of each two others, into either half: by chance, but always the same. */
function splitInHalves(
  positions: Uint32Array,
  fails: Uint8Array,
): { readonly finding: Uint32Array; readonly judging: Uint32Array } {
  const seen = [0, 0];
  const isFinding = new Uint8Array(fails.length);
  for (const position of positions) {
    const label = fails[position]!;
    const place = seen[label]!++;
    isFinding[position] = (scrambled(2 * (place >> 1) + label) + place) & 1;
  }
  return {
    finding: positions.filter((position) => isFinding[position] === 1),
    judging: positions.filter((position) => isFinding[position] === 0),
  };
}

/** A fixed scramble of whole numbers (Knuth's multiplicative hash with a fold). */
function scrambled(number: number): number {
  const spread = Math.imul(number + 1, 2654435761);
  return (spread ^ (spread >>> 15)) >>> 0;
}

const mostFailing = 2000;
const mostOthers = 6000;

/** Up to 8,000 positions, evenly drawn, with how many rows each stands for. */
function drawSample(
  positions: Uint32Array,
  fails: Uint8Array,
): { readonly places: Uint32Array; readonly weights: Float64Array } {
  const bad = positions.filter((position) => fails[position] === 1);
  const good = positions.filter((position) => fails[position] === 0);
  const [drawnBad, drawnGood] = [drawn(bad, mostFailing), drawn(good, mostOthers)];
  const weights = new Float64Array(drawnBad.length + drawnGood.length);
  weights.fill(bad.length / Math.max(1, drawnBad.length), 0, drawnBad.length);
  weights.fill(good.length / Math.max(1, drawnGood.length), drawnBad.length);
  return { places: Uint32Array.from([...drawnBad, ...drawnGood]), weights };
}

function drawn(positions: Uint32Array, most: number): Uint32Array {
  if (positions.length <= most) return positions;
  return Uint32Array.from({ length: most }, (_, index) => positions[Math.floor((index * positions.length) / most)]!);
}

/** More columns are not searched: first those whose values differ most between failing and other rows. */
const mostColumns = 40;

function sampleColumns(checked: Checked, places: Uint32Array, fails: Uint8Array): readonly SampleColumn[] {
  const columns = checked.inputs.flatMap((input) => sampleColumn(checked, input, places) ?? []);
  if (columns.length <= mostColumns) return columns;
  return columns
    .map((column) => ({ column, contrast: contrastOf(column, places, fails) }))
    .sort((a, b) => b.contrast - a.contrast)
    .slice(0, mostColumns)
    .map(({ column }) => column);
}

function sampleColumn({ rows, table }: Checked, input: CheckedInput, places: Uint32Array): SampleColumn | undefined {
  const name = input.column ?? input.name;
  const { values } = input;
  if (!values) return textColumn(table, rows, name, places);
  const drawnValues = Float64Array.from(places, (position) => values[rows[position]!]!);
  const order = Uint32Array.from(places, (_, place) => place)
    .filter((place) => !Number.isNaN(drawnValues[place]!))
    .sort((a, b) => drawnValues[a]! - drawnValues[b]!);
  return { kind: 'number', name, values: drawnValues, order };
}

function textColumn(table: Table, rows: Uint32Array, name: string, places: Uint32Array): SampleColumn | undefined {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column?.kind !== 'text') return undefined;
  const codes = Int32Array.from(places, (position) => column.codes[rows[position]!]!);
  return { kind: 'text', name, codes, levels: column.levels };
}

/** |difference of the mean ranks| between failing and other rows; a text column always takes part. */
function contrastOf(column: SampleColumn, places: Uint32Array, fails: Uint8Array): number {
  if (column.kind === 'text') return Number.POSITIVE_INFINITY;
  const sums = [0, 0];
  const counts = [0, 0];
  column.order.forEach((place, rank) => {
    const label = fails[places[place]!]!;
    sums[label]! += rank;
    counts[label]! += 1;
  });
  return Math.abs(sums[1]! / Math.max(1, counts[1]!) - sums[0]! / Math.max(1, counts[0]!));
}

/** A part of a column with limits as short as they can be without moving a row across that the other parts let in. */
function conditionOf(part: Part, parts: readonly Part[]): Condition {
  const { column, inside } = part;
  if (inside.kind === 'levels' || column.kind === 'text') {
    const codes = inside.kind === 'levels' ? inside.codes : [];
    return { column: column.name, levels: column.kind === 'text' ? codes.map((code) => column.levels[code]!) : [] };
  }
  const others = parts.filter((other) => other !== part);
  const admitted = column.order.filter((place) => others.every((other) => isInside(other.column, other.inside, place)));
  const sorted = Array.from(admitted, (place) => column.values[place]!);
  const first = sorted.findIndex((value) => value >= inside.low);
  const last = sorted.findLastIndex((value) => value <= inside.high);
  const above = first > 0 ? shortest(sorted[first - 1]!, sorted[first]!) : undefined;
  const atMost = last < sorted.length - 1 ? shortest(sorted[last]!, sorted[last + 1]!) : undefined;
  const whole = sorted.every(Number.isInteger);
  if (whole && above !== undefined && atMost !== undefined) {
    return { column: column.name, atLeast: Math.floor(above) + 1, atMost: Math.floor(atMost) };
  }
  if (whole && atMost !== undefined && sorted[0] === sorted[last]) {
    return { column: column.name, atLeast: sorted[last]!, atMost: sorted[last]! };
  }
  return {
    column: column.name,
    ...(above === undefined ? {} : { above }),
    ...(atMost === undefined ? {} : { atMost }),
  };
}

/** The shortest decimal number c with low ≤ c < high. */
export function shortest(low: number, high: number): number {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (low <= 0 && high > 0) return 0;
  for (let power = Math.ceil(Math.log10(largest)); power > -18; power--) {
    for (const digit of [1, 0.5]) {
      const step = digit * 10 ** power;
      const candidate = Number((Math.ceil(low / step - 1e-9) * step).toPrecision(15));
      if (candidate >= low && candidate < high) return candidate;
    }
  }
  return low;
}

interface Judgement {
  readonly hits: number;
  readonly size: number;
  readonly failing: number;
  readonly score: number;
  /** The score of a region that is everything. */
  readonly everywhere: number;
}

function judge(positions: Uint32Array, fails: Uint8Array, inside: (position: number) => boolean): Judgement {
  let hits = 0;
  let size = 0;
  let failing = 0;
  for (const position of positions) {
    failing += fails[position]!;
    if (!inside(position)) continue;
    size++;
    hits += fails[position]!;
  }
  return {
    hits,
    size,
    failing,
    score: (2 * hits) / (size + failing),
    everywhere: (2 * failing) / (positions.length + failing),
  };
}
