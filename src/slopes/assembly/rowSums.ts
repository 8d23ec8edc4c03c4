// Sums of one row after the other, [row][unit], and their way into a panel, [unit][row].
import { activeWidth, unitBytes } from '../instructions';
import { put, unitSize } from './tile';

/** Room for the sums of a panel's rows, as many units of each as a block of columns has. */
export const rowSums = memory.data(activeWidth * unitBytes, 64);

/** y (+)= head · sums, where head is one unit's rows (or 0 for the number 1); `rowBytes` from one row's sums to the next. */
export function spreadSums<T>(rowBytes: usize, y: usize, count: i32, head: usize, add: i32): void {
  const lanes: i32 = 16 / sizeof<T>();
  for (let unit = 0; unit < count; unit += lanes) {
    const units = min(lanes, count - unit);
    const to = y + <usize>unit * unitBytes;
    // What is asked for most goes without questions.
    const plain = units == lanes && !head && !add;
    let from = rowSums + <usize>unit * sizeof<T>();
    for (let v: usize = 0; v < unitSize; v += 16) {
      if (plain) transpose<T>(from, rowBytes, to + v, lanes, 0, 0);
      else transpose<T>(from, rowBytes, to + v, units, head ? head + v : 0, add);
      from += <usize>lanes * rowBytes;
    }
  }
}

/** As many rows as a vector has lanes: from units side by side to rows side by side. */
// @ts-ignore: decorator
@inline
function transpose<T>(from: usize, rowBytes: usize, to: usize, units: i32, head: usize, add: i32): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + rowBytes);
  if (sizeof<T>() == 8) {
    give<T>(to, v128.shuffle<f64>(r0, r1, 0, 2), head, add);
    if (units > 1) give<T>(to + unitBytes, v128.shuffle<f64>(r0, r1, 1, 3), head, add);
    return;
  }
  const r2 = v128.load(from + 2 * rowBytes);
  const r3 = v128.load(from + 3 * rowBytes);
  const low0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high0 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const high1 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  give<T>(to, v128.shuffle<f64>(low0, low1, 0, 2), head, add);
  if (units > 1) give<T>(to + unitBytes, v128.shuffle<f64>(low0, low1, 1, 3), head, add);
  if (units > 2) give<T>(to + 2 * unitBytes, v128.shuffle<f64>(high0, high1, 0, 2), head, add);
  if (units > 3) give<T>(to + 3 * unitBytes, v128.shuffle<f64>(high0, high1, 1, 3), head, add);
}

// @ts-ignore: decorator
@inline
function give<T>(to: usize, sum: v128, head: usize, add: i32): void {
  put<T>(to, head ? v128.mul<T>(v128.load(head), sum) : sum, add);
}
