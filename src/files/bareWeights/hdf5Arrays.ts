import type { Hdf5Dataset, Hdf5Group } from '../containers/hdf5';
import { maxHdf5Nodes, maxNesting } from '../limits';
import type { Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import type { BareArray } from './bareFile';
import { withCodeGuess } from './codeBeside';
import { readBareWeights } from './readBareWeights';
import { areWeights } from './storedTree';

/** Weights that h5py, MATLAB (version 7.3) or R put into an HDF5 file by hand: data sets under names, in groups. */
export async function readHdf5Arrays(root: Hdf5Group, file: string, options: ReadOptions): Promise<Reading> {
  const arrays = arraysOf(root);
  if (!areWeights(arrays))
    refuse(file, {
      code: 'hdf5-not-keras',
      message: `${file} is an HDF5 file, but not a Keras model: it has no model_config, and no matrices called weights either.`,
      remedy:
        'Open a file written by model.save("model.h5") or model.save("model.keras"); weights of your own are found by names such as W1, b1, W2, b2.',
    });
  const bare = { file, format: 'hdf5', arrays, texts: [], dialect: 'numpy', ordered: false, problems: [] } as const;
  return withCodeGuess(readBareWeights(bare, options), options.folder);
}

function arraysOf(root: Hdf5Group): readonly BareArray[] {
  const arrays: BareArray[] = [];
  let left = maxHdf5Nodes;
  const visit = (group: Hdf5Group, depth: number): void => {
    for (const name of group.names) {
      // MATLAB keeps what it points to in a group of its own.
      if (--left < 0 || name === '#refs#') return;
      const member = group.find(name);
      if (member?.kind === 'group' && depth < maxNesting) visit(member, depth + 1);
      if (member?.kind === 'dataset' && member.holdsNumbers()) arrays.push(arrayOf(member));
    }
  };
  visit(root, 0);
  return arrays;
}

/** MATLAB writes its columns one after the other, so that the axes stand in reverse. */
function arrayOf(dataset: Hdf5Dataset): BareArray {
  const name = dataset.path.replaceAll('/', '.');
  const { shape } = dataset;
  const values = dataset.read();
  const [rows = 0, columns = 0] = shape;
  if (!dataset.hasAttribute('MATLAB_class') || shape.length !== 2) return { name, shape, values };
  const turned = Float64Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);
  return { name, shape: [columns, rows], values: turned };
}
