// `node test/bench/findings.mjs [rows] [inputs]`: processor time of all findings, with where and why, beside that of one
// pass of slopes over the same rows, both on one thread.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildKernels } from '../../tools/wasm.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const outfile = fileURLToPath(new URL('../../dist/bench/ourFindings.mjs', import.meta.url));
await build({
  entryPoints: [`${here}ourFindings.mjs`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'error',
});
const { measureFindings } = await import(pathToFileURL(outfile).href);
const [rows = 1_000_000, inputs = 8] = process.argv.slice(2).map(Number);
const { pass, findings, count } = await measureFindings(await buildKernels(), rows, inputs);
console.log(
  `${rows} × ${inputs}: a pass of slopes ${pass.toFixed(2)} s, ${count} findings ${findings.toFixed(2)} s of processor time: ${(findings / pass).toFixed(2)} passes`,
);
