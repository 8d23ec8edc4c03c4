import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readModel } from '../files/read';
import type { NamedBytes, Question, Reading } from '../files/reading';
import { readScaler } from '../files/scalers/readScaler';
import { hasError, type Problem } from '../problem';
import { answerFits, fitted, type FittedQuestion, type Trial } from '../session/answerFits';
import { scalingDoubts } from '../session/scalingDoubts';
import { Session } from '../session/session';
import type { ScalingChoice, TableChoice } from '../session/connection';
import { chooseScaling, scalerBeside } from '../session/scalings';
import { textColumns } from '../session/textColumns';
import type { Category } from '../table/binding';
import { writtenColumns } from '../table/categories';
import type { Table } from '../table/table';
import { diskFolder } from '../worker/diskFolder';
import { plainKernels } from '../worker/kernelFiles';
import { tensorflowNode } from '../worker/tensorflowNode';
import { singleEngine } from '../slopes/engine';
import { UsageError, type CommonArguments } from './arguments';
import { refuseExisting } from './output';
import { columnNames, openTable, poolFor, tableToTry } from './openTable';
import { missingFile, problemLines, Refusal } from './refusal';
import { unitsBeside } from './unitsBeside';

/** A model that was read, and how to read it again with more answers. */
export interface OpenedModel {
  readonly file: NamedBytes;
  readonly folder: string;
  readonly reading: Reading;
  readonly read: Trial['read'];
}

/** Opens the model named on the command line; refuses with its problems. */
export async function openModel(given: CommonArguments, model = given.models[0] ?? given.model): Promise<OpenedModel> {
  if (model === undefined) throw new UsageError('Name a model file.');
  const place = await modelFile(model);
  const file = { name: path.basename(place), bytes: await bytesOf(place) };
  const folder = path.dirname(path.resolve(place));
  const columns =
    given.columns ?? (given.data === undefined ? undefined : await columnNames(given.data, given.dialect));
  const options = {
    folder: diskFolder(folder),
    blackBoxes: tensorflowNode(folder, [process.cwd(), __dirname]),
    ...(given.weights === undefined
      ? {}
      : { weights: { name: path.basename(given.weights), bytes: await bytesOf(given.weights) } }),
    ...(columns ? { columns } : {}),
  };
  const answers = [...given.answers].filter(([id]) => id !== 'scaler');
  const read: Trial['read'] = (more) => readModel(file, { ...options, answers: new Map([...answers, ...more]) });
  return { file, folder, reading: await read(new Map()), read };
}

/** The open questions of a model, each with how well its choices fit the true values where --data has them. */
export async function withFits(
  given: CommonArguments,
  { file, folder, read }: OpenedModel,
  questions: readonly Question[],
): Promise<readonly FittedQuestion[]> {
  if (given.data === undefined || questions.length === 0) return questions;
  const table = await tableToTry(given.data, given.dialect);
  if (!table) return questions;
  const fits = await answerFits({
    file,
    folder: diskFolder(folder),
    questions,
    read,
    table,
    choice: await choiceBeside(given, path.join(folder, file.name)),
    scaling: await scalingOf(given),
    engine: singleEngine(await plainKernels()),
  });
  return fitted(questions, fits);
}

/** What the command line says of the scaling. */
async function scalingOf({ scaler, outputScaler }: CommonArguments): Promise<ScalingChoice> {
  const outputs = outputScaler === undefined ? {} : { outputs: outputScaler };
  if (scaler === undefined || scaler === 'none' || scaler === 'table')
    return { ...(scaler === undefined ? {} : { inputs: scaler }), ...outputs };
  return { inputs: { name: path.basename(scaler), bytes: await bytesOf(scaler) }, ...outputs };
}

/** A session with the model alone, with the scaler beside it and the table in its file where there is one. */
export async function openAlone(given: CommonArguments): Promise<Session> {
  const opened = await openModel(given);
  const { file, folder, reading } = opened;
  if (hasError(reading.problems)) throw new Refusal(2, reading.problems);
  if (reading.questions.length > 0) throw new Refusal(3, [], await withFits(given, opened, reading.questions));
  if (!reading.network) throw new Refusal(2, reading.problems);
  if (reading.table) return openSession(given);
  if (given.scaler === 'table' || given.outputScaler === 'table')
    throw new UsageError('A scaling by the table’s own mean and spread needs a table; name it with --data.');
  const session = new Session(file, reading, singleEngine(await plainKernels()));
  if (given.scaler === 'none') session.setScaling(undefined);
  else if (given.scaler !== undefined) {
    const { scalings, problems } = readScaler({
      name: path.basename(given.scaler),
      bytes: await bytesOf(given.scaler),
    });
    if (!scalings) throw new Refusal(2, problems);
    session.setScaling(scalings);
  } else {
    const { scaling, problems } = await scalerBeside(session, diskFolder(folder));
    session.setScaling(scaling);
    note(given, problems);
  }
  return session;
}

/** A session with the model and its table connected; refuses with everything that stands in the way. */
export async function openSession(given: CommonArguments): Promise<Session> {
  return (await openConnected(given)).session;
}

/** The second model of a comparison on the first one's table, in its units. What was said of the table is not said again. */
export async function openSecond(given: CommonArguments, model: string, first: Session): Promise<Session> {
  const { units } = first.connected().choice;
  const choice = { ...given.choice, ...(units ? { units } : {}) };
  const { session, problems } = await openConnected({ ...given, models: [model], choice, quiet: true });
  note(
    given,
    problems.filter(({ file }) => file === session.file.name),
  );
  return session;
}

