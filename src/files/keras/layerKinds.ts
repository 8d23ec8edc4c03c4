import type { LayerDefinition } from './architecture';
import type { LayerKind } from './layerCall';
import { unsupported } from './layerCall';
import { activationLayers } from './layers/activationLayers';
import { attentionLayers } from './layers/attentionLayers';
import { convolutionLayers } from './layers/convolutionLayers';
import { coreLayers } from './layers/coreLayers';
import { mergingLayers } from './layers/mergingLayers';
import { normalisationLayers } from './layers/normalisationLayers';
import { preprocessingLayers } from './layers/preprocessingLayers';
import { refusedLayer } from './layers/refusedLayers';
import { shapeLayers } from './layers/shapeLayers';
import type { Variable } from './weights';

const layerKinds: Readonly<Record<string, LayerKind>> = {
  ...coreLayers,
  ...activationLayers,
  ...attentionLayers,
  ...mergingLayers,
  ...normalisationLayers,
  ...shapeLayers,
  ...convolutionLayers,
  ...preprocessingLayers,
};

/** Classes that were renamed, moved or given a second name; the layer is the same. */
const renamed: Readonly<Record<string, string>> = {
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
  SyncBatchNormalization: 'BatchNormalization',
  Convolution1D: 'Conv1D',
  SeparableConvolution1D: 'SeparableConv1D',
  Convolution1DTranspose: 'Conv1DTranspose',
  MaxPool1D: 'MaxPooling1D',
  AvgPool1D: 'AveragePooling1D',
  GlobalMaxPool1D: 'GlobalMaxPooling1D',
  GlobalAvgPool1D: 'GlobalAveragePooling1D',
  // What keras.utils.FeatureSpace joins its encoded columns with.
  TFDConcat: 'Concatenate',
  TFDIdentity: 'Identity',
};

/** How a layer's class is lowered. Refused, with the reason, are classes that Slopescope does not read. */
export function layerKindOf(layer: LayerDefinition): LayerKind {
  refuseQuantised(layer);
  const { className } = layer;
  const name = Object.hasOwn(renamed, className) ? renamed[className]! : className;
  const kind = Object.hasOwn(layerKinds, name) ? layerKinds[name] : undefined;
  if (kind) return kind;
  const refused = refusedLayer(name);
  if (refused) return unsupported({ layer }, refused.what, refused.remedy, refused.code);
  return unsupported(
    { layer },
    'is none of the layers of Keras that Slopescope knows; a layer of your own has its code outside of the file',
    'Open an export of the model instead, which holds what the layer computes: model.export("folder").',
    'layer-own-code',
  );
}

/** The arrays a layer stores, in Keras's order; layers inside it and models are not counted in. */
export function variablesOf(layer: LayerDefinition): readonly Variable[] {
  if (layer.operator || layer.model || layer.className === 'InputLayer') return [];
  return layerKindOf(layer).variables?.(layer.config) ?? [];
}

/** Quantised layers compute with whole numbers and scales of their own. */
function refuseQuantised(layer: LayerDefinition): void {
  const { config } = layer;
  const dtype = config.at('dtype');
  // A policy such as `int8_from_float32`, by its name or as an object of the class QuantizedDTypePolicy.
  const word = JSON.stringify(dtype ?? '');
  const quantised = /"Quantized\w*"|"(?:int8|int4|float8|gptq|awq)\w*_from_/.test(word);
  if (!quantised && config.at('quantization_config') === undefined) return;
  unsupported(
    { layer },
    'is quantised: it computes with rounded numbers, which have no slopes',
    'Save the model before quantising it.',
    'layer-quantised',
  );
}
