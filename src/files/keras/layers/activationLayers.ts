import type { Tensor } from '../../../network/builder';
import { broadcastIndices, elements } from '../../../network/tensor';
import { layerActivation, leakyRelu } from '../activations';
import type { LayerCall, LayerKind } from '../layerCall';
import { axesOf, inputOf, rowAxis, trained } from '../layerCall';

/** The activation layers of Keras 2 and 3. */
export const activationLayers: Readonly<Record<string, LayerKind>> = {
  Activation: { lower: (call) => layerActivation(call, inputOf(call)) },
  ReLU: { lower: lowerRelu },
  LeakyReLU: {
    lower: (call) => {
      const slope = call.config.optionalNumber('negative_slope') ?? call.config.number('alpha', 0.3);
      return call.builder.activation(inputOf(call), leakyRelu(slope));
    },
  },
  PReLU: { variables: () => [trained('alpha')], lower: lowerPrelu },
  ELU: {
    lower: (call) => call.builder.activation(inputOf(call), { kind: 'elu', alpha: call.config.number('alpha', 1) }),
  },
  ThresholdedReLU: {
    lower: (call) =>
      call.builder.activation(inputOf(call), { kind: 'thresholdedRelu', alpha: call.config.number('theta', 1) }),
  },
  Softmax: {
    lower: (call) => {
      const x = inputOf(call);
      return call.builder.softmax('softmax', x, axesOf(call, 'axis', x.shape.length));
    },
  },
};

function lowerRelu(call: LayerCall): Tensor {
  const slope = call.config.number('negative_slope', 0);
  const threshold = call.config.number('threshold', 0);
  return reluOf(call, inputOf(call), slope, threshold, call.config.optionalNumber('max_value'));
}

/** max_value where x ≥ max_value, x above the threshold, else slope · (x − threshold). */
export function reluOf(
  { builder }: Pick<LayerCall, 'builder'>,
  x: Tensor,
  slope: number,
  threshold: number,
  most: number | undefined,
): Tensor {
  if (threshold === 0 && slope === 0) {
    return builder.activation(x, most === undefined ? { kind: 'relu' } : { kind: 'clip', low: 0, high: most });
  }
  if (threshold === 0 && most === undefined) return builder.activation(x, leakyRelu(slope));
  if (slope === 0 && most === undefined) return builder.activation(x, { kind: 'thresholdedRelu', alpha: threshold });
  const fill = (value: number): Float64Array => new Float64Array(elements(x.shape)).fill(value);
  const level = builder.constant(fill(Math.min(threshold, most ?? Infinity)), x.shape);
  const above = most === undefined ? x : builder.activation(x, { kind: 'clip', low: -Infinity, high: most });
  const below = builder.scale(x, fill(slope), fill(-slope * threshold));
  return builder.select(builder.compare('greater', x, level), above, below);
}

/** `alpha` has the shape of the input, with length 1 along `shared_axes`. */
function lowerPrelu(call: LayerCall): Tensor {
  const x = inputOf(call);
  const rank = x.shape.length;
  const shared = new Set((call.config.numbers('shared_axes') ?? []).map((axis) => rowAxis(call, axis, rank)));
  const shape = x.shape.map((length, axis) => (shared.has(axis) ? 1 : length));
  const stored = call.weights.get('alpha', shape);
  const alpha = Float64Array.from(broadcastIndices(shape, x.shape), (index) => stored[index]!);
  return call.builder.activation(x, { kind: 'prelu', alpha });
}
