import type { MessagePort } from 'node:worker_threads';
import { type EngineJob, type EngineResult, runJob } from '../slopes/engine';
import type { Plan } from '../slopes/plan';
import { plainKernels } from './kernelFiles';

/** What a pool sends: a plan, once, then jobs for it. */
export type KernelMessage =
  { readonly plan: number; readonly content: Plan } | { readonly plan: number; readonly job: EngineJob };

/** What a job comes back as. */
export type KernelReply = { readonly result: EngineResult } | { readonly error: string };

/** Serves one thread of the pool: remembers plans, runs jobs, moves results out. */
export function serveKernels(port: MessagePort): void {
  const kernels = plainKernels();
  const plans = new Map<number, Plan>();
  const work = async (plan: number, job: EngineJob): Promise<void> => {
    try {
      const known = plans.get(plan);
      if (!known) throw new Error(`Plan ${plan} has not been sent.`);
      const result = runJob(await kernels, known, job);
      const reply: KernelReply = { result };
      port.postMessage(
        reply,
        [result.y, result.jacobian, result.hessian, result.atKink]
          .map(({ buffer }) => buffer)
          .filter((buffer) => buffer instanceof ArrayBuffer),
      );
    } catch (error) {
      const reply: KernelReply = { error: error instanceof Error ? error.message : String(error) };
      port.postMessage(reply);
    }
  };
  port.on('message', (message: KernelMessage) => {
    if ('content' in message) plans.set(message.plan, message.content);
    else void work(message.plan, message.job);
  });
}
