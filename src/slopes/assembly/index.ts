// The module's door: where memory is laid out by the host, and one call per chunk of rows and precision.
import { resetMargins } from './guard';
import { interpret } from './interpreter';
import { moveTo, panelCount } from './tile';

export { placeGuard, placePlan, placeRows, placeTile } from './tile';
export { multiplyAddLoop } from './peakLoop';

/** First byte that the host may use. */
export function freeMemory(): usize {
  return __heap_base;
}

/**
 * Runs a chunk of `panels` panels, `tile` of them at a time: the instructions of the values, then those of the slopes.
 */
export function run32(
  tile: i32, panels: i32, values: usize, valuesEnd: usize, slopes: usize, slopesEnd: usize, guarded: i32,
): void {
  run<f32>(tile, panels, values, valuesEnd, slopes, slopesEnd, guarded);
}

/** The same in float64. */
export function run64(
  tile: i32, panels: i32, values: usize, valuesEnd: usize, slopes: usize, slopesEnd: usize, guarded: i32,
): void {
  run<f64>(tile, panels, values, valuesEnd, slopes, slopesEnd, guarded);
}

function run<T>(
  tile: i32, panels: i32, values: usize, valuesEnd: usize, slopes: usize, slopesEnd: usize, guarded: i32,
): void {
  for (let first = 0; first < panels; first += tile) {
    moveTo(first, min(tile, panels - first));
    if (guarded) resetMargins<T>(panelCount);
    interpret<T>(values, valuesEnd, guarded);
    interpret<T>(slopes, slopesEnd, guarded);
  }
}
