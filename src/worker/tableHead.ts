import { open } from 'node:fs/promises';
import type { GivenDialect } from '../table/table';
import { readCsv } from '../files/csv/readCsv';
import { sniffHeader, wholeLines, type SniffedHeader } from '../files/csv/sniffHeader';
import { matchNames, rankTables } from '../table/matching';
import type { Table } from '../table/table';
import { headBytes, type FileSource, type FittingTable, type TablesRequest } from './threadService';

/** Tables that fit a model by its inputs' and outputs' names, best first; stops looking when it is cancelled. */
export async function tablesThatFit(
  { tables, most }: TablesRequest,
  inputs: readonly string[],
  outputs: readonly string[],
  signal: AbortSignal,
): Promise<readonly FittingTable[]> {
  const sniffed: (SniffedHeader & { readonly sameFolder: boolean; readonly number: number })[] = [];
  for (const [number, { source, sameFolder }] of tables.entries()) {
    if (signal.aborted) break;
    const table = await sniffTable(source);
    if (table) sniffed.push({ ...table, sameFolder, number });
  }
  return rankTables(sniffed, inputs, outputs)
    .slice(0, most)
    .map((match) => {
      const { names, rows, number } = sniffed[match.index]!;
      const places = matchNames(inputs, names);
      const lacks = match.byPosition ? undefined : inputs.find((_, input) => places[input] === undefined);
      return { ...match, index: number, of: inputs.length, rows, ...(lacks === undefined ? {} : { lacks }) };
    });
}

/** Names and size of a table; reads the first bytes only, also of a table of many gigabytes. */
async function sniffTable(source: FileSource): Promise<SniffedHeader | undefined> {
  const head = await headOf(source).catch(() => undefined);
  return head && sniffHeader(head.bytes, head.size);
}

/** The first rows of a table, those that are whole in its first bytes; undefined when the file is no table or cannot be read. */
export async function firstRows(source: FileSource, dialect?: GivenDialect): Promise<Table | undefined> {
  const head = await headOf(source).catch(() => undefined);
  const lines = head && wholeLines(head.bytes, head.size, dialect?.encoding);
  // What was in UTF-16 has been made UTF-8.
  const { encoding, ...rest } = dialect ?? {};
  const isBytes = encoding === 'Windows-1252' || encoding === 'UTF-8';
  return lines && readCsv(lines, { ...rest, ...(isBytes ? { encoding } : {}), name: source.name }).table;
}

async function headOf(source: FileSource): Promise<{ readonly bytes: Uint8Array; readonly size: number }> {
  if (source.kind === 'bytes')
    return { bytes: source.bytes.subarray(0, headBytes), size: source.size ?? source.bytes.length };
  const handle = await open(source.path);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(new Uint8Array(headBytes), 0, headBytes, 0);
    return { bytes: buffer.subarray(0, bytesRead), size };
  } finally {
    await handle.close();
  }
}
