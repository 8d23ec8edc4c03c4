import type { BoundInput } from '../table/binding';
import { columnStatistics, type ColumnStatistics, wholeStatistics } from '../table/columns';

const ofBound = new WeakMap<BoundInput, ColumnStatistics>();

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
