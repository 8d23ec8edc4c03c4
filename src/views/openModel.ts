import path from 'node:path';
import * as vscode from 'vscode';
import type { Progress } from '../ask';
import type { GivenDialect } from '../table/table';
import type { Rule } from '../findings/rule';
import { hasError, type Problem } from '../problem';
import type { TableChoice } from '../session/connection';
import type { DataDescription, Findings, ModelDescription } from '../session/service';
import { writtenColumns } from '../table/categories';
import { ModelThread } from '../worker/modelThread';
import { merged, outputsSpokenOf } from './checkedOutputs';
import { fileSource, filesOf } from './fileSources';
import type { Log } from './log';
import type { Memory, ModelMemory } from './memory';
import { openRequest } from './openRequest';
import type { PanelState } from './panelService';
import type { SavedEntry } from './rulesEdit';
import { scalingChoice, scalingSaid } from './scalingSaid';
import { connectionKey, type ResolvedRule, type RulesEntry } from './rulesEntry';

/** What changed about a model, for whoever shows it. */
export type ModelChange = 'state' | 'data' | 'slopes' | 'rules';

/** What an open model needs of the extension. */
export interface ModelSurroundings {
  readonly script: string;
  readonly memory: Memory;
  readonly log: Log;
  /** What a slopescope.json says of the model, with this table where one is named. */
  entryFor(model: vscode.Uri, table?: vscode.Uri): Promise<RulesEntry | undefined>;
  /** The entry's rules under the names of the opened model. */
  resolve(entry: RulesEntry, model: OpenModel): readonly ResolvedRule[];
}

/**
 * One model with its thread, its table and its rules: everything the panel, the trees, Problems and the status bar show.
 * It lives as long as something shows it.
 */
export class OpenModel implements vscode.Disposable {
  readonly uri: vscode.Uri;
  /** The table of its entry, where a slopescope.json checks the model on several. */
  readonly pinned: vscode.Uri | undefined;
  description: ModelDescription | undefined;
  data: DataDescription | undefined;
  findings: Findings | undefined;
  table: vscode.Uri | undefined;
  progress: Progress | undefined;
  problems: readonly Problem[] = [];
  rules: readonly Rule[] = [];
  /** What a slopescope.json says of it. */
  entry: RulesEntry | undefined;
  /** Scaler files in use or beside the model, to be watched. */
  scalers: readonly vscode.Uri[] = [];
  /** A file that has changed on disk since what is shown was computed. */
  changed: string | undefined;
  /** The output that its panel shows. */
  shownOutput = 0;
  private readonly surroundings: ModelSurroundings;
  private readonly changes = new vscode.EventEmitter<ModelChange>();
  private thread: ModelThread | undefined;
  private opening: Promise<void> | undefined;
  private checking: AbortController | undefined;
  private checked: Promise<void> | undefined;
  readonly onDidChange = this.changes.event;

  constructor(uri: vscode.Uri, surroundings: ModelSurroundings, pinned?: vscode.Uri) {
    this.uri = uri;
    this.pinned = pinned;
    this.surroundings = surroundings;
  }

  get name(): string {
    return path.posix.basename(this.uri.path);
  }

  /** Opens the model once; later calls wait for the same opening. */
  open(): Promise<void> {
    this.opening ??= this.read();
    return this.opening;
  }

  /** Waits until it has been opened and no check is under way. */
  async settled(): Promise<void> {
    await this.open();
    let seen: Promise<void> | undefined;
    while (seen !== this.checked) {
      seen = this.checked;
      await seen;
    }
  }

  /** Reads the model again, and its table: after a save on disk, or after its thread has died. What was running is cancelled. */
  async reopen(): Promise<void> {
    this.checking?.abort();
    this.thread?.dispose();
    this.thread = undefined;
    this.opening = this.read();
    await this.opening;
  }

