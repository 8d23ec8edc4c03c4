import { kinkWidth } from './activationSlopes';
import type { EngineJob, EngineResult } from './engine';
import { runJob } from './engine';
import type { ErrorBound } from './errorBound';
import { boundErrors } from './errorBound';
import type { Kernels, Lines } from './kernels';
import type { Plan } from './plan';

/** What values and slopes are compared with, in model units; 0 is always watched for slopes. */
export interface Limits {
  /** Per output. */
  readonly values?: readonly (readonly number[])[];
  /** Per output and input, [output][input]. */
  readonly slopes?: readonly (readonly number[])[];
}

/** Results whose verdicts are those of float64, and how many rows had to be computed in it. */
export interface CheckedResult extends EngineResult {
  readonly exactRows: number;
}

/** From this share of doubtful rows on, float64 throughout is the shorter way. */
const mostDoubtful = 0.4;

/**
 * Computes slopes in float32 and once more in float64 wherever float32 cannot decide: rows that may lie on the other
 * side of a kink, and rows with a slope (or value) within its error of 0 or of a limit. Remembers from chunk to chunk how
 * large units grow, so that the error bound is worked out rarely. One instance serves one plan.
 */
export class CheckedSlopes {
  private readonly plan: Plan;
  private readonly limits: Limits;
  /** Magnitudes that the bound in use allows for. */
  private peaks: Float64Array;
  private bound: ErrorBound | undefined;
  private exact = false;

  constructor(plan: Plan, limits: Limits = {}) {
    this.plan = plan;
    this.limits = limits;
    this.peaks = new Float64Array(plan.slots);
  }

  /** Runs some rows; `y` and `jacobian` hold float32 results except in the rows that were computed exactly. */
  run(kernels: Kernels, job: EngineJob): CheckedResult {
    const found = this.exact || !job.slopes ? undefined : this.tryFloat32(kernels, job);
    if (!found) return { ...runJob(kernels, this.plan, job), exactRows: job.rows };
    const { y, jacobian, doubtful } = found;
    const atKink = new Uint8Array(job.rows);
    if (doubtful.length > mostDoubtful * job.rows) this.exact = true;
    if (doubtful.length > 0) {
      const x = takeRows(job.x, job.rows, doubtful);
      const better = runJob(kernels, this.plan, { rows: doubtful.length, x, slopes: true });
      putRows(better.y, y, job.rows, doubtful);
      putRows(better.jacobian, jacobian, job.rows, doubtful);
      doubtful.forEach((row, k) => (atKink[row] = better.atKink[k]!));
    }
    return { y, jacobian, atKink, exactRows: doubtful.length };
  }

  private tryFloat32(kernels: Kernels, job: EngineJob): Tried | undefined {
    for (let attempt = 0; attempt < 3; attempt++) {
      const bound = (this.bound ??= boundErrors(this.plan, this.peaks));
      if (!bound) break;
      const tried = runGuarded(kernels, this.plan, job, bound);
      if (!tried.peaks.every(Number.isFinite)) return undefined;
      if (tried.peaks.every((peak, slot) => peak <= this.peaks[slot]!)) {
        return { ...tried, doubtful: doubtfulRows(this.plan, job.rows, tried, bound, this.limits) };
      }
      // With room to grow, so that the next chunks fit too.
      this.peaks = tried.peaks.map((peak, slot) => Math.max(1.5 * peak, this.peaks[slot]!));
      this.bound = undefined;
    }
    this.exact = true;
    return undefined;
  }
}

interface Run {
  readonly y: Float64Array;
  readonly jacobian: Float64Array;
  readonly margins: Float64Array;
  readonly peaks: Float64Array;
}

interface Tried extends Run {
  readonly doubtful: readonly number[];
}

function runGuarded(kernels: Kernels, plan: Plan, { rows, x }: EngineJob, bound: ErrorBound): Run {
  const lines = (data: Float64Array): Lines => ({ data, stride: rows, start: 0 });
  const y = new Float64Array(plan.outputs.length * rows);
  const jacobian = new Float64Array(plan.outputs.length * plan.inputs * rows);
  const guard = {
    errors: bound.margins,
    margins: new Float64Array(rows),
    peaks: new Float64Array(plan.slots),
  };
  kernels.run(plan, 'float32', { rows, x: lines(x), y: lines(y), jacobian: lines(jacobian), guard });
  return { y, jacobian, margins: guard.margins, peaks: guard.peaks };
}

/** Rows that float32 leaves undecided; comparisons are written so that NaN counts as undecided. */
function doubtfulRows(plan: Plan, rows: number, run: Run, bound: ErrorBound, limits: Limits): number[] {
  const doubtful = new Uint8Array(rows);
  const watch = (data: Float64Array, line: number, limit: number, error: number): void => {
    if (error === 0) return;
    const from = line * rows;
    for (let row = 0; row < rows; row++) if (!(Math.abs(data[from + row]! - limit) > error)) doubtful[row] = 1;
  };
  run.margins.forEach((margin, row) => {
    if (!(margin > kinkWidth)) doubtful[row] = 1;
  });
  plan.outputs.forEach((_, output) => {
    for (const limit of limits.values?.[output] ?? []) watch(run.y, output, limit, bound.values[output]!);
    for (let input = 0; input < plan.inputs; input++) {
      const line = output * plan.inputs + input;
      for (const limit of [0, ...(limits.slopes?.[line] ?? [])]) watch(run.jacobian, line, limit, bound.slopes[line]!);
    }
  });
  const list: number[] = [];
  doubtful.forEach((flag, row) => {
    if (flag === 1) list.push(row);
  });
  return list;
}

function takeRows(lines: Float64Array, rows: number, chosen: readonly number[]): Float64Array {
  const count = lines.length / rows;
  const taken = new Float64Array(count * chosen.length);
  for (let line = 0; line < count; line++)
    chosen.forEach((row, k) => (taken[line * chosen.length + k] = lines[line * rows + row]!));
  return taken;
}

function putRows(from: Float64Array, to: Float64Array, rows: number, chosen: readonly number[]): void {
  const count = to.length / rows;
  for (let line = 0; line < count; line++)
    chosen.forEach((row, k) => (to[line * rows + row] = from[line * chosen.length + k]!));
}
