import { withCodeGuess } from '../bareWeights/codeBeside';
import { Inquiry } from '../bareWeights/questions';
import { isKind, type PickleValue } from '../containers/pickleValues';
import { isZip, openZip, type ZipEntry } from '../containers/zip';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { isLegacyTorch, readArchivePickle, readLegacyTorch, torchArchive } from './archives';
import { readModule } from './modules/readModule';
import { hasTensors, leavesOf } from './savedTree';
import { emptyTorchFile, readStateDict } from './stateDict';

/** What torch.save writes since 1.6: a zip with `data.pkl` and one entry per storage. */
export const torchZip: Format = {
  name: 'torch-state',
  matches: ({ name, bytes }) => isZip(bytes) && (hasEntry(name, bytes, /(^|\/)data\.pkl$/) ?? isTorchName(name)),
  read: async (file, options) => {
    const archive = torchArchive(file.name, openZip(file.bytes, file.name));
    if (!archive) {
      refuse(file.name, {
        code: 'torch-entry-missing',
        message: `data.pkl is missing in ${file.name}: there is no model in this archive.`,
        remedy: 'Save the model again with torch.save.',
      });
    }
    return readSaved(file, readArchivePickle(archive, 'data.pkl', 'data'), options);
  },
};

/** What torch.save wrote before 1.6, and still does on request: pickles in a row, then the storages. */
export const torchLegacy: Format = {
  name: 'torch-state-legacy',
  matches: ({ bytes }) => isLegacyTorch(bytes),
  read: async (file, options) => readSaved(file, readLegacyTorch(file), options),
};

/** A saved object is a whole module, or tensors: a state dict or a checkpoint around one of the two. */
async function readSaved(file: NamedBytes, saved: PickleValue, options: ReadOptions): Promise<Reading> {
  if (isKind(saved, 'object') && saved.module.startsWith('fastai.')) return refuseLearner(file, saved.name);
  const leaves = leavesOf(saved);
  // A checkpoint may hold its loss function as well, a module without weights.
  const modules = leaves.flatMap((leaf) => (leaf.kind === 'module' && hasTensors(leaf.module) ? [leaf] : []));
  const [first, second] = modules;
  if (!first) return withCodeGuess(readStateDict(file, 'torch-state', leaves, options), options.folder);
  if (!second) return readModule(file, first.module, options);
  const inquiry = new Inquiry(emptyTorchFile(file, 'torch-module'), options);
  const names = modules.map((leaf) => leaf.path.join('/'));
  const ask = `${file.name} holds ${names.length} networks: which one?`;
  const chosen = inquiry.choice('object', ask, names, names.find((name) => /model|net/i.test(name)) ?? names[0]!);
  const leaf = modules.find((candidate) => candidate.path.join('/') === chosen);
  if (leaf) return readModule(file, leaf.module, options);
  return { questions: inquiry.questions, settled: inquiry.settled, problems: inquiry.problems };
}

/** What a Learner of fastai does to the columns before its model lies in its data loaders, as code. */
function refuseLearner(file: NamedBytes, name: string): never {
  refuse(file.name, {
    code: 'torch-fastai',
    message: `${file.name} holds a ${name} of fastai: how it fills, encodes and scales the columns before its model cannot be followed.`,
    remedy:
      'Export the model alone with torch.onnx.export(learn.model.eval(), …) and give it the columns as the model takes them.',
  });
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
