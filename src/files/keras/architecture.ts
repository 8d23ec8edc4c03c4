import type { Json, JsonObject } from '../json';
import { isList, isObject } from '../json';
import { maxLayers, maxNesting } from '../limits';
import { refuse } from '../refuse';
import type { Call, TensorReference } from './calls';
import { readCalls, readReference, tensorsOf } from './calls';
import { Config } from './config';
import { innerLayers } from './innerLayers';
import { snakeCase } from './naming';

/** A model as its configuration describes it: layers, how they are connected, what goes in and out. */
export interface ModelDefinition {
  readonly name: string;
  /** In the file's order, which numbers the groups of its weights. */
  readonly layers: readonly LayerDefinition[];
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
}

/** An input or output of a model, with its key where the model takes or gives a dictionary. */
export interface ModelPort {
  readonly tensor: TensorReference;
  readonly key?: string;
}

/** A layer as the configuration describes it. */
export interface LayerDefinition {
  readonly name: string;
  /** The class; with its package (`shop>Doubler`) when it is none of Keras's own. */
  readonly className: string;
  /** For an operator that stands as a layer: who defines it. Operators have no weights. */
  readonly operator?: 'keras' | 'tensorflow';
  readonly config: Config;
  /** Shape the layer was built for, batch left out, when the file says so. */
  readonly builtFor?: readonly (number | null)[];
  readonly calls: readonly Call[];
  /** The layers of a model used as a layer. */
  readonly model?: ModelDefinition;
  /** Layers inside this layer by the attribute that holds them: `layer` of a TimeDistributed, `activation`. */
  readonly parts: ReadonlyMap<string, LayerDefinition>;
}

const modelClasses = new Set(['Sequential', 'Functional', 'Model']);
const partKeys = ['layer', 'activation', 'query_dense', 'key_dense', 'gate_dense', 'value_dense', 'output_dense'];

/** Reads the configuration of a whole model (`{class_name, config}`) and checks that its connections lead somewhere. */
export function readArchitecture(json: Json | undefined, file: string): ModelDefinition {
  const counter = { left: maxLayers };
  if (!isObject(json) || typeof json.class_name !== 'string') return notAModel(file);
  const className = classNameOf(json);
  if (!modelClasses.has(className)) {
    refuse(file, {
      code: 'keras-model-custom',
      message: `The model in ${file} is of the class ${className}, whose code is not in the file.`,
      remedy:
        'Save keras.Model(model.inputs, model.outputs) where the class has them, or open an export of it: model.export("folder").',
    });
  }
  return readModel(className, json.config, undefined, { file, depth: 0, counter });
}

interface Context {
  readonly file: string;
  readonly depth: number;
  readonly counter: { left: number };
}

function readModel(
  className: string,
  config: Json | undefined,
  name: string | undefined,
  context: Context,
): ModelDefinition {
  const { file } = context;
  // Keras 2.0 and 2.1 give the layers of a Sequential as a plain list.
  const values = isList(config) ? { layers: config } : config;
  if (context.depth > maxNesting || !isObject(values)) return notAModel(file);
  const list = values.layers;
  const layers = isList(list) ? list : isObject(list) ? Object.values(list) : notAModel(file);
  const definitions = withNames(layers).map((layer) => readLayer(layer ?? null, context));
  const given = name ?? firstText(values.name) ?? className.toLowerCase();
  checkNames(definitions, file);
  const model =
    className === 'Sequential'
      ? chain(given, definitions, values, file)
      : connect(given, definitions, values, layers.some(hasNamedArguments), file);
  checkReferences(model, file);
  return model;
}

/** Layers without a name, as other tools write them, get the one Keras would give: `dense`, `dense_1`. */
function withNames(layers: readonly (Json | undefined)[]): (Json | undefined)[] {
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    const className = isObject(layer) ? firstText(layer.class_name) : undefined;
    if (!isObject(layer) || className === undefined) return layer;
    const given = isObject(layer.config) ? firstText(layer.name, layer.config.name) : firstText(layer.name);
    const word = snakeCase(className);
    const count = counts.get(word) ?? 0;
    counts.set(word, count + 1);
    return given === undefined ? { ...layer, name: count === 0 ? word : `${word}_${count}` } : layer;
  });
}

function readLayer(json: Json, context: Context): LayerDefinition {
  const { file, depth, counter } = context;
  if (counter.left-- <= 0) return tooMany(file);
  if (!isObject(json) || typeof json.class_name !== 'string') return notAModel(file);
  const className = classNameOf(json);
  const values = json.config;
  const config = isObject(values) ? values : {};
  const name = firstText(json.name, config.name) ?? className;
  const inner = { ...context, depth: depth + 1 };
  const isModel = modelClasses.has(className);
  const operator = operatorOf(json, className);
  const built = isObject(json.build_config) ? json.build_config.input_shape : undefined;
  return {
    name,
    className,
    config: new Config(config, file, name),
    calls: readCalls(json.inbound_nodes, file, name),
    parts: isModel ? new Map() : readParts({ ...config, ...innerLayers(className, config) }, name, inner),
    ...(operator ? { operator } : {}),
    ...(isShape(built) ? { builtFor: built.slice(1) } : {}),
    ...(isModel ? { model: readModel(className, values, name, inner) } : {}),
  };
}

