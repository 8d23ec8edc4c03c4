import { ProblemError } from '../problem';

/** What a reader says when it cannot go on: everything of a `Problem` but the severity, which is always `error`. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** Name of the layer, node or entry it is about. */
  readonly part?: string;
}

/** Ends the reading of a file with a problem; `files/read.ts` catches it. */
export function refuse(file: string, { code, message, remedy, part }: Refusal): never {
  throw refusal(file, { code, message, remedy, ...(part === undefined ? {} : { part }) });
}

/** The problem itself, for those who throw it elsewhere. */
export function refusal(file: string, { code, message, remedy, part }: Refusal): ProblemError {
  const place = part === undefined ? {} : { place: { kind: 'part', name: part } as const };
  return new ProblemError({ code, message, file, remedy, severity: 'error', ...place });
}