  phase(): PanelState['phase'] {
    if (!this.description) return this.problems.length > 0 ? 'refused' : 'reading';
    if (this.description.questions.length > 0) return 'questions';
    if (hasError(this.description.problems)) return 'refused';
    if (!this.data) return hasError(this.problems) ? 'questions' : 'no table';
    return this.data.usable > 0 ? 'ready' : 'questions';
  }

  /** The thread's answers; a thread that died is started again first. */
  async asker(): Promise<ModelThread['asker']> {
    await this.open();
    if (!this.thread) await this.reopen();
    if (!this.thread) throw new Error(`${this.name} has no thread.`);
    return this.thread.asker;
  }

  /** The table it is to be connected with, once one was chosen or a slopescope.json names one. */
  chosenTable(): vscode.Uri | undefined {
    const { table } = this.remembered();
    return this.entry?.table ?? (table === undefined ? undefined : vscode.Uri.parse(table));
  }

  /** How that is connected. Without a slopescope.json, which the command line follows too, what looks like a category is one. */
  tableChoice(): TableChoice {
    return { categories: 'found', ...this.entry?.choice, ...this.remembered().choice };
  }

  /** The names of its inputs, each category's columns apart. */
  inputNames(): readonly string[] {
    const { data, description } = this;
    return data?.bindings.map(({ input }) => input) ?? description?.inputs.map(({ name }) => name) ?? [];
  }

  async useTable(uri: vscode.Uri): Promise<void> {
    await this.surroundings.memory.useTable(this.uri, uri.toString());
    const asker = await this.asker();
    this.entry = await this.surroundings.entryFor(this.uri, uri);
    await this.connect(asker, uri, this.tableChoice());
    await this.setRules(this.writtenRules(), false);
  }

  async answer(id: string, value: string): Promise<void> {
    const answers = { ...this.remembered().answers, [id]: value };
    await this.surroundings.memory.remember(this.uri, { answers });
    await this.reopen();
  }

  /** Changes how the table is connected; what is not given stays. */
  async reconnect(choice: TableChoice): Promise<void> {
    const merged = { ...this.tableChoice(), ...choice };
    await this.surroundings.memory.remember(this.uri, { choice: merged });
    this.data = await (await this.asker()).call('reconnect', merged);
    this.changes.fire('data');
    await this.check();
  }

  /** Changes how inputs or the output are scaled; what is not given stays. */
  async setScaling(change: Pick<ModelMemory, 'scaling' | 'outputScaling'>): Promise<void> {
    await this.surroundings.memory.remember(this.uri, change);
    await this.applyScaling(await this.asker(), true);
    await this.check();
  }

  /** How the table's file is written, and which of its rows are read: as slopescope.json says, or as it was said here, which comes first. */
  dialect(): GivenDialect {
    return { ...this.entry?.dialect, ...this.remembered().dialect };
  }

  /** Reads the table again as it is said to be written; what is not given stays. */
  async setDialect(change: GivenDialect): Promise<void> {
    await this.surroundings.memory.remember(this.uri, { dialect: { ...this.dialect(), ...change } });
    if (this.table) await this.connect(await this.asker(), this.table, this.tableChoice());
    await this.check();
  }

  async setRules(rules: readonly Rule[], remembered = true): Promise<void> {
    this.rules = rules;
    if (remembered) await this.surroundings.memory.remember(this.uri, { rules });
    await (await this.asker()).call('setRules', { rules });
    await this.check();
  }

  /** Follows its slopescope.json after a change there: new rules are checked; anything else opens the model again. */
  async followEntry(): Promise<void> {
    await this.open();
    const before = this.entry;
    const entry = await this.findEntry();
    if (before && entry && connectionKey(before) === connectionKey(entry)) {
      this.entry = entry;
      await this.setRules(this.writtenRules(), false);
    } else if (before ?? entry) {
      // What the file says now is newer than what was chosen here before.
      if (entry) await this.surroundings.memory.forgetConnection(this.uri);
      await this.reopen();
    }
  }

