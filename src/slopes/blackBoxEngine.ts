import type { BlackBoxOp } from '../network/network';
import { differenceJacobian } from './differences';
import type { EngineJob, EngineResult, SlopeEngine } from './engine';
import type { Plan } from './plan';

/** Rows that a black box is asked for at once. */
const batchRows = 1024;

/** Runs a network that somebody else computes, on this thread: its values as they are, its slopes by central differences. */
export function blackBoxEngine(op: BlackBoxOp): SlopeEngine {
  return { width: 1, run: (plan, job) => runBatches(op, plan, job), close: () => undefined };
}

async function runBatches(op: BlackBoxOp, plan: Plan, job: EngineJob): Promise<EngineResult> {
  const { rows, slopes } = job;
  const y = new Float64Array(plan.outputs.length * rows);
  const jacobian = new Float64Array(slopes ? plan.outputs.length * plan.inputs * rows : 0);
  for (let first = 0; first < rows; first += batchRows) {
    runBatch(op, plan, job, { first, count: Math.min(batchRows, rows - first) }, y, jacobian);
    await op.pause();
  }
  return { y, jacobian, hessian: new Float64Array(), atKink: new Uint8Array(rows) };
}

/** A stretch of a job's rows. */
interface Batch {
  readonly first: number;
  readonly count: number;
}

/** Lines [element][row] of the job become lines [row][element] for the box, and back. */
function runBatch(
  op: BlackBoxOp,
  { inputs, outputs }: Plan,
  { rows, x, slopes }: EngineJob,
  { first, count }: Batch,
  y: Float64Array,
  jacobian: Float64Array,
): void {
  const given = new Float64Array(count * inputs);
  for (let row = 0; row < count; row++)
    for (let input = 0; input < inputs; input++) given[row * inputs + input] = x[input * rows + first + row]!;
  const values = op.values(given, count);
  const width = values.length / count;
  const local = slopes ? differenceJacobian(op, given, count, width) : undefined;
  outputs.forEach((output, line) => {
    for (let row = 0; row < count; row++) {
      y[line * rows + first + row] = values[row * width + output]!;
      for (let input = 0; local && input < inputs; input++)
        jacobian[(line * inputs + input) * rows + first + row] = local[(row * width + output) * inputs + input]!;
    }
  });
}
