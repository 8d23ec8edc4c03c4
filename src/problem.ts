/**
 * What can be wrong with what the user gave: plain data, shown in the page, in Problems and on the command line.
 * Exceptions are for bugs only.
 */
export interface Problem {
  /** A stable name in kebab case, for tests and for looking things up: `layer-custom`, `csv-ragged-row`. */
  readonly code: string;
  /** One sentence for people: what is wrong, with the layer's, node's or column's name. */
  readonly message: string;
  /** The file as the user named it. */
  readonly file: string;
  readonly place?: Place;
  /** One sentence for people: what to do. */
  readonly remedy?: string;
  /** `error`: nothing can be computed from this file; `warning` and `info`: it was read, but the user should know. */
  readonly severity: Severity;
}

/** How grave a problem or a finding is, in VS Code's words. */
export type Severity = 'error' | 'warning' | 'info';

/** Where in the file: a line of a text (from 1), or a named part (layer, node, entry, offset). */
export type Place =
  | { readonly kind: 'line'; readonly line: number; readonly column?: number }
  | { readonly kind: 'part'; readonly name: string };

/**
 * Carries a problem out of deep parsing code. Only `files/read.ts` (and the readers' own tests) catch it: it never
 * crosses the border of the room that throws it.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Whether one of the problems makes the file unusable. */
export function hasError(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
