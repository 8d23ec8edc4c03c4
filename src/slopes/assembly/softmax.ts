// Softmax, log-softmax and sparsemax over groups of units. A group's table holds starts, then members.
import { unitBytes } from '../instructions';
import { times } from './elementwise';
import { exponential } from './exponential';
import { at, put, table, zero, unitSize } from './tile';

export const soft = 0;
export const logarithm = 1;
export const sparse = 2;

/** Values of every group. */
export function softmax<T>(panels: i32, how: i32, x: i32, y: i32, groups: i32, starts: i32): void {
  const members = starts + groups + 1;
  for (let panel = 0; panel < panels; panel++) {
    for (let group = 0; group < groups; group++) {
      const first = members + table(starts + group);
      const last = members + table(starts + group + 1);
      for (let v: usize = 0; v < unitSize; v += 16) {
        const from = at(panel, x) + v;
        const to = at(panel, y) + v;
        if (how == sparse) sparsemaxGroup<T>(from, to, first, last);
        else softmaxGroup<T>(how, from, to, first, last);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function unit(base: usize, k: i32): usize {
  return base + <usize>table(k) * unitBytes;
}

function softmaxGroup<T>(how: i32, x: usize, y: usize, first: i32, last: i32): void {
  let top = v128.load(unit(x, first));
  for (let k = first + 1; k < last; k++) top = v128.pmax<T>(top, v128.load(unit(x, k)));
  let sum = zero();
  for (let k = first; k < last; k++) {
    const shifted = v128.sub<T>(v128.load(unit(x, k)), top);
    const e = exponential<T>(shifted);
    sum = v128.add<T>(sum, e);
    v128.store(unit(y, k), how == logarithm ? shifted : e);
  }
  const total = how == logarithm ? logarithmOf<T>(sum) : sum;
  for (let k = first; k < last; k++) {
    const value = v128.load(unit(y, k));
    v128.store(unit(y, k), how == logarithm ? v128.sub<T>(value, total) : v128.div<T>(value, total));
  }
}

function logarithmOf<T>(x: v128): v128 {
  if (sizeof<T>() == 4) {
    let result = f32x4.splat(<f32>Math.log(f32x4.extract_lane(x, 0)));
    result = f32x4.replace_lane(result, 1, <f32>Math.log(f32x4.extract_lane(x, 1)));
    result = f32x4.replace_lane(result, 2, <f32>Math.log(f32x4.extract_lane(x, 2)));
    return f32x4.replace_lane(result, 3, <f32>Math.log(f32x4.extract_lane(x, 3)));
  }
  const low = f64x2.splat(Math.log(f64x2.extract_lane(x, 0)));
  return f64x2.replace_lane(low, 1, Math.log(f64x2.extract_lane(x, 1)));
}

/** The threshold by dropping what lies below the mean of the rest minus its share, until nothing more drops (Michelot 1986). */
function sparsemaxGroup<T>(x: usize, y: usize, first: i32, last: i32): void {
  const one = v128.splat<T>(<T>1);
  // Less the largest, so that the threshold lies in (−1, 0] and no digits are lost to large numbers.
  let top = v128.load(unit(x, first));
  let unknown = zero();
  for (let k = first; k < last; k++) {
    const value = v128.load(unit(x, k));
    top = v128.pmax<T>(top, value);
    unknown = v128.or(unknown, v128.ne<T>(value, value));
  }
  let threshold = v128.splat<T>(<T>-Infinity);
  for (let round = first; round <= last; round++) {
    let sum = v128.neg<T>(one);
    let count = zero();
    for (let k = first; k < last; k++) {
      const value = v128.sub<T>(v128.load(unit(x, k)), top);
      const inside = v128.gt<T>(value, threshold);
      sum = v128.add<T>(sum, v128.and(value, inside));
      count = v128.add<T>(count, v128.and(one, inside));
    }
    const next = v128.div<T>(sum, count);
    const done = v128.eq<T>(next, threshold);
    threshold = next;
    if (i32x4.all_true(done)) break;
  }
  for (let k = first; k < last; k++) {
    const share = v128.sub<T>(v128.sub<T>(v128.load(unit(x, k)), top), threshold);
    v128.store(unit(y, k), v128.or(v128.pmax<T>(share, zero()), unknown));
  }
}

/** Adds J v (or Jᵀ v) of every group to what is there, or stores it. */
function through<T>(
  panels: i32, how: i32, transposed: bool, y: i32, move: i32, to: i32, groups: i32, starts: i32, add: i32,
): void {
  const members = starts + groups + 1;
  for (let panel = 0; panel < panels; panel++) {
    for (let group = 0; group < groups; group++) {
      const first = members + table(starts + group);
      const last = members + table(starts + group + 1);
      for (let v: usize = 0; v < unitSize; v += 16) {
        const output = at(panel, y) + v;
        const from = at(panel, move) + v;
        const into = at(panel, to) + v;
        if (how == logarithm && transposed) pullLogarithm<T>(output, from, into, first, last, add);
        else pushGroup<T>(how, output, from, into, first, last, add);
      }
    }
  }
}

/** Softmax p_i (v_i − Σ p v), log-softmax v_i − Σ p v, sparsemax v_i − mean of v over the support. */
function pushGroup<T>(how: i32, y: usize, move: usize, to: usize, first: i32, last: i32, add: i32): void {
  const one = v128.splat<T>(<T>1);
  let sum = zero();
  let count = zero();
  for (let k = first; k < last; k++) {
    const share = shareOf<T>(how, v128.load(unit(y, k)), one);
    sum = v128.add<T>(sum, times<T>(share, v128.load(unit(move, k))));
    count = v128.add<T>(count, share);
  }
  const mean = how == sparse ? times<T>(v128.div<T>(one, count), sum) : sum;
  for (let k = first; k < last; k++) {
    const change = v128.sub<T>(v128.load(unit(move, k)), mean);
    const share = how == logarithm ? one : shareOf<T>(how, v128.load(unit(y, k)), one);
    put<T>(unit(to, k), times<T>(share, change), add);
  }
}

// @ts-ignore: decorator
@inline
function shareOf<T>(how: i32, y: v128, one: v128): v128 {
  if (how == sparse) return v128.and(one, v128.gt<T>(y, zero()));
  return how == logarithm ? exponential<T>(y) : y;
}

/** x̄_i += ȳ_i − p_i Σ ȳ */
function pullLogarithm<T>(y: usize, adjoint: usize, to: usize, first: i32, last: i32, add: i32): void {
  let total = zero();
  for (let k = first; k < last; k++) total = v128.add<T>(total, v128.load(unit(adjoint, k)));
  for (let k = first; k < last; k++) {
    const share = times<T>(exponential<T>(v128.load(unit(y, k))), total);
    put<T>(unit(to, k), v128.sub<T>(v128.load(unit(adjoint, k)), share), add);
  }
}

/** x̄ += Jᵀ ȳ */
export function softmaxPull<T>(panels: i32, how: i32, y: i32, adjoint: i32, to: i32, groups: i32, starts: i32): void {
  through<T>(panels, how, true, y, adjoint, to, groups, starts, 1);
}

/** ẏ = J ẋ; units outside all groups must hold 0 already. */
export function softmaxPush<T>(panels: i32, how: i32, y: i32, tangent: i32, to: i32, groups: i32, starts: i32): void {
  through<T>(panels, how, false, y, tangent, to, groups, starts, 0);
}

/**
 * The weights w of the second derivative Σ w_i a_i b_i along centred tangents: softmax p_i (ȳ_i − Σ p ȳ), log-softmax
 * −p_i Σ ȳ.
 */
export function softmaxCurve<T>(panels: i32, how: i32, y: i32, adjoint: i32, z: i32, groups: i32, starts: i32): void {
  const members = starts + groups + 1;
  for (let panel = 0; panel < panels; panel++) {
    for (let group = 0; group < groups; group++) {
      const first = members + table(starts + group);
      const last = members + table(starts + group + 1);
      for (let v: usize = 0; v < unitSize; v += 16) {
        curveGroup<T>(how, at(panel, y) + v, at(panel, adjoint) + v, at(panel, z) + v, first, last);
      }
    }
  }
}

function curveGroup<T>(how: i32, y: usize, adjoint: usize, z: usize, first: i32, last: i32): void {
  let total = zero();
  for (let k = first; k < last; k++) {
    const move = v128.load(unit(adjoint, k));
    total = v128.add<T>(total, how == logarithm ? move : times<T>(v128.load(unit(y, k)), move));
  }
  for (let k = first; k < last; k++) {
    const output = v128.load(unit(y, k));
    const weight =
      how == logarithm
        ? v128.neg<T>(times<T>(exponential<T>(output), total))
        : times<T>(output, v128.sub<T>(v128.load(unit(adjoint, k)), total));
    v128.store(unit(z, k), weight);
  }
}

/** z_i = v_i − Σ p v in every group, p the softmax. */
export function centre<T>(panels: i32, how: i32, y: i32, tangent: i32, z: i32, groups: i32, starts: i32): void {
  const members = starts + groups + 1;
  for (let panel = 0; panel < panels; panel++) {
    for (let group = 0; group < groups; group++) {
      const first = members + table(starts + group);
      const last = members + table(starts + group + 1);
      for (let v: usize = 0; v < unitSize; v += 16) {
        const from = at(panel, tangent) + v;
        let mean = zero();
        for (let k = first; k < last; k++) {
          const output = v128.load(unit(at(panel, y) + v, k));
          const share = how == logarithm ? exponential<T>(output) : output;
          mean = v128.add<T>(mean, v128.mul<T>(share, v128.load(unit(from, k))));
        }
        for (let k = first; k < last; k++) {
          v128.store(unit(at(panel, z) + v, k), v128.sub<T>(v128.load(unit(from, k)), mean));
        }
      }
    }
  }
}
