import { exactRow } from '../session/exactRow';
import type { Lane } from '../session/service';
import { slopesCsv } from '../session/slopesCsv';
import type { Session } from '../session/session';
import { scaledColumn, scaledOutput } from '../session/computeSlopes';
import type { CommonArguments } from './arguments';
import { chosenOutputs, openSession } from './openFiles';
import { writeOut } from './output';

/** `slopescope slopes MODEL --data CSV`: a summary for people, or every slope at every row as JSON or CSV. */
export async function slopes(given: CommonArguments): Promise<number> {
  const session = await openSession(given);
  const outputs = chosenOutputs(session, given.output);
  if (given.csv) await writeOut(given, slopesCsv(session, outputs, given.units));
  else if (given.json) await writeOut(given, slopesJson(session, outputs, given.units));
  else await writeOut(given, await summary(session, outputs, given.units));
  return 0;
}

/** One JSON object, row by row from the float64 reference, with full precision; null where an input is switched. */
function* slopesJson(session: Session, outputs: readonly number[], units: 'original' | 'model'): Iterable<string> {
  const { binding, result } = session.connected();
  const model = session.describe();
  const columns = binding.inputs.map(scaledColumn);
  const rows = Array.from(binding.rows, (row) => {
    const exact = exactRow(session.network, binding, session.switched, row, outputs);
    const y = outputs.map((output) => exact.forecasts[output]!);
    if (units === 'original') return { y, slopes: exact.slopes.map((line) => [...line]) };
    const scaled = outputs.map((output) => scaledOutput(binding.outputs[output]!.scaling));
    const slopes = exact.slopes.map((line, at) =>
      Array.from(
        line,
        (slope, flat) =>
          (slope * scaled[at]!.modelPerOriginal(y[at]!)) / columns[flat]!.modelPerOriginal(columns[flat]!.at(row)),
      ),
    );
    return { y: y.map((value, at) => scaled[at]!.toModel(value)), slopes };
  });
  const names = {
    inputs: model.inputs.map((input) => input.name),
    outputs: outputs.map((output) => model.outputs[output]!.name),
  };
  yield `{"inputs":${JSON.stringify(names.inputs)},"outputs":${JSON.stringify(names.outputs)},"units":${JSON.stringify(units)},"rows":${rows.length},"y":[`;
  yield rows.map(({ y }) => JSON.stringify(y)).join(',');
  yield '],"jacobian":[';
  for (const [index, row] of rows.entries()) yield `${index === 0 ? '' : ','}${JSON.stringify(row.slopes)}`;
  yield `],"problems":${JSON.stringify(result.problems)}}\n`;
}

async function summary(session: Session, outputs: readonly number[], units: 'original' | 'model'): Promise<string> {
  const call = { signal: new AbortController().signal, progress: () => undefined };
  const parts: string[] = [];
  for (const output of outputs) {
    const { lanes, sentence, subline, rows, forecast } = await session.lanes({ output, units }, call);
    const name = session.describe().outputs[output]!.name;
    const table = ranking(lanes, forecast.unit || name);
    parts.push(`${name}, ${rows} rows`, sentence, ...(subline ? [subline] : []), '', ...table, '');
  }
  return parts.join('\n');
}

/** The ranking as a table: typical effect in the output's unit; average, lowest and highest slope in their own; rows below 0. */
function ranking(lanes: readonly Lane[], unit: string): string[] {
  const number = (value: number): string => (Number.isNaN(value) ? '' : value.toPrecision(3));
  const cells = lanes.map((lane) => [
    lane.name,
    number(lane.typicalEffect),
    ...(lane.kind === 'switched'
      ? ['switched', '', '', '']
      : [
          number(lane.statistics.mean),
          number(lane.statistics.min),
          number(lane.statistics.max),
          String(lane.statistics.below),
        ]),
    lane.unit,
  ]);
  const effect = `typical effect, ${unit}`;
  const head = ['input', effect, 'average slope', 'lowest', 'highest', 'rows below 0', 'slopes in'];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 || column === 6 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...cells.map(line)];
}
