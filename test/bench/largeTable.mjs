// `node test/bench/largeTable.mjs [rows] [inputs]`: a table of whole numbers and a relu network for it in a temporary
// folder, then `slopescope slopes`, `check` and `report` on them: seconds and the most memory each held.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { layersOf, uniform } from './workloads.mjs';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const rows = Number(process.argv[2] ?? 1_000_000);
const inputs = Number(process.argv[3] ?? 20);
const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-large-'));
const names = Array.from({ length: inputs }, (_, input) => `x${input + 1}`);

try {
  await writeTable(path.join(folder, 'rows.csv'));
  writeNetwork(path.join(folder, 'model.npz'));
  const common = [path.join(folder, 'model.npz'), '--data', path.join(folder, 'rows.csv'), '--by-position'];
  const answers = ['--answer', 'hidden=relu', '--answer', 'output=linear', '--scaler', 'none', '--threads', '2'];
  await measure('slopes', [...common, ...answers, '--csv', '-o', path.join(folder, 'slopes.csv')]);
  await measure('check', [...common, ...answers, ...names.flatMap((name) => ['--rule', `${name} never falls`])]);
  await measure('report', [...common, ...answers, '-o', path.join(folder, 'report.html')]);
} finally {
  rmSync(folder, { recursive: true });
}

/** Counts as a table of activities has them, scaled to about (−2, 2) so that no scaler is needed. */
async function writeTable(file) {
  const out = createWriteStream(file);
  const next = uniform(77);
  out.write(`${names.join(',')}\n`);
  for (let row = 0; row < rows; row += 1000) {
    const lines = Array.from({ length: Math.min(1000, rows - row) }, () =>
      names.map(() => (Math.round(next() * 200) / 100).toString()).join(','),
    );
    if (!out.write(`${lines.join('\n')}\n`)) await new Promise((resolve) => out.once('drain', resolve));
  }
  await new Promise((resolve) => out.end(resolve));
}

/** An .npz with kernels [in][out] and biases of inputs-64-64-1. */
function writeNetwork(file) {
  const entries = {};
  layersOf({ sizes: [inputs, 64, 64, 1] }).forEach(({ weights, bias, width, out }, layer) => {
    const kernel = Float64Array.from(
      { length: width * out },
      (_, at) => weights[(at % out) * width + Math.floor(at / out)],
    );
    entries[`W${layer}.npy`] = npy(kernel, [width, out]);
    entries[`b${layer}.npy`] = npy(bias, [out]);
  });
  writeFileSync(file, zipSync(entries, { level: 0 }));
}

/** The .npy format, version 1.0: magic, header padded to 64 bytes, little-endian float64. */
function npy(values, shape) {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const size = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(size + values.byteLength).fill(0x20, 0, size);
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, (size - 10) % 256, Math.floor((size - 10) / 256)]);
  bytes.set(Buffer.from(header), 10);
  bytes[size - 1] = 0x0a;
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), size);
  return bytes;
}

/** Runs a command; the operating system's own count of its most memory (Linux), looked at every 20 ms. */
async function measure(command, given) {
  const start = performance.now();
  const child = spawn(process.execPath, [cli, command, ...given], { stdio: ['ignore', 'ignore', 'inherit'] });
  let most = 0;
  const watch = setInterval(() => {
    const found = /VmHWM:\s+(\d+)/.exec(statusOf(child.pid));
    if (found) most = Math.max(most, Number(found[1]));
  }, 20);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${command.padEnd(7)} ${rows} × ${inputs}: ${seconds.toFixed(1)} s, ${(most / 1024).toFixed(0)} MB, exit ${code}`,
  );
}

function statusOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
