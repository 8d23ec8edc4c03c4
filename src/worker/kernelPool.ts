import os from 'node:os';
import { Worker } from 'node:worker_threads';
import type { EngineJob, EngineResult, SlopeEngine } from '../slopes/engine';
import type { Plan } from '../slopes/plan';
import type { KernelMessage, KernelReply } from './kernelThread';
import type { ThreadRole } from './modelThread';

/** More threads than this bring nothing: the rows arrive no faster. */
const mostThreads = 8;

/** How many threads to use when none are asked for. */
export function usualThreads(): number {
  return Math.max(1, Math.min(mostThreads, os.availableParallelism()));
}

interface Waiting {
  readonly plan: Plan;
  readonly job: EngineJob;
  readonly resolve: (result: EngineResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Threads that take chunks of rows. Each knows the plans it has seen; jobs and results move without copying. A thread
 * that dies rejects its job and is replaced at the next one.
 */
export class KernelPool implements SlopeEngine {
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

  run(plan: Plan, job: EngineJob): Promise<EngineResult> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new Error('The threads are closed.'));
        return;
      }
      this.waiting.push({ plan, job, resolve, reject });
      this.next();
    });
  }

  close(): void {
    this.closed = true;
    for (const member of this.members) member.end('The threads are closed.');
    for (const { reject } of this.waiting.splice(0)) reject(new Error('The threads are closed.'));
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

/** One thread of the pool: one job at a time. */
class Member {
  dead = false;
  private readonly worker: Worker;
  private readonly plans = new WeakMap<Plan, number>();
  private readonly free: () => void;
  private job: Waiting | undefined;
  private planCount = 0;

  constructor(script: string, free: () => void) {
    const role: ThreadRole = { role: 'kernels' };
    this.free = free;
    this.worker = new Worker(script, { workerData: role });
    this.worker.on('message', (reply: KernelReply) => this.finish(reply));
    this.worker.on('error', (error) => this.end(error instanceof Error ? error.message : String(error)));
    this.worker.on('exit', () => this.end('A computing thread ended.'));
    this.worker.unref();
  }

  get busy(): boolean {
    return this.job !== undefined;
  }

  take(waiting: Waiting): void {
    this.job = waiting;
    this.worker.ref();
    let number = this.plans.get(waiting.plan);
    if (number === undefined) {
      number = this.planCount++;
      this.plans.set(waiting.plan, number);
      this.post({ plan: number, content: waiting.plan }, []);
    }
    this.post({ plan: number, job: waiting.job }, [waiting.job.x.buffer]);
  }

  end(reason: string): void {
    if (this.dead) return;
    this.dead = true;
    this.job?.reject(new Error(reason));
    this.job = undefined;
    void this.worker.terminate();
    this.free();
  }

  private finish(reply: KernelReply): void {
    const { job } = this;
    this.job = undefined;
    this.worker.unref();
    if ('result' in reply) job?.resolve(reply.result);
    else job?.reject(new Error(reply.error));
    this.free();
  }

  private post(message: KernelMessage, transfer: readonly ArrayBufferLike[]): void {
    this.worker.postMessage(
      message,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  }
}
