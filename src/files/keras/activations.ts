import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { Activation } from '../../network/network';
import { isObject } from '../json';
import type { Generation, LayerCall } from './layerCall';
import { unsupported } from './layerCall';
import { kerasSparsemax } from './sparsemax';

/** SELU's constants (Klambauer et al. 2017), as Keras has them. */
const selu: Activation = { kind: 'selu', alpha: 1.6732632423543772, scale: 1.0507009873554805 };

/** TensorFlow keeps the slope of a leaky ReLU as a 32-bit number. */
export function leakyRelu(slope: number): Activation {
  return slope === 0 ? { kind: 'relu' } : { kind: 'leakyRelu', alpha: Math.fround(slope) };
}

/** ln(1 + eˣ) with sharpness 1. */
const softplus: Activation = { kind: 'softplus', beta: 1 };

/** x · sigmoid(x), also called swish. */
const silu: Activation = { kind: 'silu', beta: 1 };

const elementwise: Readonly<Record<string, Activation>> = {
  linear: { kind: 'linear' },
  relu: { kind: 'relu' },
  relu6: { kind: 'clip', low: 0, high: 6 },
  leaky_relu: leakyRelu(0.2),
  elu: { kind: 'elu', alpha: 1 },
  celu: { kind: 'celu', alpha: 1 },
  selu,
  sigmoid: { kind: 'sigmoid' },
  log_sigmoid: { kind: 'logSigmoid' },
  tanh: { kind: 'tanh' },
  tanh_shrink: { kind: 'tanhShrink' },
  softplus,
  softsign: { kind: 'softsign' },
  silu,
  swish: silu,
  gelu: { kind: 'gelu' },
  gelu_new: { kind: 'geluTanh' },
  mish: { kind: 'mish' },
  exponential: { kind: 'exponential' },
  hard_silu: { kind: 'hardSilu', alpha: 1 / 6, beta: 0.5 },
  hard_swish: { kind: 'hardSilu', alpha: 1 / 6, beta: 0.5 },
  hard_tanh: { kind: 'clip', low: -1, high: 1 },
  soft_shrink: { kind: 'softShrink', threshold: 0.5 },
  hard_shrink: { kind: 'hardShrink', threshold: 0.5 },
  squareplus: { kind: 'squareplus', b: 4 },
  sparse_plus: { kind: 'sparsePlus' },
  sparse_sigmoid: { kind: 'sparseSigmoid' },
};

const hardSigmoids: Readonly<Record<Generation, Activation>> = {
  2: { kind: 'hardSigmoid', alpha: 0.2, beta: 0.5 },
  3: { kind: 'hardSigmoid', alpha: 1 / 6, beta: 0.5 },
};

const normalising: Readonly<Record<string, 'softmax' | 'logSoftmax'>> = {
  softmax: 'softmax',
  log_softmax: 'logSoftmax',
};

/**
 * The activation of a name, applied; undefined when Keras has none of this name. `hard_sigmoid` is
 * clip(0.2 x + 0.5, 0, 1) in Keras 2 and TensorFlow.js and relu6(x + 3) / 6 in Keras 3. Softmax goes along the last axis.
 */
export function applyActivation(
  builder: NetworkBuilder,
  name: string,
  x: Tensor,
  generation: Generation,
): Tensor | undefined {
  if (name === 'hard_sigmoid') return builder.activation(x, hardSigmoids[generation]);
  const how = Object.hasOwn(normalising, name) ? normalising[name] : undefined;
  if (how) return builder.softmax(how, x, [x.shape.length - 1]);
  if (name === 'sparsemax') return kerasSparsemax(builder, x);
  if (name === 'glu') return gatedLinear(builder, x, x.shape.length - 1);
  const activation = Object.hasOwn(elementwise, name) ? elementwise[name] : undefined;
  return activation && builder.activation(x, activation);
}

/** The `activation` setting of a layer, applied: a word, nothing, a layer, or a named function of Keras. */
export function layerActivation(call: LayerCall, x: Tensor): Tensor {
  const { builder, config, generation } = call;
  const setting = config.at('activation');
  if (setting === undefined) return x;
  if (call.layer.parts.has('activation')) return call.part('activation', x);
  const name = typeof setting === 'string' ? setting : isObject(setting) ? functionName(setting.config) : undefined;
  const own = isObject(setting) && setting.module === 'builtins';
  const y = name === undefined || own ? undefined : applyActivation(builder, name, x, generation);
  if (y) return y;
  return unsupported(
    call,
    `has the activation ${name ?? 'of its own'}, which is none of Keras's; its code is not in the file`,
    'Open an export of the model instead (model.export("folder")), or use an activation that Keras has.',
    'layer-own-code',
  );
}

function functionName(setting: unknown): string | undefined {
  return typeof setting === 'string' ? setting : undefined;
}

/** Gated linear unit: the first half of an axis times the sigmoid of the second half. */
export function gatedLinear(builder: NetworkBuilder, x: Tensor, axis: number): Tensor {
  const half = Math.floor(x.shape[axis]! / 2);
  const part = (start: number): Tensor =>
    builder.take(
      x,
      axis,
      Array.from({ length: half }, (_, i) => start + i),
    );
  return builder.combine('multiply', part(0), builder.activation(part(half), { kind: 'sigmoid' }));
}

/** Name of a layer's activation for people; undefined when it carries none. */
export function activationName(setting: unknown): string | undefined {
  if (typeof setting === 'string') return setting;
  if (typeof setting !== 'object' || setting === null) return undefined;
  if ('config' in setting && typeof setting.config === 'string') return setting.config;
  return 'class_name' in setting && typeof setting.class_name === 'string' ? setting.class_name : undefined;
}
