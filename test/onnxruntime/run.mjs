/** Installs ONNX Runtime beside these tests at their first use, then runs them and writes their counts where `npm test` looks. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const [report] = process.argv.slice(2);
const here = import.meta.dirname;
const run = (program, args, cwd) => {
  const { status } = spawnSync(program, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
};
if (!existsSync(path.join(here, 'node_modules/.package-lock.json'))) run('npm', ['ci'], here);
const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
run('npx', ['vitest', 'run', '--project', 'onnxruntime', ...reporters], path.join(here, '../..'));
