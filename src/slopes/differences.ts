import { differenceStep } from '../network/blackBox';
import type { BlackBoxOp } from '../network/network';

/** A difference of two 32-bit values is only rounding up to this share of them. */
const rounding = 4 * 2 ** -24;

/**
 * Central differences (f(x + h) − f(x − h)) ÷ 2h of a black box, lines [row][output][input]. `rows` holds lines
 * [row][input] of `count` rows. h is `differenceStep` · max(1, |x|), for whole numbers 1. A difference within the
 * rounding of 32-bit numbers is 0.
 */
export function differenceJacobian(op: BlackBoxOp, rows: Float64Array, count: number, outputs: number): Float64Array {
  const inputs = op.whole.length;
  const jacobian = new Float64Array(count * outputs * inputs);
  for (let input = 0; input < inputs; input++) {
    const [above, below] = [rows.slice(), rows.slice()];
    for (let place = input; place < rows.length; place += inputs) {
      const step = stepOf(op, input, rows[place]!);
      above[place] = Math.fround(rows[place]! + step);
      below[place] = Math.fround(rows[place]! - step);
    }
    const [up, down] = [op.values(above, count), op.values(below, count)];
    for (let line = 0; line < count * outputs; line++) {
      const place = Math.floor(line / outputs) * inputs + input;
      jacobian[line * inputs + input] = difference(up[line]!, down[line]!) / (above[place]! - below[place]!);
    }
  }
  return jacobian;
}

/** How far to go to either side of x. */
function stepOf({ whole }: BlackBoxOp, input: number, x: number): number {
  return whole[input] ? 1 : differenceStep * Math.max(1, Math.abs(x));
}

function difference(up: number, down: number): number {
  return Math.abs(up - down) <= rounding * Math.max(Math.abs(up), Math.abs(down)) ? 0 : up - down;
}
