import path from 'node:path';
import * as vscode from 'vscode';
import type { FittedQuestion } from '../session/answerFits';
import { fileSource, headSource } from './fileSources';
import type { OpenModel } from './openModel';
import type { TablesRequest } from '../worker/threadService';
import type { TableCandidate } from './panelService';

/** How many tables of a workspace are looked at, how many are offered, and how many answers are tried on. */
const looked = 500;
const offered = 3;
const tried = 10;

/** Tables of the workspace that fit a model, best first. Only the first 64 KB of each are read, and none is chosen. */
export async function findTables(model: OpenModel, signal: AbortSignal): Promise<readonly TableCandidate[]> {
  const found = await workspaceTables(model, signal);
  const asker = await model.asker();
  const folder = path.posix.dirname(model.uri.path);
  const tables: TablesRequest['tables'][number][] = [];
  for (const uri of found) {
    signal.throwIfAborted();
    tables.push({ source: await headSource(uri), sameFolder: path.posix.dirname(uri.path) === folder });
  }
  const fitting = await asker.call('tablesThatFit', { tables, most: offered }, { signal });
  return fitting.map(({ index, rows, ...match }): TableCandidate => {
    const uri = found[index]!;
    const count = rows.count.toLocaleString(vscode.env.language).replace(/[,.\u00a0\u202f]/g, '\u2009');
    return {
      ...match,
      id: uri.toString(),
      name: path.posix.basename(uri.path),
      folder: folderWords(vscode.Uri.joinPath(uri, '..')),
      rows: rows.exact ? vscode.l10n.t('{0} rows', count) : vscode.l10n.t('about {0} rows', count),
    };
  });
}

/** How well the answers to a model's open questions fit its table; where none is chosen, a table in the same folder. */
export async function findAnswerFits(
  model: OpenModel,
  signal: AbortSignal,
): Promise<readonly FittedQuestion[] | undefined> {
  const asker = await model.asker();
  const chosen = model.chosenTable();
  const found = chosen ? [chosen] : await newestFirst(await tablesBeside(model.uri));
  const tables = await Promise.all(found.slice(0, tried).map(fileSource));
  const asked = asker.call('answerFits', { tables, choice: model.tableChoice(), dialect: model.dialect() }, { signal });
  return asked.catch(async (error: unknown) => {
    // An answer given meanwhile has the model read again, in a new thread.
    if (asker !== (await model.asker())) return undefined;
    throw error;
  });
}

/** CSV files of the workspace, and beside a model outside it; newest first. */
async function workspaceTables(model: OpenModel, signal: AbortSignal): Promise<vscode.Uri[]> {
  const cancellation = new vscode.CancellationTokenSource();
  const stop = (): void => cancellation.cancel();
  signal.addEventListener('abort', stop);
  try {
    const inWorkspace = await vscode.workspace.findFiles('**/*.{csv,tsv,txt}', undefined, looked, cancellation.token);
    const beside = vscode.workspace.getWorkspaceFolder(model.uri) ? [] : await tablesBeside(model.uri);
    return await newestFirst([...inWorkspace, ...beside]);
  } finally {
    signal.removeEventListener('abort', stop);
    cancellation.dispose();
  }
}

async function tablesBeside(model: vscode.Uri): Promise<vscode.Uri[]> {
  const folder = vscode.Uri.joinPath(model, '..');
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries
    .filter(([name, type]) => (type & vscode.FileType.File) !== 0 && /\.(csv|tsv|txt)$/i.test(name))
    .map(([name]) => vscode.Uri.joinPath(folder, name));
}

async function newestFirst(files: readonly vscode.Uri[]): Promise<vscode.Uri[]> {
  const dated = await Promise.all(
    files.map(async (uri) => ({ uri, time: (await vscode.workspace.fs.stat(uri)).mtime })),
  );
  return dated.sort((a, b) => b.time - a.time).map(({ uri }) => uri);
}

/** A folder as people of this workspace call it; the workspace's own folder by its name. */
function folderWords(folder: vscode.Uri): string {
  const own = vscode.workspace.getWorkspaceFolder(folder);
  return own?.uri.toString() === folder.toString() ? own.name : vscode.workspace.asRelativePath(folder);
}
