import path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { answer, ask, type Answering, type Asker, type Call } from '../ask';
import { readCsvInParts, type CsvReading } from '../files/csv/readCsv';
import type { Folder } from '../files/reading';
import { findScalers } from '../files/scalers/find';
import { answerFits, fitted, type FittedQuestion } from '../session/answerFits';
import { exportFile } from '../session/exports/exportFile';
import { mendCode } from '../session/mend/mendCode';
import { scalingPreviews } from '../session/scalingPreviews';
import { chooseScaling, scalerBeside } from '../session/scalings';
import type { Session } from '../session/session';
import { textColumns } from '../session/textColumns';
import { readScaler } from '../files/scalers/readScaler';
import type { ScalingChoice, TableChoice } from '../session/connection';
import type { DataDescription } from '../session/service';
import type { GivenDialect, Table } from '../table/table';
import { ComparedSession } from './comparedSession';
import { roomForTable, withFile } from './diskFile';
import { beforeReading, fingerprint, fingerprintOf, type ReadFile } from './fingerprint';
import { keepVersion } from './keptVersion';
import { ThreadPool, usualThreads } from './threadPool';
import { openSession, type OpenedSession } from './openSession';
import { pageAssets } from './pageAssets';
import { portOf } from './ports';
import { firstRows, tablesThatFit } from './tableHead';
import type {
  AnswerFitsRequest,
  CompareRequest,
  CompareWhatIfRequest,
  ConnectTableRequest,
  HostFiles,
  KeepRequest,
  OpenModelRequest,
  TablesRequest,
  ThreadService,
} from './threadService';

/** Serves one model: opens it, connects tables, answers its session's questions. */
export function serveSession(port: MessagePort, files: MessagePort, threads: number): void {
  const server = new SessionServer(ask<HostFiles>(portOf(files)), threads);
  answer<ThreadService>(portOf(port), server.service());
}

class SessionServer {
  private readonly host: Asker<HostFiles>;
  private readonly pool: ThreadPool;
  private current: OpenedSession | undefined;
  /** The file of the connected table. */
  private table: ReadFile | undefined;
  private dialect: GivenDialect | undefined;
  /** What reading the table came to, beside the table itself. */
  private reading: Omit<CsvReading, 'table'> = { problems: [] };
  private readonly second = new ComparedSession();
  /** The scaler named when more than one could be meant. */
  private whichScaler: string | undefined;
  /** The change under way: another one waits for it, since reading a table takes a while. */
  private changing: Promise<unknown> = Promise.resolve();

  constructor(host: Asker<HostFiles>, threads: number) {
    this.host = host;
    this.pool = new ThreadPool(__filename, threads > 0 ? threads : usualThreads());
  }

  service(): Answering<ThreadService> {
    return { ...this.questions(), ...this.changes() };
  }

