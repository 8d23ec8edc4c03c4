import { parseName } from '../bareWeights/arrayNames';
import type { BareArray, BareFile, BareText } from '../bareWeights/bareFile';
import { bareProblem } from '../bareWeights/bareFile';
import { withCodeGuess } from '../bareWeights/codeBeside';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { isNpy, readNpy, type NpyArray } from '../containers/npy';
import { isZip, openZip } from '../containers/zip';
import { maxWeightBytes } from '../limits';
import { plainWeights } from '../pytorch/reparametrised';
import type { Format, NamedBytes } from '../reading';
import { refuse } from '../refuse';
import type { Problem } from '../../problem';

/** Weights in a numpy archive: a zip of .npy files. */
export const npzWeights: Format = {
  name: 'npz',
  matches: ({ name, bytes }) => isZip(bytes) && holdsArrays(name, bytes),
  read: async (file, options) =>
    withCodeGuess(readBareWeights(numpyFile(file, 'npz', archived(file)), options), options.folder),
};

/** Weights in one .npy array: a matrix, or a stack of equal matrices. */
export const npyWeights: Format = {
  name: 'npy',
  matches: ({ bytes }) => isNpy(bytes),
  read: async (file, options) => {
    const array = readNpy(file.bytes, file.name, '');
    return withCodeGuess(readBareWeights(numpyFile(file, 'npy', [['', array]]), options), options.folder);
  },
};

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
    remedy: 'Save each weight matrix as an array of numbers: numpy.savez(file, W1=W1, b1=b1, …).',
  });
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
