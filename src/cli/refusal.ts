import type { Problem } from '../problem';
import type { FittedQuestion } from '../session/answerFits';
import { inColumns, shortNumber } from './columns';

/** A question of a model file or a scaler, or one that an option of its own answers. */
export interface AskedQuestion extends FittedQuestion {
  readonly option?: string;
}

/** Why a command cannot go on: problems with the inputs (status 2), or questions to answer first (status 3). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: 2 | 3;
  readonly problems: readonly Problem[];
  readonly questions: readonly AskedQuestion[];

  constructor(status: 2 | 3, problems: readonly Problem[], questions: readonly AskedQuestion[] = []) {
    super(problems[0]?.message ?? questions[0]?.ask ?? 'refused');
    this.status = status;
    this.problems = problems;
    this.questions = questions;
  }
}

/** What to say of a file that cannot be opened; anything else goes on as it is. */
export function missingFile(place: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  const { reason, remedy } = unreadable.get(code) ?? { reason: 'cannot be read', remedy: 'Check the path.' };
  return new Refusal(2, [
    { code: 'file-missing', message: `${place} ${reason}.`, file: place, remedy, severity: 'error' },
  ]);
}

/** Why a file cannot be read, by the code of the system's error. */
const unreadable: ReadonlyMap<string, { readonly reason: string; readonly remedy: string }> = new Map([
  ['ENOENT', { reason: 'does not exist', remedy: 'Check the path.' }],
  ['ENOTDIR', { reason: 'does not exist', remedy: 'Check the path.' }],
  ['EISDIR', { reason: 'is a folder', remedy: 'Name a file in it.' }],
  ['EACCES', { reason: 'may not be read', remedy: 'Ask for the right to read it, or copy it.' }],
  ['EPERM', { reason: 'may not be read', remedy: 'Ask for the right to read it, or copy it.' }],
  ['ERR_FS_FILE_TOO_LARGE', { reason: 'is larger than 2 GB', remedy: 'A model has less: check the path.' }],
]);

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

/** A question with the option that answers it and, where they are known, the misses of its choices. */
export function questionLines({ id, option, ask, choices, guess, fit }: AskedQuestion): string {
  const answer = guess ?? choices[0] ?? '…';
  const others = choices.length > 1 ? ` (${choices.join(', ')})` : '';
  return [
    ask,
    `  ${option === undefined ? `--answer ${id}=` : `${option} `}${answer}${others}`,
    ...fitLines(answer, fit),
  ].join('\n');
}

const scalingOptions = {
  inputs: 'That is with the inputs scaled by mean and spread of the table: --scaler table',
  'inputs and output':
    'That is with inputs and output scaled by mean and spread of the table: --scaler table --output-scaler table',
} as const;

/** The best choice with its evidence, then all choices tried, those that miss least first. */
function fitLines(best: string, fit: FittedQuestion['fit']): string[] {
  const own = fit?.choices.find(({ choice }) => choice === best);
  if (!fit || !own) return [];
  const { table, target, unit, rows, choices, scaledByTable } = fit;
  const sorted = choices.toSorted((a, b) => a.averageMiss - b.averageMiss);
  const miss = [shortNumber(own.averageMiss), unit].filter(Boolean).join(' ');
  const least = sorted[0]!;
  const against =
    least === own
      ? ''
      : ` ${least.choice} misses ${shortNumber(least.averageMiss)}: not clearly less, and it is rarer.`;
  return [
    `  ${best} fits ${least === own ? 'best' : 'well'}: average miss ${miss} from ${target} in the first ${rows} rows of ${table}.${against}`,
    ...(scaledByTable ? [`  ${scalingOptions[scaledByTable]}`] : []),
    ...inColumns(
      ['choice', 'average miss', ''],
      sorted.map(({ choice, averageMiss }) => [choice, shortNumber(averageMiss), '']),
    ).map((line) => `    ${line}`),
  ];
}
