// What the bound of the rounding error needs to know: how near rows come to a kink, and how large units grow.
import { unitBytes } from '../instructions';
import { winner, max, min } from './combine';
import { largest } from './reduce';
import { at, errorArea, marginArea, peakArea, rowOffset, table, weight, unitSize, zero } from './tile';

/** Lowers the margins of a vector of rows; NaN counts as no margin at all. */
// @ts-ignore: decorator
@inline
function lower<T>(panel: i32, v: usize, distance: v128): void {
  const to = marginArea + rowOffset + <usize>panel * unitBytes + v;
  const nan = v128.ne<T>(distance, distance);
  const known = v128.bitselect(v128.splat<T>(<T>-Infinity), distance, nan);
  v128.store(to, v128.pmin<T>(v128.load(to), known));
}

// @ts-ignore: decorator
@inline
function errorOf<T>(index: i32): v128 {
  return v128.load_splat<T>(errorArea + <usize>index * sizeof<T>());
}

/** No kink met yet. */
export function resetMargins<T>(panels: i32): void {
  const far = v128.splat<T>(<T>Infinity);
  for (let panel = 0; panel < panels; panel++) {
    for (let v: usize = 0; v < unitSize; v += 16) {
      v128.store(marginArea + rowOffset + <usize>panel * unitBytes + v, far);
    }
  }
}

/** |x − kink| − error for every unit and kink. */
export function marginKink<T>(panels: i32, x: i32, count: i32, kinks: i32, number: i32, errors: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let v: usize = 0; v < unitSize; v += 16) {
      for (let kink = 0; kink < number; kink++) {
        const place = v128.load_splat<T>(weight<T>(kinks + kink));
        let from = at(panel, x) + v;
        let nearest = v128.splat<T>(<T>Infinity);
        let unknown = zero();
        for (let unit = 0; unit < count; unit++) {
          const distance = v128.sub<T>(v128.abs<T>(v128.sub<T>(v128.load(from), place)), errorOf<T>(errors + unit));
          nearest = v128.pmin<T>(nearest, distance);
          unknown = v128.or(unknown, v128.ne<T>(distance, distance));
          from += unitSize;
        }
        lower<T>(panel, v, v128.or(nearest, unknown));
      }
    }
  }
}

/** |a − b| − error for every unit. */
export function marginPair<T>(panels: i32, a: i32, b: i32, count: i32, errors: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let v: usize = 0; v < unitSize; v += 16) {
      let nearest = v128.splat<T>(<T>Infinity);
      let unknown = zero();
      for (let unit = 0; unit < count; unit++) {
        const gap = v128.sub<T>(v128.load(at(panel, a + unit) + v), v128.load(at(panel, b + unit) + v));
        const distance = v128.sub<T>(v128.abs<T>(gap), errorOf<T>(errors + unit));
        nearest = v128.pmin<T>(nearest, distance);
        unknown = v128.or(unknown, v128.ne<T>(distance, distance));
      }
      lower<T>(panel, v, v128.or(nearest, unknown));
    }
  }
}

/** The lead of each group's winner over the second − error. */
export function marginReduce<T>(
  panels: i32, how: i32, x: i32, groups: i32, starts: i32, errors: i32,
): void {
  const members = starts + groups + 1;
  const rule = how == largest ? max : min;
  const worst = v128.splat<T>(how == largest ? <T>-Infinity : <T>Infinity);
  for (let panel = 0; panel < panels; panel++) {
    for (let group = 0; group < groups; group++) {
      const last = members + table(starts + group + 1);
      for (let v: usize = 0; v < unitSize; v += 16) {
        let best = worst;
        let next = worst;
        for (let k = members + table(starts + group); k < last; k++) {
          const member = v128.load(at(panel, x + table(k)) + v);
          const leading = winner<T>(rule, best, member);
          // The loser of this duel may still be the second.
          next = winner<T>(rule, next, winner<T>(rule == max ? min : max, best, member));
          best = leading;
        }
        lower<T>(panel, v, v128.sub<T>(v128.abs<T>(v128.sub<T>(best, next)), errorOf<T>(errors + group)));
      }
    }
  }
}

/** Raises the peaks, one vector per unit, to the largest |x|. */
export function peak<T>(panels: i32, slot: i32, count: i32, first: i32): void {
  for (let unit = 0; unit < count; unit++) {
    const to = peakArea + (<usize>(first + unit) << 4);
    let top = v128.load(to);
    for (let panel = 0; panel < panels; panel++) {
      for (let v: usize = 0; v < unitSize; v += 16) {
        const size = v128.abs<T>(v128.load(at(panel, slot + unit) + v));
        top = v128.bitselect(top, size, v128.gt<T>(top, size));
      }
    }
    v128.store(to, top);
  }
}
