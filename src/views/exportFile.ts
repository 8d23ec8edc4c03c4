import path from 'node:path';
import * as vscode from 'vscode';
import type { CompareRequest } from '../worker/threadService';
import type { OpenModel } from './openModel';
import type { ExportRequest } from './panelService';

/** What a report is about beside its tabs: its outputs, and the second model where it has the Compare tab. */
export interface ReportAbout {
  readonly outputs: readonly number[];
  readonly compared?: CompareRequest;
}

/**
 * Asks where to, and writes an export beside the model under a new name: of the output that the panel shows, a report of
 * what is given. A file of the user's is never overwritten.
 */
export async function saveExport(
  model: OpenModel,
  request: ExportRequest,
  about: ReportAbout = { outputs: [model.shownOutput] },
): Promise<void> {
  const file = await exportedFile(model, request, about);
  if (!file) return;
  if (request.kind === 'markdown') {
    await vscode.env.clipboard.writeText(new TextDecoder().decode(file.bytes));
    return;
  }
  const suggested = await freeName(vscode.Uri.joinPath(model.uri, '..', file.name));
  const target = await vscode.window.showSaveDialog({ defaultUri: suggested });
  if (!target) return;
  await writeNew(target, file.bytes);
  const open = vscode.l10n.t('Open');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Saved {0}.', path.posix.basename(target.path)),
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', target);
}

/** What is to be saved; nothing where the user was asked which and chose none. */
async function exportedFile(
  model: OpenModel,
  request: ExportRequest,
  about: ReportAbout,
): Promise<{ readonly name: string; readonly bytes: Uint8Array } | undefined> {
  if (request.kind === 'picture') return request;
  if (request.kind !== 'numbers')
    return (await model.asker()).call('exportAs', {
      ...request,
      ...about,
      units: 'original',
    });
  const items = request.files.map(({ name, text }) => ({ label: name, text }));
  const chosen =
    items.length > 1
      ? await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which numbers of this view') })
      : items[0];
  return chosen && { name: chosen.label, bytes: new TextEncoder().encode(chosen.text) };
}

/** Writes under a temporary name and renames, so that a half-written file never bears the name. The save dialog has asked before replacing. */
async function writeNew(target: vscode.Uri, bytes: Uint8Array): Promise<void> {
  const temporary = target.with({ path: `${target.path}.${Date.now().toString(36)}.part` });
  await vscode.workspace.fs.writeFile(temporary, bytes);
  await vscode.workspace.fs.rename(temporary, target, { overwrite: true });
}

/** The name itself, or with a number where it is taken. */
async function freeName(uri: vscode.Uri): Promise<vscode.Uri> {
  const extension = path.posix.extname(uri.path);
  const stem = uri.path.slice(0, uri.path.length - extension.length);
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? uri : uri.with({ path: `${stem}-${number}${extension}` });
    try {
      await vscode.workspace.fs.stat(candidate);
    } catch {
      return candidate; // nothing is there
    }
  }
}
