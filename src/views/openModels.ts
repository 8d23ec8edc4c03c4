import * as vscode from 'vscode';
import { OpenModel, type ModelChange, type ModelSurroundings } from './openModel';

/** A change of one of the open models; without one, the list itself changed. */
export interface ModelsChange {
  readonly model?: OpenModel;
  readonly what: ModelChange | 'list';
}

/** A model kept open until the lease is given back. */
export interface ModelLease {
  readonly model: OpenModel;
  readonly dispose: () => void;
}

/**
 * All models of the window that something shows: one per file, however many panels show it, and one more for each
 * further table that a slopescope.json checks it on.
 */
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

  /** Every open model, in the order opened. */
  list(): readonly OpenModel[] {
    return [...this.open.values()].map(({ model }) => model);
  }

  /** The model that panels show. */
  find(uri: vscode.Uri): OpenModel | undefined {
    return this.open.get(keyOf(uri))?.model;
  }

  /**
   * The model of a file, made if need be; the caller gives it back by disposing the lease. With a table it is the one
   * that is checked on just this table, whatever panels show.
   */
  lease(uri: vscode.Uri, table?: vscode.Uri): ModelLease {
    const key = keyOf(uri, table);
    const entry = this.open.get(key) ?? this.add(key, uri, table);
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

  private add(
    key: string,
    uri: vscode.Uri,
    table: vscode.Uri | undefined,
  ): { readonly model: OpenModel; users: number } {
    const model = new OpenModel(uri, this.surroundings, table);
    const entry = { model, users: 0 };
    this.open.set(key, entry);
    model.onDidChange((what) => this.changes.fire({ model, what }));
    this.changes.fire({ what: 'list' });
    return entry;
  }
}

function keyOf(uri: vscode.Uri, table?: vscode.Uri): string {
  return table ? `${uri.toString()}\n${table.toString()}` : uri.toString();
}
