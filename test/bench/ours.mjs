// One thread of Slopescope's side of the benchmark; bundled with the sources of src/ by bench.mjs.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { canFuse, createKernels } from '../../src/slopes/kernels';
import { compilePlan } from '../../src/slopes/plan';
import { referenceHessian, referenceValues } from '../../src/slopes/reference';
import { networkOf, operations } from './workloads.mjs';

/** Rows per call, as the product runs them: between calls it looks for cancellation. */
const chunkRows = 4096;

const { kernels: paths, fused } = workerData;
const relaxed = readFileSync(paths.relaxed);
if (fused && !canFuse(relaxed)) throw new Error('This Node has no relaxed SIMD.');
const kernels = await createKernels(fused ? relaxed : readFileSync(paths.plain), fused);
const plans = new Map();

const answers = {
  /** GFLOP/s of the multiply-add loop: the best of five. */
  peak: () => {
    const rounds = 10_000_000;
    const seconds = [1, 2, 3, 4, 5].map(() => timed(() => kernels.multiplyAddLoop(rounds)));
    return (96e-9 * rounds) / Math.min(...seconds);
  },
  /** Slopes of some rows of a workload, from memory to memory; gives seconds of this thread. */
  slopes: ({ workload, x, jacobian, from, to, precision }) => {
    let plan = plans.get(workload.name);
    if (!plan) plans.set(workload.name, (plan = compilePlan(networkOf(workload))));
    return timed(() => {
      for (let start = from; start < to; start += chunkRows) {
        const lines = (data) => ({ data, stride: workload.rows, start });
        const rows = Math.min(chunkRows, to - start);
        kernels.run(plan, precision, { rows, x: lines(x), jacobian: lines(jacobian) });
      }
    });
  },
  /** Second derivatives by the reference interpreter: there is no kernel for them. */
  hessians: ({ workload, x, rows }) => {
    const network = networkOf(workload);
    const seconds = timed(() => {
      for (let row = 0; row < rows; row++) {
        const point = Float64Array.from({ length: workload.sizes[0] }, (_, i) => x[i * workload.rows + row]);
        referenceHessian(network, referenceValues(network, [point]), 0);
      }
    });
    return seconds * (workload.rows / rows);
  },
  operations: ({ workload }) => operations(workload),
};

function timed(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

parentPort.on('message', ({ ask, ...question }) => parentPort.postMessage(answers[ask](question)));
parentPort.postMessage('ready');
