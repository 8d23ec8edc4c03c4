import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drive, textOf, until } from './drive';

const page = '[data-view=slopescope]';

/** Every tab on the real session: it shows its sentence and no trace of a fault. */
describe('the tabs of the sample', () => {
  const folder = vscode.workspace.workspaceFolders![0]!.uri;

  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder, 'duration.keras'));
    await until('the map', async () => ((await textOf({ webview: page })).includes('rule') ? true : undefined));
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
  });

  for (const [tab, words] of [
    ['Input', 'Average slope'],
    ['Pairs', 'pair'],
    ['What if', 'row'],
    ['Network', 'weights'],
    ['Formula', 'Copy'],
    ['Range', 'forecast'],
  ] as const) {
    it(`shows ${tab}`, async () => {
      await drive('click', { webview: page, selector: `[role=tab]:has-text("${tab}")` });
      const text = await until(`${tab} to show "${words}"`, async () => {
        const shown = await textOf({ webview: page, selector: '[role=tabpanel]' });
        return shown.toLowerCase().includes(words.toLowerCase()) ? shown : undefined;
      });
      assert.ok(!/\bundefined\b|\[object|TypeError|\bNaN\b/.test(text), text);
      await drive('picture', { name: `tab-${tab.toLowerCase().replace(' ', '-')}.png`, selector: 'body' });
    });
  }
});