  private questions() {
    return {
      describe: () => this.opened().describe(),
      data: () => this.data(),
      lanes: (request: Parameters<Session['lanes']>[0], call: Call) => this.opened().lanes(request, call),
      map: (request: Parameters<Session['map']>[0], call: Call) => this.opened().map(request, call),
      row: (request: Parameters<Session['row']>[0], call: Call) => this.opened().row(request, call),
      tableRows: (request: Parameters<Session['tableRows']>[0], call: Call) => this.opened().tableRows(request, call),
      findings: (request: Parameters<Session['findings']>[0], call: Call) => this.opened().findings(request, call),
      fromFileAlone: (request: Parameters<Session['fromFileAlone']>[0]) => this.opened().fromFileAlone(request),
      input: (request: Parameters<Session['input']>[0], call: Call) => this.opened().input(request, call),
      pairs: (request: Parameters<Session['pairs']>[0], call: Call) => this.opened().pairs(request, call),
      surface: (request: Parameters<Session['surface']>[0], call: Call) => this.opened().surface(request, call),
      whatIf: (request: Parameters<Session['whatIf']>[0], call: Call) => this.opened().whatIf(request, call),
      networkPicture: (request: Parameters<Session['networkPicture']>[0]) => this.opened().networkPicture(request),
      formula: (request: Parameters<Session['formula']>[0]) => this.opened().formula(request),
      range: (request: Parameters<Session['range']>[0], call: Call) => this.opened().range(request, call),
      compare: async (request: CompareRequest, call: Call) =>
        (await this.secondModel(request)).compare(request.output, call),
      compareWhatIf: async ({ compared, ...request }: CompareWhatIfRequest, call: Call) =>
        (await this.secondModel(compared)).whatIf({ ...request, output: compared.output }, call),
      stop: () => this.opened().connection?.cache.stop(),
      closeComparison: () => this.second.close(),
      keepVersion: (request: KeepRequest) => keepVersion(this.current, request),
      tablesThatFit: (request: TablesRequest, call: Call) => {
        const session = this.opened();
        const { inputs, outputs } = session.describe();
        const columns = session.connection?.asNumbers.map(({ input }) => input);
        const names = (described: readonly { readonly name: string }[]) => described.map(({ name }) => name);
        return tablesThatFit(request, names(columns ?? inputs), names(outputs), call.signal);
      },
      answerFits: (request: AnswerFitsRequest) => this.answerFits(request),
      scalingPreviews: () => scalingPreviews(this.opened(), this.model().folder, this.whichScaler),
    };
  }

  private changes() {
    return {
      openModel: (request: OpenModelRequest) => this.open(request),
      connectTable: (request: ConnectTableRequest, call: Call) => this.inTurn(() => this.connect(request, call)),
      reconnect: (choice: Parameters<Session['reconnect']>[0]) =>
        this.inTurn(() => {
          this.opened().reconnect(choice);
          return this.described();
        }),
      disconnect: () =>
        this.inTurn(() => {
          this.table = undefined;
          this.reading = { problems: [] };
          this.opened().disconnect();
        }),
      setScaling: (said: ScalingChoice) => this.inTurn(() => this.setScaling(said)),
      scalersBeside: async () => {
        const { session, folder } = this.model();
        const found = await findScalers(folder, session.file.name, session.fileNetwork);
        return found.map(({ file, reason }) => ({ name: file, reason }));
      },
      setRules: ({ rules }: Parameters<Answering<ThreadService>['setRules']>[0]) => this.opened().setRules(rules),
      exportAs: (request: Parameters<Answering<ThreadService>['exportAs']>[0], call: Call) =>
        this.exported(request, call),
      mend: ({ output, rules, files }: Parameters<Answering<ThreadService>['mend']>[0]) =>
        mendCode(this.opened(), output, rules, files),
    };
  }

  private inTurn<Result>(change: () => Promise<Result> | Result): Promise<Result> {
    const changed = this.changing.then(change);
    this.changing = changed.catch(() => undefined);
    return changed;
  }

  private opened(): Session {
    return this.model().session;
  }

  private model(): OpenedSession {
    if (!this.current) throw new Error('No model is open in this thread.');
    return this.current;
  }

  private async open(request: OpenModelRequest) {
    this.current = await openSession(request, this.hostFolder(), this.pool);
    this.whichScaler = request.answers.scaler;
    const { session, folder } = this.current;
    if (session.reading.network) await this.useScalerBeside(session, folder);
    if (session.reading.table && session.reading.network) session.connect(session.reading.table, {});
    return session.describe();
  }

  private secondModel(request: CompareRequest) {
    const session = this.opened();
    const surroundings = {
      hostFolder: this.hostFolder(),
      engine: this.pool,
      table: this.table?.source,
      chosenScaling: Object.keys(session.scalingChoice).length > 0 ? session.scaling : undefined,
      dialect: this.dialect,
    };
    return this.second.beside(session, request, surroundings);
  }

  private async answerFits({
    tables,
    choice,
    dialect,
  }: AnswerFitsRequest): Promise<readonly FittedQuestion[] | undefined> {
    const { session, folder, read } = this.model();
    const { file } = session;
    const { questions } = session.describe();
    for (const source of tables) {
      const table = await firstRows(source, dialect);
      const fits =
        table &&
        (await answerFits({
          file,
          folder,
          questions,
          read,
          table,
          choice,
          scaling: session.scalingChoice,
          engine: this.pool,
        }));
      if (fits) return fitted(questions, fits);
    }
    return undefined;
  }

