import type { Tensor } from '../../../network/builder';
import { convolve, pool } from '../../../network/layers';
import type { Reduction } from '../../../network/network';
import { elements } from '../../../network/tensor';
import { maxMatrixElements } from '../../limits';
import { layerActivation } from '../activations';
import type { LayerCall, LayerKind } from '../layerCall';
import { inputOf, kernelAndBias, limitSize, unsupported } from '../layerCall';

/** Convolution and pooling along one axis. */
export const convolutionLayers: Readonly<Record<string, LayerKind>> = {
  Conv1D: { variables: kernelAndBias('kernel'), lower: lowerConv1D },
  DepthwiseConv1D: { variables: kernelAndBias('kernel'), lower: lowerDepthwiseConv1D },
  SeparableConv1D: {
    variables: kernelAndBias('depthwise_kernel', 'pointwise_kernel'),
    lower: lowerSeparableConv1D,
  },
  Conv1DTranspose: { variables: kernelAndBias('kernel'), lower: lowerConv1DTranspose },
  MaxPooling1D: { lower: (call) => lowerPooling(call, 'max') },
  AveragePooling1D: { lower: (call) => lowerPooling(call, 'mean') },
  AdaptiveMaxPooling1D: { lower: (call) => lowerAdaptivePooling(call, 'max') },
  AdaptiveAveragePooling1D: { lower: (call) => lowerAdaptivePooling(call, 'mean') },
  GlobalMaxPooling1D: { lower: (call) => lowerGlobalPooling(call, 'max') },
  GlobalAveragePooling1D: { lower: (call) => lowerGlobalPooling(call, 'mean') },
};

/** How a window moves along one axis of `length` steps, with the cells that are added on either side. */
interface Window1D {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * `same` adds max((⌈n/s⌉ − 1) s + (k − 1) d + 1 − n, 0) cells, the odd one on the right; `causal` adds (k − 1) d on the
 * left; `valid` none.
 */
function windowOf(call: LayerCall, length: number, size: number, stride: number, dilation: number): Window1D {
  positive(call, 'kernel_size', size);
  positive(call, 'strides', stride);
  positive(call, 'dilation_rate', dilation);
  const reach = (size - 1) * dilation + 1;
  const padding = call.config.text('padding', 'valid').toLowerCase();
  const total =
    padding === 'same'
      ? Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0)
      : padding === 'causal'
        ? reach - 1
        : 0;
  const before = padding === 'same' ? Math.floor(total / 2) : total;
  return { size: [size], strides: [stride], dilations: [dilation], before: [before], after: [total - before] };
}

function positive(call: LayerCall, key: string, value: number): number {
  return Number.isInteger(value) && value > 0 ? value : call.config.wrong(key, 'a whole number above 0');
}

/** A convolution is written out as one matrix from all inputs to all outputs. */
function limitMatrix(call: LayerCall, x: Tensor, out: number, stride: number): void {
  const [channels = 0, length = 0] = x.shape;
  limitSize(call, channels * length * out * Math.ceil(length / stride), maxMatrixElements);
}

/** The input as channels × steps. */
function channelsFirst(call: LayerCall): Tensor {
  const x = inputOf(call);
  if (x.shape.length !== 2) return unsupported(call, `needs steps × channels, but is given [${x.shape.join(', ')}]`);
  return hasChannelsFirst(call) ? x : call.builder.transpose(x);
}

function hasChannelsFirst(call: LayerCall): boolean {
  return call.config.text('data_format', 'channels_last') === 'channels_first';
}

/** Back to the layer's own order of axes. */
function restore(call: LayerCall, y: Tensor): Tensor {
  return hasChannelsFirst(call) ? y : call.builder.transpose(y);
}

/** A kernel stored [taps, inner, out] as [out, inner, taps]. */
function turned(kernel: Float64Array, taps: number, inner: number, out: number): Float64Array {
  const result = new Float64Array(kernel.length);
  for (let tap = 0; tap < taps; tap++)
    for (let i = 0; i < inner; i++)
      for (let o = 0; o < out; o++) result[(o * inner + i) * taps + tap] = kernel[(tap * inner + i) * out + o]!;
  return result;
}

function biasOf(call: LayerCall, size: number): { readonly bias?: Float64Array } {
  return call.config.flag('use_bias', true) ? { bias: call.weights.get('bias', [size]) } : {};
}

function lowerConv1D(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = channelsFirst(call);
  const out = config.count('filters');
  const taps = config.firstNumber('kernel_size', 1);
  const groups = config.number('groups', 1);
  const inner = x.shape[0]! / groups;
  const kernel = turned(weights.get('kernel', [taps, inner, out]), taps, inner, out);
  const stride = config.firstNumber('strides', 1);
  const window = windowOf(call, x.shape[1]!, taps, stride, config.firstNumber('dilation_rate', 1));
  limitMatrix(call, x, out, stride);
  const y = convolve(builder, x, { ...window, kernel, out, groups, ...biasOf(call, out) });
  return layerActivation(call, restore(call, y));
}

