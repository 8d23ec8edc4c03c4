import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { drive, textOf, textWith, until } from './drive';

const page = '[data-view=slopescope]';
const fixtures = vscode.Uri.file(path.join(__dirname, '../../../test/fixtures'));

/** What the files leave open, asked and answered in the page. */
describe('the data page', () => {
  const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'bare');
  const place = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);

  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['fitted.npz', 'fitted.csv'])
      await vscode.workspace.fs.copy(vscode.Uri.joinPath(fixtures, 'fitted', name), place(name));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(folder, { recursive: true });
  });

  it('tells how well each answer fits the table beside the weights, and proposes the best', async () => {
    await vscode.commands.executeCommand('vscode.openWith', place('fitted.npz'), 'slopescope.model');
    await textWith({ webview: page }, /tanh fits best: average miss .+ from y in the first \d+ rows of fitted\.csv\./);
    await drive('picture', { name: 'questions.png', selector: 'body' });
  });

  it('connects the table once the answers are given, and says what each scaling makes of the forecasts', async () => {
    for (const answer of ['tanh', 'linear']) {
      await drive('click', { webview: page, selector: `button:has-text("Use ${answer}")` });
      await until(`${answer} to be taken`, async () =>
        (await textOf({ webview: page })).includes(`Use ${answer}`) ? undefined : true,
      );
    }
    await drive('click', { webview: page, selector: '[aria-label="Use this table: fitted.csv"]' });
    await drive('text', { webview: page, selector: '[role=grid]' });
    await vscode.commands.executeCommand('slopescope.mapColumns');
    await textWith(
      { webview: page },
      /The inputs go in as they are\./,
      /With this choice the forecasts run from .* the true values from/,
    );
    await drive('picture', { name: 'data-page.png', selector: 'body' });
    const code = await textOf({ webview: page, selector: '.question code' });
    assert.equal(code, ', . UTF-8');
  });
});
