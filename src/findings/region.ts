import type { Table } from '../table/table';
import type { Checked, CheckedInput } from './checked';
import { rowsMeeting } from './conditions';
import type { Region } from './finding';
import { regionWords } from './findingWords';
import { admit, type SampleColumn } from './intervalSearch';
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
  const isFinding = splitInHalves(positions, fails);
  const sample = drawSample(positions, fails, isFinding);
  const columns = sampleColumns(checked, sample.places, fails);
  const labels = { fails: Uint8Array.from(sample.places, (position) => fails[position]!), weights: sample.weights };
  const regions = new Map<string, readonly Condition[]>();
  for (const recall of recallWeights) {
    const parts = searchRegion(columns, { ...labels, recall });
    const conditions = parts.map((part) => conditionOf(part, parts)).filter((each) => Object.keys(each).length > 1);
    if (conditions.length > 0) regions.set(regionWords(conditions), conditions);
  }
  const candidates = [...regions.values()].flatMap((conditions): Candidate[] => {
    const inside = rowsMeeting(conditions, checked.table, checked.rows);
    const { judged, all } = judge(positions, fails, isFinding, inside);
    return judged.score < Math.max(leastScore, judged.everywhere + leastLift) ? [] : [{ conditions, judged, all }];
  });
  const chosen = bestCandidate(candidates);
  return chosen ? regionOf(chosen) : noRegion;
}