  private async useScalerBeside(session: Session, folder: Folder): Promise<void> {
    const { scaling, problems } = await scalerBeside(session, folder);
    session.scaling = scaling;
    session.scalingNotes = problems;
  }

  private async connect({ table: source, choice, dialect }: ConnectTableRequest, call: Call): Promise<DataDescription> {
    const { session } = this.model();
    this.table = await beforeReading(source);
    this.dialect = dialect;
    const options = {
      ...dialect,
      name: source.name,
      room: roomForTable(),
      textColumns: textColumns(session.fileNetwork, choice),
      progress: (done: number, of: number) => {
        call.progress({ task: `Reading ${source.name}`, done, of });
        return !call.signal.aborted;
      },
    };
    const { table, ...reading } = await withFile(source, (file) => readCsvInParts(file, options, this.pool));
    this.reading = reading;
    // What was connected before must not stand under the name of another table.
    if (!table) session.disconnect();
    else {
      await this.scale(table, choice);
      session.connect(table, choice);
      // The page asks for it next; should it fail, that question is told.
      session.connection?.cache.firstPicture(0).catch(() => undefined);
    }
    return this.described();
  }

  private async setScaling(said: ScalingChoice): Promise<void> {
    const { session } = this.model();
    const { connection, rejected } = session;
    const table = connection?.given ?? rejected?.table;
    const choice = connection?.choice ?? rejected?.choice;
    session.scalingChoice = said;
    if (table && choice) {
      await this.scale(table, choice);
      session.connect(table, choice);
    } else if (said.inputs === 'none') session.setScaling(undefined);
    else if (said.inputs && said.inputs !== 'table') session.setScaling(readScaler(said.inputs).scalings);
  }

  /** Settles the scaling for a table, as it was said or else as it is found. */
  private async scale(table: Table, choice: TableChoice): Promise<void> {
    const { session, folder } = this.model();
    const chosen = await chooseScaling(session, table, choice, folder, session.scalingChoice, this.whichScaler);
    session.scaling = chosen.scaling;
    session.scalingNotes = chosen.problems;
    session.scalingQuestions = chosen.questions;
  }

  private async exported({ compared, ...request }: Parameters<Answering<ThreadService>['exportAs']>[0], call: Call) {
    const session = this.opened();
    const foot = {
      date: new Date().toISOString().slice(0, 10),
      version: SLOPESCOPE_VERSION,
      modelHash: fingerprint(session.file.bytes),
      tableHash: this.table ? await fingerprintOf(this.table) : 'in the model file',
    };
    const assets = { ...(await pageAssets(path.join(__dirname, 'webview'))), foot };
    const second = compared && (await this.secondModel(compared));
    return exportFile(session, { ...request, assets, compared: second }, call);
  }

  private async described(): Promise<DataDescription> {
    const data = await this.data();
    if (!data) throw new Error('No table has been given.');
    return data;
  }

  /** The table that was given last, with what was met while it was read. */
  private async data(): Promise<DataDescription | undefined> {
    const data = await this.opened().data();
    if (data) return { ...data, problems: [...this.reading.problems, ...data.problems] };
    return this.table && nothingRead(this.table.source.name, this.reading);
  }

  private hostFolder(): Folder {
    return {
      list: (relative = '') => this.host.call('list', { path: relative }),
      read: (relative) => this.host.call('read', { path: relative }),
    };
  }
}

function nothingRead(file: string, { problems, large }: Pick<CsvReading, 'problems' | 'large'>): DataDescription {
  return {
    file,
    rows: 0,
    usable: 0,
    columns: [],
    categories: [],
    scaling: { inputs: 'found', outputs: 'found', isOpen: false },
    leftOut: [],
    bindings: [],
    forecast: { min: NaN, max: NaN },
    ...(large ? { large } : {}),
    problems,
  };
}
