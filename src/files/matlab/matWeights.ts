import { withCodeGuess } from '../bareWeights/codeBeside';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { areWeights, namedContent } from '../bareWeights/storedTree';
import { isMat5, readMat5 } from './matFile';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';

/** Weights that MATLAB, Octave or scipy.io.savemat saved as variables, cells or structures. */
export const matWeights: Format = {
  name: 'mat',
  matches: ({ bytes }) => isMat5(bytes),
  read: readMatWeights,
};

async function readMatWeights({ name, bytes }: NamedBytes, options: ReadOptions): Promise<Reading> {
  const { variables, classes } = readMat5(bytes, name);
  const { arrays, texts } = namedContent(variables);
  if (!areWeights(arrays))
    return refuseWithoutWeights(
      name,
      classes,
      arrays.map((array) => array.name),
    );
  const bare = {
    file: name,
    format: matWeights.name,
    arrays,
    texts,
    dialect: 'numpy',
    ordered: true,
    problems: [],
  } as const;
  return withCodeGuess(readBareWeights(bare, options), options.folder);
}

function refuseWithoutWeights(file: string, [object]: readonly string[], arrays: readonly string[]): never {
  const names = arrays.slice(0, 8).join(', ');
  const what =
    object === undefined
      ? `no matrices called weights${names === '' ? '' : ` (${names})`}`
      : `an object of MATLAB${object === '' ? '' : ` (class ${object})`}, whose code is not in it, and no matrices called weights`;
  refuse(file, {
    code: 'mat-no-weights',
    message: `${file} holds ${what}.`,
    remedy:
      'Save the weights as variables: W1 = net.IW{1}; b1 = net.b{1}; W2 = net.LW{2,1}; b2 = net.b{2}; save("net.mat", "W1", "b1", "W2", "b2"), or export the network with exportONNXNetwork.',
  });
}
