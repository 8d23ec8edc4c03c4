import * as vscode from 'vscode';
import type { Rule } from '../findings/rule';
import type { OpenModel } from './openModel';

/** Opens the program that trains a model again so that a rule of an output holds, as a new document that nobody has saved. */
export async function writeMend(model: OpenModel, output: number, rule: Rule): Promise<void> {
  const files = { model: model.uri.fsPath, table: model.table?.fsPath ?? '' };
  const made = await (await model.asker()).call('mend', { output, rules: [rule], files });
  if (made.kind === 'none') {
    await vscode.window.showInformationMessage(made.why);
    return;
  }
  const document = await vscode.workspace.openTextDocument({ language: 'python', content: made.code });
  await vscode.window.showTextDocument(document);
}
