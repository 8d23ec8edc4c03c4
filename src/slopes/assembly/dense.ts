// The linear operations: dense and sparse matrices times the units of a panel.
import { denseBlock, sumLength, unitBytes } from '../instructions';
import { at, multiplyAdd, put, table, weight, zero } from './tile';

/** Where the sums of four units begin that have no bias. */
const zeros = memory.data(32, 16);

/** y = W x + b. Blocks of units outside, panels inside: a block's weights stay in the first cache while rows stream. */
export function dense<T>(
  panels: i32, x: i32, y: i32, inputs: i32, outputs: i32, weights: i32, bias: i32, add: i32,
): void {
  const whole = outputs - outputs % denseBlock;
  for (let unit = 0; unit < outputs; unit += unit < whole ? denseBlock : 1) {
    for (let first = 0; first == 0 || first < inputs; first += sumLength) {
      const length = min(sumLength, inputs - first);
      const start: usize = first == 0 && bias >= 0 ? weight<T>(bias + unit) : zeros;
      const more = add != 0 || first > 0;
      const block = weight<T>(weights + unit * inputs + first * (unit < whole ? denseBlock : 1));
      for (let panel = 0; panel < panels; panel++) {
        const from = at(panel, x + first);
        const to = at(panel, y + unit);
        if (unit < whole) {
          fourUnits<T>(block, from, to, length, start, more);
          fourUnits<T>(block, from + 32, to + 32, length, start, more);
        } else oneUnit<T>(block, from, to, length, start, more);
      }
    }
  }
}

/** Four units times half a panel of rows: eight sums in registers. */
function fourUnits<T>(weights: usize, x: usize, y: usize, length: i32, start: usize, add: bool): void {
  let a0 = v128.load_splat<T>(start), a1 = a0;
  let b0 = v128.load_splat<T>(start + sizeof<T>()), b1 = b0;
  let c0 = v128.load_splat<T>(start + 2 * sizeof<T>()), c1 = c0;
  let d0 = v128.load_splat<T>(start + 3 * sizeof<T>()), d1 = d0;
  const end = x + <usize>length * unitBytes;
  while (x < end) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const wa = v128.load_splat<T>(weights);
    a0 = multiplyAdd<T>(wa, x0, a0);
    a1 = multiplyAdd<T>(wa, x1, a1);
    const wb = v128.load_splat<T>(weights, sizeof<T>());
    b0 = multiplyAdd<T>(wb, x0, b0);
    b1 = multiplyAdd<T>(wb, x1, b1);
    const wc = v128.load_splat<T>(weights, 2 * sizeof<T>());
    c0 = multiplyAdd<T>(wc, x0, c0);
    c1 = multiplyAdd<T>(wc, x1, c1);
    const wd = v128.load_splat<T>(weights, 3 * sizeof<T>());
    d0 = multiplyAdd<T>(wd, x0, d0);
    d1 = multiplyAdd<T>(wd, x1, d1);
    weights += denseBlock * sizeof<T>();
    x += unitBytes;
  }
  if (add) {
    a0 = v128.add<T>(a0, v128.load(y));
    a1 = v128.add<T>(a1, v128.load(y, 16));
    b0 = v128.add<T>(b0, v128.load(y, unitBytes));
    b1 = v128.add<T>(b1, v128.load(y, unitBytes + 16));
    c0 = v128.add<T>(c0, v128.load(y, 2 * unitBytes));
    c1 = v128.add<T>(c1, v128.load(y, 2 * unitBytes + 16));
    d0 = v128.add<T>(d0, v128.load(y, 3 * unitBytes));
    d1 = v128.add<T>(d1, v128.load(y, 3 * unitBytes + 16));
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y, b0, unitBytes);
  v128.store(y, b1, unitBytes + 16);
  v128.store(y, c0, 2 * unitBytes);
  v128.store(y, c1, 2 * unitBytes + 16);
  v128.store(y, d0, 3 * unitBytes);
  v128.store(y, d1, 3 * unitBytes + 16);
}

/** One unit times a whole panel of rows. */
function oneUnit<T>(weights: usize, x: usize, y: usize, length: i32, start: usize, add: bool): void {
  let a = v128.load_splat<T>(start), b = a, c = a, d = a;
  const end = x + <usize>length * unitBytes;
  while (x < end) {
    const w = v128.load_splat<T>(weights);
    a = multiplyAdd<T>(w, v128.load(x), a);
    b = multiplyAdd<T>(w, v128.load(x, 16), b);
    c = multiplyAdd<T>(w, v128.load(x, 32), c);
    d = multiplyAdd<T>(w, v128.load(x, 48), d);
    weights += sizeof<T>();
    x += unitBytes;
  }
  put<T>(y, a, add);
  put<T>(y + 16, b, add);
  put<T>(y + 32, c, add);
  put<T>(y + 48, d, add);
}

/** y = W x + b for a matrix with many zeros: per unit the columns that are not zero. */
export function sparse<T>(
  panels: i32, x: i32, y: i32, outputs: i32, starts: i32, weights: i32, bias: i32, add: i32,
): void {
  const columns = starts + outputs + 1;
  for (let unit = 0; unit < outputs; unit++) {
    const last = table(starts + unit + 1);
    const start: usize = bias >= 0 ? weight<T>(bias + unit) : 0;
    for (let panel = 0; panel < panels; panel++) {
      let more = add;
      let first = table(starts + unit);
      const source = at(panel, x);
      const to = at(panel, y + unit);
      do {
        const end = min(first + sumLength, last);
        let a = zero(), b = zero(), c = zero(), d = zero();
        for (let k = first; k < end; k++) {
          const w = v128.load_splat<T>(weight<T>(weights + k));
          const from = source + <usize>table(columns + k) * unitBytes;
          a = multiplyAdd<T>(w, v128.load(from), a);
          b = multiplyAdd<T>(w, v128.load(from, 16), b);
          c = multiplyAdd<T>(w, v128.load(from, 32), c);
          d = multiplyAdd<T>(w, v128.load(from, 48), d);
        }
        if (start && end == last) {
          const s = v128.load_splat<T>(start);
          a = v128.add<T>(a, s);
          b = v128.add<T>(b, s);
          c = v128.add<T>(c, s);
          d = v128.add<T>(d, s);
        }
        put<T>(to, a, more);
        put<T>(to + 16, b, more);
        put<T>(to + 32, c, more);
        put<T>(to + 48, d, more);
        more = 1;
        first = end;
      } while (first < last);
    }
  }
}

/** y_k = w_k · head: the first linear step behind a single unit (or, without a head, behind the number 1). */
export function spread<T>(panels: i32, y: i32, count: i32, weights: i32, stride: i32, head: i32, add: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    const one = v128.splat<T>(<T>1);
    const from = head >= 0 ? at(panel, head) : 0;
    const h0 = from ? v128.load(from) : one;
    const h1 = from ? v128.load(from, 16) : one;
    const h2 = from ? v128.load(from, 32) : one;
    const h3 = from ? v128.load(from, 48) : one;
    let to = at(panel, y);
    for (let k = 0; k < count; k++) {
      const w = v128.load_splat<T>(weight<T>(weights + k * stride));
      put<T>(to, v128.mul<T>(w, h0), add);
      put<T>(to + 16, v128.mul<T>(w, h1), add);
      put<T>(to + 32, v128.mul<T>(w, h2), add);
      put<T>(to + 48, v128.mul<T>(w, h3), add);
      to += unitBytes;
    }
  }
}
