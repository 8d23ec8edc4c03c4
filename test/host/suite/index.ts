import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Entry of the suite, the same under every launcher: runs all `*.test.js` beside it and fails when there is none. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000, forbidOnly: true });
  const print = Mocha.reporters.Base.consoleLog;
  if (process.env.HOST_DRIVER) {
    // The driver tells the reporter's lines from VS Code's own log by this mark.
    Mocha.reporters.Base.consoleLog = (...parts: unknown[]) =>
      format(...parts)
        .split('\n')
        .forEach((line) => print(`::${line}`));
  }
  const files = readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.js'))
    .sort();
  if (files.length === 0) throw new Error('No host tests found.');
  for (const name of files) mocha.addFile(path.join(__dirname, name));
  const stats = { passes: 0, failures: 0, pending: 0 };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', () => stats.passes++);
    runner.on('fail', () => stats.failures++);
    runner.on('pending', () => stats.pending++);
  });
  const counts = process.env.HOST_COUNTS;
  if (counts) writeFileSync(counts, JSON.stringify(stats));
  if (stats.failures > 0) throw new Error(`${stats.failures} host tests failed.`);
}
