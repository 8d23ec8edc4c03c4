import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drive, textWith, until } from './drive';

const page = '[data-view=slopescope]';

/** Every way to open a model that needs no dialog; the model is known to the window, with its table and rules. */
describe('the ways in', () => {
  const folder = vscode.workspace.workspaceFolders![0]!.uri;
  const model = vscode.Uri.joinPath(folder, 'duration.keras');
  const table = vscode.Uri.joinPath(folder, 'activities.csv');
  const ways = {
    'a click': () => vscode.commands.executeCommand('vscode.open', model),
    'Open With…': () => vscode.commands.executeCommand('vscode.openWith', model, 'slopescope.model'),
    'the Explorer': () => vscode.commands.executeCommand('slopescope.openHere', model),
    'the Explorer, beside its table': async () => {
      await vscode.window.showTextDocument(table);
      await vscode.commands.executeCommand('slopescope.openHere', model);
    },
  };
  const panels = () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputCustom && input.viewType === 'slopescope.model');

  const shown = async () => {
    await textWith({ webview: page }, /rules fail/, /complaints_handled/);
    const script =
      "Array.from(document.querySelectorAll('h1, [aria-selected=true], .lane'), (each) => each.textContent).join()";
    return String(await drive('evaluate', { webview: page, script }));
  };

  it('open the same page in the same state (A2)', async () => {
    let [first, last] = ['', ''];
    for (const [name, open] of Object.entries(ways)) {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await open();
      // A page that has just opened is still being filled.
      const isSame = async () => (last = await shown()) === (first ||= last) || undefined;
      await until(name, isSame, 9_000).catch(() => assert.equal(last, first, name));
    }
  });

  const beside = { 'Show Slopes Beside': () => vscode.commands.executeCommand('slopescope.showBeside', table) };
  for (const [name, open] of Object.entries({ ...ways, ...beside }))
    it(`reveal the panel that is there: ${name} (A2)`, async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await ways['a click']();
      await shown();
      await vscode.commands.executeCommand('workbench.action.keepEditor');
      await vscode.window.showTextDocument(table, { viewColumn: vscode.ViewColumn.Beside });
      await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
      await open();
      const [panel] = await until('the panel', () =>
        panels().some(({ isActive }) => isActive) ? panels() : undefined,
      );
      assert.deepEqual(panels(), [panel]);
    });
});
