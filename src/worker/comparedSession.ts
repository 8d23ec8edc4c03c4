import type { Call } from '../ask';
import type { GivenDialect } from '../table/table';
import { readCsv } from '../files/csv/readCsv';
import type { Folder } from '../files/reading';
import { hasError, type Problem } from '../problem';
import type { Comparison, NotCompared } from '../session/compareQuestion';
import { compareSessions, laneCells, sameOutput } from '../session/compareView';
import type { TableChoice } from '../session/connection';
import { chooseScaling } from '../session/scalings';
import type { Session } from '../session/session';
import type { Connection } from '../session/sessionState';
import { textColumns } from '../session/textColumns';
import type { SlopeEngine } from '../slopes/engine';
import type { ScalingSet } from '../table/scaling';
import type { Table } from '../table/table';
import { bytesOf, openSession } from './openSession';
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
    | { readonly id: string; readonly connection: Connection; readonly session: Promise<Session | NotCompared> }
    | undefined;

  /** Compares a session's output with the same output of the model in the request. */
  async compare(
    first: Session,
    request: CompareRequest,
    surroundings: ComparedSurroundings,
    call: Call,
  ): Promise<Comparison | NotCompared> {
    const connection = first.connected();
    if (this.opened?.id !== request.id || this.opened.connection !== connection) {
      const session = openSecond(connection, request, surroundings);
      this.opened = { id: request.id, connection, session };
      // What failed is tried again when it is asked for again.
      session.catch(() => (this.opened = undefined));
    }
    const second = await this.opened.session;
    if ('message' in second) return second;
    second.setRules(first.rules);
    const outputs = [request.output, sameOutput(first, second, request.output)] as const;
    return compareSessions(first, second, outputs, call, laneCells);
  }

  /** Gives its memory back. */
  close(): void {
    this.opened = undefined;
  }
}

async function openSecond(
  { given: table, choice: firstChoice }: Connection,
  { other, choice, isEarlier }: CompareRequest,
  surroundings: ComparedSurroundings,
): Promise<Session | NotCompared> {
  const { session, folder } = await openSession(other, surroundings.hostFolder, surroundings.engine);
  const { reading } = session;
  if (reading.questions.length > 0 || hasError(reading.problems) || !reading.network)
    return notCompared(other.model.name, reading.problems);
  const { target, rows, categories } = firstChoice;
  const itsChoice: TableChoice = isEarlier
    ? firstChoice
    : {
        ...(target === undefined ? {} : { target }),
        ...choice,
        ...(categories ? { categories } : {}),
        ...(rows ? { rows } : {}),
      };
  const itsTable = await tableFor(session, table, itsChoice, surroundings);
  const scaling = isEarlier ? surroundings.chosenScaling : undefined;
  const chosen = scaling
    ? { scaling, problems: [], questions: [] }
    : await chooseScaling(session, itsTable, itsChoice, folder, {}, other.answers.scaler);
  if (chosen.questions.length > 0) return notCompared(other.model.name, []);
  session.setScaling(chosen.scaling);
  const { binding, problems } = session.connect(itsTable, itsChoice);
  return binding && binding.rows.length > 0 ? session : notCompared(other.model.name, problems);
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
  return readCsv(await bytesOf(source), { ...dialect, name: source.name, textColumns: texts }).table ?? table;
}

function notCompared(file: string, problems: readonly Problem[]): NotCompared {
  const problem = problems.find(({ severity }) => severity === 'error');
  return {
    message: `${file} cannot be compared on this table${problem ? `: ${problem.message}` : ': it has a question to be answered first.'}`,
    remedy: problem?.remedy ?? 'Open it on its own with this table, answer what it asks, and compare again.',
  };
}
