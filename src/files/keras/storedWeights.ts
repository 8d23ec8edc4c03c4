import type { Hdf5Dataset, Hdf5Group } from '../containers/hdf5';
import { refuse } from '../refuse';
import type { LayerDefinition, ModelDefinition } from './architecture';
import { variablesOf } from './layerKinds';
import { groupName } from './naming';
import type { StoredWeight, StoredWeights, Variable } from './weights';

/** Whether a weights file has the new layout, `layers/<class>/vars/<number>`. */
export function hasVariableGroups(root: Hdf5Group): boolean {
  return root.names.includes('layers') || root.names.includes('_layer_checkpoint_dependencies');
}

/**
 * Weights in the layout of Keras 3 and of `.weights.h5` files: the group of a layer is called after its class in snake
 * case, numbered in the order of the layers (`dense`, `dense_1`), not after its name.
 */
export function weightsByClass(model: ModelDefinition, root: Hdf5Group, file: string): StoredWeights {
  const found = new Map<LayerDefinition, readonly StoredWeight[]>();
  const visitModel = (definition: ModelDefinition, group: Hdf5Group | undefined): void => {
    const container = childGroup(group, 'layers') ?? childGroup(group, '_layer_checkpoint_dependencies');
    const counts = new Map<string, number>();
    for (const layer of definition.layers) {
      if (layer.operator === 'keras') continue;
      const name = groupName(layer.className);
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      visitLayer(layer, childGroup(container, count === 0 ? name : `${name}_${count}`));
    }
  };
  const visitLayer = (layer: LayerDefinition, group: Hdf5Group | undefined): void => {
    if (layer.model) {
      visitModel(layer.model, group);
      return;
    }
    found.set(layer, variableArrays(childGroup(group, 'vars'), file));
    // Keras 2 has the layers inside an attention layer under their private names.
    for (const [key, part] of layer.parts) visitLayer(part, childGroup(group, key) ?? childGroup(group, `_${key}`));
  };
  visitModel(model, root);
  return found;
}

function childGroup(group: Hdf5Group | undefined, name: string): Hdf5Group | undefined {
  const child = group?.find(name);
  return child?.kind === 'group' ? child : undefined;
}

