/** `npm start`: builds, runs the main job on the sample, writes report.html, and says how to open the same thing in VS Code. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sample = 'media/sample/duration.keras';
const table = 'media/sample/activities.csv';
const rules = ['--rule', '* never falls', '--rule', 'forecast at least 0'];

function run(program, ...given) {
  const { status } = spawnSync(program, given, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32' && program === 'npm',
  });
  return status ?? 1;
}

const slopescope = (...given) => run(process.execPath, 'dist/cli.js', ...given);

if (run('npm', 'run', '--silent', 'build') !== 0) process.exit(1);
console.log('\nWhat matters most in the sample network (minutes, at all 500 rows):\n');
if (slopescope('slopes', sample, '--data', table, '--quiet') !== 0) process.exit(1);
console.log('Where it contradicts what must be true:\n');
if (slopescope('check', sample, '--data', table, ...rules, '--quiet') > 1) process.exit(1);

// The user's files are never overwritten, and neither is an earlier report.
let report = 'report.html';
for (let number = 2; existsSync(new URL(`../${report}`, import.meta.url)); number++) report = `report-${number}.html`;
if (slopescope('report', sample, '--data', table, ...rules, '--quiet', '-o', report) !== 0) process.exit(1);
console.log(`\nWrote ${report}: open it in a browser.`);
console.log(
  'The same in VS Code: open this folder, press F5, and click media/sample/duration.keras in the new window.',
);
