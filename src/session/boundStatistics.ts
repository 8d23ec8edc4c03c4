import type { BoundInput } from '../table/binding';
import { columnStatistics, type ColumnStatistics } from '../table/columns';

const ofWhole = new WeakMap<Float64Array, ColumnStatistics>();
const ofBound = new WeakMap<BoundInput, ColumnStatistics>();

/** Statistics of all numbers of a column, kept with it: each is a look through a whole column. */
export function wholeStatistics(values: Float64Array): ColumnStatistics {
  const statistics = ofWhole.get(values) ?? columnStatistics(values);
  ofWhole.set(values, statistics);
  return statistics;
}

/**
 * Statistics of the numbers that feed a connected input at all rows of its connection, in original units; undefined where
 * no column of numbers does. Kept with the connection.
 */
export function boundStatistics(bound: BoundInput, rows: Uint32Array): ColumnStatistics | undefined {
  if (bound.source.kind !== 'numbers') return undefined;
  const { values } = bound.source;
  if (rows.length === values.length) return wholeStatistics(values);
  const statistics = ofBound.get(bound) ?? columnStatistics(values, rows);
  ofBound.set(bound, statistics);
  return statistics;
}
