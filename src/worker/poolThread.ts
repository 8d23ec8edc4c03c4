import type { MessagePort } from 'node:worker_threads';
import { type CsvPart, type PartReading, readPart } from '../files/csv/parts';
import { type EngineJob, type EngineResult, runJob } from '../slopes/engine';
import type { Plan } from '../slopes/plan';
import { plainKernels } from './kernelFiles';

/** What a pool sends: a plan, once, then jobs for it; or a part of a CSV file. */
export type PoolMessage =
  | { readonly plan: number; readonly content: Plan }
  | { readonly plan: number; readonly job: EngineJob }
  | { readonly part: CsvPart };

/** What a job or a part comes back as. */
export type PoolReply =
  { readonly result: EngineResult } | { readonly reading: PartReading } | { readonly error: string };

/** Serves one thread of the pool: remembers plans, runs jobs, reads parts, moves results out. */
export function servePool(port: MessagePort): void {
  const kernels = plainKernels();
  const plans = new Map<number, Plan>();
  const run = async (plan: number, job: EngineJob): Promise<void> => {
    const known = plans.get(plan);
    if (!known) throw new Error(`Plan ${plan} has not been sent.`);
    const result = runJob(await kernels, known, job);
    moveOut(port, { result }, [result.y, result.jacobian, result.hessian, result.atKink]);
  };
  const read = (part: CsvPart): void => {
    const reading = readPart(part);
    moveOut(port, { reading }, reading.table ? [reading.table.lines, ...reading.table.columns.flatMap(arraysOf)] : []);
  };
  port.on('message', (message: PoolMessage) => {
    if ('content' in message) {
      plans.set(message.plan, message.content);
      return;
    }
    const work = async () => ('part' in message ? read(message.part) : run(message.plan, message.job));
    work().catch((error: unknown) => {
      const reply: PoolReply = { error: error instanceof Error ? error.message : String(error) };
      port.postMessage(reply);
    });
  });
}

type PartColumn = NonNullable<PartReading['table']>['columns'][number];

function arraysOf(column: PartColumn): ArrayBufferView[] {
  if (column.kind === 'text') return [column.codes];
  return column.kinds ? [column.values, column.kinds] : [column.values];
}

function moveOut(port: MessagePort, reply: PoolReply, arrays: readonly ArrayBufferView[]): void {
  port.postMessage(
    reply,
    arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer),
  );
}
