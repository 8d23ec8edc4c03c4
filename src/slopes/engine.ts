import { kinkWidth } from './activationSlopes';
import type { Guard, Kernels } from './kernels';
import { pairCount, type Plan } from './plan';

/** Some rows to compute in float64: `x` holds lines [input element][row] of `rows` numbers each. */
export interface EngineJob {
  readonly rows: number;
  readonly x: Float64Array;
  /** Whether slopes are asked for, or values only. */
  readonly slopes: boolean;
}

/** What came out: lines [output][row], [output][input element][row] and [pair][row], as `Chunk` has them. */
export interface EngineResult {
  readonly y: Float64Array;
  /** Empty when only values were asked for. */
  readonly jacobian: Float64Array;
  /** Empty unless the plan is one of second derivatives. */
  readonly hessian: Float64Array;
  /** 1 where the row lies within `kinkWidth` of a kink of some unit. */
  readonly atKink: Uint8Array;
}

/** Runs plans over chunks of rows, on this thread or on several. */
export interface SlopeEngine {
  /** How many jobs are worth having under way at once. */
  readonly width: number;
  run(plan: Plan, job: EngineJob): Promise<EngineResult>;
  close(): void;
}

/** Runs a job on the kernels of this thread. */
export function runJob(kernels: Kernels, plan: Plan, job: EngineJob): EngineResult {
  const { rows, x, slopes } = job;
  const lines = (data: Float64Array) => ({ data, stride: rows, start: 0 });
  const y = new Float64Array(plan.outputs.length * rows);
  const slopeLines = plan.mode === 'hessian' ? plan.elements.length : plan.outputs.length * plan.inputs;
  const jacobian = new Float64Array(slopes ? slopeLines * rows : 0);
  const hessian = new Float64Array(slopes ? pairCount(plan) * rows : 0);
  const guard = slopes && plan.margins.length > 0 ? noErrors(plan, rows) : undefined;
  kernels.run(plan, 'float64', {
    rows,
    x: lines(x),
    y: lines(y),
    ...(slopes ? { jacobian: lines(jacobian), hessian: lines(hessian) } : {}),
    ...(guard ? { guard } : {}),
  });
  const atKink = new Uint8Array(rows);
  guard?.margins.forEach((margin, row) => {
    if (margin <= kinkWidth) atKink[row] = 1;
  });
  return { y, jacobian, hessian, atKink };
}

/** An engine on this thread alone: for the command line's small tables and for tests. */
export function singleEngine(kernels: Kernels): SlopeEngine {
  return { width: 1, run: (plan, job) => Promise.resolve(runJob(kernels, plan, job)), close: () => undefined };
}

/** A guard that measures the distance to kinks and nothing else. */
function noErrors(plan: Plan, rows: number): Guard {
  const count = plan.margins.reduce((sum, site) => sum + site.count, 0);
  return { errors: new Float64Array(count), margins: new Float64Array(rows) };
}
