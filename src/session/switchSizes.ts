import { columnStatistics } from '../table/columns';
import { computeForecasts, scaledColumn } from './computeSlopes';
import type { OutputSlopes } from './outputSlopes';
import type { Connection } from './sessionState';

/** Rows a typical size is measured on: evenly drawn where there are more. */
export const typicalRows = 5000;

/**
 * The typical size of a switch, in the output's unit: the mean of `switchSizes` on at most 5 000 evenly drawn rows.
 */
export async function typicalSwitch(connection: Connection, output: number, slopes: OutputSlopes, input: number) {
  const step = Math.max(1, slopes.rows.length / typicalRows);
  const rows = Uint32Array.from(
    { length: Math.min(slopes.rows.length, typicalRows) },
    (_, index) => slopes.rows[Math.floor(index * step)]!,
  );
  return rows.length === 0 ? 0 : columnStatistics(await switchSizes(connection, output, rows, input)).mean;
}

/** Sizes of the switches of whole views, kept with them: the map asks again for every width and order. */
const known = new WeakMap<OutputSlopes, Map<number, Promise<Float32Array>>>();

/** The slopes with the sizes of the switches in the place of the columns that have none, for the inputs named. */
export async function withSwitches(
  connection: Connection,
  slopes: OutputSlopes,
  inputs: readonly number[],
): Promise<OutputSlopes> {
  const columns = [...slopes.slopes];
  const kept = known.get(slopes) ?? new Map<number, Promise<Float32Array>>();
  known.set(slopes, kept);
  for (const input of inputs) {
    if (columns[input]?.length !== 0) continue;
    const sizes =
      kept.get(input) ??
      switchSizes(connection, slopes.output, slopes.rows, input).then((all) => Float32Array.from(all));
    kept.set(input, sizes);
    columns[input] = await sizes;
  }
  return { ...slopes, slopes: columns };
}

/**
 * How far the forecast moves, per row and in the output's unit, when the input is set to its commonest level (a
 * category) or is turned over (yes/no).
 */
async function switchSizes(
  connection: Connection,
  output: number,
  rows: Uint32Array,
  input: number,
): Promise<Float64Array> {
  const bound = connection.binding.inputs[input]!;
  const { source, input: flat } = bound;
  const computation = connection.computation(output);
  const before = await computeForecasts(computation, rows, () => undefined);
  const { size } = connection.network.inputs[flat.port]!;
  const commonest = source.kind === 'levels' ? commonestElement(source.elements, rows) : -1;
  const column = source.kind === 'levels' ? undefined : scaledColumn(bound);
  const { binary, min } = column
    ? columnStatistics(Float64Array.from(rows, (row) => column.at(row)))
    : { binary: false, min: 0 };
  const after = await computeForecasts(computation, rows, (x, part) => {
    const count = part.length;
    const first = flat.element * count;
    if (column) {
      part.forEach((row, index) => (x[first + index] = column.toModel(binary ? 1 - column.at(row) : min)));
      return;
    }
    x.fill(0, first, first + size * count);
    if (commonest >= 0) x.fill(1, first + commonest * count, first + (commonest + 1) * count);
  });
  return before.map((forecast, index) => Math.abs(forecast - after[index]!));
}

function commonestElement(elements: Int32Array, rows: Uint32Array): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(elements[row]!, (counts.get(elements[row]!) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [-1, 0])[0];
}
