import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Network } from '../network/network';
import { hasError } from '../problem';
import { compileHessianPlan } from '../slopes/hessianPlan';
import { compilePlan, pairCount } from '../slopes/plan';
import type { BenchMemory, BenchTask } from '../worker/benchThread';
import type { ThreadRole } from '../worker/modelThread';
import { UsageError, type CommonArguments } from './arguments';
import { bytesOf, openModel } from './openFiles';
import { writeOut } from './output';
import { Refusal } from './refusal';

/**
 * `slopescope bench`: times all slopes of raw float32 rows (with `--hessian` the second derivatives of the first output),
 * from rows in memory to results in memory, and prints one JSON line. Questions of the model are answered with their guesses: the time does not depend on them much.
 */
export async function bench(given: CommonArguments): Promise<number> {
  if (given.rawRows === undefined) throw new UsageError('Name a file of little-endian float32 rows with --rows.');
  const network = await networkFor(given);
  const plan = given.hessian ? compileHessianPlan(network, 0) : compilePlan(network);
  const rows = await bytesOf(given.rawRows);
  const count = rows.length / 4 / plan.inputs;
  if (!Number.isInteger(count) || count === 0) {
    throw new UsageError(
      `${given.rawRows} has ${rows.length} bytes, which are no whole rows of ${plan.inputs} float32 numbers.`,
    );
  }
  const shared = new SharedArrayBuffer(rows.length);
  new Uint8Array(shared).set(rows);
  const memory: BenchMemory = {
    plan,
    rows: shared,
    results: new SharedArrayBuffer(4 * count * (pairCount(plan) || plan.inputs * plan.outputs.length)),
    count,
  };
  const importSeconds = process.uptime();
  const threads = Math.max(1, given.threads);
  const workers = Array.from({ length: threads }, () => {
    const role: ThreadRole = { role: 'bench', memory };
    return new Worker(path.join(__dirname, 'worker.js'), { workerData: role });
  });
  const times: { readonly seconds: number; readonly cpu: number }[] = [];
  for (let round = 0; round <= given.repeats; round++) times.push(await timed(workers, count));
  await Promise.all(workers.map((worker) => worker.terminate()));
  const [first, ...rest] = times;
  const line = {
    peer: 'slopescope',
    n: count,
    seconds: rest.map((time) => time.seconds),
    cpu_seconds: rest.map((time) => time.cpu),
    first_seconds: first!.seconds,
    import_seconds: importSeconds,
  };
  await writeOut(given, `${JSON.stringify(line)}\n`);
  return 0;
}

async function networkFor(given: CommonArguments): Promise<Network> {
  const asked = await openModel(given);
  const guesses = asked.reading.questions.map(
    (question) => [question.id, question.guess ?? question.choices[0] ?? ''] as const,
  );
  const { reading } =
    guesses.length > 0 ? await openModel({ ...given, answers: new Map([...guesses, ...given.answers]) }) : asked;
  if (!reading.network || hasError(reading.problems)) throw new Refusal(2, reading.problems, reading.questions);
  return reading.network;
}

async function timed(
  workers: readonly Worker[],
  count: number,
): Promise<{ readonly seconds: number; readonly cpu: number }> {
  const share = Math.ceil(count / workers.length);
  const before = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    workers.map(async (worker, index) => {
      const task: BenchTask = { from: Math.min(index * share, count), to: Math.min((index + 1) * share, count) };
      const done = once(worker, 'message');
      worker.postMessage(task);
      await done;
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(before);
  return { seconds, cpu: (used.user + used.system) / 1e6 };
}
