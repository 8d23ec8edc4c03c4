// One thread of Slopescope's side of the benchmark; bundled with the sources of src/ by bench.mjs.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { canFuse, createKernels } from '../../src/slopes/kernels';
import { compileHessianPlan } from '../../src/slopes/hessianPlan';
import { compilePlan } from '../../src/slopes/plan';
import { networkOf } from './workloads.mjs';

/** Rows per call, as the product runs them: between calls it looks for cancellation. */
const chunkRows = 4096;

const { kernels: paths, fused } = workerData;
const relaxed = readFileSync(paths.relaxed);
if (fused && !canFuse(relaxed)) throw new Error('This Node has no relaxed SIMD.');
const kernels = await createKernels(fused ? relaxed : readFileSync(paths.plain), fused);
const plans = new Map();

const answers = {
  /** GFLOP/s of the multiply-add loop: the best of twenty short ones. */
  peak: () => {
    const rounds = 2_000_000;
    const seconds = Array.from({ length: 20 }, () => timed(() => kernels.multiplyAddLoop(rounds)));
    return (96e-9 * rounds) / Math.min(...seconds);
  },
  /** Slopes (or second derivatives) of some rows of a workload, from memory to memory. */
  slopes: ({ workload, x, result, from, to }) => {
    const plan = plans.get(workload.name) ?? planOf(workload);
    plans.set(workload.name, plan);
    for (let start = from; start < to; start += chunkRows) {
      const lines = (data) => ({ data, stride: workload.rows, start });
      const rows = Math.min(chunkRows, to - start);
      const wanted = workload.hessian ? { hessian: lines(result) } : { jacobian: lines(result) };
      kernels.run(plan, 'float32', { rows, x: lines(x), ...wanted });
    }
  },
};

function planOf(workload) {
  return workload.hessian ? compileHessianPlan(networkOf(workload), 0) : compilePlan(networkOf(workload));
}

function timed(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

parentPort.on('message', ({ ask, ...question }) => parentPort.postMessage(answers[ask](question)));
parentPort.postMessage('ready');
