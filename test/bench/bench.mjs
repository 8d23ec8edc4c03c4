/**
 * `npm run bench`: Slopescope's slopes beside TensorFlow.js (wasm and cpu) in one run, and beside what one core can do
 * with 128-bit multiply and add. Times are the best of several; a time marked ~ was measured on fewer rows and scaled.
 * `npm run bench -- W1 W6` runs only the workloads named.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { buildKernels } from '../../tools/wasm.mjs';
import { operations, rowsOf, workloads } from './workloads.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

installPeers();
const kernels = await buildKernels();
const script = await bundle();
const canFuse = allowFusing();
const { createPeer } = await import('./peers.mjs');

const named = process.argv.slice(2);
const plain = [await openThread(false), await openThread(false)];
const fused = canFuse ? [await openThread(true), await openThread(true)] : undefined;
const peak = { plain: await plain[0].ask('peak', {}), fused: fused && (await fused[0].ask('peak', {})) };
console.log(`Node ${process.version}, V8 ${process.versions.v8}`);
console.log(
  `one core, 128-bit multiply + add: ${peak.plain.toFixed(1)} GFLOP/s, fused: ${peak.fused?.toFixed(1) ?? 'not here'}`,
);

const table = [];
const peers = { wasm: await createPeer('wasm') };
for (const workload of workloads) {
  if (named.length > 0 && !named.includes(workload.name)) continue;
  table.push(workload.hessian ? await measureHessians(workload) : await measureSlopes(workload));
}
for (const thread of [...plain, ...(fused ?? [])]) thread.close();
print(table);

/** Ours with one and two threads in both builds, then the peers; fails if the slopes disagree. */
async function measureSlopes(workload) {
  const x = rowsOf(workload);
  const jacobian = new Float32Array(new SharedArrayBuffer(4 * x.length * workload.sizes.at(-1)));
  const repeats = workload.rows <= 1000 ? 200 : 7;
  const time = (threads, precision = 'float32') =>
    measureThreads(threads, { workload, x, jacobian, precision }, repeats);
  const result = { workload, plain1: await time(plain.slice(0, 1)), plain2: await time(plain) };
  if (fused) {
    result.fused1 = await time(fused.slice(0, 1));
    result.fused2 = await time(fused);
  }
  for (const backend of ['wasm', 'cpu']) {
    const rows = Math.min(workload.rows, workload[`${backend}Rows`] ?? workload.rows);
    const peer = await peerOf(backend);
    const { seconds, sample } = await peer(workload, x, rows, backend === 'wasm' ? 4 : 2);
    result[backend] = seconds;
    result[`${backend}Scaled`] = rows < workload.rows;
    compare(workload, jacobian, sample);
  }
  return result;
}

async function measureHessians(workload) {
  const x = rowsOf(workload);
  const seconds = await plain[0].ask('hessians', { workload, x, rows: workload.oursRows });
  return { workload, plain1: seconds, oursScaled: true };
}

/** Best wall-clock seconds of several repeats, rows divided evenly among threads. */
async function measureThreads(threads, question, repeats) {
  const { rows } = question.workload;
  const share = Math.ceil(rows / threads.length / 64) * 64;
  let best = Infinity;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await Promise.all(
      threads.map((thread, k) =>
        thread.ask('slopes', { ...question, from: k * share, to: Math.min(rows, (k + 1) * share) }),
      ),
    );
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

async function peerOf(backend) {
  // A backend is global in TensorFlow.js, so it is set anew before each measurement.
  peers[backend] = await createPeer(backend);
  return peers[backend];
}

function compare(workload, jacobian, sample) {
  sample.forEach((slope, line) => {
    const ours = jacobian[line * workload.rows];
    if (Math.abs(ours - slope) > 1e-4 * (1 + Math.abs(slope)))
      throw new Error(`${workload.name}: slope ${line} of the first row is ${ours} here and ${slope} there.`);
  });
}

function print(results) {
  const milliseconds = (seconds, scaled) =>
    seconds === undefined ? '–' : `${scaled ? '~' : ''}${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : 0)}`;
  const lines = results.map((result) => {
    const { workload } = result;
    const fastest = Math.min(result.fused1 ?? Infinity, result.plain1);
    const work = workload.hessian ? undefined : (operations(workload) * workload.rows) / 1e9;
    const { name, rows, sizes, activation } = workload;
    return [
      name,
      `${rows} × ${sizes.join('-')} ${activation}${workload.hessian ? ' Hessian' : ''}`,
      milliseconds(result.plain1, result.oursScaled),
      milliseconds(result.plain2),
      milliseconds(result.fused1),
      milliseconds(result.fused2),
      milliseconds(result.wasm, result.wasmScaled),
      milliseconds(result.cpu, result.cpuScaled),
      result.wasm
        ? `${(result.wasm / fastest).toFixed(1)} / ${(result.wasm / Math.min(result.fused2 ?? Infinity, result.plain2)).toFixed(1)}`
        : '–',
      result.cpu ? (result.cpu / fastest).toFixed(0) : '–',
      work ? `${((100 * work) / result.plain1 / peak.plain).toFixed(0)} %` : '–',
    ];
  });
  const head = [
    '',
    'rows × network',
    'plain 1',
    'plain 2',
    'fused 1',
    'fused 2',
    'tfjs-wasm',
    'tfjs-cpu',
    'wasm/ours 1/2',
    'cpu/ours',
    'of peak',
  ];
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column].length)));
  console.log('\nmilliseconds, by threads; "of peak": plain, one thread, as if every product were computed');
  for (const line of all)
    console.log(
      line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  '),
    );
}

/** The peers live in a folder of their own; they are installed when they are missing. */
function installPeers() {
  if (existsSync(`${here}node_modules/@tensorflow`)) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], {
    cwd: here,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

async function bundle() {
  const outfile = `${root}dist/bench/ours.mjs`;
  await build({
    entryPoints: [`${here}ours.mjs`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return outfile;
}

/** Node 20 knows relaxed SIMD behind a flag; newer ones have it. */
function allowFusing() {
  if (Number(process.versions.node.split('.')[0]) < 22) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return true;
}

/** A thread that answers one question at a time. */
async function openThread(fused) {
  const worker = new Worker(script, { workerData: { kernels, fused } });
  let settle;
  const answer = () => new Promise((resolve, reject) => (settle = { resolve, reject }));
  worker.on('message', (value) => settle.resolve(value));
  worker.on('error', (error) => settle.reject(error));
  await answer();
  return {
    ask: (ask, question) => {
      const reply = answer();
      worker.postMessage({ ask, ...question });
      return reply;
    },
    close: () => worker.terminate(),
  };
}