function readParts(config: JsonObject, name: string, context: Context): ReadonlyMap<string, LayerDefinition> {
  if (context.depth > maxNesting) return notAModel(context.file);
  return new Map(
    partKeys.flatMap((key): [string, LayerDefinition][] => {
      const part = config[key];
      if (!isObject(part) || !isObject(part.config)) return [];
      const layer = readLayer(part, context);
      return [[key, { ...layer, name: `${name}/${layer.name}` }]];
    }),
  );
}

function operatorOf(json: JsonObject, className: string): LayerDefinition['operator'] {
  if (className === 'TFOpLambda' || className === 'SlicingOpLambda') return 'tensorflow';
  const module = json.module;
  if (typeof module !== 'string') return isOperatorOfHdf5(json, className) ? 'keras' : undefined;
  return /^keras\.(src\.)?ops\b/.test(module) ? 'keras' : undefined;
}

/**
 * Keras 3 leaves the module out of an HDF5 file, where the operator of `x + 2` and the layer Add have the same class.
 * Layers alone say whether they are trainable.
 */
function isOperatorOfHdf5(json: JsonObject, className: string): boolean {
  const nodes = json.inbound_nodes;
  const [node] = isList(nodes) ? nodes : [];
  if (!isObject(node) || !isList(node.args) || !isObject(json.config)) return false;
  return !modelClasses.has(className) && className !== 'InputLayer' && !Object.hasOwn(json.config, 'trainable');
}

function firstText(...candidates: readonly (Json | undefined)[]): string | undefined {
  return candidates.find((candidate) => typeof candidate === 'string');
}

/** A registered name with a package (`shop>Doubler`) tells a custom class from one of Keras with the same name. */
function classNameOf(json: JsonObject): string {
  const registered = firstText(json.registered_name);
  return registered?.includes('>') ? registered : (firstText(json.class_name) ?? '');
}

/** A Sequential: each layer takes what the one before gives. Without an InputLayer one is put before the first layer. */
function chain(name: string, layers: readonly LayerDefinition[], values: JsonObject, file: string): ModelDefinition {
  const [first] = layers;
  if (!first) return notAModel(file);
  const whole = first.className === 'InputLayer' ? layers : [impliedInput(first, values, file), ...layers];
  const connected = whole.map((layer, position): LayerDefinition => {
    const before = whole[position - 1];
    const tensor = before && { kind: 'tensor' as const, tensor: { layer: before.name, call: 0, tensor: 0 } };
    return { ...layer, calls: [{ positional: tensor ? [tensor] : [], named: new Map() }] };
  });
  const port = (layer: LayerDefinition): ModelPort[] => [{ tensor: { layer: layer.name, call: 0, tensor: 0 } }];
  return { name, layers: connected, inputs: port(connected[0]!), outputs: port(connected.at(-1)!) };
}

function impliedInput(first: LayerDefinition, values: JsonObject, file: string): LayerDefinition {
  const name = `${first.name}_input`;
  const built = values.build_input_shape;
  const inner = first.model?.layers.find((layer) => layer.name === first.model?.inputs[0]?.tensor.layer);
  const own = batchShape(first.config) ?? (inner && batchShape(inner.config));
  const shape = own ?? built ?? (first.builtFor ? [null, ...first.builtFor] : undefined);
  const dtype = first.config.at('dtype');
  const config = {
    name,
    ...(shape === undefined ? {} : { batch_shape: shape }),
    ...(typeof dtype === 'string' ? { dtype } : {}),
  };
  return { name, className: 'InputLayer', config: new Config(config, file, name), calls: [], parts: new Map() };
}

/** The shape a layer says its batches have, in the words of Keras 3 or 2. */
export function batchShape(config: Config): Json | undefined {
  return config.at('batch_shape') ?? config.at('batch_input_shape');
}

/** A Functional model: the connections stand at the layers. */
function connect(
  name: string,
  layers: readonly LayerDefinition[],
  values: JsonObject,
  isKeras3: boolean,
  file: string,
): ModelDefinition {
  const inputs = readPorts(values.input_layers, file);
  const outputs = byKey(readPorts(values.output_layers, file));
  const model = { name, layers, inputs, outputs };
  return isKeras3 ? countPortsFromZero(model) : countCallsFromZero(model);
}

/** Keras flattens a dictionary of outputs in the order of its keys. */
function byKey(ports: readonly ModelPort[]): readonly ModelPort[] {
  if (ports.some(({ key }) => key === undefined)) return ports;
  return [...ports].sort((a, b) => (a.key! < b.key! ? -1 : 1));
}

/** Whether a layer's connections are in the words of Keras 3. */
function hasNamedArguments(layer: Json | undefined): boolean {
  const nodes = isObject(layer) ? layer.inbound_nodes : undefined;
  return isList(nodes) && nodes.some((node) => isObject(node) && isList(node.args));
}

