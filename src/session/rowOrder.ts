import type { RowOrder } from './service';
import type { OutputSlopes } from './outputSlopes';

/**
 * Positions of a view's rows in the order asked for, stable, ties by row, NaN last. Numbers are sorted by their float32
 * bit patterns with a radix sort: a million rows take tens of milliseconds and no comparison function runs.
 */
export function orderRows(order: RowOrder, slopes: OutputSlopes, value: (input: number) => Float64Array): Uint32Array {
  const rows = slopes.rows.length;
  switch (order.by) {
    case 'row':
      return Uint32Array.from({ length: rows }, (_, position) => position);
    case 'forecast':
      return sortedBy(slopes.forecast, rows);
    case 'slope': {
      const column = slopes.slopes[order.input] ?? new Float32Array();
      return sortedBy(column.length === rows ? column : new Float32Array(rows), rows);
    }
    case 'value':
      return sortedBy(value(order.input), rows);
  }
}

/** Row numbers 0 … rows − 1 sorted by key, ascending, stable; keys are compared as float64, NaN last. */
export function sortedBy(keys: ArrayLike<number>, rows: number): Uint32Array {
  const coarse = new Float32Array(rows);
  for (let row = 0; row < rows; row++) coarse[row] = keys[row]!;
  const sorted = radixSort(coarse);
  repairTies(sorted, keys, coarse);
  return sorted;
}

/** Two passes of 16 bits over sortable bit patterns: the sign bit is flipped for positives, all bits for negatives. */
function radixSort(numbers: Float32Array): Uint32Array {
  const bits = new Uint32Array(numbers.buffer.slice(0));
  for (let i = 0; i < bits.length; i++) {
    if (Number.isNaN(numbers[i])) bits[i] = 0xffffffff;
    else bits[i]! ^= bits[i]! >>> 31 ? 0xffffffff : 0x80000000;
  }
  const start = Uint32Array.from(bits, (_, row) => row);
  return radixPass(bits, radixPass(bits, start, 0), 16);
}

function radixPass(bits: Uint32Array, rows: Uint32Array, shift: number): Uint32Array {
  const counts = new Uint32Array(65537);
  for (const row of rows) counts[((bits[row]! >>> shift) & 0xffff) + 1]!++;
  for (let digit = 0; digit < 65536; digit++) counts[digit + 1]! += counts[digit]!;
  const sorted = new Uint32Array(rows.length);
  for (const row of rows) sorted[counts[(bits[row]! >>> shift) & 0xffff]!++] = row;
  return sorted;
}

/** Keys that differ only beyond float32 are put right within their runs of equal float32 keys. */
function repairTies(sorted: Uint32Array, keys: ArrayLike<number>, coarse: Float32Array): void {
  let start = 0;
  for (let end = 1; end <= sorted.length; end++) {
    if (end < sorted.length && coarse[sorted[end]!] === coarse[sorted[start]!]) continue;
    if (end - start > 1) {
      const run = sorted.subarray(start, end);
      const first = keys[run[0]!];
      if (run.some((row) => keys[row] !== first)) run.sort((a, b) => keys[a]! - keys[b]! || a - b);
    }
    start = end;
  }
}
