// Findings on a table in memory; bundled with the sources of src/ by findings.mjs.
import { readFileSync } from 'node:fs';
import { computeSlopes } from '../../src/session/computeSlopes';
import { Session } from '../../src/session/session';
import { singleEngine } from '../../src/slopes/engine';
import { createKernels } from '../../src/slopes/kernels';
import { stopwatch } from './stopwatch.mjs';
import { networkOf, uniform } from './workloads.mjs';

const view = { output: 0, units: 'original' };
const call = { signal: new globalThis.AbortController().signal, progress: () => undefined };

/** Seconds of processor time: the best of three passes of slopes, and all findings of slopes in memory under one rule per input. */
export async function measureFindings(kernels, rows, inputs) {
  const network = networkOf({ sizes: [inputs, 64, 64, 1], activation: 'relu' });
  const engine = singleEngine(await createKernels(readFileSync(kernels.plain)));
  const reading = { network, questions: [], settled: new Map(), problems: [] };
  const session = new Session({ name: 'model', bytes: new Uint8Array() }, reading, engine);
  const table = tableOf(rows, inputs);
  session.connect(table, { byPosition: true });
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  const passes = [];
  for (let pass = 0; pass < 3; pass++) passes.push(await timed(() => computeSlopes(session.computation(0), all)));
  await session.connected().cache.slopes(0, call);
  session.setRules(table.columns.map(({ name }) => ({ expect: 'never falls', input: name, level: 'warning' })));
  let count = 0;
  const findings = await timed(async () => {
    count = (await session.findings(view, call)).findings.length;
  });
  return { pass: Math.min(...passes), findings, count };
}

async function timed(work) {
  const spent = stopwatch();
  await work();
  return spent().cpu;
}

/** Columns of numbers with two decimals, 0 … 2. */
function tableOf(rows, inputs) {
  const next = uniform(77);
  const columns = Array.from({ length: inputs }, (_, input) => ({
    kind: 'number',
    name: `x${input + 1}`,
    values: Float64Array.from({ length: rows }, () => Math.round(next() * 200) / 100),
    textCount: 0,
    whole: false,
  }));
  const lines = Uint32Array.from({ length: rows }, (_, row) => row + 2);
  const dialect = { delimiter: ',', decimal: '.', encoding: 'UTF-8', header: true };
  return { name: 'data.csv', rows, columns, lines, dialect };
}
