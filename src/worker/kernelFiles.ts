import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { canFuse, createKernels, type Kernels } from '../slopes/kernels';

/** The folder of the compiled kernels, beside the bundle that runs. */
const folder = path.join(__dirname, 'kernels');

/** The kernels for verdicts: plain SIMD, the same digits on every machine. */
export async function plainKernels(): Promise<Kernels> {
  return createKernels(await wasm('plain'));
}

/** The fastest kernels that this runtime can load: fused where it can. */
export async function fastestKernels(): Promise<Kernels> {
  const relaxed = await wasm('relaxed');
  return canFuse(relaxed) ? createKernels(relaxed, true) : plainKernels();
}

async function wasm(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(path.join(folder, `${name}.wasm`)));
}
