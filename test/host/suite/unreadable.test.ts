import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { textOf, until } from './drive';

describe('a model with a Lambda layer', () => {
  it('is refused by name, and the extension stays alive', async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder, 'models', 'lambda.keras'));
    const text = await until('the refusal', async () => {
      const shown = await textOf({ webview: '[data-view=slopescope]' });
      return shown.includes('Lambda') ? shown : undefined;
    });
    assert.match(text, /never run/);
    assert.ok(!text.includes('computation stopped'), text);
    assert.ok(!/Error:|undefined|at \w+ \(/.test(text), text);
    assert.equal(vscode.extensions.getExtension('slopescope.slopescope')?.isActive, true);
  });
});
