/** A weighted sample of rows, some of which fail. */
export interface LabelledRows {
  /** 1 where the row fails. */
  readonly fails: Uint8Array;
  /** How many rows of the table each stands for. */
  readonly weights: Float64Array;
  /** How much finding failing rows counts beside leaving out others: β² of the F-score, 1 for both alike. */
  readonly recall: number;
}

/** A column over the sample; `codes` says by place which value or level a row has, −1 where it has none. */
export type SampleColumn =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly codes: Int32Array;
      /** The different values, ascending. */
      readonly values: Float64Array;
    }
  | { readonly kind: 'text'; readonly name: string; readonly codes: Int32Array; readonly levels: readonly string[] };

/** What of a column is inside: all values from `low` to `high`, or some levels. */
export type Inside =
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'levels'; readonly codes: readonly number[] };

/** The best part of one column and the F-score it gives. */
export interface BestPart {
  readonly inside: Inside;
  readonly score: number;
}

const mostSteps = 20;

/**
 * The range (or set of levels) of a column with the highest F-score (1 + β²)·hits ÷ (rows inside + β²·failing rows), among the rows
 * that are let in. Exact: Dinkelbach's method for the ratio, a largest-sum run of sorted values for each step.
 *
 * @param places of the sample that are let in, ascending
 * @param failing Σ of the weights of all failing rows
 * @param above only a higher score is looked for: a column that cannot reach it is done after one step
 */
export function bestPart(
  column: SampleColumn,
  rows: LabelledRows,
  places: Uint32Array,
  failing: number,
  above: number,
): BestPart | undefined {
  const tally = tallyOf(column, rows, places);
  let score = above;
  let best: BestPart | undefined;
  for (let step = 0; step < mostSteps; step++) {
    const found =
      column.kind === 'number'
        ? bestRun(column.values, tally, rows.recall, score)
        : bestLevels(tally, rows.recall, score);
    if (!found) break;
    const reached = fScore(found.hits, found.size, rows.recall, failing);
    if (reached <= score + 1e-12) break;
    score = reached;
    best = { inside: found.inside, score };
  }
  return best;
}

/** The F-score of the rows that `admitted` lets in. */
export function scoreOf(rows: LabelledRows, admitted: Uint8Array, failing: number): number {
  const { hits, size } = weightsInside(rows, admitted);
  return fScore(hits, size, rows.recall, failing);
}

/** Weights of the failing rows, and of all rows, that `admitted` lets in. */
export function weightsInside({ fails, weights }: LabelledRows, admitted: Uint8Array) {
  let hits = 0;
  let size = 0;
  for (let place = 0; place < fails.length; place++) {
    if (admitted[place] === 0) continue;
    size += weights[place]!;
    hits += weights[place]! * fails[place]!;
  }
  return { hits, size };
}

/** Takes the rows of the sample that lie outside a part of a column off `admitted`. */
export function admit(column: SampleColumn, inside: Inside, admitted: Uint8Array): void {
  const { codes } = column;
  const lets = letsIn(column, inside);
  for (let place = 0; place < admitted.length; place++) {
    const code = codes[place]!;
    if (code < 0 || lets[code] === 0) admitted[place] = 0;
  }
}

/** By value or level, 1 where it is inside. */
function letsIn(column: SampleColumn, inside: Inside): Uint8Array {
  if (column.kind === 'number') {
    const { low, high } = inside.kind === 'range' ? inside : nowhere;
    const lets = new Uint8Array(column.values.length);
    for (let code = 0; code < lets.length; code++) {
      const value = column.values[code]!;
      if (value >= low && value <= high) lets[code] = 1;
    }
    return lets;
  }
  return Uint8Array.from(column.levels, (_, code) => (inside.kind === 'levels' && inside.codes.includes(code) ? 1 : 0));
}

/** What no number lies in. */
const nowhere = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };

function fScore(hits: number, size: number, recall: number, failing: number): number {
  return ((1 + recall) * hits) / (size + recall * failing);
}

/** Weights by value or level: of all admitted rows, and of those that fail. */
interface Tally {
  readonly sizes: Float64Array;
  readonly hits: Float64Array;
}

function tallyOf(column: SampleColumn, { fails, weights }: LabelledRows, places: Uint32Array): Tally {
  const { codes } = column;
  const { sizes, hits } = tallies.get(column) ?? emptyTally(column);
  sizes.fill(0);
  hits.fill(0);
  for (const place of places) {
    const code = codes[place]!;
    if (code < 0) continue;
    const weight = weights[place]!;
    sizes[code]! += weight;
    if (fails[place] === 1) hits[code]! += weight;
  }
  return { sizes, hits };
}

/** One tally per column, emptied and filled again: a search makes hundreds of each, and none outlives the next. */
const tallies = new WeakMap<SampleColumn, Tally>();

function emptyTally(column: SampleColumn): Tally {
  const many = column.kind === 'number' ? column.values.length : column.levels.length;
  const tally = { sizes: new Float64Array(many), hits: new Float64Array(many) };
  tallies.set(column, tally);
  return tally;
}

interface Found {
  readonly inside: Inside;
  readonly size: number;
  readonly hits: number;
}

/** The run of sorted values with the largest Σ weight · ((1 + β²) · fails − score). */
function bestRun(values: Float64Array, { sizes, hits }: Tally, recall: number, score: number): Found | undefined {
  let best = 0;
  let bestFirst = -1;
  let bestLast = -1;
  let sum = 0;
  let first = 0;
  for (let code = 0; code < sizes.length; code++) {
    if (sum <= 0) {
      sum = 0;
      first = code;
    }
    sum += (1 + recall) * hits[code]! - score * sizes[code]!;
    if (sum > best) {
      best = sum;
      bestFirst = first;
      bestLast = code;
    }
  }
  if (bestFirst < 0) return undefined;
  const inside: Inside = { kind: 'range', low: values[bestFirst]!, high: values[bestLast]! };
  return { inside, size: sumOf(sizes, bestFirst, bestLast), hits: sumOf(hits, bestFirst, bestLast) };
}

function bestLevels({ sizes, hits }: Tally, recall: number, score: number): Found | undefined {
  const codes = [...sizes.keys()].filter((code) => (1 + recall) * hits[code]! - score * sizes[code]! > 0);
  if (codes.length === 0) return undefined;
  return {
    inside: { kind: 'levels', codes },
    size: codes.reduce((sum, code) => sum + sizes[code]!, 0),
    hits: codes.reduce((sum, code) => sum + hits[code]!, 0),
  };
}

function sumOf(numbers: Float64Array, first: number, last: number): number {
  let sum = 0;
  for (let index = first; index <= last; index++) sum += numbers[index]!;
  return sum;
}
