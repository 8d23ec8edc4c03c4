// Many units to one, group by group. A group's table holds starts, then members.
import { unitBytes } from '../instructions';
import { max, min, winner } from './combine';
import { times } from './elementwise';
import { at, put, table, zero, unitSize } from './tile';

export const sum = 0;
export const mean = 1;
export const largest = 2;
export const smallest = 3;
export const product = 4;

/** y_g = reduction of the members of group g. */
export function reduce<T>(panels: i32, how: i32, x: i32, y: i32, groups: i32, starts: i32): void {
  const members = starts + groups + 1;
  for (let panel = 0; panel < panels; panel++) {
    for (let group = 0; group < groups; group++) {
      const first = table(starts + group);
      const last = table(starts + group + 1);
      for (let v: usize = 0; v < unitSize; v += 16) {
        let result = how == product ? v128.splat<T>(<T>1) : zero();
        for (let k = first; k < last; k++) {
          const member = v128.load(at(panel, x + table(members + k)) + v);
          if (how == sum || how == mean) result = v128.add<T>(result, member);
          else if (how == product) result = v128.mul<T>(result, member);
          else result = k == first ? member : winner<T>(how == largest ? max : min, result, member);
        }
        if (how == mean) result = v128.div<T>(result, v128.splat<T>(<T>(last - first)));
        v128.store(at(panel, y + group) + v, result);
      }
    }
  }
}

/** x̄_member += ∂y/∂x_member ȳ. For products, `scratch` has room for the largest group. */
export function reducePull<T>(
  panels: i32, how: i32, x: i32, y: i32, adjoint: i32, to: i32, groups: i32, starts: i32, scratch: i32,
): void {
  const members = starts + groups + 1;
  for (let panel = 0; panel < panels; panel++) {
    for (let group = 0; group < groups; group++) {
      const first = table(starts + group);
      const last = table(starts + group + 1);
      for (let v: usize = 0; v < unitSize; v += 16) {
        const move = v128.load(at(panel, adjoint + group) + v);
        if (how == product) pullProduct<T>(panel, v, x, to, members + first, members + last, move, scratch);
        else if (how == largest || how == smallest)
          pullWinner<T>(panel, v, x, to, members + first, members + last, move, v128.load(at(panel, y + group) + v));
        else {
          const share = how == mean ? v128.div<T>(move, v128.splat<T>(<T>(last - first))) : move;
          for (let k = first; k < last; k++) put<T>(at(panel, to + table(members + k)) + v, share, 1);
        }
      }
    }
  }
}

/** Whether two numbers are equal or both NaN: NaN wins wherever it stands. */
// @ts-ignore: decorator
@inline
function same<T>(x: v128, y: v128): v128 {
  return v128.or(v128.eq<T>(x, y), v128.and(v128.ne<T>(x, x), v128.ne<T>(y, y)));
}

/** The first member that equals the winner takes all. */
// @ts-ignore: decorator
@inline
function pullWinner<T>(
  panel: i32, v: usize, x: i32, to: i32, first: i32, last: i32, move: v128, best: v128,
): void {
  let open = v128.not(zero());
  for (let k = first; k < last; k++) {
    const member = table(k);
    const hit = v128.and(open, same<T>(v128.load(at(panel, x + member) + v), best));
    open = v128.andnot(open, hit);
    put<T>(at(panel, to + member) + v, v128.and(move, hit), 1);
  }
}

/** Products of the others: those before, kept in the scratch units, times those behind. */
// @ts-ignore: decorator
@inline
function pullProduct<T>(
  panel: i32, v: usize, x: i32, to: i32, first: i32, last: i32, move: v128, scratch: i32,
): void {
  let before = v128.splat<T>(<T>1);
  for (let k = first; k < last; k++) {
    v128.store(at(panel, scratch + k - first) + v, before);
    before = v128.mul<T>(before, v128.load(at(panel, x + table(k)) + v));
  }
  let behind = v128.splat<T>(<T>1);
  for (let k = last - 1; k >= first; k--) {
    const others = v128.mul<T>(v128.load(at(panel, scratch + k - first) + v), behind);
    put<T>(at(panel, to + table(k)) + v, times<T>(others, move), 1);
    behind = v128.mul<T>(behind, v128.load(at(panel, x + table(k)) + v));
  }
}

/** ẏ = Σ ∂y/∂x_member ẋ_member for maxima, minima and products; sums and means push like values. */
export function reducePush<T>(
  panels: i32, how: i32, x: i32, y: i32, tangent: i32, to: i32, groups: i32, starts: i32,
): void {
  const members = starts + groups + 1;
  for (let panel = 0; panel < panels; panel++) {
    for (let group = 0; group < groups; group++) {
      const first = table(starts + group);
      const last = table(starts + group + 1);
      for (let v: usize = 0; v < unitSize; v += 16) {
        const best = v128.load(at(panel, y + group) + v);
        // For products: the product so far and its slope, by the product rule.
        let before = v128.splat<T>(<T>1);
        let slope = zero();
        let open = v128.not(zero());
        for (let k = first; k < last; k++) {
          const member = table(members + k);
          const value = v128.load(at(panel, x + member) + v);
          const move = v128.load(at(panel, tangent + member) + v);
          if (how == product) {
            slope = v128.add<T>(times<T>(value, slope), times<T>(before, move));
            before = v128.mul<T>(before, value);
          } else {
            const hit = v128.and(open, same<T>(value, best));
            open = v128.andnot(open, hit);
            slope = v128.or(slope, v128.and(move, hit));
          }
        }
        v128.store(at(panel, to + group) + v, slope);
      }
    }
  }
}
