import { isHdf5, openHdf5 } from '../containers/hdf5';
import type { JsonObject } from '../json';
import { isObject, parseJson, quietObject } from '../json';
import type { Folder, Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import type { ModelDefinition } from './architecture';
import { readArchitecture } from './architecture';
import { frameworkOf, generationOf } from './generation';
import { lowerModel } from './lowering';
import { hasVariableGroups, weightsByClass, weightsByName } from './storedWeights';
import type { StoredWeights } from './weights';

/** An architecture saved by `model.to_json()` with the weights in a file of their own, given or beside it. */
export const kerasJson: Format = {
  name: 'keras-json+weights',
  matches: ({ bytes }) => {
    const json = quietObject(bytes);
    return json !== undefined && isArchitecture(json);
  },
  read: readKerasJson,
};

function isArchitecture(json: JsonObject): boolean {
  return 'class_name' in json && 'config' in json && !('modelTopology' in json);
}

async function readKerasJson({ name, bytes }: NamedBytes, options: ReadOptions): Promise<Reading> {
  const json = parseJson(bytes, name);
  const version = isObject(json) && typeof json.keras_version === 'string' ? json.keras_version : undefined;
  const generation = generationOf(version, json);
  const model = readArchitecture(json, name);
  const file = options.weights ?? (await findWeights(name, options.folder));
  const network = lowerModel(model, {
    file: name,
    format: kerasJson.name,
    framework: frameworkOf(version, generation),
    generation,
    weights: readWeights(model, file),
    asset: () => undefined,
  });
  return { network, questions: [], settled: new Map(), problems: [] };
}

/** Both layouts of a weights file; a whole model's file serves as well. */
function readWeights(model: ModelDefinition, { name, bytes }: NamedBytes): StoredWeights {
  if (!isHdf5(bytes)) {
    refuse(name, {
      code: 'weights-not-hdf5',
      message: `${name} is no weights file of Keras (HDF5).`,
      remedy: 'Give the file written by model.save_weights("model.weights.h5").',
    });
  }
  const root = openHdf5(bytes, name);
  if (hasVariableGroups(root)) return weightsByClass(model, root, name);
  const whole = root.find('model_weights');
  return weightsByName(model, whole?.kind === 'group' ? whole : root, name);
}

/** The weights file in the folder of the architecture: by the usual names, or the only HDF5 file there is. */
async function findWeights(name: string, folder: Folder): Promise<NamedBytes> {
  const base = name.replace(/\.json$/i, '').toLowerCase();
  const stem = base.replace(/[._-]?(?:architecture|arch|config|model)$/, '');
  const files = (await folder.list()).filter((file) => /\.(?:h5|hdf5)$/i.test(file));
  const usual = [base, ...(stem === '' ? [] : [stem]), 'model'].flatMap((word) => [
    ...['.weights', '_weights', '-weights', ''].flatMap((ending) => [`${word}${ending}.h5`, `${word}${ending}.hdf5`]),
  ]);
  const found = [...usual, 'weights.h5', 'weights.hdf5']
    .map((wanted) => files.find((file) => file.toLowerCase() === wanted))
    .find((file) => file !== undefined);
  const chosen = found ?? (files.length === 1 ? files[0] : undefined);
  const bytes = chosen === undefined ? undefined : await folder.read(chosen);
  if (chosen !== undefined && bytes) return { name: chosen, bytes };
  refuse(name, {
    code: 'keras-weights-missing',
    message:
      files.length > 1
        ? `${name} holds only the architecture, and it is not clear which of ${files.join(', ')} has its weights.`
        : `${name} holds only the architecture of the network; its weights are not beside it.`,
    remedy:
      'Name the weights file (--weights model.weights.h5), or save the whole model with model.save("model.keras").',
  });
}
