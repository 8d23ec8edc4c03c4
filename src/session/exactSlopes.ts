import { assembleRows } from '../table/assemble';
import { modelPerOriginal, toOriginal } from '../table/scaling';
import { chunkRows, scaledColumn, type Computation } from './computeSlopes';
import type { Units } from './service';
import type { SessionState } from './sessionState';

/** Forecasts and slopes of one row of the table. */
export interface ExactSlopes {
  /** From 0. */
  readonly row: number;
  /** [output] */
  readonly forecasts: Float64Array;
  /** [output][input]; NaN where an input is switched. */
  readonly slopes: Float64Array;
}

/** How many slopes a chunk has at most: 32 MB of them. */
const mostSlopes = 2 ** 22;

/**
 * Forecasts and slopes of every usable row in full float64 precision, in the units asked for, some rows at a time. They are
 * computed on the engine's threads while those before them are taken.
 */
export async function* exactSlopes(
  session: SessionState,
  outputs: readonly number[],
  units: Units,
): AsyncIterable<readonly ExactSlopes[]> {
  const { binding } = session.connected();
  const computations = outputs.map((output) => session.computation(output));
  const width = Math.max(1, ...computations.map(({ engine }) => engine.width));
  const size = Math.max(1, Math.min(chunkRows, Math.floor(mostSlopes / (outputs.length * binding.inputs.length))));
  const ahead: Promise<readonly ExactSlopes[]>[] = [];
  for (let first = 0; first < binding.rows.length; first += size) {
    const part = binding.rows.subarray(first, first + size);
    const chunk = chunkOf(computations, part, units);
    chunk.catch(() => undefined); // It is awaited below, unless its taker stops before.
    ahead.push(chunk);
    if (ahead.length >= width) yield await ahead.shift()!;
  }
  for (const chunk of ahead) yield await chunk;
}

async function chunkOf(
  computations: readonly Computation[],
  part: Uint32Array,
  units: Units,
): Promise<readonly ExactSlopes[]> {
  const inputs = computations[0]?.binding.inputs.length ?? 0;
  const chunk = Array.from(part, (row) => ({
    row,
    forecasts: new Float64Array(computations.length),
    slopes: new Float64Array(computations.length * inputs).fill(NaN),
  }));
  await Promise.all(computations.map((computation, place) => fill(computation, place, part, units, chunk)));
  return chunk;
}

/** Writes the forecasts and slopes of one output into its places. */
async function fill(
  { binding, engine, plan, switched }: Computation,
  place: number,
  part: Uint32Array,
  units: Units,
  chunk: readonly ExactSlopes[],
): Promise<void> {
  const count = part.length;
  const x = new Float64Array(plan.inputs * count);
  assembleRows(binding, part, x);
  const { y, jacobian } = await engine.run(plan, { rows: count, x, slopes: true });
  const { scaling } = binding.outputs[plan.outputs[0]!]!;
  const columns = binding.inputs.map(scaledColumn);
  chunk.forEach(({ row, forecasts, slopes }, index) => {
    const forecast = toOriginal(scaling, y[index]!);
    const isModel = units === 'model';
    forecasts[place] = isModel ? y[index]! : forecast;
    // Where the forecast is not a number its slopes are none either, whatever a short cut past it gave.
    if (Number.isNaN(forecast)) return;
    const perY = 1 / modelPerOriginal(scaling, forecast);
    binding.inputs.forEach(({ input }, flat) => {
      if (switched[flat]) return;
      const slope = jacobian[input.element * count + index]!;
      const perX = columns[flat]!.modelPerOriginal(columns[flat]!.at(row));
      slopes[place * columns.length + flat] = isModel ? slope : perY * slope * perX;
    });
  });
}
