import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import os from 'node:os';
import { inMemory, type FileBytes } from '../files/fileBytes';
import { refusal } from '../files/refuse';
import type { FileSource } from './threadService';

/** Gives what a use of a file gives; the file is open meanwhile, and read as it is asked for where it lies on a disk. */
export async function withFile<Result>(
  source: FileSource,
  use: (file: FileBytes) => Result | Promise<Result>,
): Promise<Result> {
  if (source.kind === 'bytes') return use(inMemory(source.bytes));
  const handle = openSync(source.path, 'r');
  try {
    const stat = fstatSync(handle);
    // A pipe has no size and no places: it is read to its end.
    return await use(stat.isFile() ? onDisk(handle, stat.size, source.name) : inMemory(readFileSync(handle)));
  } finally {
    closeSync(handle);
  }
}

/** Reading waits for the disk: a thread and the command line have nothing else to do meanwhile. */
function onDisk(handle: number, size: number, name: string): FileBytes {
  return {
    size,
    read: (start, end) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      for (let at = 0; at < bytes.length;) {
        const read = readSync(handle, bytes, at, bytes.length - at, start + at);
        if (read === 0) throw shortened(name);
        at += read;
      }
      return bytes;
    },
  };
}

function shortened(name: string): Error {
  return refusal(name, {
    code: 'file-shortened',
    message: `${name} has become shorter while it was read.`,
    remedy: 'Open it again when the program that writes it is done.',
  });
}

/** A table that takes more than this is not read before it was asked which rows; so is one that takes a quarter of what is free. */
const mostRoom = 2e9;
/** Smaller tables are read without a word, however little the system calls free: it counts what it keeps for speed as taken. */
const leastRoom = 256e6;

/** Bytes that a table may take without a word on its rows. */
export function roomForTable(): number {
  const allowed = process.constrainedMemory();
  const left = allowed > 0 ? allowed - process.memoryUsage().rss : Number.POSITIVE_INFINITY;
  return Math.max(leastRoom, Math.min(mostRoom, os.freemem() / 4, left / 4));
}
