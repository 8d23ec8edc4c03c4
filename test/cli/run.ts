import { execFile } from 'node:child_process';
import path from 'node:path';

/** What one command line did. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const root = path.join(import.meta.dirname, '../..');

/** The built command line, as people run it in the project's folder. */
export function slopescope(...argv: readonly string[]): Promise<Outcome> {
  return slopescopeIn(root, ...argv);
}

/** The same in another folder. */
export function slopescopeIn(folder: string, ...argv: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(root, 'dist/cli.js'), ...argv],
      { maxBuffer: 2 ** 28, cwd: folder },
      (error, stdout, stderr) => {
        const status = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        resolve({ status, stdout, stderr });
      },
    );
  });
}

/** A file of the sample. */
export function sample(name: string): string {
  return path.join(root, 'media/sample', name);
}

/** A file of the fixtures. */
export function fixture(name: string): string {
  return path.join(root, 'test/fixtures', name);
}