function variableArrays(group: Hdf5Group | undefined, file: string): StoredWeight[] {
  const numbers = (group?.names ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
  return numbers.sort((a, b) => a - b).map((number) => dataset(group!, String(number), file));
}

/**
 * Weights in the old layout: a group per layer with the attribute `weight_names`. The layers are found by name or, where
 * the names are others, by their order, as Keras does.
 */
export function weightsByName(model: ModelDefinition, root: Hdf5Group, file: string): StoredWeights {
  const stored = groupNames(root).map((name) => ({ name, weights: namedArrays(root, name, file) }));
  const holders = model.layers.map((layer) => ({ layer, variables: orderedVariables(layer) }));
  const withWeights = holders.filter(({ variables }) => variables.length > 0);
  const groups = new Map(stored.map(({ name, weights }) => [name, weights]));
  const byName = withWeights.every(({ layer }) => groups.has(layer.name));
  const filled = stored.filter(({ weights }) => weights.length > 0);
  if (!byName && filled.length !== withWeights.length) {
    refuse(file, {
      code: 'weights-other-model',
      message: `${file} holds weights for ${filled.length} layers, but the architecture has ${withWeights.length} layers with weights.`,
      remedy: 'Take architecture and weights from the same model.',
    });
  }
  const found = new Map<LayerDefinition, StoredWeight[]>();
  withWeights.forEach(({ layer, variables }, i) => {
    assign(found, layer, variables, byName ? groups.get(layer.name)! : filled[i]!.weights, file);
  });
  return found;
}

/** Weights as one list in the order of the layers, as TensorFlow.js's converter writes them. */
export function weightsInOrder(model: ModelDefinition, stored: readonly StoredWeight[], file: string): StoredWeights {
  const found = new Map<LayerDefinition, StoredWeight[]>();
  let next = 0;
  for (const layer of model.layers) {
    const variables = orderedVariables(layer);
    assign(found, layer, variables, stored.slice(next, next + variables.length), file);
    next += variables.length;
  }
  return found;
}

/** A variable and the layer (perhaps deep inside the one it is stored with) that owns it. */
export interface OwnedVariable {
  readonly owner: LayerDefinition;
  readonly variable: Variable;
}

/**
 * All variables stored with a layer in Keras's order: those of layers inside it, trained ones first, then the others.
 * A layer that is frozen (`trainable: false`) counts as having only others.
 */
export function orderedVariables(layer: LayerDefinition): OwnedVariable[] {
  const { trainable, others } = variablesByKind(layer);
  return [...trainable, ...others];
}

interface VariablesByKind {
  readonly trainable: readonly OwnedVariable[];
  readonly others: readonly OwnedVariable[];
}

function variablesByKind(layer: LayerDefinition): VariablesByKind {
  const own = variablesOf(layer).flatMap((variable) => (variable.repeats ? [] : [{ owner: layer, variable }]));
  const inner = [...(layer.model?.layers ?? []), ...layer.parts.values()].map(variablesByKind);
  const trainable = [...own.filter(({ variable }) => variable.trainable), ...inner.flatMap((part) => part.trainable)];
  const others = [...own.filter(({ variable }) => !variable.trainable), ...inner.flatMap((part) => part.others)];
  if (layer.config.at('trainable') !== false) return { trainable, others };
  return { trainable: [], others: [...trainable, ...others] };
}

function assign(
  found: Map<LayerDefinition, StoredWeight[]>,
  layer: LayerDefinition,
  variables: readonly OwnedVariable[],
  weights: readonly StoredWeight[],
  file: string,
): void {
  if (weights.length !== variables.length) {
    refuse(file, {
      code: 'weights-missing',
      message:
        `The layer ${layer.name} (${layer.className}) needs ${variables.length} weight arrays, ` +
        `but ${file} holds ${weights.length} for it.`,
      remedy: 'Save the model again, and take architecture and weights from the same model.',
      part: layer.name,
    });
  }
  variables.forEach(({ owner, variable }, i) => {
    const weight = weights[i]!;
    if (!mayBe(variable, weight)) {
      refuse(file, {
        code: 'weights-order',
        message: `The weights of the layer ${layer.name} in ${file} stand in another order than Keras writes: ${weight.path} is where "${variable.name}" should be.`,
        remedy: 'Save the model again with Keras.',
        part: layer.name,
      });
    }
    found.set(owner, [...(found.get(owner) ?? []), weight]);
  });
}

const knownNames = new Set([
  ...['kernel', 'bias', 'gamma', 'beta', 'moving_mean', 'moving_variance', 'mean', 'variance', 'count', 'alpha'],
  ...['embeddings', 'depthwise_kernel', 'pointwise_kernel', 'scale'],
]);

/**
 * A stored name like `dense/kernel:0` must not say that it is something else than expected (a DepthwiseConv1D's kernel
 * is called `depthwise_kernel` in Keras 2).
 */
function mayBe(variable: Variable, weight: StoredWeight): boolean {
  const name = variableName(weight);
  return name === variable.name || name.endsWith(`_${variable.name}`) || !knownNames.has(name);
}

/** The last part of a stored name without TensorFlow's output number and the number of a repeated name. */
function variableName(weight: StoredWeight): string {
  const last = weight.path.slice(weight.path.lastIndexOf('/') + 1).replace(/:\d+$/, '');
  return knownNames.has(last) ? last : last.replace(/_\d+$/, '');
}

function groupNames(root: Hdf5Group): readonly string[] {
  const listed = textList(root, 'layer_names');
  return listed.length > 0 ? listed : root.names.filter((name) => name !== 'top_level_model_weights');
}

function namedArrays(root: Hdf5Group, name: string, file: string): StoredWeight[] {
  const group = root.find(name);
  if (group?.kind !== 'group') return missing(file, name);
  return textList(group, 'weight_names').map((path) => dataset(group, path, file));
}

/** A list of texts in an attribute; lists over 64 kB are split into `name0`, `name1`, … */
function textList(group: Hdf5Group, name: string): readonly string[] {
  const whole = group.attributes.get(name);
  if (whole) return whole.texts ?? [];
  const texts: string[] = [];
  for (let part = 0; ; part++) {
    const more = group.attributes.get(`${name}${part}`);
    if (!more) return texts;
    texts.push(...(more.texts ?? []));
  }
}

function dataset(group: Hdf5Group, path: string, file: string): Hdf5Dataset {
  const found = group.find(path);
  return found?.kind === 'dataset' ? found : missing(file, `${group.path}/${path}`);
}

function missing(file: string, path: string): never {
  refuse(file, {
    code: 'weights-missing',
    message: `${file} announces the weights ${path}, but they are not there.`,
    remedy: 'Copy or download the whole file again, or save the model again.',
    part: path,
  });
}
