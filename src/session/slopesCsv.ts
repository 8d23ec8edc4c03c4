import { describeModel } from './describeModel';
import { scaledColumn, scaledOutput } from './computeSlopes';
import { exactRow } from './exactRow';
import type { Units } from './service';
import type { SessionState } from './sessionState';
import { slopeUnit } from '../table/units';
import { quotedCell } from './exports/findingsCsv';

/**
 * Slopes of all usable rows as CSV, in full precision: row, line, then per output its forecast and one column per input
 * named `slope[calls_made] (min per call)`. Switched inputs have no column.
 */
export function* slopesCsv(session: SessionState, outputs: readonly number[], units: Units): Iterable<string> {
  const { binding, table } = session.connected();
  const model = describeModel(session);
  const differentiated = model.inputs.flatMap((input, flat) => (input.kind === 'switched' ? [] : [flat]));
  const several = outputs.length > 1;
  const head = ['row', 'line'];
  for (const output of outputs) {
    const described = model.outputs[output]!;
    head.push(several ? `forecast[${described.name}]` : 'forecast');
    for (const flat of differentiated) {
      const input = model.inputs[flat]!;
      const name = several ? `${described.name}, ${input.name}` : input.name;
      head.push(`slope[${name}] (${units === 'original' ? slopeUnit(described, input) : 'model units'})`);
    }
  }
  yield `${head.map(quotedCell).join(',')}\n`;
  const columns = binding.inputs.map(scaledColumn);
  for (const row of binding.rows) {
    const exact = exactRow(session.network, binding, session.switched, row, outputs);
    const cells: number[] = [row + 1, table.lines[row]!];
    outputs.forEach((output, at) => {
      const scaled = scaledOutput(binding.outputs[output]!.scaling);
      const forecast = exact.forecasts[output]!;
      cells.push(units === 'original' ? forecast : scaled.toModel(forecast));
      for (const flat of differentiated) {
        const slope = exact.slopes[at]![flat]!;
        const column = columns[flat]!;
        cells.push(
          units === 'original'
            ? slope
            : (slope * scaled.modelPerOriginal(forecast)) / column.modelPerOriginal(column.at(row)),
        );
      }
    });
    yield `${cells.join(',')}\n`;
  }
}
