import type { Problem } from '../problem';
import { exactSlopes } from '../session/exactSlopes';
import { slopesNpy } from '../session/exports/slopesNpy';
import type { Lane, Units } from '../session/service';
import { slopesCsv } from '../session/slopesCsv';
import { partWords } from '../table/rowsTaken';
import type { Session } from '../session/session';
import type { CommonArguments } from './arguments';
import { inColumns, shortNumber } from './columns';
import { chosenOutputs, openConnected } from './openFiles';
import { writeOut } from './output';

/** `slopescope slopes MODEL --data CSV`: a summary for people, or every slope at every row as JSON, CSV or a numpy array. */
export async function slopes(given: CommonArguments): Promise<number> {
  const { session, problems } = await openConnected(given);
  const outputs = chosenOutputs(session, given.outputs);
  if (given.csv) await writeOut(given, slopesCsv(session, outputs, given.units));
  else if (given.npy) await writeOut(given, slopesNpy(session, outputs, given.units));
  else if (given.json) await writeOut(given, slopesJson(session, outputs, given.units, problems));
  else await writeOut(given, await summary(session, outputs, given.units));
  return 0;
}

/** Rows that are written at once: long enough that few pieces are waited for. */
const rowsAtOnce = 1000;

/** One JSON object, row by row, with full precision; null where an input is switched. */
async function* slopesJson(
  session: Session,
  outputs: readonly number[],
  units: Units,
  problems: readonly Problem[],
): AsyncIterable<string> {
  const { binding } = session.connected();
  const model = session.describe();
  const inputs = model.inputs.map((input) => input.name);
  const { y, slopes } = await allRows(session, outputs, units);
  const names = outputs.map((output) => model.outputs[output]!.name);
  const rows = binding.rows.length;
  yield `{"inputs":${JSON.stringify(inputs)},"outputs":${JSON.stringify(names)},"units":${JSON.stringify(units)},"rows":${rows},"y":[`;
  yield* inPieces(rows, (row) => JSON.stringify([...y.subarray(row * outputs.length, (row + 1) * outputs.length)]));
  yield '],"jacobian":[';
  yield* inPieces(rows, (row) =>
    JSON.stringify(
      outputs.map((_, at) => {
        const first = (row * outputs.length + at) * inputs.length;
        return [...slopes.subarray(first, first + inputs.length)];
      }),
    ),
  );
  const notes = session.reading.problems.filter(({ code }) => code === 'slopes-by-differences');
  yield `],"problems":${JSON.stringify([...notes, ...problems, ...notFinite(session, y, outputs.length)])}}\n`;
}

function* inPieces(rows: number, write: (row: number) => string): Iterable<string> {
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const length = Math.min(rowsAtOnce, rows - from);
    yield `${from === 0 ? '' : ','}${Array.from({ length }, (_, index) => write(from + index)).join(',')}`;
  }
}

/** Forecasts [row][output] and slopes [row][output][input] of every usable row; NaN where an input is switched. */
async function allRows(
  session: Session,
  outputs: readonly number[],
  units: Units,
): Promise<{ readonly y: Float64Array; readonly slopes: Float64Array }> {
  const { binding } = session.connected();
  const y = new Float64Array(binding.rows.length * outputs.length);
  const slopes = new Float64Array(y.length * binding.inputs.length);
  let rows = 0;
  for await (const chunk of exactSlopes(session, outputs, units)) {
    for (const exact of chunk) {
      y.set(exact.forecasts, rows * outputs.length);
      slopes.set(exact.slopes, rows * exact.slopes.length);
      rows += 1;
    }
  }
  return { y, slopes };
}

/** JSON has no word for what is no number: rows without a forecast are null, and said. */
function notFinite(session: Session, y: Float64Array, outputs: number): readonly Problem[] {
  const { binding, table } = session.connected();
  const rows = binding.rows.filter((_, row) =>
    y.subarray(row * outputs, (row + 1) * outputs).some((value) => !Number.isFinite(value)),
  );
  const [first] = rows;
  if (first === undefined) return [];
  const line = table.lines[first]!;
  return [
    {
      code: 'forecast-not-finite',
      message: `The model gives no finite forecast in ${rows.length} of ${binding.rows.length} rows of ${table.name}, first in line ${line}.`,
      file: table.name,
      place: { kind: 'line', line },
      remedy: 'Look for a logarithm or root of a negative number, or a division by zero, in these rows.',
      severity: 'warning',
    },
  ];
}

async function summary(session: Session, outputs: readonly number[], units: Units): Promise<string> {
  const call = { signal: new AbortController().signal, progress: () => undefined };
  const { part } = session.connected().table;
  const parts: string[] = [];
  for (const output of outputs) {
    await session.connected().cache.slopes(output, call); // every row, where a panel begins with drawn ones
    const { lanes, sentence, subline, rows, forecast } = await session.lanes({ output, units }, call);
    const name = session.describe().outputs[output]!.name;
    const table = ranking(lanes, forecast.unit || name);
    parts.push(
      `${name}, ${rows} rows${part ? ` (${partWords(part)})` : ''}`,
      sentence,
      ...(subline ? [subline] : []),
      '',
      ...table,
      '',
    );
  }
  return parts.join('\n');
}

/** The ranking as a table: typical effect in the output's unit; average, lowest and highest slope in their own; rows below 0. */
function ranking(lanes: readonly Lane[], unit: string): string[] {
  const head = ['input', `typical effect, ${unit}`, 'average slope', 'lowest', 'highest', 'rows below 0', 'slopes in'];
  const slopes = ({ kind, statistics, unit }: Lane): string[] =>
    kind === 'switched'
      ? ['switched', '', '', '', '']
      : [...[statistics.mean, statistics.min, statistics.max].map(shortNumber), String(statistics.below), unit];
  return inColumns(
    head,
    lanes.map((lane) => [lane.name, shortNumber(lane.typicalEffect), ...slopes(lane)]),
  );
}
