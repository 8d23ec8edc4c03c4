import type { Folder, NamedBytes, Question, Reading } from '../files/reading';
import type { SlopeEngine } from '../slopes/engine';
import type { Table } from '../table/table';
import { computeForecasts } from './computeSlopes';
import type { ScalingChoice, TableChoice } from './connection';
import { describeOutputs } from './describeModel';
import { chooseScaling } from './scalings';
import { SessionState, type Connection } from './sessionState';

/** How near the forecasts come to a table's true values with each answer to what a model file leaves open. */
export interface AnswerFits {
  /** The table's file, and its column of true values. */
  readonly table: string;
  readonly target: string;
  /** Unit of the average misses; empty when unknown. */
  readonly unit: string;
  /** Rows compared: the first that have every input and a true value. */
  readonly rows: number;
  /** What the table's own mean and spread scale in this trial, where nothing says how the network was trained. */
  readonly scaledByTable?: 'inputs' | 'inputs and output';
  readonly questions: readonly QuestionFit[];
}

/** One question: the answer in the best combination, and the miss of each choice beside the best answers to the others. */
export interface QuestionFit {
  readonly id: string;
  readonly best: string;
  /** In the order of the question; choices with which nothing could be computed are left out. */
  readonly choices: readonly { readonly choice: string; readonly averageMiss: number }[];
}

/** A question with its fit; the guess is then the best fit. */
export interface FittedQuestion extends Question {
  readonly fit?: Omit<AnswerFits, 'questions'> & Pick<QuestionFit, 'choices'>;
}

/** Questions with what was found for them. */
export function fitted(questions: readonly Question[], fits: AnswerFits | undefined): readonly FittedQuestion[] {
  return questions.map((question) => {
    const own = fits?.questions.find(({ id }) => id === question.id);
    if (!fits || !own) return question;
    const { table, target, unit, rows, scaledByTable } = fits;
    const scaled = scaledByTable === undefined ? {} : { scaledByTable };
    return { ...question, guess: own.best, fit: { table, target, unit, rows, ...scaled, choices: own.choices } };
  });
}

/** What answers are tried on. */
export interface Trial {
  readonly file: NamedBytes;
  readonly folder: Folder;
  /** The open questions of the file, and of the scaler (`scaler`). */
  readonly questions: readonly Question[];
  /** Reads the model again with these answers beside those given already. */
  readonly read: (answers: ReadonlyMap<string, string>) => Promise<Reading>;
  readonly table: Table;
  readonly choice: TableChoice;
  /** What the user said of the scaling. */
  readonly scaling: ScalingChoice;
  readonly engine: SlopeEngine;
}

/** Combinations tried in full; choices beyond them are tried one at a time beside the best. */
const mostCombinations = 64;
/** Bytes of the model file read again in all: a large file gets fewer combinations. */
const mostBytesRead = 64_000_000;
/** Rows that forecasts are compared on, and products of a weight and a value for all combinations: about 0.2 s. */
const mostRows = 1000;
const mostProducts = 200_000_000;
/** A choice after the first few of its question is unusual: it must miss less by this factor to be taken for the answer. */
const usualChoices = 4;
const unusualFactor = 1.5;
/** So must any function at the output but the guessed one: cutting off where the truth never goes always fits a bit better. */
const outputFactor = 1.2;
/** And so must the table's own mean and spread as the scaling the network was trained with, which nothing says. */
const unsaidScalingFactor = 2;
/** Misses below this share of the mean |true value| come from rounding, not from a wrong answer. */
const roundingShare = 1e-6;

/**
 * Tries the answers on the table's first rows: mean |forecast − true value| in the target's units, through the scaling
 * that a session would use. The true values are the column named like the output, or the only number column that feeds no
 * input. Undefined where there are none, or where no answer gives a forecast.
 *
 * At most 64 combinations are tried in full, of the first choices of every question; then every other choice beside the best
 * so far, twice. The best is the combination that misses least, with a handicap for unusual functions: on noisy data one
 * of so many fits a little better by chance. Where nothing says how the network's inputs were scaled, the table's own mean
 * and spread are tried too, and taken for the trial where they miss far less.
 */
export async function answerFits(trial: Trial): Promise<AnswerFits | undefined> {
  const asSaid = await fitsOf(trial);
  const isSaid = trial.scaling.inputs !== undefined || trial.scaling.outputs !== undefined;
  if (!asSaid || asSaid.isScaled || isSaid) return asSaid?.fits;
  let best: Tried = { ...asSaid, score: asSaid.score / unsaidScalingFactor };
  for (const { what, scaling } of byTable) {
    const tried = await fitsOf({ ...trial, scaling });
    if (tried?.explains && tried.score < best.score) best = { ...tried, fits: { ...tried.fits, scaledByTable: what } };
  }
  return best.fits;
}

