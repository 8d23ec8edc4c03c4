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
  const { order, bits } = radixSort(sortableBits(keys, rows));
  repairTies(order, bits, keys);
  return order;
}

/** Bit patterns of float32 that ascend with their numbers: the sign bit is flipped for positives, all bits for negatives. */
function sortableBits(keys: ArrayLike<number>, rows: number): Uint32Array {
  const bits = new Uint32Array(rows);
  const coarse = new Float32Array(bits.buffer);
  for (let row = 0; row < rows; row++) {
    // 0 stands for −0 too.
    const key = keys[row]! + 0;
    coarse[row] = key;
    const own = bits[row]!;
    bits[row] = Number.isNaN(key) ? 0xffffffff : own ^ (own >>> 31 ? 0xffffffff : 0x80000000);
  }
  return bits;
}

/** Rows with their bits beside them, so that every pass reads both in one line through memory. */
interface SortedRows {
  readonly order: Uint32Array;
  readonly bits: Uint32Array;
}

/** Three digits, so that the places of each digit's rows stay in a processor's cache. */
const digits = [
  { shift: 0, mask: 0x7ff },
  { shift: 11, mask: 0x7ff },
  { shift: 22, mask: 0x3ff },
];

/** A radix sort from the lowest digit up (Knuth, The Art of Computer Programming 3, 5.2.5). */
function radixSort(bits: Uint32Array): SortedRows {
  const order = new Uint32Array(bits.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  return digits.reduce<SortedRows>((rows, { shift, mask }) => radixPass(rows, shift, mask), { order, bits });
}

function radixPass(rows: SortedRows, shift: number, mask: number): SortedRows {
  const { order, bits } = rows;
  const places = new Uint32Array(mask + 2);
  const { length } = bits;
  for (let at = 0; at < length; at++) places[((bits[at]! >>> shift) & mask) + 1]!++;
  if (places.includes(length)) return rows;
  for (let digit = 0; digit < mask; digit++) places[digit + 1]! += places[digit]!;
  const sorted = { order: new Uint32Array(order.length), bits: new Uint32Array(bits.length) };
  for (let at = 0; at < length; at++) {
    const own = bits[at]!;
    const place = places[(own >>> shift) & mask]!++;
    sorted.order[place] = order[at]!;
    sorted.bits[place] = own;
  }
  return sorted;
}

/** Keys that differ only beyond float32 are put right within their runs of equal bits. */
function repairTies(order: Uint32Array, bits: Uint32Array, keys: ArrayLike<number>): void {
  let start = 0;
  for (let end = 1; end <= order.length; end++) {
    if (end < order.length && bits[end] === bits[start]) continue;
    if (end - start > 1 && hasSeveral(order, start, end, keys))
      order.subarray(start, end).sort((a, b) => keys[a]! - keys[b]! || a - b);
    start = end;
  }
}

function hasSeveral(order: Uint32Array, start: number, end: number, keys: ArrayLike<number>): boolean {
  const first = keys[order[start]!]!;
  if (Number.isNaN(first)) return false;
  for (let at = start + 1; at < end; at++) if (keys[order[at]!] !== first) return true;
  return false;
}
