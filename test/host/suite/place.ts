import * as vscode from 'vscode';
import { drive, textWith } from './drive';

const page = '[data-view=slopescope]';

/** The place in the panel that is left and found again: one input of the sample, not the strongest, in the Input tab. */
const input = 'forms_filled';

/** The figures at the place, once the page is there and has computed them. */
export async function figuresThere(): Promise<string> {
  await textWith({ webview: page, selector: '.crumb h1' }, new RegExp(`^${input}$`));
  return textWith({ webview: page, selector: '.figures' }, /\b20 rows/);
}

/** Leads the panel to the place. */
export async function goToPlace(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const [folder] = vscode.workspace.workspaceFolders!;
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder!.uri, 'duration.keras'));
  await drive('click', { webview: page, selector: `.lane:has-text("${input}")` });
  await drive('click', { webview: page, selector: '[role=tab]:has-text("Input")' });
  await figuresThere();
}

/** Marks the memory of the page that is shown. */
export async function markPage(): Promise<void> {
  await drive('evaluate', { webview: page, script: 'window.isMarked = true' });
}

/** Whether the page that is shown is the one that was marked. */
export async function isMarkedPage(): Promise<boolean> {
  return (await drive('evaluate', { webview: page, script: 'window.isMarked === true' })) === true;
}
