import { csvFile, withUnitHead } from '../../parts/csvFile';
import type { TextFile } from '../../parts/csvFile';
import type { PageState } from '../../state';
import { outputUnit } from '../../view';

/** The row with its changes, the bars that lead to its forecast, and the response curves of its sliders. */
export function whatIfFiles(state: PageState): readonly TextFile[] {
  const { whatIf: view, whatIfCurves } = state.answers;
  if (!view) return [];
  const unit = outputUnit(state);
  const forecast = withUnitHead('forecast', unit);
  const inputs = view.inputs.map((line) => [line.name, line.inTable, line.value, line.slope, line.unit]);
  const bars = view.parts.bars.map(({ name, part }) => [name, part]);
  const ends = { from: [['start', view.parts.from]], to: [['this row', view.parts.to]] };
  const curves = (whatIfCurves ?? view).inputs.flatMap(({ name, curve }) =>
    curve ? Array.from(curve.at, (value, place) => [name, value, curve.forecast[place]]) : [],
  );
  return [
    csvFile('what-if.inputs', ['input', 'in the table', 'now', 'slope', 'unit'], inputs),
    csvFile('what-if.bars', ['input', withUnitHead('part', unit)], [...ends.from, ...bars, ...ends.to]),
    ...(curves.length > 0 ? [csvFile('what-if.curves', ['input', 'value', forecast], curves)] : []),
  ];
}
