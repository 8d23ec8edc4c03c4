import path from 'node:path';
import * as vscode from 'vscode';
import type { Progress } from '../ask';
import type { Rule } from '../findings/rule';
import type { Problem } from '../problem';
import type { ScalingChoice, TableChoice } from '../session/connection';
import type { DataDescription, Findings, ModelDescription } from '../session/service';
import { ModelThread } from '../worker/modelThread';
import { fileSource, filesOf } from './fileSources';
import type { Log } from './log';
import type { Memory, ModelMemory } from './memory';
import type { PanelState } from './panelService';

/** What changed about a model, for whoever shows it. */
export type ModelChange = 'state' | 'data' | 'slopes' | 'rules';

/** What an open model needs of the extension. */
export interface ModelSurroundings {
  readonly script: string;
  readonly memory: Memory;
  readonly log: Log;
  /** Rules of the model's entry in a slopescope.json, where there is one. */
  rulesFor(model: vscode.Uri): Promise<ModelEntry | undefined>;
}

/** What a slopescope.json says of one model. */
export interface ModelEntry {
  readonly table?: vscode.Uri;
  readonly choice: TableChoice;
  readonly answers: Readonly<Record<string, string>>;
  readonly scaler?: 'none' | vscode.Uri;
  /** Its rules under the names of the opened model. */
  rulesFor(model: OpenModel): readonly Rule[];
}

/**
 * One model with its thread, its table and its rules: everything the panel, the trees, Problems and the status bar show.
 * It lives as long as something shows it.
 */
export class OpenModel implements vscode.Disposable {
  readonly uri: vscode.Uri;
  description: ModelDescription | undefined;
  data: DataDescription | undefined;
  findings: Findings | undefined;
  table: vscode.Uri | undefined;
  progress: Progress | undefined;
  problems: readonly Problem[] = [];
  rules: readonly Rule[] = [];
  private readonly surroundings: ModelSurroundings;
  private readonly changes = new vscode.EventEmitter<ModelChange>();
  private thread: ModelThread | undefined;
  private opening: Promise<void> | undefined;
  private checking: AbortController | undefined;
  readonly onDidChange = this.changes.event;

