/** One wording of a problem: … stands for what is only known when it happens; `room` is its folder below `src/`. */
export interface ListedProblem {
  readonly code: string;
  readonly message: string;
  readonly room: string;
}

/** Lists all problems of the source below a folder with `tsconfig.json` and `src`, by code, then by message. */
export function listProblems(root: string): readonly ListedProblem[];