  /** How it is connected, as slopescope.json would say it. */
  chosen(): Pick<RulesEntry, 'answers' | 'scaler' | 'outputScaler' | 'dialect'> &
    Pick<TableChoice, 'columns' | 'target'> &
    Pick<SavedEntry, 'categories'> {
    const { choice, answers } = this.remembered();
    const { inputs: scaler, outputs: outputScaler } = scalingSaid(this.remembered(), this.entry);
    const target = choice?.target ?? this.entry?.choice.target;
    return {
      columns: { ...this.entry?.choice.columns, ...choice?.columns },
      ...(target === undefined ? {} : { target }),
      categories: this.categories(),
      answers: { ...this.entry?.answers, ...answers },
      ...(scaler === undefined ? {} : { scaler }),
      ...(outputScaler === undefined ? {} : { outputScaler }),
      dialect: this.dialect(),
    };
  }

  /** The categories in use, with the columns of each as they are written down. */
  private categories(): SavedEntry['categories'] {
    const names = this.inputNames();
    const folded = this.data?.categories.filter(({ isFolded }) => isFolded) ?? [];
    if (folded.length === 0) return undefined;
    return Object.fromEntries(folded.map(({ name, columns }) => [name, writtenColumns(columns, names)]));
  }

  /** Computes what is missing and checks all rules; a check that is under way is cancelled first. */
  check(): Promise<void> {
    this.checking?.abort();
    this.checking = new AbortController();
    this.checked = this.runCheck(this.checking.signal);
    return this.checked;
  }

  /** Stops what is being computed; what is there stays. */
  stop(): void {
    // Before the check is cancelled, so that the thread keeps the rows it has.
    this.thread?.asker.call('stop').catch(() => undefined);
    this.checking?.abort();
    this.report(undefined);
  }

  /** Notes that a file has changed on disk, where it is not read again by itself. */
  noteChange(file: string): void {
    this.changed = file;
    this.changes.fire('state');
  }

  dispose(): void {
    this.checking?.abort();
    this.thread?.dispose();
    this.thread = undefined;
    this.changes.dispose();
  }

  private async runCheck(signal: AbortSignal): Promise<void> {
    await this.opening;
    const isStopped = (): boolean => signal.aborted;
    const { thread, data, description } = this;
    if (isStopped() || !data || !thread || !description) return;
    const options = { signal, onProgress: (report: Progress) => this.report(report) };
    try {
      const parts: Findings[] = [];
      for (const output of outputsSpokenOf(this.rules, description))
        parts.push(await thread.asker.call('findings', { output, units: 'original' }, options));
      if (isStopped()) return;
      this.findings = merged(parts);
      this.report(undefined);
      this.changes.fire('rules');
    } catch (error) {
      if (isStopped() || this.thread !== thread) return;
      this.report(undefined);
      this.surroundings.log.bug(`Checking ${this.name}`, error);
    }
  }

  private async read(): Promise<void> {
    const thread = this.startThread();
    this.problems = [];
    this.changed = undefined;
    try {
      await this.readIn(thread.asker);
    } catch (error) {
      if (this.thread !== thread) return; // It was closed, or is being read again.
      this.surroundings.log.bug(`Opening ${this.name}`, error);
      this.problems = [unexpected(this.name, error)];
      this.changes.fire('state');
    }
  }

  private async readIn(asker: ModelThread['asker']): Promise<void> {
    const { memory } = this.surroundings;
    this.entry = await this.findEntry();
    const { entry } = this;
    this.description = await asker.call('openModel', await openRequest(this.uri, entry, this.remembered()));
    await memory.opened(this.uri);
    const { questions, problems } = this.description;
    if (questions.length > 0 || hasError(problems)) {
      this.data = undefined;
      this.findings = undefined;
      this.changes.fire('rules');
      this.changes.fire('state');
      return;
    }
    const table = this.chosenTable();
    if (table) await this.connect(asker, table, this.tableChoice());
    else {
      // The model's own file may hold the rows it was fitted to.
      this.data = await asker.call('data');
      if (this.data) this.data = await asker.call('reconnect', this.tableChoice());
    }
    this.changes.fire('state');
    await this.applyScaling(asker, false);
    this.rules = this.writtenRules();
    await asker.call('setRules', { rules: this.rules });
    void this.check();
  }

