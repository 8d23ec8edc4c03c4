import { count } from './numbers';
import { plural, words } from './words';

/** Everything the Range tab says beside what the answers say. */
export const rangeWords = {
  tab: () => words('Range'),
  makeRule: () => words('Make it a rule'),
  histogram: () => words('Where the forecasts lie'),
  caption: (hasActual: boolean) =>
    hasActual
      ? words('Bars: forecasts. Outline: true values. Orange: beyond the limits.')
      : words('Bars: forecasts. Orange: beyond the limits.'),
  rowsAxis: (isOverRanges: boolean) => (isOverRanges ? words('points') : words('rows')),
  axis: (unit: string) => (unit ? words('forecast, {0}', unit) : words('forecast')),
  limit: (side: 'lower' | 'upper') => (side === 'lower' ? words('Lower limit') : words('Upper limit')),
  label: (rows: number, low: string, high: string, actual: string) =>
    plural(
      rows,
      '{0} forecast, from {1} to {2}. {3}',
      '{0} forecasts, from {1} to {2}. {3}',
      count(rows),
      low,
      high,
      actual,
    ).trim(),
  actualLabel: (low: string, high: string) => words('The true values run from {0} to {1}.', low, high),
  forecasts: () => words('Forecasts'),
  actuals: () => words('True values'),
  bin: (low: string, high: string) => words('{0} to {1}', low, high),
  beyond: (below: number, above: number) =>
    above === 0
      ? plural(below, '{0} forecast below the limit', '{0} forecasts below the limit', count(below))
      : below === 0
        ? plural(above, '{0} forecast above the limit', '{0} forecasts above the limit', count(above))
        : words('{0} forecasts below and {1} above the limits', count(below), count(above)),
  noLimits: () => words('Give a limit to see which forecasts lie beyond it.'),
  noneBeyond: () => words('No forecast lies beyond the limits.'),
  row: () => words('Row'),
  forecast: () => words('Forecast'),
};
