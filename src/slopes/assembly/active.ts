// A matrix times units of which many are 0: what relu leaves of the values, and of the adjoints on their way back.
//
// A vector holds units of one row here, not rows of one unit, so that each row leaves out the columns of its own zeros.
// A column costs somewhat more than in `dense`, so that half of them cost clearly less.
import { activeWidth, unitBytes } from '../instructions';
import { rowSums, spreadSums } from './rowSums';
import { at, multiplyAdd, unitSize, weight, zero } from './tile';

/** Bits of a row's word. */
const wordBits = 64;
/** Bytes of a column that a row adds up in registers. */
const partBytes: usize = 128;

/** Where sums without a bias begin. */
const zeros = memory.data(activeWidth * 8, 16);

/** y = W x + b without the columns whose x is 0; `scratch` holds the bits of the others. */
export function active<T>(
  panels: i32, x: i32, y: i32, inputs: i32, outputs: i32, weights: i32, bias: i32, add: i32, scratch: i32,
): void {
  const columnBytes = <usize>activeWidth * sizeof<T>();
  for (let start = 0; start < inputs; start += wordBits) {
    const count = min(wordBits, inputs - start);
    for (let panel = 0; panel < panels; panel++) findActive<T>(at(panel, x + start), count, at(panel, scratch));
    let block = weight<T>(weights) + <usize>start * columnBytes;
    // A block's weights stay in the first cache while the panels pass.
    for (let first = 0; first < outputs; first += activeWidth) {
      const width = min(activeWidth, outputs - first);
      const before = start == 0 && bias >= 0 ? weight<T>(bias + first) : zeros;
      for (let panel = 0; panel < panels; panel++) {
        sumRows<T>(at(panel, scratch), at(panel, x + start), block, before, width);
        spreadSums<T>(columnBytes, at(panel, y + first), width, 0, add | i32(start > 0));
      }
      block += <usize>inputs * columnBytes;
    }
  }
}

/** Per row the bits of up to 64 active units: a word in float64; in float32 two half words, a unit apart. */
function findActive<T>(x: usize, count: i32, to: usize): void {
  const end = x + <usize>count * unitBytes;
  for (let half = 0; half < 8 / sizeof<T>(); half++) {
    const last = min(end, x + <usize>(wordBits * sizeof<T>() / 8) * unitBytes);
    let a = zero(), b = zero(), c = zero(), d = zero();
    let bit = sizeof<T>() == 4 ? i32x4.splat(1) : i64x2.splat(1);
    for (; x < last; x += unitBytes) {
      a = v128.or(a, v128.and(bit, v128.ne<T>(v128.load(x), zero())));
      b = v128.or(b, v128.and(bit, v128.ne<T>(v128.load(x, 16), zero())));
      c = v128.or(c, v128.and(bit, v128.ne<T>(v128.load(x, 32), zero())));
      d = v128.or(d, v128.and(bit, v128.ne<T>(v128.load(x, 48), zero())));
      bit = sizeof<T>() == 4 ? i32x4.shl(bit, 1) : i64x2.shl(bit, 1);
    }
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    to += unitBytes;
  }
}

/** The sums of a panel's rows: `before` and the active columns of a block. */
function sumRows<T>(bits: usize, x: usize, block: usize, before: usize, width: i32): void {
  for (let part: usize = 0; part < <usize>width * sizeof<T>(); part += partBytes) {
    let to = rowSums + part;
    for (let row: usize = 0; row < unitSize; row += sizeof<T>()) {
      addColumns<T>(rowBits<T>(bits + row), x + row, block + part, before + part, to);
      to += activeWidth * sizeof<T>();
    }
  }
}

/** One bit per unit, the first one lowest. */
// @ts-ignore: decorator
@inline
function rowBits<T>(bits: usize): u64 {
  if (sizeof<T>() == 8) return load<u64>(bits);
  return <u64>load<u32>(bits) | (<u64>load<u32>(bits, unitBytes) << 32);
}

/** One row: eight vectors of sums over the active columns. */
// @ts-ignore: decorator
@inline
function addColumns<T>(active: u64, x: usize, columns: usize, before: usize, to: usize): void {
  let a = v128.load(before), b = v128.load(before, 16), c = v128.load(before, 32), d = v128.load(before, 48);
  let e = v128.load(before, 64), f = v128.load(before, 80), g = v128.load(before, 96), h = v128.load(before, 112);
  let left = popcnt(active);
  let factor = zero();
  let column = columns;
  while (active) {
    const unit = ctz(active);
    active &= active - 1;
    const place = <usize>unit * unitBytes;
    factor = v128.load_splat<T>(x + place);
    column = columns + place * (activeWidth * sizeof<T>() / unitBytes);
    a = multiplyAdd<T>(factor, v128.load(column), a);
    b = multiplyAdd<T>(factor, v128.load(column, 16), b);
    c = multiplyAdd<T>(factor, v128.load(column, 32), c);
    d = multiplyAdd<T>(factor, v128.load(column, 48), d);
    // Leaving in the middle keeps V8 from loading the whole column first, for which it has too few registers.
    if (--left == 0) break;
    e = multiplyAdd<T>(factor, v128.load(column, 64), e);
    f = multiplyAdd<T>(factor, v128.load(column, 80), f);
    g = multiplyAdd<T>(factor, v128.load(column, 96), g);
    h = multiplyAdd<T>(factor, v128.load(column, 112), h);
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
  v128.store(to, multiplyAdd<T>(factor, v128.load(column, 64), e), 64);
  v128.store(to, multiplyAdd<T>(factor, v128.load(column, 80), f), 80);
  v128.store(to, multiplyAdd<T>(factor, v128.load(column, 96), g), 96);
  v128.store(to, multiplyAdd<T>(factor, v128.load(column, 112), h), 112);
}