const byTable = [
  { what: 'inputs', scaling: { inputs: 'table' } },
  { what: 'inputs and output', scaling: { inputs: 'table', outputs: 'table' } },
] as const;

/** The fits under one scaling, and how much the best misses with its handicap. */
interface Tried {
  readonly fits: AnswerFits;
  readonly score: number;
  /** Whether it misses clearly less than the mean of the true values would. */
  readonly explains: boolean;
  /** Whether anything was scaled. */
  readonly isScaled: boolean;
}

async function fitsOf(trial: Trial): Promise<Tried | undefined> {
  const lists = trial.questions.map(guessFirst);
  const trials = new Trials(trial, lists);
  const most = Math.min(mostCombinations, Math.floor(mostBytesRead / Math.max(1, trial.file.bytes.length)));
  for (const answers of combinations(firstChoices(lists, most))) await trials.measure(answers);
  for (let round = 0; round < 2; round++) await beside(trials, lists, trials.best()?.answers);
  const best = trials.best();
  if (!best || !trials.compared) return undefined;
  const { answers, score } = best;
  await beside(trials, lists, answers);
  const questions = trial.questions.map(({ id, choices }, place): QuestionFit => {
    const tried = choices.map((choice) => ({ choice, averageMiss: trials.miss(answers.with(place, choice)) }));
    return { id, best: answers[place]!, choices: tried.filter(({ averageMiss }) => averageMiss < Infinity) };
  });
  return {
    fits: { ...trials.compared, questions },
    score,
    explains: trials.miss(answers) < trials.meanDeviation / 2,
    isScaled: trials.isScaled(),
  };
}

/** Tries every choice of every question beside the best answers to the others. */
async function beside(trials: Trials, lists: readonly (readonly string[])[], best: readonly string[] | undefined) {
  for (const [place, list] of lists.entries())
    for (const choice of list) if (best) await trials.measure(best.with(place, choice));
}

/** Choices in the order in which they win a tie. */
function guessFirst({ choices, guess }: Question): readonly string[] {
  return guess === undefined ? choices : [guess, ...choices.filter((choice) => choice !== guess)];
}

/** As many first choices of each question as give at most so many combinations, the shortest list growing first. */
function firstChoices(lists: readonly (readonly string[])[], most: number): readonly (readonly string[])[] {
  const counts = lists.map(() => 1);
  for (;;) {
    const growing = [...counts.keys()].filter((place) => {
      const product = counts.reduce((all, count, at) => all * (at === place ? count + 1 : count), 1);
      return counts[place]! < lists[place]!.length && product <= most;
    });
    if (growing.length === 0) return lists.map((list, place) => list.slice(0, counts[place]));
    const shortest = growing.reduce((a, b) => (counts[b]! < counts[a]! ? b : a));
    counts[shortest] = counts[shortest]! + 1;
  }
}

function combinations(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>((all, list) => all.flatMap((some) => list.map((choice) => [...some, choice])), [[]]);
}

/** Answers in the order of the questions, with the average miss each gave; infinite where nothing could be computed. */
class Trials {
  compared: Omit<AnswerFits, 'questions'> | undefined;
  /** Mean |true value| of the rows compared, and mean |true value − their mean|. */
  private meanSize = 0;
  meanDeviation = 0;
  private readonly trial: Trial;
  private readonly lists: readonly (readonly string[])[];
  private readonly misses = new Map<string, { readonly answers: readonly string[]; readonly miss: number }>();
  private readonly scalings = new Map<string, SessionState['scaling']>();

  constructor(trial: Trial, lists: readonly (readonly string[])[]) {
    this.trial = trial;
    this.lists = lists;
  }

  /** Tries answers that have not been tried yet. */
  async measure(answers: readonly string[]): Promise<void> {
    const key = JSON.stringify(answers);
    if (!this.misses.has(key)) this.misses.set(key, { answers, miss: await this.measured(answers) });
  }

  /** The average miss of answers that were tried. */
  miss(answers: readonly string[]): number {
    return this.misses.get(JSON.stringify(answers))?.miss ?? Infinity;
  }

  /** The answers that miss least after handicaps, and how much that is; on a tie those tried first. */
  best(): { readonly answers: readonly string[]; readonly score: number } | undefined {
    let best: { readonly answers: readonly string[]; readonly score: number } | undefined;
    for (const { answers, miss } of this.misses.values()) {
      const score = (miss + roundingShare * this.meanSize) * this.handicap(answers);
      if (score < (best?.score ?? Infinity)) best = { answers, score };
    }
    return best;
  }

