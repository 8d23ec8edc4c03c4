import type { BareArray, BareText } from '../bareWeights/bareFile';
import { pickledTree } from '../bareWeights/pickledTree';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { namedContent } from '../bareWeights/storedTree';
import type { PickleObject, PickleValue } from '../containers/pickleValues';
import type { Reading, ReadOptions } from '../reading';

/** The numeric arrays and texts in a pickle by the keys that lead to them: weights saved without a model. */
export interface ArraysAlone {
  readonly arrays: readonly BareArray[];
  readonly texts: readonly BareText[];
}

/** Finds them in dictionaries, lists, tuples and objects of the user's own classes; lists of numbers only where there is no array. */
export function arraysIn(value: PickleValue, opens: (object: PickleObject) => boolean): ArraysAlone {
  const found = namedContent(pickledTree(value, { lists: false, opens }));
  return found.arrays.length > 0 ? found : namedContent(pickledTree(value, { lists: true, opens }));
}

/** A network of such arrays; what a file of mere arrays cannot say is asked. */
export function readPickledArrays(
  file: string,
  format: string,
  { arrays, texts }: ArraysAlone,
  options: ReadOptions,
): Reading {
  return readBareWeights({ file, format, arrays, texts, dialect: 'numpy', ordered: true, problems: [] }, options);
}
