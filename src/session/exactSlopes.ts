import { scaledColumn, scaledOutput } from './computeSlopes';
import { exactRow } from './exactRow';
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

/** Forecasts and slopes of every usable row from the float64 reference, row by row, in the units asked for. */
export function* exactSlopes(session: SessionState, outputs: readonly number[], units: Units): Iterable<ExactSlopes> {
  const { binding } = session.connected();
  const columns = binding.inputs.map(scaledColumn);
  const scalings = outputs.map((output) => scaledOutput(binding.outputs[output]!.scaling));
  for (const row of binding.rows) {
    const exact = exactRow(session.network, binding, session.switched, row, outputs);
    const forecasts = Float64Array.from(outputs, (output) => exact.forecasts[output]!);
    const slopes = new Float64Array(outputs.length * columns.length);
    exact.slopes.forEach((ofOutput, at) => {
      slopes.set(ofOutput, at * columns.length);
    });
    if (units === 'model')
      scalings.forEach((scaled, at) => {
        const perOriginal = scaled.modelPerOriginal(forecasts[at]!);
        forecasts[at] = scaled.toModel(forecasts[at]!);
        columns.forEach((column, flat) => {
          slopes[at * columns.length + flat]! *= perOriginal / column.modelPerOriginal(column.at(row));
        });
      });
    yield { row, forecasts, slopes };
  }
}
