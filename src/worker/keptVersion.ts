import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bytesOf, type OpenedSession } from './openSession';
import type { KeepRequest } from './threadService';

/** Larger models are not kept: a copy of one would be felt in the disk, and in the time between save and result. */
const largestKept = 256 * 1024 * 1024;

/**
 * Writes the file of an opened model, as it was read, to a place of the extension's own, and tells whether it did. What is
 * no network, is spread over several files, is too large or has not changed on disk is not kept.
 */
export async function keepVersion(model: OpenedSession | undefined, { present, place }: KeepRequest): Promise<boolean> {
  if (!model?.isWhole) return false;
  const { file, reading } = model.session;
  if (!reading.network || file.bytes.length > largestKept) return false;
  const now = await bytesOf(present).catch(() => undefined);
  if (now && Buffer.compare(now, file.bytes) === 0) return false;
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, file.bytes);
  return true;
}
