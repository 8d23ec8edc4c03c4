import path from 'node:path';
import * as vscode from 'vscode';
import type { Answering } from '../ask';
import { headBytes, type FileSource, type HostFiles } from '../worker/threadService';

/** A file as the thread takes it: by path where it has one on this machine, else by its bytes. */
export async function fileSource(uri: vscode.Uri): Promise<FileSource> {
  const name = path.posix.basename(uri.path);
  if (uri.scheme === 'file') return { kind: 'path', path: uri.fsPath, name };
  return { kind: 'bytes', bytes: await vscode.workspace.fs.readFile(uri), name };
}

/** A file of which only the head will be looked at: a whole table without a path need not be copied for it. */
export async function headSource(uri: vscode.Uri): Promise<FileSource> {
  const source = await fileSource(uri);
  if (source.kind === 'path') return source;
  return { ...source, bytes: source.bytes.slice(0, headBytes), size: source.bytes.length };
}

/** Answers for models of virtual workspaces: their folder, and nothing outside it. */
export function filesOf(model: vscode.Uri): Answering<HostFiles> {
  const folder = vscode.Uri.joinPath(model, '..');
  const inside = (relative: string): vscode.Uri | undefined => {
    const place = vscode.Uri.joinPath(folder, relative);
    return place.path === folder.path || place.path.startsWith(`${folder.path.replace(/\/$/, '')}/`)
      ? place
      : undefined;
  };
  return {
    list: async ({ path: relative }) => {
      const place = inside(relative);
      if (!place) return [];
      const entries = await quietly(vscode.workspace.fs.readDirectory(place));
      return (entries ?? []).map(([name]) => name);
    },
    read: async ({ path: relative }) => {
      const place = inside(relative);
      return place ? quietly(vscode.workspace.fs.readFile(place)) : undefined;
    },
  };
}

/** A file that is not there is an answer, not an error. */
async function quietly<T>(reading: Thenable<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch {
    return undefined;
  }
}
