import type { MessagePort } from 'node:worker_threads';
import type { Plan } from '../slopes/plan';
import { fastestKernels } from './kernelFiles';

/** Rows and slopes in memory that all threads see. */
export interface BenchMemory {
  readonly plan: Plan;
  /** Little-endian float32 rows, [row][input]. */
  readonly rows: SharedArrayBuffer;
  /** Lines [output][input][row], or [pair][row] of a plan of second derivatives. */
  readonly results: SharedArrayBuffer;
  readonly count: number;
}

/** One timed stretch of rows. */
export interface BenchTask {
  readonly from: number;
  readonly to: number;
}

/** Rows per call, as the product runs them. */
const chunkRows = 4096;

/** Serves one thread of `slopescope bench`: float32 results of the rows asked for, from memory to memory. */
export function serveBench(port: MessagePort, memory: BenchMemory): void {
  const { plan, count } = memory;
  const given = new Float32Array(memory.rows);
  const results = new Float32Array(memory.results);
  const lines = new Float32Array(plan.inputs * chunkRows);
  const kernels = fastestKernels();
  const work = async ({ from, to }: BenchTask): Promise<void> => {
    const ready = await kernels;
    for (let start = from; start < to; start += chunkRows) {
      const rows = Math.min(chunkRows, to - start);
      for (let row = 0; row < rows; row++) {
        for (let input = 0; input < plan.inputs; input++)
          lines[input * chunkRows + row] = given[(start + row) * plan.inputs + input]!;
      }
      const target = { data: results, stride: count, start };
      ready.run(plan, 'float32', {
        rows,
        x: { data: lines, stride: chunkRows, start: 0 },
        ...(plan.mode === 'hessian' ? { hessian: target } : { jacobian: target }),
      });
    }
    port.postMessage('done');
  };
  port.on('message', (task: BenchTask) => void work(task));
}
