// The step from the last hidden layer back to the one before, where units are on or off (relu and its leaky kin).
//
// There the adjoint is a fixed row of weights masked by the row's pattern of active units. Units are taken in groups of
// a few; for each group and each of its patterns the plan holds the finished sum (the method of four Russians: Arlazarov
// and others 1970). A row then adds one vector per group instead of multiplying by the whole matrix.
import { patternWidth, unitBytes } from '../instructions';
import { at, put, unitSize, weight, zero } from './tile';

/** Sums of one panel's rows, [row][patternWidth]. */
const sums = memory.data(16 * 32 * 4, 64);

/** y_c (+)= head · Σ over groups of table[group][pattern][c]; `scratch` holds the patterns, one unit per group. */
export function patternSum<T>(
  panels: i32, a: i32, y: i32, count: i32, outputs: i32, tables: i32, bits: i32, head: i32, add: i32, scratch: i32,
): void {
  const groups = (count + bits - 1) / bits;
  const groupBytes = (<usize>patternWidth << <usize>bits) * sizeof<T>();
  const rowBytes = <usize>patternWidth * sizeof<T>();
  for (let panel = 0; panel < panels; panel++) findPatterns<T>(at(panel, a), at(panel, scratch), count, bits);
  let block = weight<T>(tables);
  // A block's sums stay in the first cache while the panels pass.
  for (let first = 0; first < outputs; first += patternWidth) {
    for (let panel = 0; panel < panels; panel++) {
      for (let part: usize = 0; part < rowBytes; part += 128) {
        for (let row: usize = 0; row < unitSize; row += sizeof<T>()) {
          addGroups<T>(block + part, groupBytes, at(panel, scratch) + row, groups, sums + row * patternWidth + part);
        }
      }
      spreadRows<T>(at(panel, y + first), min(patternWidth, outputs - first), head >= 0 ? at(panel, head) : 0, add);
    }
    block += <usize>groups * groupBytes;
  }
}

/** Per group and row the bits of its active units, as bytes from the group's first sum. */
function findPatterns<T>(a: usize, to: usize, count: i32, bits: i32): void {
  for (let first = 0; first < count; first += bits) {
    const last = min(first + bits, count);
    let p0 = zero(), p1 = zero(), p2 = zero(), p3 = zero();
    let place: i32 = patternWidth * sizeof<T>();
    for (let unit = first; unit < last; unit++) {
      const bit = sizeof<T>() == 4 ? i32x4.splat(place) : i64x2.splat(place);
      p0 = v128.or(p0, v128.and(bit, v128.gt<T>(v128.load(a), zero())));
      p1 = v128.or(p1, v128.and(bit, v128.gt<T>(v128.load(a, 16), zero())));
      p2 = v128.or(p2, v128.and(bit, v128.gt<T>(v128.load(a, 32), zero())));
      p3 = v128.or(p3, v128.and(bit, v128.gt<T>(v128.load(a, 48), zero())));
      a += unitBytes;
      place <<= 1;
    }
    v128.store(to, p0);
    v128.store(to, p1, 16);
    v128.store(to, p2, 32);
    v128.store(to, p3, 48);
    to += unitBytes;
  }
}

/** One row: eight vectors of sums over all groups. */
// @ts-ignore: decorator
@inline
function addGroups<T>(table: usize, groupBytes: usize, patterns: usize, groups: i32, to: usize): void {
  let a = zero(), b = zero(), c = zero(), d = zero(), e = zero(), f = zero(), g = zero(), h = zero();
  for (let group = 0; group < groups; group++) {
    const from = table + <usize>load<u32>(patterns);
    a = v128.add<T>(a, v128.load(from));
    b = v128.add<T>(b, v128.load(from, 16));
    c = v128.add<T>(c, v128.load(from, 32));
    d = v128.add<T>(d, v128.load(from, 48));
    e = v128.add<T>(e, v128.load(from, 64));
    f = v128.add<T>(f, v128.load(from, 80));
    g = v128.add<T>(g, v128.load(from, 96));
    h = v128.add<T>(h, v128.load(from, 112));
    table += groupBytes;
    patterns += unitBytes;
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
  v128.store(to, e, 64);
  v128.store(to, f, 80);
  v128.store(to, g, 96);
  v128.store(to, h, 112);
}

/** The sums [row][unit] to a panel's units [unit][row], times the head. */
function spreadRows<T>(y: usize, count: i32, head: usize, add: i32): void {
  const rowBytes: usize = patternWidth * sizeof<T>();
  const lanes: i32 = 16 / sizeof<T>();
  for (let unit = 0; unit < count; unit += lanes) {
    const from = sums + <usize>unit * sizeof<T>();
    const to = y + <usize>unit * unitBytes;
    const units = min(lanes, count - unit);
    for (let v: usize = 0; v < unitSize; v += 16) {
      const rows = from + (v / sizeof<T>()) * rowBytes;
      const by = head ? v128.load(head + v) : v128.splat<T>(<T>1);
      if (sizeof<T>() == 8) {
        const r0 = v128.load(rows);
        const r1 = v128.load(rows + rowBytes);
        put<T>(to + v, v128.mul<T>(by, v128.shuffle<f64>(r0, r1, 0, 2)), add);
        if (units > 1) put<T>(to + v + unitBytes, v128.mul<T>(by, v128.shuffle<f64>(r0, r1, 1, 3)), add);
      } else {
        const r0 = v128.load(rows);
        const r1 = v128.load(rows + rowBytes);
        const r2 = v128.load(rows + 2 * rowBytes);
        const r3 = v128.load(rows + 3 * rowBytes);
        const low0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
        const low1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
        const high0 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
        const high1 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
        put<T>(to + v, v128.mul<T>(by, v128.shuffle<f64>(low0, low1, 0, 2)), add);
        if (units > 1) put<T>(to + v + unitBytes, v128.mul<T>(by, v128.shuffle<f64>(low0, low1, 1, 3)), add);
        if (units > 2) put<T>(to + v + 2 * unitBytes, v128.mul<T>(by, v128.shuffle<f64>(high0, high1, 0, 2)), add);
        if (units > 3) put<T>(to + v + 3 * unitBytes, v128.mul<T>(by, v128.shuffle<f64>(high0, high1, 1, 3)), add);
      }
    }
  }
}
