/**
 * Slopes and forecasts of one output at all usable rows, in original units: what every view of the map is drawn from.
 * Slopes are computed in float64 and kept rounded to float32, which keeps their sign; a slope within float32 rounding
 * of a limit is computed again in float64 before it is counted (`exactSlopes.ts`).
 */
export interface OutputSlopes {
  readonly output: number;
  /** Forecast per usable row. */
  readonly forecast: Float64Array;
  /** Per flat input one slope per usable row; an empty array for a switched input. */
  readonly slopes: readonly Float32Array[];
  /** 1 where the row lies within 1e-6 of a kink of some unit. */
  readonly atKink: Uint8Array;
}
