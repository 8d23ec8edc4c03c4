// The step from the last hidden layer back to the one before, where units are on or off (relu and its leaky kin).
//
// There the adjoint is a fixed row of weights masked by the row's pattern of active units. Units are taken in groups of
// a few; for each group and each of its patterns the plan holds the finished sum (the method of four Russians: Arlazarov
// and others 1970). A row then adds one vector per group instead of multiplying by the whole matrix.
import { patternWidth, unitBytes } from '../instructions';
import { rowSums, spreadSums } from './rowSums';
import { at, unitSize, weight, zero } from './tile';

/** Bytes of sums that a row adds up in registers: one cache line. */
const partBytes: usize = 64;

/** y_c (+)= head · Σ over groups of table[group][pattern][c]; `scratch` holds the patterns, one unit per group. */
export function patternSum<T>(
  panels: i32, a: i32, y: i32, count: i32, outputs: i32, tables: i32, bits: i32, head: i32, add: i32, scratch: i32,
): void {
  const groups = (count + bits - 1) / bits;
  const rowBytes = <usize>patternWidth * sizeof<T>();
  const groupBytes = rowBytes << <usize>bits;
  for (let panel = 0; panel < panels; panel++) findPatterns<T>(at(panel, a), at(panel, scratch), count, bits, groupBytes);
  let block = weight<T>(tables);
  // A block's sums stay in the first cache while the panels pass.
  for (let unit = 0; unit < outputs; unit += patternWidth) {
    for (let panel = 0; panel < panels; panel++) {
      let to = rowSums;
      const first = at(panel, scratch);
      for (let patterns = first; patterns < first + unitSize; patterns += sizeof<T>()) {
        const end = patterns + <usize>groups * unitBytes;
        for (let part: usize = 0; part < rowBytes; part += partBytes) {
          addGroups<T>(block + part, patterns, end, to);
          to += partBytes;
        }
      }
      const width = min(patternWidth, outputs - unit);
      spreadSums<T>(rowBytes, at(panel, y + unit), width, head >= 0 ? at(panel, head) : 0, add);
    }
    block += <usize>groups * groupBytes;
  }
}

/** Per group and row the bits of its active units, as bytes from the first sum of the block. */
function findPatterns<T>(a: usize, to: usize, count: i32, bits: i32, groupBytes: usize): void {
  let first: usize = 0;
  for (let group = 0; group < count; group += bits) {
    const end = a + <usize>min(bits, count - group) * unitBytes;
    let p0 = wordOf<T>(first), p1 = p0, p2 = p0, p3 = p0;
    let bit = wordOf<T>(patternWidth * sizeof<T>());
    for (; a < end; a += unitBytes) {
      p0 = v128.or(p0, v128.and(bit, v128.gt<T>(v128.load(a), zero())));
      p1 = v128.or(p1, v128.and(bit, v128.gt<T>(v128.load(a, 16), zero())));
      p2 = v128.or(p2, v128.and(bit, v128.gt<T>(v128.load(a, 32), zero())));
      p3 = v128.or(p3, v128.and(bit, v128.gt<T>(v128.load(a, 48), zero())));
      bit = sizeof<T>() == 4 ? i32x4.shl(bit, 1) : i64x2.shl(bit, 1);
    }
    v128.store(to, p0);
    v128.store(to, p1, 16);
    v128.store(to, p2, 32);
    v128.store(to, p3, 48);
    first += groupBytes;
    to += unitBytes;
  }
}

/** A whole number in every row's place. */
// @ts-ignore: decorator
@inline
function wordOf<T>(value: usize): v128 {
  return sizeof<T>() == 4 ? i32x4.splat(<i32>value) : i64x2.splat(<i64>value);
}

/** One row: four vectors of sums over all groups, in two sets that take turns, so that no sum waits for the one before. */
// @ts-ignore: decorator
@inline
function addGroups<T>(block: usize, patterns: usize, end: usize, to: usize): void {
  let a = zero(), b = zero(), c = zero(), d = zero(), e = zero(), f = zero(), g = zero(), h = zero();
  while (patterns < end) {
    let from = block + <usize>load<u32>(patterns);
    a = v128.add<T>(a, v128.load(from));
    b = v128.add<T>(b, v128.load(from, 16));
    c = v128.add<T>(c, v128.load(from, 32));
    d = v128.add<T>(d, v128.load(from, 48));
    patterns += unitBytes;
    if (patterns >= end) break;
    from = block + <usize>load<u32>(patterns);
    e = v128.add<T>(e, v128.load(from));
    f = v128.add<T>(f, v128.load(from, 16));
    g = v128.add<T>(g, v128.load(from, 32));
    h = v128.add<T>(h, v128.load(from, 48));
    patterns += unitBytes;
  }
  v128.store(to, v128.add<T>(a, e));
  v128.store(to, v128.add<T>(b, f), 16);
  v128.store(to, v128.add<T>(c, g), 32);
  v128.store(to, v128.add<T>(d, h), 48);
}
