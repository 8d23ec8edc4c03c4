import type { Question } from '../files/reading';
import type { Problem } from '../problem';

/** Why a command cannot go on: problems with the inputs (status 2), or questions to answer first (status 3). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: 2 | 3;
  readonly problems: readonly Problem[];
  readonly questions: readonly Question[];

  constructor(status: 2 | 3, problems: readonly Problem[], questions: readonly Question[] = []) {
    super(problems[0]?.message ?? questions[0]?.ask ?? 'refused');
    this.status = status;
    this.problems = problems;
    this.questions = questions;
  }
}

/** Prints a refusal for people on standard error and, when JSON was asked for, for programs on standard output. */
export function writeRefusal(refusal: Refusal, json: boolean): number {
  for (const problem of refusal.problems) process.stderr.write(`${problemLines(problem)}\n`);
  for (const question of refusal.questions) process.stderr.write(`${questionLines(question)}\n`);
  if (json) {
    const problems = refusal.problems.map(({ code, message, remedy }) => ({
      code,
      message,
      ...(remedy === undefined ? {} : { remedy }),
    }));
    process.stdout.write(
      `${JSON.stringify({ problems, ...(refusal.questions.length > 0 ? { questions: refusal.questions } : {}) })}\n`,
    );
  }
  return refusal.status;
}

/** One sentence what is wrong, one what to do. */
export function problemLines({ message, remedy, place }: Problem): string {
  const line = place?.kind === 'line' ? ` (line ${place.line})` : '';
  return `${message}${line}${remedy === undefined ? '' : `\n  ${remedy}`}`;
}

function questionLines({ id, ask, choices, guess }: Question): string {
  const answer = guess ?? choices[0] ?? '…';
  const others = choices.length > 1 ? ` (${choices.join(', ')})` : '';
  return `${ask}\n  --answer ${id}=${answer}${others}`;
}
