import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { answer, ask, type Answering, type Asker } from '../ask';
import type { BenchMemory } from './benchThread';
import { portOf } from './ports';
import type { HostFiles, ThreadService } from './threadService';

/** What a thread is started as: it serves one model's session, or works in its pool. */
export type ThreadRole =
  | { readonly role: 'session'; readonly files: MessagePort; readonly threads: number }
  | { readonly role: 'pool' }
  | { readonly role: 'bench'; readonly memory: BenchMemory };

/** How a thread came to its end without being asked to. */
export interface ThreadEnd {
  readonly reason: string;
}

/**
 * The thread of one open model. Asking it anything after it has died is a rejection, never silence; the owner starts a
 * new one.
 */
export class ModelThread {
  readonly asker: Asker<ThreadService>;
  private readonly worker: Worker;
  private readonly close: (() => void)[] = [];
  private ended = false;

  constructor(script: string, threads: number, files: Answering<HostFiles>, onDied: (end: ThreadEnd) => void) {
    const { port1, port2 } = new MessageChannel();
    const role: ThreadRole = { role: 'session', files: port2, threads };
    this.worker = new Worker(script, { workerData: role, transferList: [port2] });
    this.close.push(answer<HostFiles>(portOf(port1), files));
    this.asker = ask<ThreadService>(portOf(this.worker));
    this.close.push(
      () => this.asker.close(),
      () => port1.close(),
    );
    const died = (reason: string): void => {
      if (this.ended) return;
      this.dispose();
      onDied({ reason });
    };
    this.worker.on('error', (error) => died(error instanceof Error ? error.message : String(error)));
    this.worker.on('exit', (code) => died(`the thread ended with ${code}`));
  }

  /** Ends the thread; whatever waits is rejected. */
  dispose(): void {
    if (this.ended) return;
    this.ended = true;
    for (const close of this.close) close();
    void this.worker.terminate();
  }
}