  /** The entry it is pinned to, else the one of the table chosen last, else the first. */
  private async findEntry(): Promise<RulesEntry | undefined> {
    const { surroundings } = this;
    if (this.pinned) return surroundings.entryFor(this.uri, this.pinned);
    const { table } = this.remembered();
    const ofTable = table === undefined ? undefined : await surroundings.entryFor(this.uri, vscode.Uri.parse(table));
    return ofTable ?? surroundings.entryFor(this.uri);
  }

  /** The rules of its slopescope.json; where that has none, those set in the panel and not saved there yet. */
  private writtenRules(): readonly Rule[] {
    const { entry } = this;
    if (!entry || entry.written.length === 0) return this.remembered().rules ?? [];
    return this.surroundings.resolve(entry, this).flatMap(({ rules }) => rules);
  }

  /** What was chosen in a panel; a model pinned to its entry has none. */
  private remembered(): ModelMemory {
    return this.pinned ? {} : this.surroundings.memory.ofModel(this.uri);
  }

  /** The scaling that was said; without a word the thread uses what lies beside the model, unless it must be told. */
  private async applyScaling(asker: ModelThread['asker'], isChange: boolean): Promise<void> {
    const said = scalingSaid(this.remembered(), this.entry);
    const beside = said.inputs === undefined ? await asker.call('scalersBeside') : [];
    const isFile = said.inputs instanceof vscode.Uri;
    this.scalers = isFile ? [said.inputs] : beside.map(({ name }) => vscode.Uri.joinPath(this.uri, '..', name));
    if (said.inputs !== undefined || said.outputs !== undefined || isChange) {
      await asker.call('setScaling', await scalingChoice(said));
      this.description = await asker.call('describe');
      this.data = await asker.call('data');
      this.changes.fire('data');
    } else this.changes.fire('state');
  }

  private startThread(): ModelThread {
    const threads = vscode.workspace.getConfiguration('slopescope').get<number>('threads', 0);
    const thread = new ModelThread(this.surroundings.script, threads, filesOf(this.uri), ({ reason }) => {
      if (this.thread !== thread) return;
      this.surroundings.log.bug(`Thread of ${this.name}`, new Error(reason));
      this.thread = undefined;
      this.opening = undefined;
      this.problems = [unexpected(this.name, new Error(reason))];
      this.changes.fire('state');
    });
    this.thread = thread;
    return thread;
  }

  private async connect(asker: ModelThread['asker'], uri: vscode.Uri, choice: TableChoice): Promise<void> {
    this.table = uri;
    this.findings = undefined;
    const maxRows = vscode.workspace.getConfiguration('slopescope').get<number>('maxRows', 0);
    try {
      const dialect = { ...(maxRows > 0 ? { rows: `first:${maxRows}` as const } : {}), ...this.dialect() };
      const request = { table: await fileSource(uri), choice, dialect };
      this.data = await asker.call('connectTable', request, { onProgress: (report) => this.report(report) });
      this.problems = this.data.problems;
    } catch (error) {
      this.data = undefined;
      this.problems = [unexpected(path.posix.basename(uri.path), error)];
    }
    this.description = await asker.call('describe');
    this.report(undefined);
    this.changes.fire('data');
  }

  private report(progress: Progress | undefined): void {
    this.progress = progress;
    this.changes.fire('slopes');
  }
}

function unexpected(file: string, error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'stopped',
    message: vscode.l10n.t('The computation stopped: {0}.', reason.replace(/\.$/, '')),
    file,
    remedy: vscode.l10n.t('Try again; the log has the detail.'),
    severity: 'error',
  };
}
