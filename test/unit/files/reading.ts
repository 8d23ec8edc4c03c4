/** Reads bytes as the command line would, and evaluates what was read in plain float64. */
import type { Reading } from '../../../src/files/reading';
import { readModel } from '../../../src/files/read';
import type { Network } from '../../../src/network/network';
import { referenceOutputs, referenceValues } from '../../../src/slopes/reference';

const emptyFolder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };

/** What a file of this name and content says, with answers and columns if there are some. */
export function readBytes(
  name: string,
  bytes: Uint8Array,
  answers: Readonly<Record<string, string>> = {},
  columns?: readonly string[],
): Promise<Reading> {
  const given = { folder: emptyFolder, answers: new Map(Object.entries(answers)) };
  return readModel({ name, bytes }, columns ? { ...given, columns } : given);
}

/** The network of a file that has one; fails with its problems and questions otherwise. */
export async function networkIn(
  name: string,
  bytes: Uint8Array,
  answers: Readonly<Record<string, string>> = {},
  columns?: readonly string[],
): Promise<Network> {
  const reading = await readBytes(name, bytes, answers, columns);
  if (reading.network) return reading.network;
  throw new Error(JSON.stringify([reading.problems, reading.questions.map((question) => question.id)]));
}

/** The message of the first error. */
export async function refusalOf(
  name: string,
  bytes: Uint8Array,
  answers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const reading = await readBytes(name, bytes, answers);
  return reading.problems.find((problem) => problem.severity === 'error')?.message ?? 'no error';
}

/** The outputs at one row, the numbers split over the input ports in their order. */
export function outputsAt(network: Network, row: readonly number[]): number[] {
  let start = 0;
  const ports = network.inputs.map((port) => Float64Array.from(row.slice(start, (start += port.size))));
  return [...referenceOutputs(network, referenceValues(network, ports))];
}
