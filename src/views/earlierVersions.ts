import { createHash } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import { fileSource } from './fileSources';
import type { Memory } from './memory';
import type { OpenModel } from './openModel';
import { timeOf } from './timeOf';

/** The file of a model as it was before a save, and when that save was. */
export interface EarlierVersion {
  readonly uri: vscode.Uri;
  readonly saved: Date;
}

/**
 * Models as they were before their last save, one each, in the extension's own storage and never in the workspace. A
 * model's goes when the model is no longer among the last ones opened.
 */
export class EarlierVersions {
  private readonly folder: vscode.Uri;
  private readonly memory: Pick<Memory, 'recent'>;

  constructor(storage: vscode.Uri, memory: Pick<Memory, 'recent'>) {
    this.folder = vscode.Uri.joinPath(storage, 'earlierVersions');
    this.memory = memory;
  }

  /** Keeps what a model's thread has read, when the file has changed and before it is read again. */
  async keep(model: OpenModel): Promise<void> {
    const asker = await model.asker();
    const place = this.placeOf(model.uri.toString()).fsPath;
    await asker.call('keepVersion', { present: await fileSource(model.uri), place });
    await this.forget();
  }

  /** The version kept of a model, if there is one. */
  async find(model: vscode.Uri): Promise<EarlierVersion | undefined> {
    const uri = this.placeOf(model.toString());
    try {
      return { uri, saved: new Date((await vscode.workspace.fs.stat(uri)).mtime) };
    } catch {
      return undefined; // Nothing was kept.
    }
  }

  /** Removes the versions of models that are not remembered any more. */
  async forget(): Promise<void> {
    const remembered = new Set(this.memory.recent().map((address) => path.basename(this.placeOf(address).path)));
    for (const [name] of await this.kept())
      if (!remembered.has(name)) await vscode.workspace.fs.delete(vscode.Uri.joinPath(this.folder, name));
  }

  private async kept(): Promise<readonly [string, vscode.FileType][]> {
    try {
      return await vscode.workspace.fs.readDirectory(this.folder);
    } catch {
      return []; // The folder is made with the first version.
    }
  }

  private placeOf(address: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, createHash('sha256').update(address).digest('hex').slice(0, 32));
  }
}

/** "the version before 17:04" */
export function versionName({ saved }: EarlierVersion): string {
  return vscode.l10n.t('the version before {0}', timeOf(saved));
}
