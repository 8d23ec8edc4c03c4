import * as vscode from 'vscode';
import { OpenModel, type ModelChange, type ModelSurroundings } from './openModel';

/** A change of one of the open models; without one, the list itself changed. */
export interface ModelsChange {
  readonly model?: OpenModel;
  readonly what: ModelChange | 'list';
}

/** All models of the window that something shows: one per file, however many panels show it. */
export class OpenModels implements vscode.Disposable {
  private readonly surroundings: ModelSurroundings;
  private readonly open = new Map<string, { readonly model: OpenModel; users: number }>();
  private readonly changes = new vscode.EventEmitter<ModelsChange>();
  readonly onDidChange = this.changes.event;
  /** The model whose panel was active last. */
  active: OpenModel | undefined;

  constructor(surroundings: ModelSurroundings) {
    this.surroundings = surroundings;
  }

  list(): readonly OpenModel[] {
    return [...this.open.values()].map(({ model }) => model);
  }

  find(uri: vscode.Uri): OpenModel | undefined {
    return this.open.get(uri.toString())?.model;
  }

  /** The model of a file, opened if need be; the caller gives it back by disposing the lease. */
  lease(uri: vscode.Uri): { readonly model: OpenModel } & vscode.Disposable {
    const key = uri.toString();
    const entry = this.open.get(key) ?? this.add(uri);
    entry.users++;
    let returned = false;
    const dispose = (): void => {
      if (returned) return;
      returned = true;
      if (--entry.users > 0) return;
      this.open.delete(key);
      if (this.active === entry.model) this.active = undefined;
      entry.model.dispose();
      this.changes.fire({ what: 'list' });
    };
    return { model: entry.model, dispose };
  }

  dispose(): void {
    for (const { model } of this.open.values()) model.dispose();
    this.open.clear();
    this.changes.dispose();
  }

  private add(uri: vscode.Uri): { readonly model: OpenModel; users: number } {
    const model = new OpenModel(uri, this.surroundings);
    const entry = { model, users: 0 };
    this.open.set(uri.toString(), entry);
    model.onDidChange((what) => this.changes.fire({ model, what }));
    this.changes.fire({ what: 'list' });
    return entry;
  }
}