/** Conditions and how they do on the half they were not found on. */
interface Candidate {
  readonly conditions: readonly Condition[];
  readonly judged: Judgement;
  /** The same over all rows. */
  readonly all: Judgement;
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

function regionOf({ conditions, judged, all }: Candidate): Region {
  return {
    conditions,
    words: regionWords(conditions),
    precision: judged.hits / judged.size,
    coverage: judged.hits / judged.failing,
    failing: all.hits,
    rows: all.size,
  };
}

const noRegion: Region = { conditions: [], words: regionWords([]), precision: 0, coverage: 0, failing: 0, rows: 0 };

/**
 * By position, 1 where the row belongs to the half that regions are found on: one of each two failing rows, and one of
 * each two others, by chance, but always the same.
 */
function splitInHalves(positions: Uint32Array, fails: Uint8Array): Uint8Array {
  const isFinding = new Uint8Array(fails.length);
  let failing = 0;
  let others = 0;
  for (const position of positions) {
    const label = fails[position]!;
    const place = label === 1 ? failing++ : others++;
    isFinding[position] = (scrambled(2 * (place >> 1) + label) + place) & 1;
  }
  return isFinding;
}

/** A fixed scramble of whole numbers (Knuth's multiplicative hash with a fold). */
function scrambled(number: number): number {
  const spread = Math.imul(number + 1, 2654435761);
  return (spread ^ (spread >>> 15)) >>> 0;
}

const mostFailing = 2000;
const mostOthers = 6000;

/** Up to 8,000 positions of the finding half, evenly drawn, with how many rows each stands for. */
function drawSample(
  positions: Uint32Array,
  fails: Uint8Array,
  isFinding: Uint8Array,
): { readonly places: Uint32Array; readonly weights: Float64Array } {
  const totals = [0, 0];
  for (const position of positions) if (isFinding[position] === 1) totals[fails[position]!]! += 1;
  const [good = 0, bad = 0] = totals;
  const drawn = [new Uint32Array(Math.min(good, mostOthers)), new Uint32Array(Math.min(bad, mostFailing))] as const;
  const seen = new Uint32Array(2);
  const taken = new Uint32Array(2);
  const next = new Uint32Array(2);
  for (const position of positions) {
    if (isFinding[position] === 0) continue;
    const label = fails[position] === 1 ? 1 : 0;
    if (seen[label]!++ !== next[label]!) continue;
    drawn[label][taken[label]!++] = position;
    next[label] = Math.floor((taken[label]! * totals[label]!) / drawn[label].length);
  }
  const [others, failing] = drawn;
  const weights = new Float64Array(failing.length + others.length);
  weights.fill(bad / Math.max(1, failing.length), 0, failing.length);
  weights.fill(good / Math.max(1, others.length), failing.length);
  return { places: Uint32Array.from([...failing, ...others]), weights };
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
  return { kind: 'number', name, ...coded(drawnValues) };
}

/** Different values in ascending order, and which of them each number is (−1: none). */
function coded(numbers: Float64Array): { readonly values: Float64Array; readonly codes: Int32Array } {
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort();
  const values = sorted.filter((value, index) => index === 0 || value !== sorted[index - 1]);
  return { values, codes: Int32Array.from(numbers, (value) => placeOf(value, values)) };
}

/** Where a number stands among ascending ones, by halving; −1 for NaN. */
function placeOf(value: number, values: Float64Array): number {
  if (Number.isNaN(value)) return -1;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function textColumn(table: Table, rows: Uint32Array, name: string, places: Uint32Array): SampleColumn | undefined {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column?.kind !== 'text') return undefined;
  const codes = Int32Array.from(places, (position) => column.codes[rows[position]!]!);
  return { kind: 'text', name, codes, levels: column.levels };
}

/** |difference of the mean ranks of values| between failing and other rows, 0 … 1; a text column always takes part. */
function contrastOf(column: SampleColumn, places: Uint32Array, fails: Uint8Array): number {
  if (column.kind === 'text') return Number.POSITIVE_INFINITY;
  const sums = [0, 0];
  const counts = [0, 0];
  column.codes.forEach((code, place) => {
    if (code < 0) return;
    const label = fails[places[place]!]!;
    sums[label]! += code;
    counts[label]! += 1;
  });
  const difference = sums[1]! / Math.max(1, counts[1]!) - sums[0]! / Math.max(1, counts[0]!);
  return Math.abs(difference) / column.values.length;
}

/** A part of a column with limits as short as they can be without moving a row across that the other parts let in. */
function conditionOf(part: Part, parts: readonly Part[]): Condition {
  const { column, inside } = part;
  if (inside.kind === 'levels' || column.kind === 'text') {
    const codes = inside.kind === 'levels' ? inside.codes : [];
    return { column: column.name, levels: column.kind === 'text' ? codes.map((code) => column.levels[code]!) : [] };
  }
  const sorted = valuesAdmitted(
    column,
    parts.filter((other) => other !== part),
  );
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

/** The different values of a column, ascending, in the rows of the sample that other parts let in. */
function valuesAdmitted(column: Extract<SampleColumn, { kind: 'number' }>, others: readonly Part[]): readonly number[] {
  const admitted = new Uint8Array(column.codes.length).fill(1);
  for (const other of others) admit(other.column, other.inside, admitted);
  const occurs = new Uint8Array(column.values.length);
  column.codes.forEach((code, place) => {
    if (code >= 0 && admitted[place] === 1) occurs[code] = 1;
  });
  return Array.from(column.values).filter((_, code) => occurs[code] === 1);
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

/** How a region does on the half it was not found on, and over all rows: exact counts of both. */
function judge(
  positions: Uint32Array,
  fails: Uint8Array,
  isFinding: Uint8Array,
  inside: Uint8Array,
): { readonly judged: Judgement; readonly all: Judgement } {
  const halves = [new Float64Array(4), new Float64Array(4)] as const;
  for (const position of positions) {
    const tally = isFinding[position] === 1 ? halves[1] : halves[0];
    const failing = fails[position]!;
    tally[0]! += 1;
    tally[1]! += failing;
    if (inside[position] === 0) continue;
    tally[2]! += 1;
    tally[3]! += failing;
  }
  const [judging, finding] = halves;
  return { judged: judgement(judging), all: judgement(judging.map((many, index) => many + finding[index]!)) };
}

function judgement(tally: Float64Array): Judgement {
  const [rows = 0, failing = 0, size = 0, hits = 0] = tally;
  return {
    hits,
    size,
    failing,
    score: (2 * hits) / (size + failing),
    everywhere: (2 * failing) / (rows + failing),
  };
}
