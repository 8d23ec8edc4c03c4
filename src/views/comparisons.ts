import path from 'node:path';
import * as vscode from 'vscode';
import type { CompareRequest } from '../worker/threadService';
import { versionName, type EarlierVersion } from './earlierVersions';
import type { ModelSurroundings, OpenModel } from './openModel';
import { openRequest } from './openRequest';

/** What a model can be compared with: another file, or an earlier version of its own. */
export type SecondModel = vscode.Uri | EarlierVersion;

interface OpenComparison {
  readonly second: SecondModel;
  readonly id: string;
  /** What was asked last. */
  asked?: CompareRequest;
}

/** Which open models are being compared, and with what; the second model computes in the first one's thread. */
export class Comparisons implements vscode.Disposable {
  private readonly surroundings: Pick<ModelSurroundings, 'memory' | 'entryFor'>;
  private readonly open = new WeakMap<OpenModel, OpenComparison>();
  private readonly changes = new vscode.EventEmitter<OpenModel>();
  private opened = 0;
  /** A model's comparison was opened or closed. */
  readonly onDidChange = this.changes.event;

  constructor(surroundings: Pick<ModelSurroundings, 'memory' | 'entryFor'>) {
    this.surroundings = surroundings;
  }

  /** What the second model of a comparison is called; undefined where none is open. */
  nameOf(model: OpenModel): string | undefined {
    const open = this.open.get(model);
    return open && nameOf(open.second);
  }

  start(model: OpenModel, second: SecondModel): void {
    this.open.set(model, { second, id: String(++this.opened) });
    this.changes.fire(model);
  }

  async close(model: OpenModel): Promise<void> {
    this.open.delete(model);
    this.changes.fire(model);
    await (await model.asker()).call('closeComparison');
  }

  /** The question to a model's thread; files are named by path, or given as bytes where they have none. */
  async request(model: OpenModel, output: number): Promise<CompareRequest> {
    const open = this.openOf(model);
    open.asked = await this.requestFor(model, open, output);
    return open.asked;
  }

  /** The same as it was asked last: whoever moves a slider does not wait for files to be looked at again. */
  async requestAgain(model: OpenModel, output: number): Promise<CompareRequest> {
    const { asked } = this.openOf(model);
    return asked ? { ...asked, output } : this.request(model, output);
  }

  private openOf(model: OpenModel): OpenComparison {
    const open = this.open.get(model);
    if (!open) throw new Error(`No comparison is open for ${model.name}.`);
    return open;
  }

  private async requestFor(model: OpenModel, { second, id }: OpenComparison, output: number): Promise<CompareRequest> {
    const { memory, entryFor } = this.surroundings;
    const name = nameOf(second);
    if (!(second instanceof vscode.Uri)) {
      const now = await openRequest(model.uri, model.entry, memory.ofModel(model.uri));
      const kept = { kind: 'path' as const, path: second.uri.fsPath, name: model.name };
      return { output, id, name, other: { ...now, model: kept, virtualFolder: true }, choice: {}, isEarlier: true };
    }
    const entry = await entryFor(second, model.table);
    const remembered = memory.ofModel(second);
    const isSameTable = remembered.table === model.table?.toString();
    const choice = { ...entry?.choice, ...(isSameTable ? remembered.choice : {}) };
    return { output, id, name, other: await openRequest(second, entry, remembered), choice, isEarlier: false };
  }

  dispose(): void {
    this.changes.dispose();
  }
}

function nameOf(second: SecondModel): string {
  return second instanceof vscode.Uri ? path.posix.basename(second.path) : versionName(second);
}
