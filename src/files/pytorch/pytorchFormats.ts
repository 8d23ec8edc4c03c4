import type { PickleValue } from '../containers/pickleValues';
import { isZip, openZip, type ZipEntry } from '../containers/zip';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { isLegacyTorch, readArchivePickle, readLegacyTorch, torchArchive } from './archives';
import { readModule } from './modules/readModule';
import { leavesOf } from './savedTree';
import { readStateDict } from './stateDict';

/** What torch.save writes since 1.6: a zip with `data.pkl` and one entry per storage. */
export const torchZip: Format = {
  name: 'torch-state',
  matches: ({ name, bytes }) => isZip(bytes) && (hasEntry(name, bytes, /(^|\/)data\.pkl$/) ?? isTorchName(name)),
  read: (file, options) => {
    const archive = torchArchive(file.name, openZip(file.bytes, file.name));
    if (!archive) {
      refuse(file.name, {
        code: 'torch-entry-missing',
        message: `data.pkl is missing in ${file.name}: there is no model in this archive.`,
        remedy: 'Save the model again with torch.save.',
      });
    }
    return Promise.resolve(readSaved(file, readArchivePickle(archive, 'data.pkl', 'data'), options));
  },
};

/** What torch.save wrote before 1.6, and still does on request: pickles in a row, then the storages. */
export const torchLegacy: Format = {
  name: 'torch-state-legacy',
  matches: ({ bytes }) => isLegacyTorch(bytes),
  read: (file, options) => Promise.resolve(readSaved(file, readLegacyTorch(file), options)),
};

/** A saved object is a whole module, or tensors: a state dict or a checkpoint around one of the two. */
function readSaved(file: NamedBytes, saved: PickleValue, options: ReadOptions): Reading {
  const leaves = leavesOf(saved);
  const modules = leaves.flatMap((leaf) => (leaf.kind === 'module' ? [leaf.module] : []));
  const [module] = modules;
  return module ? readModule(file, module, options) : readStateDict(file, 'torch-state', leaves, options);
}

/** Whether an entry is called so; undefined when the archive has no directory. */
function hasEntry(name: string, bytes: Uint8Array, pattern: RegExp): boolean | undefined {
  let entries: ReadonlyMap<string, ZipEntry>;
  try {
    entries = openZip(bytes, name);
  } catch {
    return undefined;
  }
  return [...entries.keys()].some((entry) => pattern.test(entry));
}

/** A damaged archive without a directory is told by its ending. */
function isTorchName(name: string): boolean {
  return /\.(pt|pth|bin|ckpt|pt2|ptl)$/i.test(name);
}
