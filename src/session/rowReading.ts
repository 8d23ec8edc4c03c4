import { flatInputs } from '../network/features';
import type { Table } from '../table/table';
import { describeModel } from './describeModel';
import { scaledColumn, scaledOutput } from './computeSlopes';
import { exactRow, exactStep } from './exactRow';
import type { OutputSlopes } from './outputSlopes';
import type { RowReading, RowRequest, TableRequest, TableRows } from './service';
import type { Connection, SessionState } from './sessionState';

/** One row for the reading line: exact float64 slopes and, for whole numbers, the exact change for one more. */
export function readRow(
  session: SessionState,
  connection: Connection,
  request: RowRequest,
  slopes: OutputSlopes,
): RowReading {
  const { binding, table, cache } = connection;
  const order = cache.order(request, slopes, request.order ?? { by: 'row' });
  const place = request.row === undefined ? order[request.position ?? 0]! : slopes.rows.indexOf(request.row);
  const row = slopes.rows[Math.max(place, 0)]!;
  const exact = exactRow(connection.network, binding, session.switched, row, [request.output]);
  const output = scaledOutput(binding.outputs[request.output]!.scaling);
  const forecast = exact.forecasts[request.output]!;
  const target = table.columns[binding.outputs[request.output]?.target ?? -1];
  const actual = target?.kind === 'number' ? target.values[row]! : NaN;
  const columns = binding.inputs.map(scaledColumn);
  const inModel = request.units === 'model';
  const perY = inModel ? output.modelPerOriginal(forecast) : 1;
  return {
    row,
    line: table.lines[row]!,
    position: Math.max(order.indexOf(place), 0),
    forecast: inModel ? output.toModel(forecast) : forecast,
    ...(Number.isNaN(actual) ? {} : { actual: inModel ? output.toModel(actual) : actual }),
    values: flatInputs(session.network).map((_, flat) => cellOf(table, connection, flat, row, inModel)),
    slopes: exact.slopes[0]!.map((slope, flat) => {
      const column = columns[flat]!;
      return inModel ? (slope * perY) / column.modelPerOriginal(column.at(row)) : slope;
    }),
    steps: stepsOf(session, connection, request.output, row, inModel),
    atKink: slopes.atKink[Math.max(place, 0)] === 1,
  };
}

/** A window of the Table view, rounded slopes: [row][input]. */
export function tableRows(request: TableRequest, slopes: OutputSlopes, order: Uint32Array, table: Table): TableRows {
  const total = order.length;
  const count = Math.max(0, Math.min(request.count, total - request.from));
  const places = Uint32Array.from({ length: count }, (_, index) => {
    const position = request.from + index;
    return order[request.descending ? total - 1 - position : position]!;
  });
  const rows = places.map((place) => slopes.rows[place]!);
  const cells = new Float64Array(count * request.inputs.length);
  places.forEach((place, index) =>
    request.inputs.forEach(
      (input, column) => (cells[index * request.inputs.length + column] = slopes.slopes[input]?.[place] ?? NaN),
    ),
  );
  return {
    total,
    rows,
    lines: rows.map((row) => table.lines[row]!),
    forecast: Float64Array.from(places, (place) => slopes.forecast[place]!),
    slopes: cells,
  };
}

function cellOf(table: Table, { binding }: Connection, flat: number, row: number, inModel: boolean): number | string {
  const { source, scaling } = binding.inputs[flat]!;
  if (source.kind === 'levels') {
    const column = table.columns[source.column]!;
    return column.kind === 'text' ? (column.levels[column.codes[row]!] ?? '') : column.values[row]!;
  }
  const value = scaledColumn(binding.inputs[flat]!).at(row);
  return inModel && scaling.kind !== 'identity' ? scaledColumn(binding.inputs[flat]!).toModel(value) : value;
}

/** The exact change for one more of each whole-number input, in original units (NaN for the others). */
function stepsOf(
  session: SessionState,
  { network, binding }: Connection,
  output: number,
  row: number,
  inModel: boolean,
): Float64Array {
  const { inputs } = describeModel(session);
  return Float64Array.from(inputs, ({ kind }, flat) =>
    kind === 'whole number' && !inModel ? exactStep(network, binding, row, flat, output, 1) : NaN,
  );
}
