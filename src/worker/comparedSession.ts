import type { GivenDialect } from '../table/table';
import { readCsv } from '../files/csv/readCsv';
import type { Folder } from '../files/reading';
import { hasError, type Problem } from '../problem';
import type { NotCompared, SecondModel } from '../session/compareQuestion';
import { notOpened, secondModel } from '../session/secondModel';
import type { TableChoice } from '../session/connection';
import { chooseScaling } from '../session/scalings';
import type { Session } from '../session/session';
import type { Connection } from '../session/sessionState';
import { textColumns } from '../session/textColumns';
import type { SlopeEngine } from '../slopes/engine';
import type { ScalingSet } from '../table/scaling';
import type { Table } from '../table/table';
import { withFile } from './diskFile';
import { fingerprint } from './fingerprint';
import { openSession } from './openSession';
import type { CompareRequest, FileSource } from './threadService';

/** What the second session is opened with beside the request. */
export interface ComparedSurroundings {
  readonly hostFolder: Folder;
  readonly engine: SlopeEngine;
  /** The file of the first session's table; undefined where the model's own file holds it. */
  readonly table: FileSource | undefined;
  /** How that file was said to be written. */
  readonly dialect: GivenDialect | undefined;
  /** The scaling the user chose for the first model: an earlier version of it takes the same. */
  readonly chosenScaling: ScalingSet | undefined;
}

/** The second model of a comparison, opened once per table and request. */
export class ComparedSession {
  private opened:
    { readonly id: string; readonly connection: Connection; readonly second: Promise<SecondModel> } | undefined;

  /** The model of the request beside the first one, on its table. */
  async beside(first: Session, request: CompareRequest, surroundings: ComparedSurroundings): Promise<SecondModel> {
    const connection = first.connected();
    if (this.opened?.id !== request.id || this.opened.connection !== connection) {
      const second = openSecond(first, request, surroundings);
      this.opened = { id: request.id, connection, second };
      // What failed is tried again when it is asked for again.
      second.catch(() => (this.opened = undefined));
    }
    return this.opened.second;
  }

  /** Gives its memory back. */
  close(): void {
    this.opened = undefined;
  }
}

async function openSecond(
  first: Session,
  request: CompareRequest,
  surroundings: ComparedSurroundings,
): Promise<SecondModel> {
  const { session, folder } = await openSession(request.other, surroundings.hostFolder, surroundings.engine);
  const known = { name: request.name, hash: fingerprint(session.file.bytes) };
  const refused = await connectSecond(session, folder, first.connected(), request, surroundings);
  return refused ? notOpened(refused, known) : secondModel(first, session, known);
}

/** Connects the second session to the first one's table; gives the reason where that cannot be done. */
async function connectSecond(
  session: Session,
  folder: Folder,
  { given: table, choice: firstChoice }: Connection,
  { other, choice, isEarlier }: CompareRequest,
  surroundings: ComparedSurroundings,
): Promise<NotCompared | undefined> {
  const { reading } = session;
  if (reading.questions.length > 0 || hasError(reading.problems) || !reading.network)
    return notCompared(other.model.name, reading.problems);
  const { target, rows, categories, units } = firstChoice;
  const itsChoice: TableChoice = isEarlier
    ? firstChoice
    : {
        ...(target === undefined ? {} : { target }),
        ...choice,
        ...(categories ? { categories } : {}),
        ...(rows ? { rows } : {}),
        ...(units ? { units } : {}),
      };
  const itsTable = await tableFor(session, table, itsChoice, surroundings);
  const scaling = isEarlier ? surroundings.chosenScaling : undefined;
  const chosen = scaling
    ? { scaling, problems: [], questions: [] }
    : await chooseScaling(session, itsTable, itsChoice, folder, {}, other.answers.scaler);
  if (chosen.questions.length > 0) return notCompared(other.model.name, []);
  session.setScaling(chosen.scaling);
  const { binding, problems } = session.connect(itsTable, itsChoice);
  return binding && binding.rows.length > 0 ? undefined : notCompared(other.model.name, problems);
}

/** The first model's table, read again where the second model takes other columns of it as text. */
async function tableFor(
  session: Session,
  table: Table,
  choice: TableChoice,
  { table: source, dialect }: ComparedSurroundings,
) {
  const texts = textColumns(session.fileNetwork, choice);
  const fits = table.columns.every(({ name, kind }) => kind === 'text' || !texts.includes(name));
  if (!source || fits) return table;
  const options = { ...dialect, name: source.name, textColumns: texts };
  return withFile(source, (file) => readCsv(file, options).table ?? table);
}

function notCompared(file: string, problems: readonly Problem[]): NotCompared {
  const problem = problems.find(({ severity }) => severity === 'error');
  return {
    message: `${file} cannot be compared on this table${problem ? `: ${problem.message}` : ': it has a question to be answered first.'}`,
    remedy: problem?.remedy ?? 'Open it on its own with this table, answer what it asks, and compare again.',
  };
}
