/**
 * `npm test`: every check there is, in the order in which a failure says most, and one closing line with the counts.
 * `npm test -- unit page` runs only the steps named.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const results = mkdtempSync(path.join(os.tmpdir(), 'slopescope-test-'));
const report = (name) => path.join(results, `${name}.json`);
const vitest = (name) => [
  'npx',
  'vitest',
  'run',
  '--project',
  name,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report(name)}`,
];

/** Each step: its command, and whether it writes a report that counts single tests. What to do when it fails stands behind it. */
const steps = [
  { name: 'format', command: ['npx', 'prettier', '--check', '.'] }, // npm run format
  { name: 'lint', command: ['npx', 'eslint', '.', '--max-warnings', '0'] }, // the message says which border was crossed
  { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { name: 'unused', command: ['npx', 'knip'] }, // remove what nothing uses
  { name: 'cycles', command: ['npx', 'knip', '--cycles'] }, // files that import each other: move what both need to a third
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'unit', command: vitest('unit'), counted: true },
  { name: 'onnxruntime', command: ['node', 'test/onnxruntime/run.mjs', report('onnxruntime')], counted: true }, // at its first run it downloads ONNX Runtime
  { name: 'worker', command: vitest('worker'), counted: true },
  { name: 'cli', command: vitest('cli'), counted: true },
  { name: 'page', command: vitest('page'), counted: true }, // pictures: test/page/out
  { name: 'package', command: ['npm', 'run', '--silent', 'package'] },
  { name: 'host-1.100', command: ['node', 'test/host/run.mjs', '1.100', report('host-1.100')], counted: true }, // HOST_VERBOSE=1 shows VS Code's log
  { name: 'host-1.139', command: ['node', 'test/host/run.mjs', '1.139', report('host-1.139')], counted: true },
];

const chosen = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
for (const step of steps.filter(({ name }) => chosen.length === 0 || chosen.some((start) => name.startsWith(start)))) {
  const start = performance.now();
  console.log(`\n── ${step.name} ──`);
  const [program, ...rest] = step.command;
  const { status } = spawnSync(program, rest, { stdio: 'inherit', shell: process.platform === 'win32' });
  const counts = step.counted
    ? countsOf(step.name, status)
    : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  for (const kind of Object.keys(totals)) totals[kind] += counts[kind];
  lines.push(
    `${step.name.padEnd(12)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped  (${((performance.now() - start) / 1000).toFixed(1)} s)`,
  );
}
rmSync(results, { recursive: true, force: true });
console.log(`\n${lines.join('\n')}\n`);
if (process.env.CI && totals.skipped > 0) {
  console.log('On CI nothing may be skipped.');
  totals.failed += totals.skipped;
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 ? 1 : 0;

/** Counts from a step's JSON report (Jest's form); a step that died without a report, or ran no test, has failed. */
function countsOf(name, status) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
      readFileSync(report(name), 'utf8'),
    );
    const failed = Math.max(numFailedTests, numFailedTestSuites > 0 || status !== 0 || numPassedTests === 0 ? 1 : 0);
    return { passed: numPassedTests, failed, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
