import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** Runs first: the files of a suite run in the order of their names. */
describe('a workspace without a slopescope.json', () => {
  it('does not start the extension before it is needed (A3)', () => {
    const extension = vscode.extensions.getExtension('slopescope.slopescope');
    assert.ok(extension, 'the package is installed');
    assert.equal(extension.isActive, false);
  });

  it('names commands, views and settings in words', () => {
    const extension = vscode.extensions.getExtension('slopescope.slopescope');
    const shown = JSON.stringify(extension?.packageJSON);
    assert.match(shown, /"title":"Open in Slopescope"/);
    assert.doesNotMatch(shown, /"%[^"]*%"/);
  });
});
