import type { Hdf5Group } from '../containers/hdf5';
import { isHdf5, openHdf5 } from '../containers/hdf5';
import { parseJson } from '../json';
import { readHdf5Arrays } from '../bareWeights/hdf5Arrays';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { readArchitecture } from './architecture';
import { frameworkOf, generationOf } from './generation';
import { lowerModel } from './lowering';
import { hasVariableGroups, weightsByName } from './storedWeights';

/** Whole models saved as `.h5` or `.hdf5` by Keras 2 and 3. */
export const kerasHdf5: Format = {
  name: 'keras-h5',
  matches: ({ bytes }) => isHdf5(bytes),
  read: readKerasHdf5,
};

async function readKerasHdf5({ name, bytes }: NamedBytes, options: ReadOptions): Promise<Reading> {
  const root = openHdf5(bytes, name);
  const config = textOf(root, 'model_config');
  if (config === undefined) return readWithoutArchitecture(root, name, options);
  const json = parseJson(new TextEncoder().encode(config), name, 'model_config');
  const group = root.find('model_weights');
  if (group?.kind !== 'group') {
    refuse(name, {
      code: 'keras-weights-missing',
      message: `${name} has no weights: the group model_weights is missing.`,
      remedy: 'Save the whole model again with model.save("model.keras").',
    });
  }
  const version = textOf(root, 'keras_version') ?? textOf(group, 'keras_version');
  const generation = generationOf(version, json);
  const model = readArchitecture(json, name);
  const network = lowerModel(model, {
    file: name,
    format: kerasHdf5.name,
    framework: frameworkOf(version, generation),
    generation,
    weights: weightsByName(model, group, name),
    asset: () => undefined,
  });
  return { network, questions: [], settled: new Map(), problems: [] };
}

function textOf(group: Hdf5Group, attribute: string): string | undefined {
  const texts = group.attributes.get(attribute)?.texts;
  return texts?.length === 1 ? texts[0] : undefined;
}

/** A file that h5py, MATLAB or R wrote holds weights alone. */
function readWithoutArchitecture(root: Hdf5Group, name: string, options: ReadOptions): Promise<Reading> {
  if (hasVariableGroups(root) || root.attributes.has('layer_names') || root.attributes.has('layer_names0')) {
    refuse(name, {
      code: 'keras-weights-only',
      message: `${name} holds only weights, not the architecture of the network.`,
      remedy:
        'Save the whole model (model.save("model.keras")), or open the architecture saved by model.to_json() beside these weights.',
    });
  }
  return readHdf5Arrays(root, name, options);
}
