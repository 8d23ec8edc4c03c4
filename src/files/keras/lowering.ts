import type { ModelSource } from './modelSource';
import type { Tensor } from '../../network/builder';
import { NetworkBuilder, ShapeError } from '../../network/builder';
import type { Layer, Network } from '../../network/network';
import { elements } from '../../network/tensor';
import { maxNesting } from '../limits';
import { refuse } from '../refuse';
import { activationName } from './activations';
import type { LayerDefinition, ModelDefinition, ModelPort } from './architecture';
import type { Argument, Call, TensorReference } from './calls';
import { addInput } from './inputs';
import type { LayerCall, Value } from './layerCall';
import { limitSize, unsupported } from './layerCall';
import { layerKindOf, variablesOf } from './layerKinds';
import { attentionLayers } from './layers/attentionLayers';
import { trainingLayers } from './layers/coreLayers';
import { orderedCalls } from './modelOrder';
import { OperationArguments } from './operations/operationArguments';
import { operationOf, operatorName } from './operations/operations';
import { LayerWeights } from './weights';

/** The network of a Keras model: every layer lowered to operations on vectors, row by row. */
export function lowerModel(model: ModelDefinition, source: ModelSource): Network {
  refuseMasks(model);
  const lowering = new Lowering(source);
  const { builder } = lowering;
  const inputs = model.inputs.map(({ tensor }) => addInput(builder, model, tensor.layer, source));
  const outputs = lowering.run(model, inputs, '', 0);
  const ports = model.outputs.map((port, i) => ({ port, tensor: outputs[i]! }));
  for (const { port, tensor } of ports) builder.output(outputName(port, ports), tensor);
  const { file, format, framework } = source;
  return builder.finish(model.name, { file, format, framework, layers: lowering.layers() });
}

/** A layer's name, with its output number or its key where several outputs would have the same name. */
function outputName(port: ModelPort, all: readonly { readonly port: ModelPort }[]): string {
  if (port.key !== undefined) return port.key;
  const { layer } = port.tensor;
  const alike = all.filter((other) => other.port.tensor.layer === layer).map((other) => other.port);
  return alike.length === 1 ? layer : `${layer}_${alike.indexOf(port)}`;
}

/** Turns the calls of a model, and of models within it, into operations; notes each layer once. */
class Lowering {
  readonly builder = new NetworkBuilder();
  private readonly source: ModelSource;
  private readonly weights = new Map<LayerDefinition, LayerWeights>();
  private readonly noted = new Map<LayerDefinition, Layer>();

  constructor(source: ModelSource) {
    this.source = source;
  }

  layers(): Layer[] {
    return [...this.noted.values()];
  }

  /** The outputs of a model for given inputs; `prefix` names the models around it. */
  run(model: ModelDefinition, inputs: readonly Tensor[], prefix: string, depth: number): Tensor[] {
    if (depth > maxNesting) throw new RangeError('Models are nested too deeply.');
    const results = new Map<string, readonly Tensor[]>();
    model.inputs.forEach(({ tensor }, i) => results.set(keyOf(tensor), [inputs[i]!]));
    for (const { layer, number, call } of orderedCalls(model, this.source.file)) {
      const key = `${number} ${layer.name}`;
      if (!results.has(key)) results.set(key, this.callLayer(layer, call, results, prefix, depth));
    }
    return model.outputs.map(({ tensor }) => this.resolve(tensor, results));
  }

  private resolve(reference: TensorReference, results: ReadonlyMap<string, readonly Tensor[]>): Tensor {
    const tensor = results.get(keyOf(reference))?.[reference.tensor];
    if (tensor) return tensor;
    const { file } = this.source;
    return refuse(file, {
      code: 'keras-output-missing',
      message: `${file} uses output number ${reference.tensor} of ${reference.layer}, which it does not have.`,
      remedy: 'Save the model again with Keras.',
      part: reference.layer,
    });
  }

  private callLayer(
    layer: LayerDefinition,
    call: Call,
    results: ReadonlyMap<string, readonly Tensor[]>,
    prefix: string,
    depth: number,
  ): readonly Tensor[] {
    const path = prefix + layer.name;
    const fill = (argument: Argument): Value => {
      if (argument.kind === 'tensor') return { kind: 'tensor', tensor: this.resolve(argument.tensor, results) };
      return argument.kind === 'list' ? { ...argument, items: argument.items.map(fill) } : argument;
    };
    const positional = call.positional.map(fill);
    const named = new Map([...call.named].map(([name, argument]) => [name, fill(argument)]));
    refuseTraining(layer, named);
    if (layer.model) return this.callModel(layer, layer.model, positional, path, depth);
    const outputs = this.lowerCall(layer, positional, named, path);
    for (const output of outputs) limitSize({ layer }, elements(output.shape));
    this.note(layer, path, outputs);
    return outputs;
  }

  private callModel(
    layer: LayerDefinition,
    model: ModelDefinition,
    positional: readonly Value[],
    path: string,
    depth: number,
  ): Tensor[] {
    const inputs = modelInputs(model, positional);
    if (inputs.length !== model.inputs.length)
      return unsupported({ layer }, `takes ${model.inputs.length} inputs, but is given ${inputs.length}`);
    return this.run(model, inputs, `${path}/`, depth + 1);
  }

