import type { BareFile } from '../bareWeights/bareFile';
import { withCodeGuess } from '../bareWeights/codeBeside';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { areWeights, listedArray, namedContent, type Stored } from '../bareWeights/storedTree';
import { isList, isObject, parseJson, quietJson, type Json } from '../json';
import { plainWeights } from '../pytorch/reparametrised';
import type { Format } from '../reading';

/** Weights written out as JSON: lists of lists under names, or in a list of layers. */
export const weightsJson: Format = {
  name: 'json',
  matches: ({ bytes }) => {
    const json = quietJson(bytes);
    return json !== undefined && holdsWeights(json);
  },
  read: async (file, options) =>
    withCodeGuess(readBareWeights(bareFile(file.name, parseJson(file.bytes, file.name)), options), options.folder),
};

function bareFile(file: string, json: Json): BareFile {
  const { arrays, texts } = namedContent(storedJson(json));
  const common = { file, format: weightsJson.name, ordered: true, problems: [] };
  if (isObject(json) && isNielsen(json)) {
    const sigmoids = { name: 'activations', values: arrays.filter(({ shape }) => shape[1] === 1).map(() => 'sigmoid') };
    return { ...common, arrays, texts: [...texts, sigmoids], dialect: 'numpy', convention: 'out,in' };
  }
  const torch =
    arrays.length > 0 &&
    arrays.every(({ name }) => /\.(weight|bias|running_(mean|var)|num_batches_tracked)$/.test(name));
  if (torch) return { ...common, arrays: plainWeights(file, arrays), texts, dialect: 'torch', convention: 'out,in' };
  return { ...common, arrays, texts, dialect: 'numpy' };
}

/**
 * The file that network2.py of Nielsen's "Neural Networks and Deep Learning" saves: every layer is sigmoid(w · a + b),
 * the last one too.
 */
function isNielsen(json: Readonly<Record<string, Json | undefined>>): boolean {
  return (
    ['sizes', 'weights', 'biases'].every((key) => isList(json[key])) &&
    (json.cost === 'CrossEntropyCost' || json.cost === 'QuadraticCost')
  );
}

function storedJson(json: Json): Stored {
  if (typeof json === 'string') return { kind: 'texts', values: [json] };
  if (isList(json)) {
    const array = listedArray(json);
    if (array) return array;
    if (json.length > 0 && json.every((item) => typeof item === 'string')) return { kind: 'texts', values: json };
    return { kind: 'group', entries: json.map((item, i) => [String(i), storedJson(item)]) };
  }
  if (!isObject(json)) return { kind: 'group', entries: [] };
  return {
    kind: 'group',
    entries: Object.entries(json).flatMap(([key, item]) =>
      item === undefined ? [] : [[key, storedJson(item)] as const],
    ),
  };
}

/** A table, coordinates and settings of other programs hold no weights by name, and no list of layers' arrays. */
function holdsWeights(json: Json): boolean {
  const { arrays } = namedContent(storedJson(json));
  const listed = isList(json) && arrays.length > 1 && new Set(arrays.map(({ shape }) => shape.join())).size > 1;
  return areWeights(arrays) || (listed && arrays.some(({ shape }) => shape.length === 2));
}
