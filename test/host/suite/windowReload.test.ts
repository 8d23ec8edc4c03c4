import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { figuresThere, goToPlace, isMarkedPage, markPage } from './place';

/** Runs last: the window is reloaded with the panel as it is left here, and `windowReload.afterReload.ts` goes on. */
describe('before the window is reloaded', () => {
  it('a panel that is hidden is not retained, and shows the same place again (A29)', async () => {
    await goToPlace();
    const before = await figuresThere();
    await markPage();
    const other = await vscode.workspace.openTextDocument({ content: 'in front of the panel' });
    await vscode.window.showTextDocument(other, vscode.ViewColumn.Active);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.equal(await figuresThere(), before);
    assert.equal(await isMarkedPage(), false);
  });

  it('a panel is left at a place', async () => {
    await goToPlace();
    await markPage();
  });
});
