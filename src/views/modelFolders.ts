import * as vscode from 'vscode';
import { modelFoldersContext } from './ids';

/** Files that make a folder a saved network: TensorFlow's graph, or a TensorFlow.js plan. */
const graphs = ['saved_model.pb', 'saved_model.pbtxt', 'model.json'];

/** The file to open for a file or folder; undefined for a folder that holds no saved network itself. */
export async function modelFile(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
  const { type } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.Directory) === 0) return uri;
  const names = (await vscode.workspace.fs.readDirectory(uri)).map(([name]) => name);
  const inside = graphs.find((name) => names.includes(name));
  return inside === undefined ? undefined : vscode.Uri.joinPath(uri, inside);
}

/**
 * Looks for the folders of this workspace that are saved networks, so that from then on the explorer offers to open
 * these and no others.
 */
export async function findModelFolders(): Promise<void> {
  const found = await vscode.workspace.findFiles('**/saved_model.{pb,pbtxt}', undefined, 1000);
  const folders = found.map((uri) => vscode.Uri.joinPath(uri, '..').toString());
  await vscode.commands.executeCommand('setContext', modelFoldersContext, folders);
}
