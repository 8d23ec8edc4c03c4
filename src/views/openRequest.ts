import * as vscode from 'vscode';
import type { OpenModelRequest } from '../worker/threadService';
import { fileSource } from './fileSources';
import type { ModelMemory } from './memory';
import { workspaceFolders } from './places';
import type { RulesEntry } from './rulesEntry';

/** How a model is opened, by what its slopescope.json says and what was chosen for it here, which comes first. */
export async function openRequest(
  uri: vscode.Uri,
  entry: RulesEntry | undefined,
  { answers, weights }: ModelMemory,
): Promise<OpenModelRequest> {
  return {
    model: await fileSource(uri),
    answers: { ...entry?.answers, ...answers },
    virtualFolder: uri.scheme !== 'file',
    ...(vscode.workspace.isTrusted ? { trusted: workspaceFolders() } : {}),
    ...(weights === undefined ? {} : { weights: await fileSource(vscode.Uri.parse(weights)) }),
  };
}
