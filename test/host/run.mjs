/** Runs the host suite against the packaged extension in one VS Code build and writes its counts where `npm test` looks. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSuite } from './driver.mjs';

const [version = '1.100', report] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../..');
const vsix = path.join(root, 'dist/slopescope.vsix');
if (!existsSync(vsix)) throw new Error('dist/slopescope.vsix is missing: npm run package makes it.');

// The suite runs against the installed package: the development extension beside it is empty.
const empty = mkdtempSync(path.join(os.tmpdir(), 'slopescope-host-'));
const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
writeFileSync(
  path.join(empty, 'package.json'),
  JSON.stringify({
    name: 'host-tests',
    publisher: 'slopescope-tests',
    version: '0.0.1',
    engines: { vscode: engines.vscode },
  }),
);
const counts = path.join(empty, 'counts.json');
process.env.HOST_COUNTS = counts;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const code = await runSuite({
  version,
  extension: empty,
  suite: path.join(root, 'dist/test/host/index.js'),
  workspace: path.join(here, 'workspace'),
  vsix,
  limit: 300,
});
const { passes = 0, failures = 1, pending = 0 } = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : {};
if (report)
  writeFileSync(
    report,
    JSON.stringify({
      numPassedTests: passes,
      numFailedTests: failures,
      numPendingTests: pending,
      numFailedTestSuites: code === 0 ? 0 : 1,
    }),
  );
rmSync(empty, { recursive: true, force: true });
process.exitCode = code;
