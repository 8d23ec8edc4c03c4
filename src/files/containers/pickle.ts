import { ProblemError } from '../../problem';
import { ByteCursor } from './byteCursor';
import { PickleMachine, type PickleOptions } from './pickleMachine';
import { pickleOperations } from './pickleOperations';
import type { PickleValue } from './pickleValues';

/**
 * Reads the first pickle in the bytes (protocols 0 to 5) into plain data and calls nothing. Throws a `ProblemError` when
 * it is damaged, too large, or names something that could do harm where it is loaded.
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions): PickleValue {
  return readPickleAt(pickleCursor(bytes, options.file), options);
}

/** Reads the pickle that starts at the cursor and leaves the cursor behind its STOP: legacy files hold several. */
export function readPickleAt(cursor: ByteCursor, options: PickleOptions): PickleValue {
  return new PickleMachine(cursor, options).run(pickleOperations);
}

/** A cursor whose end means that the pickle is truncated. */
export function pickleCursor(bytes: Uint8Array, file: string, at = 0): ByteCursor {
  return new ByteCursor(bytes, () => truncated(file), at);
}

function truncated(file: string): ProblemError {
  return new ProblemError({
    code: 'pickle-truncated',
    message: `${file} is a pickle without its STOP opcode (truncated): the file ends early.`,
    file,
    remedy: 'Save or copy the model again; the file was not written to its end.',
    severity: 'error',
  });
}
