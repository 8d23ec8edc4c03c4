import type { MapLane } from './service';
import { cellStarts, mapLane } from './slopeMap';

/** The rows of both models in the order in which lanes show them, and where their cells begin. */
export interface LaneOrder {
  /** Positions in the common rows, by the first model's forecast; ties by row. */
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
}

/** The order of common rows by a forecast of each. */
export function orderByForecast(forecast: Float64Array, cells: number): LaneOrder {
  const order = Uint32Array.from(forecast.keys()).sort((a, b) => forecast[a]! - forecast[b]! || a - b);
  return { order, starts: cellStarts(order.length, cells) };
}

/** The slope of the second model less that of the first, as a lane of the map: its lower part are rows where the second's is lower. */
export function differenceLane(input: number, differences: Float32Array, { order, starts }: LaneOrder): MapLane {
  return mapLane(input, differences, order, starts, (difference) => difference < 0);
}
