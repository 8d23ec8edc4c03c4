/** Builds what the extension ships into dist/: `node tools/build.mjs [page …]`; without names, everything. */
import { build } from 'esbuild';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !process.argv.includes('--readable'),
  sourcemap: process.argv.includes('--readable') ? 'linked' : false,
  legalComments: 'linked',
  logLevel: 'warning',
};

const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** What runs in Node: CommonJS for the oldest supported VS Code, which runs Node 20. */
const node = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  outdir: 'dist',
  define: { SLOPESCOPE_VERSION: JSON.stringify(version) },
};

/** Each thing that is shipped, by name. */
const targets = {
  page: {
    entryPoints: [
      { in: 'webview/page.ts', out: 'page' },
      { in: 'webview/styles/page.css', out: 'page' },
      { in: 'webview/styles/report.css', out: 'report' },
    ],
    outdir: 'dist/webview',
    format: 'iife',
    target: 'chrome120',
  },
  extension: { ...node, entryPoints: ['src/extension.ts'], external: ['vscode'] },
  worker: { ...node, entryPoints: ['src/worker/worker.ts'], external: ['@tensorflow/tfjs-node'] },
  cli: { ...node, entryPoints: [{ in: 'src/cli/main.ts', out: 'cli' }], banner: { js: '#!/usr/bin/env node' } },
  /** Not shipped: the suite that runs inside VS Code. */
  host: {
    ...node,
    entryPoints: readdirSync(`${root}test/host/suite`).map((name) => `test/host/suite/${name}`),
    outdir: 'dist/test/host',
    external: ['vscode', 'mocha'],
  },
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => !(name in targets));
if (unknown.length > 0)
  throw new Error(`Nothing is called ${unknown.join(', ')}. There is ${Object.keys(targets).join(', ')}.`);
for (const [name, target] of Object.entries(targets)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  // A suite that was renamed must not run under its old name too.
  if (name === 'host') rmSync(`${root}dist/test/host`, { recursive: true, force: true });
  await build({ ...common, ...target });
}
