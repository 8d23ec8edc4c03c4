import type { Call } from '../ask';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { CommonArguments } from './arguments';
import { Refusal } from './refusal';

/** Writes text or bytes where the user asked for it: standard output, or a new file. An existing file is never replaced. */
export async function writeOut(
  given: Pick<CommonArguments, 'file' | 'quiet'>,
  content: string | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const parts = typeof content === 'string' ? [content] : content;
  if (given.file === undefined) {
    for await (const part of parts)
      if (!process.stdout.write(part)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    return;
  }
  await refuseExisting(given);
  const temporary = `${given.file}.${process.pid}.part`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      for await (const part of parts) await handle.appendFile(part);
    } finally {
      await handle.close();
    }
    await rename(temporary, given.file);
  } catch (error) {
    await rm(temporary, { force: true });
    const reason = reasonOf(error);
    throw new Refusal(2, [
      {
        code: 'file-not-written',
        message: `${given.file} could not be written (${reason}).`,
        file: given.file,
        remedy: 'Choose a folder that exists and can be written to.',
        severity: 'error',
      },
    ]);
  }
  if (!given.quiet) process.stderr.write(`Wrote ${given.file}\n`);
}

/** Refuses to write over a file, before anything is computed for it. */
export async function refuseExisting({ file }: Pick<CommonArguments, 'file'>): Promise<void> {
  if (file === undefined || !(await stat(file).catch(() => undefined))) return;
  throw new Refusal(2, [
    {
      code: 'file-exists',
      message: `${file} exists already and is left as it is.`,
      file,
      remedy: 'Name a new file after -o, or remove the old one.',
      severity: 'error',
    },
  ]);
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'its folder is a file'],
  ['EACCES', 'its folder may not be written to'],
  ['EPERM', 'its folder may not be written to'],
  ['EROFS', 'its disk may not be written to'],
  ['ENOSPC', 'the disk is full'],
]);

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons.get(code) ?? (error instanceof Error ? error.message : String(error));
}

/** A question of the session that nobody follows or cancels. */
export const unheard: Call = { signal: new AbortController().signal, progress: () => undefined };
