// Operations that treat every unit by itself: moving, scaling, choosing.
import { unitBytes } from '../instructions';
import { at, inputArea, lineBytes, multiplyAdd, put, rowOffset, table, weight, zero, unitSize } from './tile';

/** Rows from lines of the staging area of x into a panel's units. */
export function loadRows(panels: i32, slot: i32, count: i32, line: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    let from = inputArea + <usize>line * lineBytes + rowOffset + <usize>panel * unitBytes;
    let to = at(panel, slot);
    for (let unit = 0; unit < count; unit++) {
      move(from, to);
      from += lineBytes;
      to += unitBytes;
    }
  }
}

/** A panel's units to lines of a staging area. */
export function storeRows(panels: i32, slot: i32, count: i32, area: usize, line: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    let from = at(panel, slot);
    let to = area + <usize>line * lineBytes + rowOffset + <usize>panel * unitBytes;
    for (let unit = 0; unit < count; unit++) {
      move(from, to);
      from += unitBytes;
      to += lineBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function move(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

/** y_k = w_k, or 0 without weights. */
export function fill<T>(panels: i32, y: i32, count: i32, weights: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    let to = at(panel, y);
    for (let k = 0; k < count; k++) {
      const value = weights >= 0 ? v128.load_splat<T>(weight<T>(weights + k)) : zero();
      v128.store(to, value);
      v128.store(to, value, 16);
      v128.store(to, value, 32);
      v128.store(to, value, 48);
      to += unitBytes;
    }
  }
}

/** y = factor x + offset; without an offset x is a move, of which 0 stays 0. */
export function scale<T>(panels: i32, x: i32, y: i32, count: i32, factor: i32, offset: i32, add: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    let from = at(panel, x);
    let to = at(panel, y);
    for (let k = 0; k < count; k++) {
      const f = v128.load_splat<T>(weight<T>(factor + k));
      const o = offset >= 0 ? v128.load_splat<T>(weight<T>(offset + k)) : zero();
      for (let v: usize = 0; v < unitSize; v += 16) {
        const value = v128.load(from + v);
        put<T>(to + v, offset >= 0 ? v128.add<T>(v128.mul<T>(value, f), o) : times<T>(f, value), add);
      }
      from += unitBytes;
      to += unitBytes;
    }
  }
}

/** y (+)= x */
export function copy<T>(panels: i32, x: i32, y: i32, count: i32, add: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    let from = at(panel, x);
    let to = at(panel, y);
    const end = from + <usize>count * unitBytes;
    for (; from < end; from += 16, to += 16) put<T>(to, v128.load(from), add);
  }
}

/** y_i = x_table(i) */
export function gather(panels: i32, x: i32, y: i32, count: i32, indices: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let i = 0; i < count; i++) move(at(panel, x + table(indices + i)), at(panel, y + i));
  }
}

/** y_table(i) += x_i */
export function scatter<T>(panels: i32, x: i32, y: i32, count: i32, indices: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let i = 0; i < count; i++) {
      const from = at(panel, x + i);
      const to = at(panel, y + table(indices + i));
      for (let v: usize = 0; v < unitSize; v += 16) put<T>(to + v, v128.load(from + v), 1);
    }
  }
}

/** slope · move, and 0 where nothing moves even if the slope is infinite. */
// @ts-ignore: decorator
@inline
export function times<T>(slope: v128, move: v128): v128 {
  return v128.and(v128.mul<T>(slope, move), v128.ne<T>(move, zero()));
}

/** y (+)= slope x */
export function multiply<T>(panels: i32, x: i32, slope: i32, y: i32, count: i32, add: i32): void {
  const bytes = <usize>count * unitBytes;
  for (let panel = 0; panel < panels; panel++) {
    // Each call is a loop of its own that need not ask whether to add.
    if (add) multiplyUnits<T>(at(panel, x), at(panel, slope), at(panel, y), bytes, 1);
    else multiplyUnits<T>(at(panel, x), at(panel, slope), at(panel, y), bytes, 0);
  }
}

// @ts-ignore: decorator
@inline
function multiplyUnits<T>(x: usize, slope: usize, y: usize, bytes: usize, add: i32): void {
  for (let v: usize = 0; v < bytes; v += 16) put<T>(y + v, times<T>(v128.load(slope + v), v128.load(x + v)), add);
}

/** y (+)= x where a > 0 */
export function mask<T>(panels: i32, x: i32, a: i32, y: i32, count: i32, add: i32): void {
  const bytes = <usize>count * unitBytes;
  for (let panel = 0; panel < panels; panel++) {
    if (add) maskUnits<T>(at(panel, x), at(panel, a), at(panel, y), bytes, 1);
    else maskUnits<T>(at(panel, x), at(panel, a), at(panel, y), bytes, 0);
  }
}

// @ts-ignore: decorator
@inline
function maskUnits<T>(x: usize, a: usize, y: usize, bytes: usize, add: i32): void {
  for (let v: usize = 0; v < bytes; v += 16) {
    put<T>(y + v, v128.and(v128.load(x + v), v128.gt<T>(v128.load(a + v), zero())), add);
  }
}

/** 1 where the comparison holds, else 0. */
export function compare<T>(panels: i32, how: i32, a: i32, b: i32, y: i32, count: i32): void {
  const one = v128.splat<T>(<T>1);
  for (let panel = 0; panel < panels; panel++) {
    const left = at(panel, a);
    const right = at(panel, b);
    const to = at(panel, y);
    const bytes = <usize>count * unitBytes;
    for (let v: usize = 0; v < bytes; v += 16) {
      v128.store(to + v, v128.and(one, holds<T>(how, v128.load(left + v), v128.load(right + v))));
    }
  }
}

function holds<T>(how: i32, a: v128, b: v128): v128 {
  if (how == 0) return v128.eq<T>(a, b);
  if (how == 1) return v128.ne<T>(a, b);
  if (how == 2) return v128.lt<T>(a, b);
  if (how == 3) return v128.le<T>(a, b);
  if (how == 4) return v128.gt<T>(a, b);
  return v128.ge<T>(a, b);
}

/** y = condition ≠ 0 ? then : otherwise, where a slot of −1 stands for zeros. */
export function select<T>(panels: i32, condition: i32, then: i32, otherwise: i32, y: i32, count: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    const bytes = <usize>count * unitBytes;
    for (let v: usize = 0; v < bytes; v += 16) {
      const taken = v128.ne<T>(v128.load(at(panel, condition) + v), zero());
      const yes = then >= 0 ? v128.load(at(panel, then) + v) : zero();
      const no = otherwise >= 0 ? v128.load(at(panel, otherwise) + v) : zero();
      v128.store(at(panel, y) + v, v128.bitselect(yes, no, taken));
    }
  }
}

/** The adjoint goes to the branch that was taken. */
export function selectPull<T>(
  panels: i32, condition: i32, adjoint: i32, then: i32, addThen: i32, otherwise: i32, addOtherwise: i32, count: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const bytes = <usize>count * unitBytes;
    for (let v: usize = 0; v < bytes; v += 16) {
      const taken = v128.ne<T>(v128.load(at(panel, condition) + v), zero());
      const move = v128.load(at(panel, adjoint) + v);
      if (then >= 0) put<T>(at(panel, then) + v, v128.and(move, taken), addThen);
      if (otherwise >= 0) put<T>(at(panel, otherwise) + v, v128.andnot(move, taken), addOtherwise);
    }
  }
}
