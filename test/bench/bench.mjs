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

/** How often each workload is measured by everyone in turn. */
const rounds = 3;

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
const peak = await measurePeak();
console.log(`Node ${process.version}, V8 ${process.versions.v8}`);

const table = [];
const peers = { wasm: await createPeer('wasm') };
for (const workload of workloads) {
  if (named.length > 0 && !named.includes(workload.name)) continue;
  table.push(await measure(workload));
}
const later = await measurePeak();
for (const build of ['plain', 'fused']) peak[build] = Math.max(peak[build] ?? 0, later[build] ?? 0);
console.log(`one core, 128-bit multiply + add: ${peak.plain.toFixed(1)} GFLOP/s, fused: ${peak.fused.toFixed(1)}`);
for (const thread of [...plain, ...(fused ?? [])]) thread.close();
print(table);

/**
 * Ours with one and two threads in both builds, then the peers; fails if the results disagree. Several rounds of all of
 * them, the best of each: what else the machine does then meets ours and the peers alike.
 */
async function measure(workload) {
  const x = rowsOf(workload);
  const result = new Float32Array(new SharedArrayBuffer(4 * workload.rows * linesOf(workload)));
  const repeats = workload.rows <= 1000 ? 100 : 3;
  const times = { workload };
  const note = (name, time) => (times[name] = faster(times[name], time));
  for (let round = 0; round < rounds; round++) {
    for (const [build, threads] of Object.entries({ plain, fused })) {
      if (!threads) continue;
      for (const count of [1, 2])
        note(`${build}${count}`, await measureThreads(threads.slice(0, count), { workload, x, result }, repeats));
    }
    for (const backend of ['wasm', 'cpu']) {
      const rows = Math.min(workload.rows, workload[`${backend}Rows`] ?? workload.rows);
      // The slower peer would take longer than all the rest together.
      if (rows === 0 || (backend === 'cpu' && round > 0)) continue;
      const peer = await peerOf(backend);
      const { sample, ...spent } = await peer(workload, x, rows, workload.rows <= 1000 ? 20 : 2);
      note(backend, { ...spent, scaled: rows < workload.rows });
      compare(workload, result, sample);
    }
  }
  return times;
}

function faster(before, time) {
  if (!before) return time;
  return { ...time, seconds: Math.min(before.seconds, time.seconds), cpu: Math.min(before.cpu, time.cpu) };
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

/** GFLOP/s of the multiply-add loop in each build, the best of several. */
async function measurePeak() {
  return { plain: await plain[0].ask('peak', {}), ...(fused && { fused: await fused[0].ask('peak', {}) }) };
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

function lineOf(times) {
  const { wasm, cpu } = times;
  const { name, rows, sizes, activation, hessian, dense } = times.workload;
  const least = (threads, key) => Math.min(times[`plain${threads}`][key], times[`fused${threads}`]?.[key] ?? Infinity);
  const ratio = (peer, ours, digits) => (peer === undefined ? '–' : (peer / ours).toFixed(digits));
  const work = (operations(times.workload) * rows) / 1e9;
  return [
    name,
    `${rows} × ${sizes.join('-')} ${activation}${hessian ? ', Hessian' : ''}${dense ? ', every product' : ''}`,
    ...['plain1', 'plain2', 'fused1', 'fused2', 'wasm', 'cpu'].map((kind) => milliseconds(times[kind])),
    ratio(wasm?.seconds, least(1, 'seconds'), 1),
    ratio(wasm?.cpu, least(1, 'cpu'), 1),
    ratio(wasm?.seconds, least(2, 'seconds'), 1),
    ratio(cpu?.seconds, least(1, 'seconds'), 0),
    `${((100 * work) / times.plain1.cpu / peak.plain).toFixed(0)} %`,
  ];
}

function milliseconds(time) {
  if (time === undefined) return '–';
  const digits = time.seconds < 0.01 ? 2 : time.seconds < 0.1 ? 1 : 0;
  return `${time.scaled ? '~' : ''}${(time.seconds * 1000).toFixed(digits)}`;
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