/**
 * In Keras 3 the inputs and outputs of a model count the calls of a Functional model within it from 1 (number 0 is its
 * own making); the connections between layers, and calls of a Sequential, count from 0.
 */
function countPortsFromZero(model: ModelDefinition): ModelDefinition {
  const functional = new Set(
    model.layers.filter((layer) => layer.model && layer.className !== 'Sequential').map((layer) => layer.name),
  );
  const port = (from: ModelPort): ModelPort => {
    const { layer, call } = from.tensor;
    return functional.has(layer) ? { ...from, tensor: { ...from.tensor, call: call - 1 } } : from;
  };
  return { ...model, inputs: model.inputs.map(port), outputs: model.outputs.map(port) };
}

/**
 * In Keras 2 the first call of a model used as a layer has number 1 (number 0 is its own making): such references are
 * counted from zero. Every call of a layer is mentioned somewhere, so a number past the last call gives it away.
 */
function countCallsFromZero(model: ModelDefinition): ModelDefinition {
  const references = [
    ...model.layers.flatMap((layer) => layer.calls.flatMap(tensorsOf)),
    ...[...model.inputs, ...model.outputs].map((port) => port.tensor),
  ];
  const shifted = new Set(
    model.layers
      .filter(
        (layer) => layer.model && references.some((to) => to.layer === layer.name && to.call >= layer.calls.length),
      )
      .map((layer) => layer.name),
  );
  if (shifted.size === 0) return model;
  const shift = (to: TensorReference): TensorReference => (shifted.has(to.layer) ? { ...to, call: to.call - 1 } : to);
  const port = (from: ModelPort): ModelPort => ({ ...from, tensor: shift(from.tensor) });
  const layers = model.layers.map((layer) => ({ ...layer, calls: layer.calls.map((call) => mapTensors(call, shift)) }));
  return { ...model, layers, inputs: model.inputs.map(port), outputs: model.outputs.map(port) };
}

function mapTensors(call: Call, map: (tensor: TensorReference) => TensorReference): Call {
  const mapArgument = (argument: Call['positional'][number]): Call['positional'][number] => {
    if (argument.kind === 'tensor') return { kind: 'tensor', tensor: map(argument.tensor) };
    return argument.kind === 'list' ? { ...argument, items: argument.items.map(mapArgument) } : argument;
  };
  return {
    positional: call.positional.map(mapArgument),
    named: new Map([...call.named].map(([name, argument]) => [name, mapArgument(argument)])),
  };
}

/** Input or output layers: one reference, a list of them, or an object of them by key. */
function readPorts(json: Json | undefined, file: string): ModelPort[] {
  const single = readReference(json);
  if (single) return [{ tensor: single }];
  if (isList(json)) return json.flatMap((item) => readPorts(item, file));
  if (isObject(json))
    return Object.entries(json).flatMap(([key, item]) => readPorts(item, file).map((port) => ({ ...port, key })));
  return notAModel(file);
}

function checkNames(layers: readonly LayerDefinition[], file: string): void {
  const seen = new Set<string>();
  for (const { name } of layers) {
    if (seen.has(name)) {
      refuse(file, {
        code: 'keras-layer-name-twice',
        message: `Two layers in ${file} are called ${name}.`,
        remedy: 'Give every layer its own name and save the model again.',
        part: name,
      });
    }
    seen.add(name);
  }
}

function checkReferences(model: ModelDefinition, file: string): void {
  const calls = new Map(model.layers.map((layer) => [layer.name, Math.max(layer.calls.length, 1)]));
  const check = (who: string, to: TensorReference): void => {
    const known = calls.get(to.layer);
    if (known !== undefined && to.call >= 0 && to.call < known) return;
    const what = known === undefined ? 'which is not in the model' : 'which is not called that often';
    refuse(file, {
      code: 'keras-layer-missing',
      message: `${who} in ${file} takes its input from ${to.layer}, ${what}.`,
      remedy: 'Save the model again with Keras.',
      part: to.layer,
    });
  };
  for (const layer of model.layers)
    for (const to of layer.calls.flatMap(tensorsOf)) check(`The layer ${layer.name}`, to);
  for (const port of [...model.inputs, ...model.outputs]) check(`The model ${model.name}`, port.tensor);
}

function isShape(value: Json | undefined): value is readonly (number | null)[] {
  return isList(value) && value.every((length) => length === null || typeof length === 'number');
}

function notAModel(file: string): never {
  refuse(file, {
    code: 'keras-architecture-invalid',
    message: `${file} does not describe a Keras model in a readable way.`,
    remedy: 'Save the whole model again with Keras: model.save("model.keras").',
  });
}

function tooMany(file: string): never {
  refuse(file, {
    code: 'keras-too-many-layers',
    message: `${file} describes more than ${maxLayers} layers.`,
    remedy: 'Slopescope is made for smaller networks.',
  });
}