  /** Whether inputs or outputs were scaled in any trial. */
  isScaled(): boolean {
    return [...this.scalings.values()].some((scaling) => scaling !== undefined);
  }

  private handicap(answers: readonly string[]): number {
    return answers.reduce((product, answer, place) => {
      const rank = this.lists[place]!.indexOf(answer);
      const isOutput = this.trial.questions[place]!.id === 'output';
      return product * (rank >= usualChoices ? unusualFactor : isOutput && rank > 0 ? outputFactor : 1);
    }, 1);
  }

  private async measured(answers: readonly string[]): Promise<number> {
    const { trial } = this;
    const given = new Map(trial.questions.map(({ id }, place) => [id, answers[place]!]));
    const scaler = given.get('scaler');
    given.delete('scaler');
    const reading = await trial.read(given);
    if (!reading.network || reading.questions.length > 0) return Infinity;
    const session = new SessionState(trial.file, reading, trial.engine);
    session.setScaling(await this.scaling(session, scaler));
    const connection = withTarget(session, trial);
    if (!connection) return Infinity;
    const rows = comparedRows(connection, this.rowsFor(session));
    if (rows.length === 0) return Infinity;
    if (!this.compared) this.describe(session, connection, rows);
    return averageMiss(connection, rows);
  }

  private describe(session: SessionState, connection: Connection, rows: Uint32Array): void {
    const { name, output, values } = targetsOf(connection)[0]!;
    const unit = describeOutputs(session)[output]?.unit ?? '';
    this.compared = { table: this.trial.table.name, target: name, unit, rows: rows.length };
    const meanOf = (of: (value: number) => number): number =>
      rows.reduce((sum, row) => sum + of(values[row]!), 0) / rows.length;
    const mean = meanOf((value) => value);
    this.meanSize = meanOf(Math.abs);
    this.meanDeviation = meanOf((value) => Math.abs(value - mean));
  }

  /** The scaling does not depend on the functions between layers: it is looked for once per shape of the network. */
  private async scaling(session: SessionState, answered: string | undefined): Promise<SessionState['scaling']> {
    const { table, choice, folder, scaling } = this.trial;
    const { inputs, outputs } = session.network;
    const key = JSON.stringify([answered, inputs.map(({ size }) => size), outputs.map(({ size }) => size)]);
    if (!this.scalings.has(key)) {
      const chosen = await chooseScaling(session, table, choice, folder, scaling, answered);
      const guess = chosen.questions[0]?.guess;
      const settled =
        guess === undefined ? chosen : await chooseScaling(session, table, choice, folder, scaling, guess);
      this.scalings.set(key, settled.scaling);
    }
    return this.scalings.get(key);
  }

  private rowsFor({ network }: SessionState): number {
    const weights = network.source.layers.reduce((sum, layer) => sum + layer.parameters, 0);
    return Math.max(1, Math.min(mostRows, Math.floor(mostProducts / mostCombinations / Math.max(1, weights))));
  }
}

/** The table connected, where it has true values. */
function withTarget(session: SessionState, { table, choice }: Trial): Connection | undefined {
  session.connect(table, { ...choice, categories: {} });
  const { connection } = session;
  return connection && targetsOf(connection).length > 0 ? connection : undefined;
}

/** Outputs that have true values. */
function targetsOf({ binding, table }: Connection) {
  return binding.outputs.flatMap(({ target }, output) => {
    const column = target === undefined ? undefined : table.columns[target];
    return column?.kind === 'number' ? [{ output, name: column.name, values: column.values }] : [];
  });
}

function comparedRows(connection: Connection, most: number): Uint32Array {
  const targets = targetsOf(connection);
  const isKnown = (row: number): boolean => targets.every(({ values }) => Number.isFinite(values[row]));
  return connection.binding.rows.subarray(0, mostRows).filter(isKnown).subarray(0, most);
}

async function averageMiss(connection: Connection, rows: Uint32Array): Promise<number> {
  let sum = 0;
  const targets = targetsOf(connection);
  for (const { output, values } of targets) {
    const forecasts = await computeForecasts(connection.computation(output), rows, () => undefined);
    forecasts.forEach((forecast, index) => (sum += Math.abs(forecast - values[rows[index]!]!)));
  }
  const mean = sum / (targets.length * rows.length);
  return Number.isFinite(mean) ? mean : Infinity;
}
