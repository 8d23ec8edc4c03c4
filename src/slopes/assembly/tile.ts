// Where the interpreter works: the panels of the current tile and the areas that rows come from and go to.
import { unitBytes } from '../instructions';

/** First byte of the tile's panels, bytes from one panel to the next, and the number of panels in use. */
export let panelBase: usize = 0;
export let panelStride: usize = 0;
export let panelCount: i32 = 0;

/** First byte of the plan's weights and tables. */
export let weightBase: usize = 0;
export let tableBase: usize = 0;

/** Staging areas [line][row]: bytes per line, and the first bytes of x, y, Jacobian; per row margins; per unit peaks. */
export let lineBytes: usize = 0;
export let inputArea: usize = 0;
export let valueArea: usize = 0;
export let slopeArea: usize = 0;
export let marginArea: usize = 0;
export let peakArea: usize = 0;
export let errorArea: usize = 0;

/** Bytes before the tile's first row in a line of a staging area. */
export let rowOffset: usize = 0;

export function placeTile(base: usize, stride: usize): void {
  panelBase = base;
  panelStride = stride;
}

export function placePlan(weights: usize, tables: usize): void {
  weightBase = weights;
  tableBase = tables;
}

export function placeRows(bytes: usize, inputs: usize, values: usize, slopes: usize): void {
  lineBytes = bytes;
  inputArea = inputs;
  valueArea = values;
  slopeArea = slopes;
}

export function placeGuard(margins: usize, peaks: usize, errors: usize): void {
  marginArea = margins;
  peakArea = peaks;
  errorArea = errors;
}

export function moveTo(firstPanel: i32, count: i32): void {
  rowOffset = <usize>firstPanel * unitBytes;
  panelCount = count;
}

/** `unitBytes` as an address. */
export const unitSize: usize = unitBytes;

/** First byte of a unit in a panel. */
// @ts-ignore: decorator
@inline
export function at(panel: i32, slot: i32): usize {
  return panelBase + <usize>panel * panelStride + <usize>slot * unitBytes;
}

/** First byte of a weight. */
// @ts-ignore: decorator
@inline
export function weight<T>(index: i32): usize {
  return weightBase + <usize>index * sizeof<T>();
}

/** A word of the plan's tables. */
// @ts-ignore: decorator
@inline
export function table(index: i32): i32 {
  return load<i32>(tableBase + (<usize>index << 2));
}

/** x · y + z: fused where the build allows it and the numbers are float32; float64 is for verdicts and always rounds twice. */
// @ts-ignore: decorator
@inline
export function multiplyAdd<T>(x: v128, y: v128, z: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4) return f32x4.relaxed_madd(x, y, z);
  return v128.add<T>(v128.mul<T>(x, y), z);
}

/** Stores a vector, or adds it to what is there. */
// @ts-ignore: decorator
@inline
export function put<T>(to: usize, value: v128, add: i32): void {
  v128.store(to, add ? v128.add<T>(v128.load(to), value) : value);
}

/** Zero in all lanes. */
// @ts-ignore: decorator
@inline
export function zero(): v128 {
  return i32x4.splat(0);
}
