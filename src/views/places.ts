import * as vscode from 'vscode';

/** A line (from 1) from its beginning to its end. */
export function wholeLine(line: number): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
}

/** Opens a text at a line (from 1), beside what is there. */
export async function openLine(uri: vscode.Uri, line: number, viewColumn: vscode.ViewColumn): Promise<void> {
  const at = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), viewColumn });
}

/** Paths of the workspace's folders on this machine. */
export function workspaceFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.flatMap(({ uri }) => (uri.scheme === 'file' ? [uri.fsPath] : []));
}
