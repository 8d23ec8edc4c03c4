import type { BoundInput } from '../table/binding';
import { columnStatistics, type ColumnStatistics } from '../table/columns';

const known = new WeakMap<BoundInput, ColumnStatistics>();

/**
 * Statistics of the numbers that feed a connected input at all rows of its connection, in original units; undefined where
 * no column of numbers does. Kept with the connection: each is a look through a whole column.
 */
export function boundStatistics(bound: BoundInput, rows: Uint32Array): ColumnStatistics | undefined {
  if (bound.source.kind !== 'numbers') return undefined;
  const statistics = known.get(bound) ?? columnStatistics(bound.source.values, rows);
  known.set(bound, statistics);
  return statistics;
}
