import { parseName } from '../bareWeights/arrayNames';
import type { BareArray, BareFile, BareText } from '../bareWeights/bareFile';
import { bareProblem } from '../bareWeights/bareFile';
import { withCodeGuess } from '../bareWeights/codeBeside';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { isNpy, readNpy, type NpyArray } from '../containers/npy';
import { isZip, openZip } from '../containers/zip';
import { maxArrayFiles, maxWeightBytes } from '../limits';
import { plainWeights } from '../pytorch/reparametrised';
import type { Folder, Format, NamedBytes } from '../reading';
import { refuse } from '../refuse';
import type { Problem } from '../../problem';

/** Weights in a numpy archive: a zip of .npy files. */
export const npzWeights: Format = {
  name: 'npz',
  matches: ({ name, bytes }) => isZip(bytes) && holdsArrays(name, bytes),
  read: async (file, options) =>
    withCodeGuess(readBareWeights(numpyFile(file, 'npz', archived(file)), options), options.folder),
};

/** Weights in one .npy array (a matrix, or a stack of equal matrices), or in one file for each array beside each other. */
export const npyWeights: Format = {
  name: 'npy',
  matches: ({ bytes }) => isNpy(bytes),
  read: async (file, options) => {
    const array = readNpy(file.bytes, file.name, '');
    const beside = await arraysBeside(file, options.folder);
    const stored: readonly NamedNpy[] = beside.length === 0 ? [['', array]] : [[stemOf(file.name), array], ...beside];
    const bare = numpyFile(file, 'npy', stored);
    const problems = beside.length === 0 ? bare.problems : [...bare.problems, readTogether(file, beside)];
    return withCodeGuess(readBareWeights({ ...bare, problems }, options), options.folder);
  },
};

/**
 * `W1.npy`, `b1.npy`, `W2.npy`, …: the other arrays of a network whose weights and biases lie in a file each. A file
 * whose own name does not say that it is one of several stands alone.
 */
async function arraysBeside(file: NamedBytes, folder: Folder): Promise<NamedNpy[]> {
  const { role } = parseName(stemOf(file.name));
  if (role !== 'weight' && role !== 'bias') return [];
  const names = (await folder.list()).filter((name) => /\.npy$/i.test(name) && name !== file.name);
  const arrays: NamedNpy[] = [];
  for (const name of names.filter((one) => parseName(stemOf(one)).role !== undefined).slice(0, maxArrayFiles)) {
    const bytes = await folder.read(name);
    if (bytes && isNpy(bytes)) arrays.push([stemOf(name), readNpy(bytes, name, '')]);
  }
  return arrays;
}

function stemOf(name: string): string {
  return name.replace(/\.npy$/i, '');
}

function readTogether(file: NamedBytes, beside: readonly NamedNpy[]): Problem {
  const names = beside.map(([name]) => `${name}.npy`).join(', ');
  const message = `${file.name} is read together with ${names} beside it, as one network.`;
  const remedy = 'If they belong to different networks, put each network into a folder of its own.';
  return bareProblem({ file: file.name }, 'npy-together', message, remedy, 'info');
}

/** A damaged archive without a directory is told by its ending. */
function holdsArrays(name: string, bytes: Uint8Array): boolean {
  try {
    return [...openZip(bytes, name).keys()].some((entry) => entry.endsWith('.npy'));
  } catch {
    return /\.npz$/i.test(name);
  }
}

type NamedNpy = readonly [string, NpyArray];

function archived(file: NamedBytes): NamedNpy[] {
  const entries = [...openZip(file.bytes, file.name).values()].filter((entry) => entry.name.endsWith('.npy'));
  const arrays: NamedNpy[] = [];
  let budget = maxWeightBytes;
  for (const entry of entries) {
    budget -= entry.size;
    const name = entry.name.slice(0, -'.npy'.length);
    arrays.push([name, readNpy(entry.read(budget + entry.size), file.name, name)]);
  }
  return arrays;
}

