/** Builds what the extension ships into dist/: `node tools/build.mjs [page …]`; without names, everything. */
import { build } from 'esbuild';
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

/** Each thing that is shipped, by name. */
const targets = {
  page: {
    entryPoints: [
      { in: 'webview/page.ts', out: 'page' },
      { in: 'webview/styles/page.css', out: 'page' },
    ],
    outdir: 'dist/webview',
    format: 'iife',
    target: 'chrome120',
  },
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => !(name in targets));
if (unknown.length > 0)
  throw new Error(`Nothing is called ${unknown.join(', ')}. There is ${Object.keys(targets).join(', ')}.`);
for (const [name, target] of Object.entries(targets)) {
  if (wanted.length === 0 || wanted.includes(name)) await build({ ...common, ...target });
}
