/** Runs the same suite in a desktop VS Code, oldest supported and newest: on a person's machine and on CI of other systems. */
import { runTests } from '@vscode/test-electron';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
for (const version of [engines.vscode.replace('^', ''), 'stable']) {
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'slopescope-'));
  cpSync(path.join(root, 'test/host/workspace'), workspace, { recursive: true });
  await runTests({
    version,
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'dist/test/host/index.js'),
    launchArgs: [workspace, '--disable-extensions'],
  });
}
