import { columnStatistics } from '../table/columns';
import { computeForecasts } from './computeSlopes';
import type { DataDescription } from './service';
import type { Connection, SessionState } from './sessionState';

/** How many rows the ranges of forecasts and true values are taken from. */
const lookedAt = 1000;

/** What is known of forecasts and true values from the first rows. */
export interface ForecastRanges extends Pick<DataDescription, 'forecast'> {
  readonly actual?: NonNullable<DataDescription['actual']> & {
    /** Standard deviation (n − 1) of the true values. */
    readonly deviation: number;
  };
}

/** The forecasts' and the true values' ranges over the first rows, and how far they lie apart on average. */
export async function forecastRanges(session: SessionState, connection: Connection): Promise<ForecastRanges> {
  const { binding, table } = connection;
  const rows = binding.rows.subarray(0, lookedAt);
  const forecasts = await computeForecasts(session.computation(0), rows, () => undefined);
  const { min, max } = columnStatistics(forecasts);
  const column = table.columns[binding.outputs[0]?.target ?? -1];
  if (column?.kind !== 'number') return { forecast: { min, max } };
  const { min: lowest, max: highest, deviation } = columnStatistics(column.values, rows);
  const misses = forecasts.map((forecast, index) => Math.abs(forecast - column.values[rows[index]!]!));
  return {
    forecast: { min, max },
    actual: { min: lowest, max: highest, deviation, averageMiss: columnStatistics(misses).mean },
  };
}
