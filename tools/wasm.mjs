// Compiles the kernels (src/slopes/assembly) to dist/kernels/{plain,relaxed}.wasm, only if a source is newer.
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = `${root}src/slopes/assembly/`;
const target = `${root}dist/kernels/`;
const builds = {
  plain: ['--enable', 'simd'],
  relaxed: ['--enable', 'simd', '--enable', 'relaxed-simd'],
};

/** Brings both builds up to date and gives their paths. */
export async function buildKernels() {
  const newest = Math.max(
    changed(`${root}src/slopes/instructions.ts`),
    changed(fileURLToPath(import.meta.url)),
    ...readdirSync(sources).map((name) => changed(sources + name)),
  );
  mkdirSync(target, { recursive: true });
  for (const [name, features] of Object.entries(builds)) {
    if (changed(`${target}${name}.wasm`) < newest) await compile(name, features);
  }
  return Object.fromEntries(Object.keys(builds).map((name) => [name, `${target}${name}.wasm`]));
}

/** Writes to a name of its own and renames, so that processes that build at the same time do not meet. */
async function compile(name, features) {
  const asc = await import('assemblyscript/asc');
  const draft = `${name}.${process.pid}.wasm`;
  const { error, stderr } = await asc.main(
    [
      'src/slopes/assembly/index.ts',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--use',
      'abort=',
      '--disableWarning',
      '112',
    ]
      .concat(features)
      .concat('--baseDir', root, '--outFile', `dist/kernels/${draft}`),
  );
  if (error) throw new Error(`The kernels do not compile:\n${stderr.toString()}`);
  renameSync(target + draft, `${target}${name}.wasm`);
}

function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
