import type { NetworkBuilder, Tensor } from '../../network/builder';
import { elements } from '../../network/tensor';
import type { Json } from '../json';
import { isList } from '../json';
import { refuse } from '../refuse';
import type { LayerDefinition, ModelDefinition } from './architecture';
import { batchShape } from './architecture';
import { tensorsOf } from './calls';
import { limitSize, unsupported } from './layerCall';
import { readTextLookup } from './layers/lookups';
import type { ModelSource } from './modelSource';

/** Adds the port of an input layer: numbers, or one text with the vocabulary of the look-up it goes to. */
export function addInput(builder: NetworkBuilder, model: ModelDefinition, name: string, source: ModelSource): Tensor {
  const layer = model.layers.find((candidate) => candidate.name === name);
  if (layer?.className !== 'InputLayer') return refuseInput(source.file, name);
  const shape = inputShape(layer, model, source);
  limitSize({ layer }, elements(shape));
  if (layer.config.at('dtype') !== 'string') return builder.input(name, shape);
  const lookup = textLookup(model, name);
  if (!lookup || shape.some((length) => length !== 1)) {
    return unsupported({ layer }, 'takes texts that do not go to one StringLookup, one text per row');
  }
  const { tokens, mask, unknown } = readTextLookup({ layer: lookup, asset: (asset) => source.asset(lookup, asset) });
  const levels = mask === undefined ? tokens : [...tokens, mask];
  return builder.textInput(name, levels, unknown === undefined ? 'zeros' : 'first');
}

function inputShape(layer: LayerDefinition, model: ModelDefinition, source: ModelSource): number[] {
  const shape = batchShape(layer.config);
  if (shape === undefined) {
    const own = layer.config.at('shape') ?? layer.config.at('input_shape');
    return own === undefined ? widthOfFirstKernel(layer, model, source) : lengths(layer, own);
  }
  return lengths(layer, isList(shape) ? shape.slice(1) : shape);
}

function lengths(layer: LayerDefinition, shape: Json): number[] {
  const list = isList(shape) ? shape : [shape];
  return list.map((length) =>
    typeof length === 'number' && Number.isInteger(length) && length > 0
      ? length
      : unsupported(
          { layer },
          'takes rows of varying length',
          'Give the input a fixed shape and save the model again.',
        ),
  );
}

/** A Sequential without an input shape: its first layer's kernel says how many inputs there are. */
function widthOfFirstKernel(layer: LayerDefinition, model: ModelDefinition, source: ModelSource): number[] {
  for (const candidate of model.layers) {
    const [kernel] = source.weights.get(candidate) ?? [];
    if (kernel && candidate.className === 'Dense') return [kernel.shape[0] ?? 0];
    if (kernel) break;
  }
  return unsupported(
    { layer },
    'has no shape in the file, so the number of inputs is not known',
    'Build the model (call it once, or add an Input layer) and save it again.',
  );
}

/** The StringLookup that takes a text input, directly or inside a model used as a layer. */
function textLookup(model: ModelDefinition, input: string): LayerDefinition | undefined {
  const takers = model.layers.flatMap((layer) =>
    layer.calls.flatMap((call) =>
      tensorsOf(call).flatMap((to, position) => (to.layer === input ? [{ layer, position }] : [])),
    ),
  );
  const lookups = takers.map(({ layer, position }) => {
    const port = layer.model?.inputs[position];
    return layer.model && port ? textLookup(layer.model, port.tensor.layer) : layer;
  });
  const [first] = lookups;
  return lookups.length === 1 && first?.className === 'StringLookup' ? first : undefined;
}

function refuseInput(file: string, name: string): never {
  refuse(file, {
    code: 'keras-input-invalid',
    message: `${file} names ${name} as an input of the model, but it is not an input layer.`,
    remedy: 'Save the model again with Keras.',
    part: name,
  });
}
