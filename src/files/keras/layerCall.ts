import type { NetworkBuilder, Tensor } from '../../network/builder';
import { normalAxis } from '../../network/tensor';
import { maxTensorElements } from '../limits';
import { refuse } from '../refuse';
import type { LayerDefinition } from './architecture';
import type { Argument } from './calls';
import type { Config } from './config';
import type { LayerWeights, Variable } from './weights';

/** Which Keras wrote the file: 2 (and TensorFlow.js) or 3. Some defaults differ. */
export type Generation = 2 | 3;

/** How a layer class becomes operations on vectors. */
export interface LayerKind {
  /** The arrays it stores, in Keras's order; none when not given. */
  readonly variables?: (config: Config) => readonly Variable[];
  readonly lower: (call: LayerCall) => Tensor | readonly Tensor[];
}

/** An argument with its tensors put in. */
export type Value =
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly keys?: readonly string[] }
  | Exclude<Argument, { kind: 'tensor' } | { kind: 'list' }>;

/** Everything a layer class may use while one call of a layer is lowered. Shapes have no batch axis. */
export interface LayerCall {
  readonly builder: NetworkBuilder;
  readonly layer: LayerDefinition;
  readonly config: Config;
  readonly generation: Generation;
  /** All tensors of the call, in order. */
  readonly inputs: readonly Tensor[];
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly weights: LayerWeights;
  /** A text file that Keras stored beside the weights of this layer (a vocabulary). */
  readonly asset: (name: string) => string | undefined;
  /** Calls a layer inside this layer: `layer` of a TimeDistributed, an activation with its own weights. */
  readonly part: (key: string, x: Tensor) => Tensor;
}

/** The one tensor of a layer that takes one. */
export function inputOf(call: LayerCall): Tensor {
  const [x] = call.inputs;
  if (x && call.inputs.length === 1) return x;
  return unsupported(call, `is given ${call.inputs.length} tensors, but takes one`);
}

/**
 * An axis as Keras counts it, with the batch as axis 0, turned into an axis of one row. Refused where it is the batch
 * itself: such a layer would mix rows.
 */
export function rowAxis(call: LayerCall, axis: number, rank: number): number {
  const normal = normalAxis(axis, rank + 1);
  if (normal === undefined) return unsupported(call, `works along axis ${axis}, which its input does not have`);
  return normal === 0 ? unsupported(call, 'mixes the rows of a batch, so a row alone has no output') : normal - 1;
}

/** The axis a setting names, or several; a missing one is the last. */
export function axesOf(call: LayerCall, key: string, rank: number): number[] {
  return (call.config.numbers(key) ?? [-1]).map((axis) => rowAxis(call, axis, rank));
}

/** The code of a refused layer: code that is not in the file, a kind of network of its own, or just something unread. */
export type LayerRefusal =
  'layer-own-code' | 'layer-recurrent' | 'layer-image' | 'layer-quantised' | 'layer-unsupported';

/** Ends the reading: the layer does something that Slopescope does not do. `what` completes "The layer NAME …". */
export function unsupported(
  call: Pick<LayerCall, 'layer'>,
  what: string,
  remedy?: string,
  code: LayerRefusal = 'layer-unsupported',
): never {
  const { layer } = call;
  const { file } = layer.config;
  refuse(file, {
    code,
    message: `The layer ${layer.name} (${layer.className}) in ${file} ${what}.`,
    remedy: remedy ?? 'Rebuild this part of the network from layers that work on each row by itself.',
    part: layer.name,
  });
}

/** Refuses a tensor (or a matrix, with its own limit) that a setting makes absurdly large, before memory is taken. */
export function limitSize(call: Pick<LayerCall, 'layer'>, size: number, most = maxTensorElements): void {
  if (size <= most) return;
  unsupported(
    call,
    `makes ${size} numbers for each row, more than Slopescope handles`,
    'Slopescope is made for networks on tables, with up to thousands of inputs and units.',
  );
}

/** A fixed list of trained arrays: `kernel` always, `bias` unless switched off. */
export function kernelAndBias(...kernels: string[]): (config: Config) => Variable[] {
  return (config) => [...kernels, ...(config.flag('use_bias', true) ? ['bias'] : [])].map(trained);
}

/** A variable that is trained by gradient. */
export function trained(name: string): Variable {
  return { name, trainable: true };
}

/** A variable that is only gathered from the data. */
export function gathered(name: string): Variable {
  return { name, trainable: false };
}
