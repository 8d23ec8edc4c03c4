import { describeModel } from './describeModel';
import { exactSlopes } from './exactSlopes';
import type { Units } from './service';
import type { SessionState } from './sessionState';
import { slopeUnit } from '../table/units';
import { quotedCell } from './exports/findingsCsv';

/**
 * Slopes of all usable rows as CSV, in full precision: row, line, then per output its forecast and one column per input
 * named `slope[calls_made] (min per call)`. Switched inputs have no column.
 */
export async function* slopesCsv(
  session: SessionState,
  outputs: readonly number[],
  units: Units,
): AsyncIterable<string> {
  const { table } = session.connected();
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
  for await (const rows of exactSlopes(session, outputs, units)) {
    const lines = rows.map(({ row, forecasts, slopes }) => {
      const cells: number[] = [row + 1, table.lines[row]!];
      forecasts.forEach((forecast, at) => {
        cells.push(forecast, ...differentiated.map((flat) => slopes[at * model.inputs.length + flat]!));
      });
      return `${cells.join(',')}\n`;
    });
    yield lines.join('');
  }
}