  private lowerCall(
    layer: LayerDefinition,
    positional: readonly Value[],
    named: ReadonlyMap<string, Value>,
    path: string,
  ): readonly Tensor[] {
    const { builder, source } = this;
    builder.at(path);
    const call: LayerCall = {
      builder,
      layer,
      config: layer.config,
      generation: source.generation,
      inputs: [...positional, ...named.values()].flatMap(tensorsIn),
      positional,
      named,
      weights: this.weightsOf(layer),
      asset: (name) => source.asset(layer, name),
      part: (key, x) => this.callPart(layer, key, x, path),
    };
    if (!layer.operator && positional.some(holdsNumber))
      return unsupported(
        { layer },
        'is given fixed numbers beside its tensors, which Slopescope reads at operations only',
        'Write this layer as an operation, as in x + 2, and save the model again.',
      );
    try {
      const lowered = layer.operator ? lowerOperator(call) : layerKindOf(layer).lower(call);
      return 'shape' in lowered ? [lowered] : lowered;
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      return refuseShapes(layer, error);
    }
  }

  private callPart(layer: LayerDefinition, key: string, x: Tensor, path: string): Tensor {
    const part = layer.parts.get(key);
    if (!part) return unsupported({ layer }, `has no layer inside it where one should be ("${key}")`);
    if (part.model) {
      const [y, ...more] = this.run(part.model, [x], `${path}/`, 1);
      if (y && more.length === 0) return y;
    }
    const [y] = this.lowerCall(part, [{ kind: 'tensor', tensor: x }], new Map(), path);
    return y ?? unsupported({ layer }, 'has a layer inside it that gives nothing');
  }

  private weightsOf(layer: LayerDefinition): LayerWeights {
    const known = this.weights.get(layer);
    if (known) return known;
    const weights = new LayerWeights(layer, variablesOf(layer), this.source.weights.get(layer) ?? []);
    this.weights.set(layer, weights);
    return weights;
  }

  private note(layer: LayerDefinition, path: string, outputs: readonly Tensor[]): void {
    if (this.noted.has(layer) || layer.className === 'InputLayer') return;
    const activation = activationName(layer.config.at('activation'));
    const parts = [layer, ...layer.parts.values()];
    this.noted.set(layer, {
      name: path,
      kind: layer.operator === 'tensorflow' ? operatorName(layer) : layer.className,
      size: outputs.reduce((sum, output) => sum + elements(output.shape), 0),
      parameters: parts.reduce((sum, part) => sum + (part.model ? 0 : this.weightsOf(part).parameters), 0),
      ...(activation === undefined || activation === 'linear' ? {} : { activation }),
    });
  }
}

function keyOf(reference: TensorReference): string {
  return `${reference.call} ${reference.layer}`;
}

/** The tensors a model is called with in the order of its inputs: a dictionary by their keys or names. */
function modelInputs(model: ModelDefinition, positional: readonly Value[]): Tensor[] {
  const [given, ...more] = positional;
  if (given?.kind !== 'list' || !given.keys || more.length > 0) return positional.flatMap(tensorsIn);
  const places = model.inputs.map(({ key, tensor }) => given.keys?.indexOf(key ?? tensor.layer) ?? -1);
  const ordered = places.includes(-1) ? given.items : places.map((place) => given.items[place]!);
  return ordered.flatMap(tensorsIn);
}

/** Whether an argument is None, or a list of nothing else. */
function isNone(value: Value): boolean {
  return value.kind === 'list' ? value.items.every(isNone) : value.kind === 'none';
}

function holdsNumber(value: Value): boolean {
  if (value.kind === 'list') return value.items.some(holdsNumber);
  return value.kind === 'value' && typeof value.value === 'number';
}

function tensorsIn(value: Value): Tensor[] {
  if (value.kind === 'tensor') return [value.tensor];
  return value.kind === 'list' ? value.items.flatMap(tensorsIn) : [];
}

function lowerOperator(call: LayerCall): Tensor | readonly Tensor[] {
  const operation = operationOf(call.layer);
  if (!operation) {
    const name = operatorName(call.layer);
    return unsupported(call, `is the operator ${name}, which Slopescope does not read`);
  }
  const given = new OperationArguments(call, operation.takes);
  const lowered = operation.lower(given);
  given.refuseUnread();
  return lowered;
}

/** A layer called with `training=True` behaves as in training for ever: at random, or by the batch it is in. */
function refuseTraining(layer: LayerDefinition, named: ReadonlyMap<string, Value>): void {
  const training = named.get('training');
  if (training?.kind === 'value' && Boolean(training.value) && (trainingLayers.has(layer.className) || layer.model))
    unsupported({ layer }, 'is called with training=True, so its output depends on chance or on the other rows');
  const mask = named.get('mask');
  if (mask && !isNone(mask)) unsupported({ layer }, 'is given a mask, which Slopescope does not read');
}

/** Layers that leave out masked steps. */
const maskReaders: ReadonlySet<string> = new Set([
  'GlobalAveragePooling1D',
  'Softmax',
  ...Object.keys(attentionLayers),
]);

/** A mask (of Masking, or of an Embedding with mask_zero) changes what a mean over the steps counts. */
function refuseMasks(model: ModelDefinition): void {
  const all = allLayers(model);
  const masks = all.some((layer) => layer.className === 'Masking' || layer.config.at('mask_zero') === true);
  const reader = all.find((layer) => maskReaders.has(layer.className));
  if (masks && reader) unsupported({ layer: reader }, 'leaves out masked steps, which Slopescope does not do');
}

function allLayers(model: ModelDefinition): LayerDefinition[] {
  return model.layers.flatMap((layer) => [layer, ...(layer.model ? allLayers(layer.model) : [])]);
}

function refuseShapes(layer: LayerDefinition, error: ShapeError): never {
  const { file } = layer.config;
  refuse(file, {
    code: 'layer-shapes',
    message: `The layer ${layer.name} (${layer.className}) in ${file} does not fit its input: ${error.message}.`,
    remedy: 'Save the model again with Keras.',
    part: layer.name,
  });
}