  constructor(uri: vscode.Uri, surroundings: ModelSurroundings) {
    this.uri = uri;
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

  /** Reads the model again, and its table: after a save on disk, or after its thread has died. */
  async reopen(): Promise<void> {
    this.thread?.dispose();
    this.thread = undefined;
    this.opening = this.read();
    await this.opening;
  }

  phase(): PanelState['phase'] {
    if (!this.description) return this.problems.length > 0 ? 'refused' : 'reading';
    if (this.description.questions.length > 0) return 'questions';
    if (this.description.problems.some((problem) => problem.severity === 'error')) return 'refused';
    if (!this.data) return this.problems.some((problem) => problem.severity === 'error') ? 'questions' : 'no table';
    return this.data.usable > 0 ? 'ready' : 'questions';
  }

  /** The thread's answers; a thread that died is started again first. */
  async asker(): Promise<ModelThread['asker']> {
    await this.open();
    if (!this.thread) await this.reopen();
    if (!this.thread) throw new Error(`${this.name} has no thread.`);
    return this.thread.asker;
  }

  async useTable(uri: vscode.Uri): Promise<void> {
    await this.surroundings.memory.remember(this.uri, { table: uri.toString() });
    await this.connect(uri);
    await this.check();
  }

  async answer(id: string, value: string): Promise<void> {
    const answers = { ...this.surroundings.memory.ofModel(this.uri).answers, [id]: value };
    await this.surroundings.memory.remember(this.uri, { answers });
    await this.reopen();
  }

  /** Changes how the table is connected; what is not given stays. */
  async reconnect(choice: TableChoice): Promise<void> {
    const merged = { ...this.surroundings.memory.ofModel(this.uri).choice, ...choice };
    await this.surroundings.memory.remember(this.uri, { choice: merged });
    const asker = await this.asker();
    this.data = await asker.call('reconnect', merged);
    this.changes.fire('data');
    await this.check();
  }

  async setScaling(choice: ScalingChoice, remembered: 'none' | 'found' | 'table' | vscode.Uri): Promise<void> {
    const scaling =
      remembered instanceof vscode.Uri ? { kind: 'file' as const, uri: remembered.toString() } : { kind: remembered };
    await this.surroundings.memory.remember(this.uri, { scaling });
    const asker = await this.asker();
    await asker.call('setScaling', choice);
    this.description = await asker.call('describe');
    this.data = await asker.call('data');
    this.changes.fire('data');
    await this.check();
  }

  async setRules(rules: readonly Rule[], remembered = true): Promise<void> {
    this.rules = rules;
    if (remembered) await this.surroundings.memory.remember(this.uri, { rules });
    const asker = await this.asker();
    await asker.call('setRules', { rules });
    await this.check();
  }

  /** Computes what is missing and checks all rules; a check that is under way is cancelled first. */
  async check(): Promise<void> {
    if (!this.data || !this.thread) return;
    this.checking?.abort();
    const checking = new AbortController();
    this.checking = checking;
    try {
      const view = { output: 0, units: 'original' as const };
      const findings = await this.thread.asker.call('findings', view, {
        signal: checking.signal,
        onProgress: (report) => this.report(report),
      });
      if (checking.signal.aborted) return;
      this.findings = findings;
      this.report(undefined);
      this.changes.fire('rules');
    } catch (error) {
      if (checking.signal.aborted) return;
      this.report(undefined);
      this.surroundings.log.bug(`Checking ${this.name}`, error);
    }
  }

  /** Stops what is being computed; what is there stays. */
  stop(): void {
    this.checking?.abort();
    this.report(undefined);
  }

  dispose(): void {
    this.checking?.abort();
    this.thread?.dispose();
    this.changes.dispose();
  }

  private async read(): Promise<void> {
    const { memory, log, script } = this.surroundings;
    this.problems = [];
    try {
      const entry = await this.surroundings.rulesFor(this.uri);
      const remembered = memory.ofModel(this.uri);
      const thread = this.startThread(script);
      const weights =
        remembered.weights === undefined ? undefined : await fileSource(vscode.Uri.parse(remembered.weights));
      this.description = await thread.asker.call('openModel', {
        model: await fileSource(this.uri),
        answers: { ...entry?.answers, ...remembered.answers },
        virtualFolder: this.uri.scheme !== 'file',
        ...(weights ? { weights } : {}),
      });
      await memory.opened(this.uri);
      this.changes.fire('state');
      const table = entry?.table ?? (remembered.table === undefined ? undefined : vscode.Uri.parse(remembered.table));
      if (table) await this.connect(table, { ...entry?.choice, ...remembered.choice });
      await this.applyScaling(entry?.scaler ?? remembered.scaling);
      this.rules = entry?.rulesFor(this) ?? remembered.rules ?? [];
      await thread.asker.call('setRules', { rules: this.rules });
      void this.check();
    } catch (error) {
      log.bug(`Opening ${this.name}`, error);
      this.problems = [unexpected(this.name, error)];
      this.changes.fire('state');
    }
  }

  /** The scaling remembered or written in slopescope.json; without one the thread uses what lies beside the model. */
  private async applyScaling(scaling: ModelEntry['scaler'] | ModelMemory['scaling']): Promise<void> {
    if (!this.thread || scaling === undefined) return;
    const file =
      scaling instanceof vscode.Uri
        ? scaling
        : typeof scaling === 'object' && scaling.kind === 'file'
          ? vscode.Uri.parse(scaling.uri)
          : undefined;
    const kind = typeof scaling === 'object' && 'kind' in scaling ? scaling.kind : 'none';
    if (kind === 'found' && !file) return;
    const choice: ScalingChoice = file
      ? { kind: 'file', name: path.posix.basename(file.path), bytes: await vscode.workspace.fs.readFile(file) }
      : kind === 'table'
        ? { kind: 'table', outputs: false }
        : { kind: 'none' };
    await this.thread.asker.call('setScaling', choice);
    this.description = await this.thread.asker.call('describe');
    this.data = await this.thread.asker.call('data');
    this.changes.fire('data');
  }

  private startThread(script: string): ModelThread {
    const threads = vscode.workspace.getConfiguration('slopescope').get<number>('threads', 0);
    this.thread = new ModelThread(script, threads, filesOf(this.uri), ({ reason }) => {
      this.surroundings.log.bug(`Thread of ${this.name}`, new Error(reason));
      this.thread = undefined;
      this.opening = undefined;
      this.problems = [unexpected(this.name, new Error(reason))];
      this.changes.fire('state');
    });
    return this.thread;
  }

  private async connect(
    uri: vscode.Uri,
    choice: TableChoice = this.surroundings.memory.ofModel(this.uri).choice ?? {},
  ): Promise<void> {
    if (!this.thread) return;
    this.table = uri;
    this.findings = undefined;
    const maxRows = vscode.workspace.getConfiguration('slopescope').get<number>('maxRows', 0);
    try {
      const table = await fileSource(uri);
      const request = { table, choice, ...(maxRows > 0 ? { maxRows } : {}) };
      this.data = await this.thread.asker.call('connectTable', request, {
        onProgress: (report) => this.report(report),
      });
      this.problems = this.data.problems;
    } catch (error) {
      this.problems = [unexpected(path.posix.basename(uri.path), error)];
    }
    this.description = await this.thread.asker.call('describe');
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
    message: `The computation stopped: ${reason}.`,
    file,
    remedy: 'Try again; the log has the detail.',
    severity: 'error',
  };
}
