import type { Computation } from './computeSlopes';
import { type Points, slopesAt } from './points';

/** Stretches the way starts with, points looked at in all, and how near the parts must come to the change. */
const firstStretches = 100;
const mostPoints = 4000;
const enough = 1e-4;

/** A stretch of the way, from and to as shares of the whole, with what it adds to each input's part. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly parts: Float64Array;
  /** How the forecast moves here, over the whole way. */
  readonly slope: number;
}

/**
 * What each input adds to a change of the forecast from one point to another: its slopes summed along the straight way
 * (integrated gradients, Sundararajan, Taly and Yan 2017), by the midpoint rule. Stretches beside which the slope jumps are
 * halved until the parts sum to the change, so that kinks are found.
 */
export async function partsAlong(
  computation: Computation,
  start: Float64Array,
  end: Float64Array,
  change: number,
): Promise<Float64Array> {
  const ends = Array.from({ length: firstStretches }, (_, step) => [
    step / firstStretches,
    (step + 1) / firstStretches,
  ]);
  let stretches = await measured(computation, start, end, ends);
  let points = stretches.length;
  while (Math.abs(sumOf(stretches) - change) > enough * Math.abs(change) && points < mostPoints) {
    const rough = roughest(stretches);
    if (rough.size === 0) break;
    const halves = [...rough].flatMap(({ from, to }) => [
      [from, (from + to) / 2],
      [(from + to) / 2, to],
    ]);
    points += halves.length;
    stretches = [
      ...stretches.filter((stretch) => !rough.has(stretch)),
      ...(await measured(computation, start, end, halves)),
    ].sort((a, b) => a.from - b.from);
  }
  return Float64Array.from(start, (_, input) => stretches.reduce((sum, { parts }) => sum + parts[input]!, 0));
}

async function measured(
  computation: Computation,
  start: Float64Array,
  end: Float64Array,
  ends: readonly (readonly number[])[],
): Promise<Stretch[]> {
  const points: Points = {
    count: ends.length,
    lines: Array.from(start, (value, input) =>
      Float64Array.from(ends, ([from, to]) => value + ((end[input]! - value) * (from! + to!)) / 2),
    ),
  };
  const { slopes } = await slopesAt(computation, points);
  return ends.map(([from, to], place) => {
    const length = to! - from!;
    const parts = Float64Array.from(start, (value, input) => {
      const way = end[input]! - value;
      return way === 0 ? 0 : way * slopes[input]![place]! * length;
    });
    return { from: from!, to: to!, parts, slope: parts.reduce((sum, part) => sum + part, 0) / length };
  });
}

function sumOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { slope, from, to }) => sum + slope * (to - from), 0);
}

/** The stretches that may miss most: long ones beside which the slope is another. */
function roughest(stretches: readonly Stretch[]): ReadonlySet<Stretch> {
  const jump = (a: Stretch | undefined, b: Stretch | undefined): number => (a && b ? Math.abs(a.slope - b.slope) : 0);
  const missed = stretches.map((stretch, at) => {
    const beside = Math.max(jump(stretches[at - 1], stretch), jump(stretch, stretches[at + 1]));
    return beside * (stretch.to - stretch.from);
  });
  const most = missed.reduce((largest, each) => Math.max(largest, each), 0);
  return new Set(stretches.filter((_, at) => missed[at]! > 0 && missed[at]! >= most / 10));
}
