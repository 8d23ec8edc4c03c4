import type { JsonObject } from '../json';
import { isObject, parseJson, quietObject } from '../json';
import type { LayerDefinition, ModelDefinition } from '../keras/architecture';
import { readArchitecture } from '../keras/architecture';
import { frameworkOf, generationOf } from '../keras/generation';
import { lowerModel } from '../keras/lowering';
import type { OwnedVariable } from '../keras/storedWeights';
import { orderedVariables, weightsInOrder } from '../keras/storedWeights';
import type { StoredWeight, StoredWeights } from '../keras/weights';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { readWeightShards } from './weightShards';

/** Layers models of TensorFlow.js: `model.json` with the weights in shards beside it. */
export const tfjsLayers: Format = {
  name: 'tfjs-layers',
  matches: ({ bytes }) => {
    const json = quietObject(bytes);
    return json !== undefined && isLayersModel(json);
  },
  read: readTfjsLayers,
};

/** Without a `format` a list of graph nodes means a graph model, anything else a layers model. */
function isLayersModel(json: JsonObject): boolean {
  const topology = json.modelTopology;
  if (!isObject(topology)) return false;
  const { format } = json;
  return format === 'layers-model' || (format !== 'graph-model' && !('node' in topology) && !('node' in json));
}

async function readTfjsLayers({ name, bytes }: NamedBytes, options: ReadOptions): Promise<Reading> {
  const json = parseJson(bytes, name);
  const topology = isObject(json) ? json.modelTopology : undefined;
  if (!isObject(json) || !isObject(topology)) {
    refuse(name, {
      code: 'tfjs-topology-missing',
      message: `${name} has no modelTopology, so it does not describe a network.`,
      remedy: 'Convert or save the model again with TensorFlow.js.',
    });
  }
  // The converter puts the model under model_config, JavaScript's own saving directly under modelTopology.
  const config = topology.model_config ?? topology;
  const version = typeof topology.keras_version === 'string' ? topology.keras_version : undefined;
  const generation = generationOf(version, config);
  const model = readArchitecture(config, name);
  const stored = await readWeightShards(json.weightsManifest, options.folder, name);
  const network = lowerModel(model, {
    file: name,
    format: tfjsLayers.name,
    framework: version?.startsWith('tfjs')
      ? version.replace('tfjs-layers', 'TensorFlow.js')
      : frameworkOf(version, generation),
    generation,
    weights: weightsFor(model, stored, name),
    asset: () => undefined,
  });
  return { network, questions: [], settled: new Map(), problems: [] };
}

/** By name (`dense/kernel`, perhaps with the names of models before it) where every name is clear, else in order. */
function weightsFor(model: ModelDefinition, stored: readonly StoredWeight[], file: string): StoredWeights {
  const found = new Map<LayerDefinition, StoredWeight[]>();
  for (const owned of model.layers.flatMap(orderedVariables)) {
    const matches = stored.filter((weight) => isNamed(weight, owned));
    const [match] = matches;
    if (!match || matches.length > 1) return weightsInOrder(model, stored, file);
    found.set(owned.owner, [...(found.get(owned.owner) ?? []), match]);
  }
  return found;
}

function isNamed(weight: StoredWeight, { owner, variable }: OwnedVariable): boolean {
  const path = weight.path.replace(/:\d+$/, '');
  const wanted = `${owner.name}/${variable.name}`;
  return path === wanted || path.endsWith(`/${wanted}`);
}