/** Each channel by itself gives `depth_multiplier` channels. */
function depthwise(call: LayerCall, x: Tensor, kernelName: string, bias: { readonly bias?: Float64Array }): Tensor {
  const { builder, config, weights } = call;
  const channels = x.shape[0]!;
  const multiplier = config.number('depth_multiplier', 1);
  const taps = config.firstNumber('kernel_size', 1);
  const stored = weights.get(kernelName, [taps, channels, multiplier]);
  const out = channels * multiplier;
  // Stored [taps, channel, copy]: as one inner channel with channel × copy outputs.
  const kernel = turned(stored, taps, 1, out);
  const stride = config.firstNumber('strides', 1);
  const window = windowOf(call, x.shape[1]!, taps, stride, config.firstNumber('dilation_rate', 1));
  limitMatrix(call, x, out, stride);
  return convolve(builder, x, { ...window, kernel, out, groups: channels, ...bias });
}

function lowerDepthwiseConv1D(call: LayerCall): Tensor {
  const x = channelsFirst(call);
  const out = x.shape[0]! * call.config.number('depth_multiplier', 1);
  return layerActivation(call, restore(call, depthwise(call, x, 'kernel', biasOf(call, out))));
}

function lowerSeparableConv1D(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const middle = depthwise(call, channelsFirst(call), 'depthwise_kernel', {});
  const inner = middle.shape[0]!;
  const out = config.count('filters');
  const kernel = turned(weights.get('pointwise_kernel', [1, inner, out]), 1, inner, out);
  const point: Window1D = { size: [1], strides: [1], dilations: [1], before: [0], after: [0] };
  const y = convolve(builder, middle, { ...point, kernel, out, groups: 1, ...biasOf(call, out) });
  return layerActivation(call, restore(call, y));
}

/** The adjoint of a convolution: step i of the input adds kernel tap t to step i · stride + t of the output. */
function lowerConv1DTranspose(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = channelsFirst(call);
  const [channels = 0, length = 0] = x.shape;
  const out = config.count('filters');
  const taps = config.firstNumber('kernel_size', 1);
  const stride = positive(call, 'strides', config.firstNumber('strides', 1));
  const dilation = positive(call, 'dilation_rate', config.firstNumber('dilation_rate', 1));
  const same = config.text('padding', 'valid').toLowerCase() === 'same';
  const kernel = weights.get('kernel', [taps, out, channels]);
  const reach = (taps - 1) * dilation + 1;
  const more = config.numbers('output_padding')?.[0];
  const size =
    more === undefined
      ? length * stride + (same ? 0 : Math.max(reach - stride, 0))
      : (length - 1) * stride + reach + more - (same ? 2 * Math.floor(reach / 2) : 0);
  const cut = same ? Math.floor(Math.max((length - 1) * stride + reach - size, 0) / 2) : 0;
  limitSize(call, out * size * channels * length, maxMatrixElements);
  const matrix = new Float64Array(out * size * channels * length);
  for (let step = 0; step < length; step++) {
    for (let tap = 0; tap < taps; tap++) {
      const to = step * stride + tap * dilation - cut;
      if (to < 0 || to >= size) continue;
      for (let filter = 0; filter < out; filter++)
        for (let channel = 0; channel < channels; channel++)
          matrix[(filter * size + to) * channels * length + channel * length + step]! +=
            kernel[(tap * out + filter) * channels + channel]!;
    }
  }
  const { bias } = biasOf(call, out);
  const offsets = Float64Array.from({ length: out * size }, (_, i) => bias?.[Math.floor(i / size)] ?? 0);
  return layerActivation(call, restore(call, builder.linear(x, matrix, offsets, [out, size])));
}

function lowerPooling(call: LayerCall, how: 'max' | 'mean'): Tensor {
  const x = channelsFirst(call);
  const size = call.config.firstNumber('pool_size', 2);
  const window = windowOf(call, x.shape[1]!, size, call.config.firstNumber('strides', size), 1);
  limitSize(call, x.shape[1]! * size);
  return restore(call, pool(call.builder, how, x, { ...window, countPadding: false }));
}

/** Window i of m over n steps goes from ⌊i n / m⌋ to before ⌈(i + 1) n / m⌉. */
function lowerAdaptivePooling(call: LayerCall, how: 'max' | 'mean'): Tensor {
  const x = channelsFirst(call);
  const [, length = 0] = x.shape;
  const size = positive(call, 'output_size', call.config.firstNumber('output_size', 1));
  limitSize(call, size * elements(x.shape));
  const windows = Array.from({ length: size }, (_, i) => {
    const [start, stop] = [Math.floor((i * length) / size), Math.ceil(((i + 1) * length) / size)];
    const steps = Array.from({ length: stop - start }, (__, k) => start + k);
    return call.builder.reduce(how, call.builder.take(x, 1, steps), [1], true);
  });
  return restore(call, call.builder.concat(windows, 1));
}

function lowerGlobalPooling(call: LayerCall, how: Reduction): Tensor {
  const x = inputOf(call);
  if (x.shape.length !== 2) return unsupported(call, `needs steps × channels, but is given [${x.shape.join(', ')}]`);
  return call.builder.reduce(how, x, [hasChannelsFirst(call) ? 1 : 0], call.config.flag('keepdims', false));
}
