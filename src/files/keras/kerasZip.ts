import { openHdf5 } from '../containers/hdf5';
import type { ZipEntry } from '../containers/zip';
import { isZip, openZip } from '../containers/zip';
import type { Json } from '../json';
import { isObject, parseJson } from '../json';
import { maxJsonBytes, maxWeightBytes } from '../limits';
import type { Format, NamedBytes, Reading } from '../reading';
import { refuse } from '../refuse';
import type { LayerDefinition } from './architecture';
import { readArchitecture } from './architecture';
import { frameworkOf, generationOf } from './generation';
import { lowerModel } from './lowering';
import { groupName } from './naming';
import { weightsByClass } from './storedWeights';

const architectureEntry = 'config.json';
const metadataEntry = 'metadata.json';
const weightsEntry = 'model.weights.h5';

/** Models saved as `.keras`: a zip of architecture and weights, written by Keras 2.12 and later. */
export const kerasZip: Format = {
  name: 'keras3-zip',
  matches: ({ name, bytes }) => isZip(bytes) && (/\.keras$/i.test(name) || mentions(bytes, architectureEntry)),
  read: (file) => Promise.resolve(readKerasZip(file)),
};

/** The central directory stands at the end of a zip: its entry names are looked for there. */
function mentions(bytes: Uint8Array, entry: string): boolean {
  const tail = new TextDecoder('latin1').decode(bytes.subarray(Math.max(0, bytes.length - 2 ** 16)));
  return tail.includes(entry) && (tail.includes(weightsEntry) || tail.includes(metadataEntry));
}

function readKerasZip({ name, bytes }: NamedBytes): Reading {
  const entries = openZip(bytes, name);
  const architecture = entries.get(architectureEntry);
  if (!architecture) {
    refuse(name, {
      code: 'keras-config-missing',
      message: `${name} is a zip archive without ${architectureEntry}, so it is not a Keras model.`,
      remedy: 'Open a file written by model.save("model.keras").',
    });
  }
  const json = parseJson(architecture.read(maxJsonBytes), name, architectureEntry);
  const version = versionIn(entries.get(metadataEntry), name);
  const generation = generationOf(version, json);
  const model = readArchitecture(json, name);
  const weights = weightsByClass(model, openHdf5(readWeights(entries, name), name), name);
  const network = lowerModel(model, {
    file: name,
    format: kerasZip.name,
    framework: frameworkOf(version, generation),
    generation,
    weights,
    asset: (layer, asset) => readAsset(entries, layer, model.layers, asset),
  });
  return { network, questions: [], settled: new Map(), problems: [] };
}

function versionIn(metadata: ZipEntry | undefined, file: string): string | undefined {
  const json: Json = metadata ? parseJson(metadata.read(maxJsonBytes), file, metadataEntry) : null;
  const version = isObject(json) ? json.keras_version : undefined;
  return typeof version === 'string' ? version : undefined;
}

function readWeights(entries: ReadonlyMap<string, ZipEntry>, file: string): Uint8Array {
  const entry = entries.get(weightsEntry);
  if (entry) return entry.read(maxWeightBytes);
  const other = [...entries.keys()].find((name) => /^model.*weights.*\.(?:npz|json|h5)$/.test(name));
  refuse(file, {
    code: 'keras-weights-missing',
    message: other
      ? `${file} keeps its weights in ${other}, a form that Slopescope does not read.`
      : `${file} has no weights: ${weightsEntry} is missing from the archive.`,
    remedy: 'Save the whole model again with model.save("model.keras"), with h5py installed.',
    part: weightsEntry,
  });
}

/** Files of a layer lie in `assets/layers/<group of the layer>/`. */
function readAsset(
  entries: ReadonlyMap<string, ZipEntry>,
  layer: LayerDefinition,
  layers: readonly LayerDefinition[],
  asset: string,
): string | undefined {
  const group = groupName(layer.className);
  const number = layers.filter((other) => groupName(other.className) === group).indexOf(layer);
  if (number < 0) return undefined;
  const folder = number === 0 ? group : `${group}_${number}`;
  const entry =
    entries.get(`assets/layers/${folder}/${asset}`) ??
    entries.get(`assets/_layer_checkpoint_dependencies/${folder}/${asset}`);
  return entry && new TextDecoder().decode(entry.read(maxJsonBytes));
}
