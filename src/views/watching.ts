import * as vscode from 'vscode';
import { connectedTablesContext } from './ids';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';

/** How long a file must have been quiet before it is read again: tools write models in several steps. */
const quiet = 300;

/** Reads models and tables again when they are saved on disk, and keeps VS Code's context keys. */
export class Watching implements vscode.Disposable {
  private readonly models: OpenModels;
  private readonly listening: vscode.Disposable;
  private watchers = new Map<string, vscode.Disposable>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(models: OpenModels) {
    this.models = models;
    this.listening = models.onDidChange(
      ({ what }) => (what === 'list' || what === 'data' || what === 'state') && this.follow(),
    );
  }

  dispose(): void {
    this.listening.dispose();
    for (const watcher of this.watchers.values()) watcher.dispose();
    for (const timer of this.waiting.values()) clearTimeout(timer);
  }

  /** One watcher per file that is shown. */
  private follow(): void {
    const files = new Map<string, { readonly uri: vscode.Uri; readonly model: OpenModel }>();
    for (const model of this.models.list()) {
      files.set(`${model.uri.toString()} model`, { uri: model.uri, model });
      if (model.table) files.set(`${model.table.toString()} ${model.uri.toString()}`, { uri: model.table, model });
    }
    const watchers = new Map<string, vscode.Disposable>();
    for (const [key, { uri, model }] of files) {
      watchers.set(key, this.watchers.get(key) ?? this.watch(key, uri, model));
      this.watchers.delete(key);
    }
    for (const watcher of this.watchers.values()) watcher.dispose();
    this.watchers = watchers;
    const tables = this.models.list().flatMap((model) => (model.table ? [model.table] : []));
    void vscode.commands.executeCommand('setContext', connectedTablesContext, tables);
  }

  private watch(key: string, uri: vscode.Uri, model: OpenModel): vscode.Disposable {
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const later = (): void => {
      if (!vscode.workspace.getConfiguration('slopescope').get('checkOnSave', true)) return;
      clearTimeout(this.waiting.get(key));
      this.waiting.set(
        key,
        setTimeout(() => {
          this.waiting.delete(key);
          void model.reopen();
        }, quiet),
      );
    };
    return vscode.Disposable.from(watcher, watcher.onDidChange(later), watcher.onDidCreate(later));
  }
}
