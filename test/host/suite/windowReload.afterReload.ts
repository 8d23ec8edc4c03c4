import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { figuresThere, goToPlace, isMarkedPage } from './place';

describe('after the window is reloaded', () => {
  it('the panel is there again, at the same place, computed anew (A29)', async () => {
    const [tab, ...others] = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    assert.ok(tab?.input instanceof vscode.TabInputCustom);
    assert.equal(tab.input.viewType, 'slopescope.model');
    assert.deepEqual(others, []);
    const restored = await figuresThere();
    assert.equal(await isMarkedPage(), false);
    await goToPlace();
    assert.equal(restored, await figuresThere(), 'as in a panel that was opened by hand');
  });
});
