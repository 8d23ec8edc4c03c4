/** A weighted sample of rows, some of which fail. */
export interface LabelledRows {
  /** 1 where the row fails. */
  readonly fails: Uint8Array;
  /** How many rows of the table each stands for. */
  readonly weights: Float64Array;
  /** How much finding failing rows counts beside leaving out others: β² of the F-score, 1 for both alike. */
  readonly recall: number;
}

/** A column over the sample. */
export type SampleColumn =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly values: Float64Array;
      /** Places of the sample by ascending value; rows without a value are left out. */
      readonly order: Uint32Array;
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
 * that `admitted` lets in. Exact: Dinkelbach's method for the ratio, a largest-sum run of sorted values for each step.
 *
 * @param failing Σ of the weights of all failing rows
 */
export function bestPart(
  column: SampleColumn,
  rows: LabelledRows,
  admitted: Uint8Array,
  failing: number,
): BestPart | undefined {
  let score = 0;
  let best: BestPart | undefined;
  for (let step = 0; step < mostSteps; step++) {
    const inside =
      column.kind === 'number' ? bestRun(column, rows, admitted, score) : bestLevels(column, rows, admitted, score);
    if (!inside) break;
    const reached = scoreOf(column, inside, rows, admitted, failing);
    if (reached <= score + 1e-12) break;
    score = reached;
    best = { inside, score };
  }
  return best;
}

/** The F-score of a part of a column among the admitted rows. */
export function scoreOf(
  column: SampleColumn,
  inside: Inside,
  { fails, weights, recall }: LabelledRows,
  admitted: Uint8Array,
  failing: number,
): number {
  let hits = 0;
  let size = 0;
  for (let place = 0; place < fails.length; place++) {
    if (!admitted[place] || !isInside(column, inside, place)) continue;
    size += weights[place]!;
    hits += weights[place]! * fails[place]!;
  }
  return ((1 + recall) * hits) / (size + recall * failing);
}

/** Whether a row of the sample lies inside a part of a column. */
export function isInside(column: SampleColumn, inside: Inside, place: number): boolean {
  if (column.kind === 'text') return inside.kind === 'levels' && inside.codes.includes(column.codes[place]!);
  const value = column.values[place]!;
  return inside.kind === 'range' && value >= inside.low && value <= inside.high;
}

/** The run of sorted values with the largest Σ weight · ((1 + β²) · fails − score). */
function bestRun(
  column: Extract<SampleColumn, { kind: 'number' }>,
  { fails, weights, recall }: LabelledRows,
  admitted: Uint8Array,
  score: number,
): Inside | undefined {
  const { values, order } = column;
  let best = 0;
  let found: Inside | undefined;
  let sum = 0;
  let low = Number.NaN;
  for (let index = 0; index < order.length;) {
    const value = values[order[index]!]!;
    let gain = 0;
    for (; index < order.length && value === values[order[index]!]; index++) {
      const place = order[index]!;
      if (admitted[place]) gain += weights[place]! * ((1 + recall) * fails[place]! - score);
    }
    if (sum <= 0) {
      sum = 0;
      low = value;
    }
    sum += gain;
    if (sum > best) {
      best = sum;
      found = { kind: 'range', low, high: value };
    }
  }
  return found;
}

function bestLevels(
  column: Extract<SampleColumn, { kind: 'text' }>,
  { fails, weights, recall }: LabelledRows,
  admitted: Uint8Array,
  score: number,
): Inside | undefined {
  const gains = new Float64Array(column.levels.length);
  column.codes.forEach((code, place) => {
    if (code >= 0 && admitted[place]) gains[code]! += weights[place]! * ((1 + recall) * fails[place]! - score);
  });
  const codes = [...gains.keys()].filter((code) => gains[code]! > 0);
  return codes.length === 0 ? undefined : { kind: 'levels', codes };
}
