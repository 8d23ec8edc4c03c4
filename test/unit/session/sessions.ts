import { readFileSync } from 'node:fs';
import type { Call } from '../../../src/ask';
import { readCsv } from '../../../src/files/csv/readCsv';
import type { Network } from '../../../src/network/network';
import type { TableChoice } from '../../../src/session/connection';
import { Session } from '../../../src/session/session';
import { type SlopeEngine, singleEngine } from '../../../src/slopes/engine';
import { createKernels } from '../../../src/slopes/kernels';
import type { ScalingSet } from '../../../src/table/scaling';
import { buildKernels } from '../../../tools/wasm.mjs';

let engine: Promise<SlopeEngine> | undefined;

/** The real kernels on this thread. */
export function testEngine(): Promise<SlopeEngine> {
  engine ??= buildKernels()
    .then((built) => createKernels(readFileSync(built.plain)))
    .then((kernels) => singleEngine(kernels));
  return engine;
}

/** A session with a network and a table written as CSV; fails when they cannot be connected. */
export async function sessionOf(
  network: Network,
  csv: string,
  scaling?: ScalingSet,
  choice: TableChoice = { byPosition: true },
): Promise<Session> {
  const reading = { network, questions: [], settled: new Map<string, string>(), problems: [] };
  const session = new Session({ name: 'test', bytes: new Uint8Array() }, reading, await testEngine());
  const { table } = readCsv(new TextEncoder().encode(csv), { name: 'data.csv', textColumns: [] });
  session.setScaling(scaling);
  const result = session.connect(table!, choice);
  if (!result.binding) throw new Error(JSON.stringify(result));
  return session;
}

/** Rows as CSV. */
export function csvOf(names: readonly string[], rows: readonly (readonly number[])[]): string {
  return [names.join(','), ...rows.map((row) => row.join(','))].join('\n');
}

/** A call that nobody follows. */
export const unheard: Call = { signal: new AbortController().signal, progress: () => undefined };
