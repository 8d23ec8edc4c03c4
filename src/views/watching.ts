import path from 'node:path';
import * as vscode from 'vscode';
import type { EarlierVersions } from './earlierVersions';
import { connectedTablesContext } from './ids';
import type { Log } from './log';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';
import type { RuleChecks } from './ruleChecks';
import type { RulesEntry } from './rulesEntry';
import type { RulesFiles } from './rulesFiles';

/** How long a file must have been quiet before it is read again: tools write models in several steps. */
const quiet = 300;

/** What is checked again when a file changes. */
export interface Watched {
  readonly models: OpenModels;
  readonly rulesFiles: RulesFiles;
  readonly checks: RuleChecks;
  readonly versions: EarlierVersions;
  readonly log: Log;
}

/**
 * Checks again when a model, table, scaler or slopescope.json is saved on disk, whether a panel shows it or only a
 * slopescope.json names it; a run that is under way is cancelled by the next. Also keeps VS Code's context keys.
 */
export class Watching implements vscode.Disposable {
  private readonly watched: Watched;
  private readonly ends: readonly vscode.Disposable[];
  private watchers = new Map<string, vscode.Disposable>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(watched: Watched) {
    this.watched = watched;
    const { models, rulesFiles } = watched;
    this.ends = [
      models.onDidChange(({ what }) => what !== 'slopes' && what !== 'rules' && this.follow()),
      rulesFiles.onDidChange(({ file, saved }) => {
        this.follow();
        if (saved) this.later(file, () => this.rulesSaved(file));
      }),
    ];
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
    for (const watcher of this.watchers.values()) watcher.dispose();
    for (const timer of this.waiting.values()) clearTimeout(timer);
  }

  /** One watcher per file that matters. */
  private follow(): void {
    const { models, rulesFiles } = this.watched;
    const files = [...models.list().flatMap(filesOfModel), ...rulesFiles.entries().flatMap(filesOfEntry)];
    const watchers = new Map<string, vscode.Disposable>();
    for (const uri of files) {
      const key = uri.toString();
      if (watchers.has(key)) continue;
      watchers.set(key, this.watchers.get(key) ?? this.watch(uri));
      this.watchers.delete(key);
    }
    for (const watcher of this.watchers.values()) watcher.dispose();
    this.watchers = watchers;
    const tables = models.list().flatMap(({ table }) => table?.toString() ?? []);
    void vscode.commands.executeCommand('setContext', connectedTablesContext, tables);
  }

  private watch(uri: vscode.Uri): vscode.Disposable {
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), path.posix.basename(uri.path));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const later = (): void => this.later(uri, () => this.fileSaved(uri));
    return vscode.Disposable.from(watcher, watcher.onDidChange(later), watcher.onDidCreate(later));
  }

  private later(uri: vscode.Uri, act: () => void): void {
    const key = uri.toString();
    clearTimeout(this.waiting.get(key));
    const timer = setTimeout(() => {
      this.waiting.delete(key);
      act();
    }, quiet);
    this.waiting.set(key, timer);
  }

  private fileSaved(uri: vscode.Uri): void {
    const { models, rulesFiles, checks } = this.watched;
    const isIt = (file: vscode.Uri): boolean => file.toString() === uri.toString();
    for (const model of models.list()) {
      if (!filesOfModel(model).some(isIt)) continue;
      void this.followSave(model, uri);
    }
    for (const entry of rulesFiles.entries())
      if (checksOnSave() && !checks.openModelOf(entry) && filesOfEntry(entry).some(isIt)) void checks.run(entry);
  }

  /** Reads an open model again, keeping what it was before its own file changed. */
  private async followSave(model: OpenModel, saved: vscode.Uri): Promise<void> {
    const { versions, log } = this.watched;
    if (model.uri.toString() === saved.toString())
      await versions.keep(model).catch((error: unknown) => log.bug(`Keeping ${model.name}`, error));
    if (checksOnSave()) await model.reopen();
    else model.noteChange(path.posix.basename(saved.path));
  }

  /** Open models follow their file at once; the other entries are checked. */
  private rulesSaved(file: vscode.Uri): void {
    const { models, rulesFiles, checks } = this.watched;
    // While the file is broken its last rules stay in use, and what was found under them stands.
    if (rulesFiles.broken(file)) return;
    const entries = rulesFiles.entries().filter((entry) => entry.file.toString() === file.toString());
    const open = models.list().filter((model) => model.entry?.file.toString() === file.toString());
    const named = models.list().filter(({ uri }) => entries.some(({ model }) => model.toString() === uri.toString()));
    const followed = [...new Set([...open, ...named])].map((model) => model.followEntry());
    void Promise.all(followed).then(() => {
      for (const entry of entries) if (checksOnSave() && !checks.openModelOf(entry)) void checks.run(entry);
    });
  }
}

function filesOfModel({ uri, table, scalers }: OpenModel): readonly vscode.Uri[] {
  return [uri, ...(table ? [table] : []), ...scalers];
}

function filesOfEntry({ model, table, scaler }: RulesEntry): readonly vscode.Uri[] {
  return [model, ...(table ? [table] : []), ...(scaler instanceof vscode.Uri ? [scaler] : [])];
}

function checksOnSave(): boolean {
  return vscode.workspace.getConfiguration('slopescope').get('checkOnSave', true);
}
