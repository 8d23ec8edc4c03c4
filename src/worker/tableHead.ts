import { open } from 'node:fs/promises';
import { readCsv } from '../files/csv/readCsv';
import { sniffHeader, wholeLines } from '../files/csv/sniffHeader';
import type { Table } from '../table/table';
import type { FileSource, SniffedTable } from './threadService';

/** How much of a table is looked at before it is chosen. */
const headBytes = 65_536;

/** Names and size of a table; reads the first bytes only, also of a table of many gigabytes. */
export async function sniffTable(source: FileSource): Promise<SniffedTable | undefined> {
  const head = await headOf(source);
  return sniffHeader(head.bytes, head.size);
}

/** The first rows of a table, those that are whole in its first bytes; undefined when the file is no table or cannot be read. */
export async function firstRows(source: FileSource): Promise<Table | undefined> {
  const head = await headOf(source).catch(() => undefined);
  const lines = head && wholeLines(head.bytes, head.size);
  return lines && readCsv(lines, { name: source.name }).table;
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