/** A connected session with everything the user should know of model, scaler and table, which is noted too. */
export async function openConnected(
  given: CommonArguments,
): Promise<{ readonly session: Session; readonly problems: readonly Problem[] }> {
  await refuseExisting(given);
  const model = await openModel(given);
  const { file, folder, reading } = model;
  if (hasError(reading.problems)) throw new Refusal(2, reading.problems);
  if (reading.questions.length > 0) throw new Refusal(3, [], await withFits(given, model, reading.questions));
  if (!reading.network) throw new Refusal(2, reading.problems);
  const opened =
    given.data === undefined
      ? { table: reading.table, problems: [], pool: poolFor(given.threads, file.bytes.length) }
      : await openTable(given.data, textColumns(reading.network, choiceOf(given)), given);
  const { table, pool } = opened;
  if (!table) throw new UsageError('Name a table with --data.');
  if (given.rows && given.rows.from > table.rows)
    throw new UsageError(`${table.name} has ${table.rows} rows; --rows begins at row ${given.rows.from}.`);
  const session = new Session(file, reading, pool ?? singleEngine(await plainKernels()));
  session.scalingChoice = await scalingOf(given);
  const choice = await choiceBeside(given, path.join(folder, file.name));
  const chosen = await chooseScaling(
    session,
    table,
    choice,
    diskFolder(folder),
    session.scalingChoice,
    given.answers.get('scaler'),
  );
  if (hasError(chosen.problems)) throw new Refusal(2, chosen.problems);
  if (chosen.questions.length > 0)
    throw new Refusal(3, chosen.problems, await withFits(given, model, chosen.questions));
  session.setScaling(chosen.scaling);
  const result = session.connect(table, choice);
  if (!result.binding) throw new Refusal(2, [...result.problems, ...opened.problems]);
  const asked = choice.categories
    ? []
    : (result.categories ?? []).map((category) => looksLikeCategory(category, table));
  const doubts = session.connection ? await scalingDoubts(session, session.connection) : [];
  const found = [...reading.problems, ...opened.problems, ...chosen.problems, ...result.problems];
  const problems = [...found, ...asked, ...doubts];
  note(given, problems);
  return { session, problems };
}

/** The panel takes such columns as one by itself; here numbers stay numbers until it is asked for. */
function looksLikeCategory({ name, columns }: Category, table: Table): Problem {
  const written = writtenColumns(
    columns,
    table.columns.map((column) => column.name),
  );
  return {
    code: 'category-found',
    message: `${columns.length} columns of ${table.name} look like one category, ${name}; they are treated as numbers.`,
    file: table.name,
    remedy: `--category "${typeof written === 'string' ? written : written.join(',')}" treats them as one.`,
    severity: 'info',
  };
}

/** What was asked for, with the units that a slopescope.json gives the model's columns. */
async function choiceBeside(given: CommonArguments, place: string): Promise<TableChoice> {
  return { units: await unitsBeside(place), ...choiceOf(given) };
}

function choiceOf(given: CommonArguments): TableChoice {
  return {
    ...given.choice,
    ...(given.byPosition ? { byPosition: true } : {}),
    ...(given.columns ? { order: given.columns } : {}),
    ...(given.categories ? { categories: given.categories } : {}),
    ...(given.rows ? { rows: { from: given.rows.from - 1, to: given.rows.to } } : {}),
  };
}

/** The numbers of the outputs named, or all outputs. */
export function chosenOutputs(session: Session, names: readonly string[]): number[] {
  return chosenAmong('output', session, session.describe().outputs, names);
}

/** The numbers of the inputs named, or all inputs. */
export function chosenInputs(session: Session, names: readonly string[]): number[] {
  return chosenAmong('input', session, session.describe().inputs, names);
}

function chosenAmong(
  what: 'input' | 'output',
  { file }: Session,
  all: readonly { readonly name: string }[],
  names: readonly string[],
): number[] {
  if (names.length === 0) return all.map((_, index) => index);
  return [...new Set(names)].map((wanted) => {
    const found = all.findIndex(({ name }) => name === wanted);
    if (found < 0)
      throw new UsageError(`${file.name} has no ${what} ${wanted}; it has ${all.map(({ name }) => name).join(', ')}.`);
    return found;
  });
}

/** Prints warnings and notes for people, unless told to be quiet. */
export function note(given: Pick<CommonArguments, 'quiet'>, problems: readonly Problem[]): void {
  if (given.quiet) return;
  for (const problem of problems) process.stderr.write(`${problemLines(problem)}\n`);
}

/** A file's bytes; refuses in words when it is not there. */
export async function bytesOf(place: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(place));
  } catch (error) {
    throw missingFile(place, error);
  }
}

/** A SavedModel or TensorFlow.js model is a folder: its graph is the file inside. */
async function modelFile(place: string): Promise<string> {
  const found = await stat(place).catch(() => undefined);
  if (!found?.isDirectory()) return place;
  for (const name of ['saved_model.pb', 'saved_model.pbtxt', 'model.json']) {
    const inside = path.join(place, name);
    if (await stat(inside).catch(() => undefined)) return inside;
  }
  throw new Refusal(2, [
    {
      code: 'folder-without-model',
      message: `${place} is a folder without a saved_model.pb or model.json.`,
      file: place,
      remedy: 'Name the model file itself.',
      severity: 'error',
    },
  ]);
}
