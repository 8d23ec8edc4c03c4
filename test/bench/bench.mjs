/**
 * `npm run bench`: Slopescope's slopes beside TensorFlow.js (wasm and cpu) in one run, and beside what one core can do
 * with 128-bit multiply and add. Times are the best of several; a time marked ~ was measured on fewer rows and scaled up.
 * `npm run bench -- W1 W6` runs only the workloads named.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { buildKernels } from '../../tools/wasm.mjs';
import { stopwatch } from './stopwatch.mjs';
import { linesOf, operations, rowsOf, workloads } from './workloads.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const head = [
  '',
  'rows × network',
  'plain 1',
  'plain 2',
  'fused 1',
  'fused 2',
  'tfjs-wasm',
  'tfjs-cpu',
  'wasm/ours 1',
  'by CPU time',
  'wasm/ours 2',
  'cpu/ours 1',
  'of peak',
];

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
  table.push(await measure(workload));
}
for (const thread of [...plain, ...(fused ?? [])]) thread.close();
print(table);

/** Ours with one and two threads in both builds, then the peers; fails if the results disagree. */
async function measure(workload) {
  const x = rowsOf(workload);
  const result = new Float32Array(new SharedArrayBuffer(4 * workload.rows * linesOf(workload)));
  const repeats = workload.rows <= 1000 ? 200 : 7;
  const time = (threads) => measureThreads(threads, { workload, x, result }, repeats);
  const times = { workload, plain: [await time(plain.slice(0, 1)), await time(plain)] };
  if (fused) times.fused = [await time(fused.slice(0, 1)), await time(fused)];
  for (const backend of ['wasm', 'cpu']) {
    const rows = Math.min(workload.rows, workload[`${backend}Rows`] ?? workload.rows);
    if (rows === 0) continue;
    const peer = await peerOf(backend);
    const { sample, ...spent } = await peer(workload, x, rows, backend === 'wasm' ? 4 : 2);
    times[backend] = { ...spent, scaled: rows < workload.rows };
    compare(workload, result, sample);
  }
  return times;
}

/** Best wall-clock and processor seconds of several repeats, rows divided evenly among threads. */
async function measureThreads(threads, question, repeats) {
  const { rows } = question.workload;
  const share = Math.ceil(rows / threads.length / 64) * 64;
  const best = { seconds: Infinity, cpu: Infinity };
  for (let repeat = 0; repeat < repeats; repeat++) {
    const spent = stopwatch();
    await Promise.all(
      threads.map((thread, k) =>
        thread.ask('slopes', { ...question, from: k * share, to: Math.min(rows, (k + 1) * share) }),
      ),
    );
    const { seconds, cpu } = spent();
    best.seconds = Math.min(best.seconds, seconds);
    best.cpu = Math.min(best.cpu, cpu);
  }
  return best;
}

async function peerOf(backend) {
  // A backend is global in TensorFlow.js, so it is set anew before each measurement.
  peers[backend] = await createPeer(backend);
  return peers[backend];
}

function compare(workload, result, sample) {
  const largest = Math.max(1, ...sample.map(Math.abs));
  sample.forEach((theirs, line) => {
    const ours = result[line * workload.rows];
    if (Math.abs(ours - theirs) > 1e-4 * largest)
      throw new Error(`${workload.name}: result ${line} of the first row is ${ours} here and ${theirs} there.`);
  });
}

function print(results) {
  const all = [head, ...results.map(lineOf)];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column].length)));
  console.log(
    '\nMilliseconds by build and threads, the best of several; ~ measured on fewer rows and scaled up.' +
      '\nOurs is the faster build. "By CPU time" compares processor time on one thread, which other work on the machine' +
      '\ndisturbs less. "Of peak": plain build on one thread by CPU time, as if every product were computed.\n',
  );
  for (const line of all)
    console.log(
      line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  '),
    );
}

function lineOf({ workload, plain: own, fused: relaxed, wasm, cpu }) {
  const { name, rows, sizes, activation, hessian, dense } = workload;
  const least = (threads, key) => Math.min(own[threads][key], relaxed?.[threads][key] ?? Infinity);
  const milliseconds = (time) =>
    time === undefined
      ? '–'
      : `${time.scaled ? '~' : ''}${(time.seconds * 1000).toFixed(time.seconds < 0.01 ? 2 : time.seconds < 0.1 ? 1 : 0)}`;
  const ratio = (peer, ours, digits) => (peer === undefined ? '–' : (peer / ours).toFixed(digits));
  const work = (operations(workload) * rows) / 1e9;
  return [
    name,
    `${rows} × ${sizes.join('-')} ${activation}${hessian ? ', Hessian' : ''}${dense ? ', every product' : ''}`,
    milliseconds(own[0]),
    milliseconds(own[1]),
    milliseconds(relaxed?.[0]),
    milliseconds(relaxed?.[1]),
    milliseconds(wasm),
    milliseconds(cpu),
    ratio(wasm?.seconds, least(0, 'seconds'), 1),
    ratio(wasm?.cpu, least(0, 'cpu'), 1),
    ratio(wasm?.seconds, least(1, 'seconds'), 1),
    ratio(cpu?.seconds, least(0, 'seconds'), 0),
    `${((100 * work) / own[0].cpu / peak.plain).toFixed(0)} %`,
  ];
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
