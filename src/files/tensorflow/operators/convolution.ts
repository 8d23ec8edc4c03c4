import { ShapeError } from '../../../network/builder';
import { convolve } from '../../../network/layers';
import { elements, mapIndices, strides as stepsOf } from '../../../network/tensor';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import { fused } from './linear';
import { channelsFirst, perRow, sweepOf, type Sweep } from './windows';

/** Convolutions with constant weights. Layers on one axis of places come as Conv2D on two, one of them of length 1. */
export const convolutions: Readonly<Record<string, Operator>> = {
  Conv1D: Conv,
  Conv2D: Conv,
  Conv2DBackpropInput,
  Conv3D: Conv,
  DepthwiseConv2dNative: DepthwiseConv,
  FusedDepthwiseConv2dNative: (call) => withFused(call, DepthwiseConv(call)),
  _FusedConv2D: (call) => withFused(call, Conv(call)),
  _FusedDepthwiseConv2dNative: (call) => withFused(call, DepthwiseConv(call)),
};

/** Weights of a convolution: [out][channels ÷ groups][…window]. */
interface Kernel {
  readonly numbers: Float64Array;
  readonly out: number;
  /** Channels each filter sees. */
  readonly perGroup: number;
  readonly window: readonly number[];
}

/** Weights lie as […window, channels ÷ groups, out]; there are as many groups as the channels need. */
function Conv(call: Call): Value {
  const kernel = kernelOf(call);
  return convolved(call, kernel, (channels) => channels / kernel.perGroup);
}

/** Each channel has filters of its own; weights lie as […window, channels, filters per channel]. */
function DepthwiseConv(call: Call): Value {
  const { numbers, out: multiplier, perGroup: channels, window } = kernelOf(call);
  // [multiplier][channels][taps] to [channels · multiplier][1][taps].
  const taps = elements(window);
  const reordered = new Float64Array(numbers.length);
  for (let filter = 0; filter < multiplier; filter++)
    for (let channel = 0; channel < channels; channel++) {
      const from = (filter * channels + channel) * taps;
      reordered.set(numbers.subarray(from, from + taps), (channel * multiplier + filter) * taps);
    }
  return convolved(call, { numbers: reordered, out: channels * multiplier, perGroup: 1, window }, () => channels);
}

function convolved(call: Call, { numbers, out, window }: Kernel, groupsFor: (channels: number) => number): Value {
  return perRow(call, call.value(0), (row) => {
    const [channels = 0, ...places] = row.shape;
    const sweep = sweepOf(call, places, window);
    const groups = groupsFor(channels);
    if (!Number.isInteger(groups) || groups < 1 || out % groups !== 0)
      throw new ShapeError(`weights of [${call.value(1).tensor.shape.join(', ')}] do not fit ${channels} channels`);
    call.expectRoom([out, ...sweep.result, ...row.shape]);
    return convolve(call.builder, row, { ...sweep, kernel: numbers, out, groups });
  });
}

/**
 * The adjoint of a convolution, as transposed convolutions use it: inputs are the shape of the result, the weights
 * […window, channels of the result, channels of x], and x.
 */
function Conv2DBackpropInput(call: Call): Value {
  const target = Array.from(call.numbers(0, 'shape'));
  const kernel = kernelOf(call);
  const size = channelsFirst(call) ? target.slice(2) : target.slice(1, -1);
  return perRow(call, call.value(2), (row) => {
    const [channels = 0, ...places] = row.shape;
    const sweep = sweepOf(call, size, kernel.window);
    if (channels !== kernel.out || sweep.result.some((count, axis) => count !== places[axis]))
      throw new ShapeError(
        `weights of [${call.value(1).tensor.shape.join(', ')}] do not fit [${row.shape.join(', ')}]`,
      );
    call.expectRoom([kernel.perGroup, ...size, ...row.shape]);
    const shape = [kernel.perGroup, ...size];
    const weights = adjointMatrix(kernel, sweep, size, places);
    return call.builder.linear(row, weights, new Float64Array(elements(shape)), shape);
  });
}

/** The matrix [channels of the result · its places][channels of x · its places]. */
function adjointMatrix(kernel: Kernel, sweep: Sweep, size: readonly number[], places: readonly number[]): Float64Array {
  const { numbers, out, perGroup, window } = kernel;
  const [area, count, taps] = [elements(size), elements(places), elements(window)];
  const steps = stepsOf(size);
  const targets = mapIndices([...places, ...window], (index) =>
    size.reduce((sum, length, axis) => {
      const tap = index[axis + size.length]! * sweep.dilations[axis]!;
      const at = index[axis]! * sweep.strides[axis]! - sweep.before[axis]! + tap;
      return sum < 0 || at < 0 || at >= length ? -1 : sum + at * steps[axis]!;
    }, 0),
  );
  const width = out * count;
  const weights = new Float64Array(perGroup * area * width);
  targets.forEach((cell, i) => {
    if (cell < 0) return;
    const [place, tap] = [Math.floor(i / taps), i % taps];
    for (let to = 0; to < perGroup; to++)
      for (let from = 0; from < out; from++)
        weights[(to * area + cell) * width + from * count + place]! += numbers[(from * perGroup + to) * taps + tap]!;
  });
  return weights;
}

/** Weights […window, channels, out] as [out][channels][…window]. */
function kernelOf(call: Call): Kernel {
  const { shape } = call.value(1).tensor;
  const stored = call.numbers(1, 'weights');
  const window = shape.slice(0, -2);
  const [perGroup = 1, out = 1] = shape.slice(-2);
  const taps = elements(window);
  const numbers = new Float64Array(stored.length);
  for (let tap = 0; tap < taps; tap++)
    for (let channel = 0; channel < perGroup; channel++)
      for (let filter = 0; filter < out; filter++)
        numbers[(filter * perGroup + channel) * taps + tap] = stored[(tap * perGroup + channel) * out + filter]!;
  return { numbers, out, perGroup, window };
}

function withFused(call: Call, x: Value): Value {
  return fused(call, x, channelsFirst(call) ? x.tensor.shape.length - 2 : 0);
}
