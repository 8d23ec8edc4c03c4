/** A column with its scaling, as slopes are converted by it. */
export interface ScaledColumn {
  /** The value in original units at a row of the table. */
  at(row: number): number;
  toModel(original: number): number;
  modelPerOriginal(original: number): number;
}

/**
 * Slopes and forecasts of one output at the rows computed, in original units: what every view of the map is drawn from.
 * Slopes are computed in float64 and kept rounded to float32, which keeps their sign; a slope within rounding of a limit
 * is computed again in float64 before it is counted.
 */
export interface OutputSlopes {
  readonly output: number;
  /** The table's rows covered, ascending; everything below is in this order. */
  readonly rows: Uint32Array;
  readonly forecast: Float64Array;
  /** Per flat input one slope per row; an empty array for a switched input. */
  readonly slopes: readonly Float32Array[];
  /** 1 where the row lies within 1e-6 of a kink of some unit. */
  readonly atKink: Uint8Array;
}

/** The same slopes in the units the network takes and gives: slope · (dx / dx_m) · (dy_m / dy). */
export function inModelUnits(
  slopes: OutputSlopes,
  inputs: readonly ScaledColumn[],
  output: ScaledColumn,
): OutputSlopes {
  const perModelY = (position: number): number => output.modelPerOriginal(slopes.forecast[position]!);
  return {
    ...slopes,
    forecast: slopes.forecast.map((forecast) => output.toModel(forecast)),
    slopes: slopes.slopes.map((column, index) => {
      const input = inputs[index]!;
      return column.map(
        (slope, position) => (slope * perModelY(position)) / input.modelPerOriginal(input.at(slopes.rows[position]!)),
      );
    }),
  };
}
