import path from 'node:path';
import * as vscode from 'vscode';
import { drive, textOf, textWith, until } from './drive';

const page = '[data-view=slopescope]';
const fixtures = vscode.Uri.file(path.join(__dirname, '../../../test/fixtures/keras'));

/** Two models on one table: another file of the workspace, and the model itself before its last save. */
describe('Compare with…', () => {
  const workspace = vscode.workspace.workspaceFolders![0]!.uri;
  const folder = vscode.Uri.joinPath(workspace, 'compared');
  const model = vscode.Uri.joinPath(folder, 'duration.keras');
  const save = async (fixture: string): Promise<void> =>
    vscode.workspace.fs.writeFile(model, await vscode.workspace.fs.readFile(vscode.Uri.joinPath(fixtures, fixture)));

  /** Takes the second model from the list and waits for the sentence of both. */
  async function compareWith(label: string, ...patterns: readonly RegExp[]): Promise<void> {
    const asked = vscode.commands.executeCommand('slopescope.compareWith', model);
    await drive('click', { selector: `.quick-input-list .monaco-list-row:has-text("${label}")` });
    await asked;
    await drive('text', { webview: page, selector: '#tab-compare[aria-selected=true]' });
    await textWith({ webview: page, selector: '[role=tabpanel]' }, ...patterns);
  }

  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await save('activity_norm_inside/model.keras');
    for (const [name, place] of [
      ['activities.csv', 'activities.csv'],
      ['duration.keras', 'other/retrained.keras'],
      ['duration.scaler.json', 'other/retrained.scaler.json'],
    ] as const)
      await vscode.workspace.fs.copy(vscode.Uri.joinPath(workspace, name), vscode.Uri.joinPath(folder, place));
    await vscode.commands.executeCommand('vscode.openWith', model, 'slopescope.model');
    await drive('click', { webview: page, selector: '[aria-label="Use this table: activities.csv"]' });
    await textWith({ webview: page }, /8 of 8 inputs both raise and lower/);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(folder, { recursive: true });
  });

  it('shows another model of the workspace beside the open one, and is gone once it is closed', async () => {
    await compareWith(
      'retrained.keras',
      /Average misses differ \(14\.1 and 13\.1\), and 8 inputs differ in sign in 359 rows\./,
      /The forecasts differ by 7\.9\d* on average, by 69\.\d+ at most/,
    );
    await drive('click', { webview: page, selector: 'button:has-text("Close comparison")' });
    await until(
      'the tab to go',
      async () => !(await textOf({ webview: page, selector: '[role=tablist]' })).includes('Compare') || undefined,
    );
  });

  it('shows the version before the last save beside the saved one', async () => {
    await save('activity/model.keras');
    await textWith({ webview: page }, /\+52\.1/); // the saved one's slope of site_visits
    await compareWith(
      'the version before',
      /Average misses differ \(293 and 14\.1\), and 8 inputs differ in sign in 414 rows\./,
    );
  });
});
