import { columnStatistics, type ColumnStatistics } from '../table/columns';
import type { Checked } from './checked';

/** Figures of one output that many rules ask for. */
export interface Summary {
  /** All positions, ascending. */
  readonly positions: Uint32Array;
  readonly forecast: ColumnStatistics;
  /** In the order of the flat inputs. */
  readonly inputs: readonly InputSummary[];
}

/** Figures of one input: its values, where it has some, and its slopes. */
export interface InputSummary {
  readonly values?: ColumnStatistics;
  readonly slopes: SlopeSummary;
}

/** Figures of slopes; all 0 where there are none. */
export interface SlopeSummary {
  readonly mean: number;
  readonly rootMeanSquare: number;
  readonly low: number;
  readonly high: number;
  /** The smallest |slope| that is not 0; Infinity where all are 0. */
  readonly leastSize: number;
}

const summaries = new WeakMap<Checked, Summary>();

/** The figures of one output, computed when they are first asked for. */
export function summaryOf(checked: Checked): Summary {
  const known = summaries.get(checked);
  if (known) return known;
  const positions = new Uint32Array(checked.rows.length);
  for (let position = 0; position < positions.length; position++) positions[position] = position;
  const summary: Summary = {
    positions,
    forecast: columnStatistics(checked.forecast),
    inputs: checked.inputs.map(({ values, statistics, slopes }) => ({
      ...(values ? { values: statistics ?? columnStatistics(values, checked.rows) } : {}),
      slopes: slopeSummary(slopes),
    })),
  };
  summaries.set(checked, summary);
  return summary;
}

function slopeSummary(slopes: Float32Array | Float64Array): SlopeSummary {
  let sum = 0;
  let squares = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let leastSize = Number.POSITIVE_INFINITY;
  for (const slope of slopes) {
    sum += slope;
    squares += slope * slope;
    if (slope < low) low = slope;
    if (slope > high) high = slope;
    const size = Math.abs(slope);
    if (size < leastSize && size > 0) leastSize = size;
  }
  const count = Math.max(1, slopes.length);
  return { mean: sum / count, rootMeanSquare: Math.sqrt(squares / count), low, high, leastSize };
}
