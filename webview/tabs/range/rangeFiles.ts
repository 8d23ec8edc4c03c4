import { csvFile, withUnitHead } from '../../parts/csvFile';
import type { TextFile } from '../../parts/csvFile';
import type { PageState } from '../../state';

/** How many forecasts and true values lie where, and the rows beyond the limits. */
export function rangeFiles({ answers }: PageState): readonly TextFile[] {
  const view = answers.range;
  if (!view) return [];
  const { edges, forecast, actual } = view.histogram;
  const bars = Array.from(forecast, (rows, place) => [
    edges[place],
    edges[place + 1],
    rows,
    ...(actual ? [actual[place]] : []),
  ]);
  const [from, to] = [withUnitHead('from', view.unit), withUnitHead('to', view.unit)];
  const rows = view.beyond.rows.map(({ row, line, forecast: value }) => [row + 1, line, value]);
  return [
    csvFile('range', [from, to, 'forecasts', ...(actual ? ['true values'] : [])], bars),
    ...(rows.length > 0 ? [csvFile('range.beyond', ['row', 'line', withUnitHead('forecast', view.unit)], rows)] : []),
  ];
}
