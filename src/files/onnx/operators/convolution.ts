import { ShapeError, type Tensor } from '../../../network/builder';
import { convolve } from '../../../network/layers';
import { elements, mapIndices, strides as stepsOf } from '../../../network/tensor';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';
import { perRow, sweepOf } from './windows';

/** Convolutions with constant weights. */
export const convolutions: OperatorGroup = {
  domain: '',
  operators: { Conv, ConvTranspose },
  notes: { Conv: 'constant weights', ConvTranspose: 'constant weights' },
};

/** Cross-correlation with constant weights [out, channels ÷ group, …window]. */
function Conv(call: Call): Value {
  const { kernel, shape, bias } = weightsOf(call);
  const [out = 0, , ...window] = shape;
  const groups = call.integer('group', 1);
  return perRow(call, call.value(0), (row) => {
    const [, ...places] = row.shape;
    const sweep = sweepOf(call, places, call.integers('kernel_shape') ?? window);
    call.expectRoom([out, ...sweep.result, ...row.shape]);
    return convolve(call.builder, row, { ...sweep, kernel, out, groups, ...(bias ? { bias } : {}) });
  });
}

/** The adjoint of a convolution: every element is spread over a window of the result. Weights are [channels, out ÷ group, …window]. */
function ConvTranspose(call: Call): Value {
  const { kernel, shape, bias } = weightsOf(call);
  return perRow(call, call.value(0), (row) => spreadOut(call, row, kernel, shape, bias));
}

function weightsOf(call: Call): {
  readonly kernel: Float64Array;
  readonly shape: readonly number[];
  readonly bias: Float64Array | undefined;
} {
  const { shape } = call.value(1).tensor;
  return {
    kernel: call.numbers(1, 'weights'),
    shape,
    bias: call.inputs[2] ? call.numbers(2, 'bias') : undefined,
  };
}

function spreadOut(
  call: Call,
  row: Tensor,
  kernel: Float64Array,
  shape: readonly number[],
  bias: Float64Array | undefined,
): Tensor {
  const [channels = 0, ...places] = row.shape;
  const [stored = 0, perGroup = 0, ...window] = shape;
  const groups = call.integer('group', 1);
  const out = perGroup * groups;
  if (stored !== channels || window.length !== places.length || channels % groups !== 0)
    throw new ShapeError(`weights of [${shape.join(', ')}] do not fit [${row.shape.join(', ')}]`);
  const { result, strides, dilations, before } = spreadSweep(call, places, window);
  call.expectRoom([out, ...result, channels, ...places]);
  const area = elements(places);
  const resultArea = elements(result);
  const taps = elements(window);
  const inputs = channels * area;
  // For each place and tap, the place of the result it goes to, or −1 beside the edge.
  const steps = stepsOf(result);
  const targets = mapIndices([...places, ...window], (index) => {
    let target = 0;
    for (let axis = 0; axis < places.length; axis++) {
      const at = index[axis]! * strides[axis]! - before[axis]! + index[axis + places.length]! * dilations[axis]!;
      if (at < 0 || at >= result[axis]!) return -1;
      target += at * steps[axis]!;
    }
    return target;
  });
  const weights = new Float64Array(out * resultArea * inputs);
  for (let channel = 0; channel < channels; channel++) {
    const first = Math.floor(channel / (channels / groups)) * perGroup;
    for (let filter = 0; filter < perGroup; filter++) {
      for (let cell = 0; cell < area * taps; cell++) {
        const target = targets[cell]!;
        if (target < 0) continue;
        const place = Math.floor(cell / taps);
        const weight = kernel[(channel * perGroup + filter) * taps + (cell % taps)]!;
        weights[((first + filter) * resultArea + target) * inputs + channel * area + place]! += weight;
      }
    }
  }
  const offsets = Float64Array.from({ length: out * resultArea }, (_, i) => bias?.[Math.floor(i / resultArea)] ?? 0);
  return call.builder.linear(row, weights, offsets, [out, ...result]);
}

/** Size and borders of the result, by the rules in the specification of ConvTranspose. */
function spreadSweep(call: Call, places: readonly number[], window: readonly number[]) {
  const each = (name: string, otherwise: number) => call.integers(name) ?? places.map(() => otherwise);
  const strides = each('strides', 1);
  const dilations = each('dilations', 1);
  const extra = each('output_padding', 0);
  const pads = call.integers('pads') ?? new Array<number>(2 * places.length).fill(0);
  const rule = call.text('auto_pad', 'NOTSET');
  const asked = call.integers('output_shape')?.slice(-places.length);
  const axes = places.map((length, axis) => {
    const full = strides[axis]! * (length - 1) + extra[axis]! + (window[axis]! - 1) * dilations[axis]! + 1;
    const wanted = asked?.[axis] ?? (rule.startsWith('SAME') ? length * strides[axis]! : undefined);
    if (wanted === undefined) {
      const [before, after] = rule === 'VALID' ? [0, 0] : [pads[axis]!, pads[axis + places.length]!];
      return { before, result: full - before - after };
    }
    const border = Math.max(full - wanted, 0);
    const half = Math.floor(border / 2);
    return { before: rule === 'SAME_UPPER' ? half : border - half, result: wanted };
  });
  return {
    strides,
    dilations,
    before: axes.map((axis) => axis.before),
    result: axes.map((axis) => axis.result),
  };
}
