import type { Call } from '../ask';
import type { Network } from '../network/network';
import type { SlopeEngine } from '../slopes/engine';
import type { Plan } from '../slopes/plan';
import { assembleRows } from '../table/assemble';
import type { Binding, BoundInput } from '../table/binding';
import { modelPerOriginal, type Scaling, toModel, toOriginal } from '../table/scaling';
import type { OutputSlopes, ScaledColumn } from './outputSlopes';

/** Rows per chunk: long enough to keep the kernels busy, short enough for progress and cancellation. */
export const chunkRows = 8192;

/** What slopes are computed from. */
export interface Computation {
  readonly network: Network;
  readonly binding: Binding;
  readonly engine: SlopeEngine;
  /** Compiled for the one output asked for. */
  readonly plan: Plan;
  /** Which flat inputs are switched, not differentiated. */
  readonly switched: readonly boolean[];
}

/**
 * Forecasts and slopes of one output at the given rows, in original units: ∂y/∂x = (dy/dy_m) · J · (dx_m/dx). Chunks run
 * on the engine's threads; when the call is cancelled, what was computed so far is given.
 */
export async function computeSlopes(computation: Computation, rows: Uint32Array, call?: Call): Promise<OutputSlopes> {
  const { binding, engine, plan, switched } = computation;
  const store: OutputSlopes = {
    output: plan.outputs[0]!,
    rows,
    forecast: new Float64Array(rows.length),
    slopes: switched.map((isSwitched) => new Float32Array(isSwitched ? 0 : rows.length)),
    atKink: new Uint8Array(rows.length),
  };
  const chunks = Math.ceil(rows.length / chunkRows);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < chunks && !call?.signal.aborted) {
      const first = next++ * chunkRows;
      const part = rows.subarray(first, first + chunkRows);
      const x = new Float64Array(plan.inputs * part.length);
      assembleRows(binding, part, x);
      const result = await engine.run(plan, { rows: part.length, x, slopes: true });
      storeChunk(computation, store, first, part, result);
      done += part.length;
      call?.progress({ task: 'Slopes', done, of: rows.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(engine.width, chunks) }, work));
  return done < rows.length ? firstRows(store, Math.min(next * chunkRows, rows.length)) : store;
}

/** Values of one output at rows with changed inputs: `change` gets the assembled lines and may overwrite them. */
export async function computeForecasts(
  computation: Computation,
  rows: Uint32Array,
  change: (x: Float64Array, part: Uint32Array) => void,
): Promise<Float64Array> {
  const { binding, engine, plan } = computation;
  const forecast = new Float64Array(rows.length);
  const { scaling } = binding.outputs[plan.outputs[0]!]!;
  for (let first = 0; first < rows.length; first += chunkRows) {
    const part = rows.subarray(first, first + chunkRows);
    const x = new Float64Array(plan.inputs * part.length);
    assembleRows(binding, part, x);
    change(x, part);
    const { y } = await engine.run(plan, { rows: part.length, x, slopes: false });
    y.forEach((value, index) => (forecast[first + index] = toOriginal(scaling, value)));
  }
  return forecast;
}

/** The column that feeds an input, with its scaling. */
export function scaledColumn(input: BoundInput): ScaledColumn {
  const { source, scaling } = input;
  const at = (row: number): number =>
    source.kind === 'fixed' ? source.value : source.kind === 'numbers' ? source.values[row]! : NaN;
  return { at, ...conversions(scaling) };
}

/** An output's forecasts with their scaling. */
export function scaledOutput(scaling: Scaling): ScaledColumn {
  return { at: () => NaN, ...conversions(scaling) };
}

function conversions(scaling: Scaling): Pick<ScaledColumn, 'toModel' | 'modelPerOriginal'> {
  return {
    toModel: (original) => toModel(scaling, original),
    modelPerOriginal: (original) => modelPerOriginal(scaling, original),
  };
}

function storeChunk(
  computation: Computation,
  store: OutputSlopes,
  first: number,
  part: Uint32Array,
  result: Awaited<ReturnType<SlopeEngine['run']>>,
): void {
  const { binding, switched } = computation;
  const output = binding.outputs[store.output]!.scaling;
  const count = part.length;
  const perModelY = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const forecast = toOriginal(output, result.y[index]!);
    store.forecast[first + index] = forecast;
    // Where the forecast is not a number its slopes are none either, whatever a short cut past it gave.
    perModelY[index] = Number.isNaN(forecast) ? NaN : 1 / modelPerOriginal(output, forecast);
  }
  store.atKink.set(result.atKink, first);
  binding.inputs.forEach((bound, flat) => {
    if (switched[flat]) return;
    const line = result.jacobian.subarray(bound.input.element * count, (bound.input.element + 1) * count);
    const target = store.slopes[flat]!;
    const column = scaledColumn(bound);
    const constant = bound.scaling.kind === 'logAffine' ? undefined : column.modelPerOriginal(0);
    for (let index = 0; index < count; index++) {
      const perX = constant ?? column.modelPerOriginal(column.at(part[index]!));
      target[first + index] = keepSign(perModelY[index]! * line[index]! * perX);
    }
  });
}

/** The smallest number float32 has: what is not 0 must not become 0 when it is rounded, for its sign is a verdict. */
const smallest = 2 ** -149;

function keepSign(slope: number): number {
  return Math.abs(slope) < smallest && slope !== 0 ? Math.sign(slope) * smallest : slope;
}

function firstRows(store: OutputSlopes, count: number): OutputSlopes {
  return {
    output: store.output,
    rows: store.rows.subarray(0, count),
    forecast: store.forecast.subarray(0, count),
    slopes: store.slopes.map((column) => column.subarray(0, count)),
    atKink: store.atKink.subarray(0, count),
  };
}
