import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { piecesOf, type FileBytes } from '../files/fileBytes';
import { withFile } from './diskFile';
import type { FileSource } from './threadService';

/** The first 16 digits of a file's SHA-256: enough to tell which file a report was made from. */
export function fingerprint(content: Uint8Array | FileBytes): string {
  const hash = createHash('sha256');
  if (content instanceof Uint8Array) hash.update(content);
  else for (const piece of piecesOf(content)) hash.update(piece);
  return hash.digest('hex').slice(0, 16);
}

/** A file and what the disk said of it when it was read. */
export interface ReadFile {
  readonly source: FileSource;
  readonly state: string;
}

/** Notes the state of a file before it is read. */
export async function beforeReading(source: FileSource): Promise<ReadFile> {
  return { source, state: await stateOf(source) };
}

/** The fingerprint of a file that was read, or that its bytes are no longer there. */
export async function fingerprintOf({ source, state }: ReadFile): Promise<string> {
  const now = await stateOf(source).catch(() => undefined);
  return now === state ? withFile(source, fingerprint) : 'unknown, since the file has changed';
}

async function stateOf(source: FileSource): Promise<string> {
  if (source.kind === 'bytes') return '';
  const { size, mtimeMs } = await stat(source.path);
  return `${size} ${mtimeMs}`;
}