function numpyFile(file: NamedBytes, format: string, stored: readonly NamedNpy[]): BareFile {
  const arrays: BareArray[] = [];
  const texts: BareText[] = [];
  for (const [name, array] of stored) {
    if (array.kind === 'numbers') arrays.push({ name, shape: array.shape, values: array.values });
    else if (array.kind === 'texts') texts.push({ name, values: array.values });
  }
  if (arrays.length === 0) refuseWithoutNumbers(file, stored);
  for (const [name, array] of stored) if (array.kind === 'other') refuseComplex(file, name, array.type);
  // A state dict of PyTorch saved with numpy keeps its names, and what they mean.
  const torch =
    arrays.every(({ name }) => name.includes('.')) && arrays.some(({ name }) => /\.weight(\.|_|$)/.test(name));
  const whole = torch ? plainWeights(file.name, arrays) : arrays;
  const dialect = torch ? 'torch' : 'numpy';
  const bare = { file: file.name, format, arrays: whole, texts, dialect, ordered: false } as const;
  return { ...bare, problems: stored.flatMap((entry) => skipped(bare, entry)) };
}

/** A weight or bias that cannot be read would leave a network of the others. */
function refuseComplex(file: NamedBytes, name: string, type: string): void {
  if (parseName(name).role === undefined || !/c\d+$/.test(type)) return;
  refuse(file.name, {
    code: 'npy-complex',
    message: `The array ${name} in ${file.name} holds complex numbers (${type}), which a network over a table does not have.`,
    remedy: `Save its real part: numpy.savez(file, ${name}=${name}.real, …).`,
    part: name,
  });
}

interface WithoutNumbers {
  readonly code: string;
  readonly what: string;
}

const withoutNumbers: Readonly<Record<'objects' | 'records' | 'others', WithoutNumbers>> = {
  objects: { code: 'npy-objects', what: 'only object arrays: their data is a pickle, which is not run' },
  records: { code: 'npy-records', what: 'only structured arrays (records with named fields), no weight matrices' },
  others: { code: 'npy-no-numbers', what: 'no arrays of numbers' },
};

function refuseWithoutNumbers(file: NamedBytes, stored: readonly NamedNpy[]): never {
  const kinds = new Set(stored.map(([, array]) => array.kind));
  const kind = kinds.has('objects') ? 'objects' : kinds.has('records') ? 'records' : 'others';
  refuse(file.name, {
    code: withoutNumbers[kind].code,
    message: `${file.name} holds ${withoutNumbers[kind].what}.`,
    remedy:
      kind === 'objects'
        ? remedyForObjects(file.name, stored)
        : 'Save each weight matrix as an array of numbers: numpy.savez(file, W1=W1, b1=b1, …).',
  });
}

/** The line of Python that makes plain arrays of dictionaries and lists that numpy pickled. */
function remedyForObjects(file: string, stored: readonly NamedNpy[]): string {
  const single = isSingle(file);
  const arrays = stored.flatMap(([name, { kind, shape }]) => {
    if (kind !== 'objects') return [];
    const from = single ? `numpy.load("${name === '' ? file : `${name}.npy`}"` : `numpy.load("${file}"`;
    const loaded = `${from}, allow_pickle=True)${single ? '' : `["${name}"]`}`;
    return [shape.length === 0 ? `**${loaded}.item()` : `*${loaded}`];
  });
  const made = `${file.replace(/\.\w+$/, '')}_plain.npz`;
  return `If you made it yourself, save its arrays plainly: numpy.savez("${made}", ${arrays.join(', ')}).`;
}

function isSingle(file: string): boolean {
  return /\.npy$/i.test(file);
}

/** Arrays that were not read may be weights the user misses, so they are named. */
function skipped(file: Pick<BareFile, 'file'>, [name, array]: NamedNpy): Problem[] {
  if (array.kind === 'numbers' || array.kind === 'texts') return [];
  const what =
    array.kind === 'objects'
      ? 'holds pickled Python objects, which are not run'
      : array.kind === 'records'
        ? 'is a structured array'
        : `has elements of type ${array.type}`;
  const message = `The array ${name} in ${file.file} ${what}: it was skipped.`;
  return [bareProblem(file, 'npy-skipped', message, 'If it holds weights, save them as arrays of numbers.', 'info')];
}
