import os from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CsvPart, PartReader, PartReading } from '../files/csv/parts';
import type { EngineJob, EngineResult, SlopeEngine } from '../slopes/engine';
import type { Plan } from '../slopes/plan';
import type { ThreadRole } from './modelThread';
import type { PoolMessage, PoolReply } from './poolThread';

/** More threads than this bring nothing: the rows arrive no faster. */
const mostThreads = 8;

/** How many threads to use when none are asked for. */
export function usualThreads(): number {
  return Math.max(1, Math.min(mostThreads, os.availableParallelism()));
}

/** What one thread is to do next, and who waits for it. */
interface Waiting {
  readonly task: { readonly plan: Plan; readonly job: EngineJob } | { readonly part: CsvPart };
  readonly resolve: (reply: PoolReply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Threads that take chunks of rows and parts of tables. Each knows the plans it has seen; tasks and results move without
 * copying. A thread that dies rejects its task and is replaced at the next one.
 */
export class ThreadPool implements SlopeEngine, PartReader {
  readonly width: number;
  private readonly script: string;
  private readonly waiting: Waiting[] = [];
  private members: Member[] = [];
  private closed = false;

  constructor(script: string, threads: number) {
    this.script = script;
    this.width = 2 * threads;
    this.members = Array.from({ length: threads }, () => this.member());
  }

  async run(plan: Plan, job: EngineJob): Promise<EngineResult> {
    const reply = await this.done({ plan, job });
    if (!('result' in reply)) throw new Error('A computing thread answered something else.');
    return reply.result;
  }

  async read(part: CsvPart): Promise<PartReading> {
    const reply = await this.done({ part });
    if (!('reading' in reply)) throw new Error('A computing thread answered something else.');
    return reply.reading;
  }

  close(): void {
    this.closed = true;
    for (const member of this.members) member.end('The threads are closed.');
    for (const { reject } of this.waiting.splice(0)) reject(new Error('The threads are closed.'));
  }

  private done(task: Waiting['task']): Promise<PoolReply> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new Error('The threads are closed.'));
        return;
      }
      this.waiting.push({ task, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    for (let index = 0; index < this.members.length && this.waiting.length > 0; index++) {
      let member = this.members[index]!;
      if (member.dead) this.members[index] = member = this.member();
      if (!member.busy) member.take(this.waiting.shift()!);
    }
  }

  private member(): Member {
    return new Member(this.script, () => this.next());
  }
}

/** One thread of the pool: one task at a time. */
class Member {
  dead = false;
  private readonly worker: Worker;
  private readonly plans = new WeakMap<Plan, number>();
  private readonly free: () => void;
  private waiting: Waiting | undefined;
  private planCount = 0;

  constructor(script: string, free: () => void) {
    const role: ThreadRole = { role: 'pool' };
    this.free = free;
    this.worker = new Worker(script, { workerData: role });
    this.worker.on('message', (reply: PoolReply) => this.finish(reply));
    this.worker.on('error', (error) => this.end(error instanceof Error ? error.message : String(error)));
    this.worker.on('exit', () => this.end('A computing thread ended.'));
    this.worker.unref();
  }

  get busy(): boolean {
    return this.waiting !== undefined;
  }

  take(waiting: Waiting): void {
    this.waiting = waiting;
    this.worker.ref();
    const { task } = waiting;
    if ('part' in task) this.post(task, task.part.bytes);
    else this.post({ plan: this.numberOf(task.plan), job: task.job }, task.job.x);
  }

  end(reason: string): void {
    if (this.dead) return;
    this.dead = true;
    this.waiting?.reject(new Error(reason));
    this.waiting = undefined;
    void this.worker.terminate();
    this.free();
  }

  /** The plan's number on this thread; a plan it has not seen is sent first. */
  private numberOf(plan: Plan): number {
    const known = this.plans.get(plan);
    if (known !== undefined) return known;
    const number = this.planCount++;
    this.plans.set(plan, number);
    this.post({ plan: number, content: plan });
    return number;
  }

  private finish(reply: PoolReply): void {
    const { waiting } = this;
    this.waiting = undefined;
    this.worker.unref();
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply);
    this.free();
  }

  private post(message: PoolMessage, moved?: ArrayBufferView): void {
    this.worker.postMessage(message, moved?.buffer instanceof ArrayBuffer ? [moved.buffer] : []);
  }
}
