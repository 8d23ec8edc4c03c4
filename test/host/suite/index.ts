import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import * as vscode from 'vscode';

interface Counts {
  readonly passes: number;
  readonly failures: number;
  readonly pending: number;
}

/**
 * Entry of the suite, the same under every launcher: runs all `*.test.js` beside it and fails when there is none. Where
 * the launcher asks for counts, the window is then reloaded; VS Code comes here again, and `*.afterReload.js` run.
 */
export async function run(): Promise<void> {
  const file = process.env.HOST_COUNTS;
  if (!file) {
    failOn(await runFiles('.test.js'));
    return;
  }
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Counts) : undefined;
  const counts = await runFiles(before ? '.afterReload.js' : '.test.js');
  writeFileSync(file, JSON.stringify(before ? sum(before, counts) : counts));
  failOn(counts);
  if (before) return;
  await vscode.commands.executeCommand('workbench.action.reloadWindow');
  // This extension host ends with its window, and must not report the end of the tests.
  await new Promise(() => undefined);
}

/** Runs the files of the suite with this ending, in the order of their names. */
async function runFiles(ending: string): Promise<Counts> {
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
    .filter((name) => name.endsWith(ending))
    .sort();
  if (files.length === 0) throw new Error('No host tests found.');
  for (const name of files) mocha.addFile(path.join(__dirname, name));
  const counts = { passes: 0, failures: 0, pending: 0 };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', () => counts.passes++);
    runner.on('fail', () => counts.failures++);
    runner.on('pending', () => counts.pending++);
  });
  return counts;
}

function sum(a: Counts, b: Counts): Counts {
  return { passes: a.passes + b.passes, failures: a.failures + b.failures, pending: a.pending + b.pending };
}

function failOn({ failures }: Counts): void {
  if (failures > 0) throw new Error(`${failures} host tests failed.`);
}
