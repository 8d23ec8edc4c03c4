import type { Tensor } from '../../../network/builder';
import { maxConvolutionNumbers } from '../../limits';
import { convolve, pad, pool, type Pooling, type Window } from '../../../network/layers';
import {
  constantNumbers,
  failCall,
  flagArgument,
  listValue,
  numberArgument,
  numbersArgument,
  operator,
  optionalTensor,
  rowsFirst,
  tensorArgument,
  tensorValue,
  withTensor,
  type Operator,
  type OperatorCall,
  type TensorValue,
  type TorchValue,
} from './values';

const poolParameters = 'self kernel_size stride padding dilation ceil_mode';
const meanParameters = 'self kernel_size stride padding ceil_mode count_include_pad divisor_override';

/** Convolutions, pooling and padding over the axes after the channels. */
export const convolutionOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['conv1d', operator('input weight bias stride padding dilation groups', convolution)],
  ['conv2d', operator('input weight bias stride padding dilation groups', convolution)],
  ['convolution', operator('input weight bias stride padding dilation transposed output_padding groups', convolution)],
  ['_convolution', operator('input weight bias stride padding dilation transposed output_padding groups', convolution)],
  ['_convolution_mode', operator('input weight bias stride padding dilation groups', convolution)],
  ['max_pool1d', operator(poolParameters, (call) => windowed(call, 'max'))],
  ['max_pool2d', operator(poolParameters, (call) => windowed(call, 'max'))],
  ['max_pool1d_with_indices', operator(poolParameters, (call) => listValue([windowed(call, 'max'), null]))],
  ['max_pool2d_with_indices', operator(poolParameters, (call) => listValue([windowed(call, 'max'), null]))],
  ['avg_pool1d', operator(meanParameters, (call) => windowed(call, 'mean'))],
  ['avg_pool2d', operator(meanParameters, (call) => windowed(call, 'mean'))],
  ['adaptive_avg_pool1d', operator('self output_size', (call) => adaptive(call, 'mean'))],
  ['adaptive_avg_pool2d', operator('self output_size', (call) => adaptive(call, 'mean'))],
  ['_adaptive_avg_pool2d', operator('self output_size', (call) => adaptive(call, 'mean'))],
  ['adaptive_max_pool2d', operator('self output_size', (call) => listValue([adaptive(call, 'max'), null]))],
  ['adaptive_max_pool1d', operator('self output_size', (call) => listValue([adaptive(call, 'max'), null]))],
  ['constant_pad_nd', operator('self pad value', padding)],
  ['pad', operator('self pad mode value', padding)],
]);

function spread(numbers: readonly number[] | undefined, rank: number, otherwise: number): number[] {
  const given = numbers && numbers.length > 0 ? numbers : [otherwise];
  return Array.from({ length: rank }, (_, axis) => given[given.length === 1 ? 0 : axis]!);
}

function convolution(call: OperatorCall): TensorValue {
  const x = rowsFirst(call, tensorArgument(call, 'input'));
  const weight = tensorArgument(call, 'weight');
  const bias = optionalTensor(call, 'bias');
  const [out = 0, , ...size] = weight.tensor.shape;
  if (flagArgument(call, 'transposed', false)) failCall(call, 'transposed convolutions are not read');
  if (!x.batched || x.tensor.shape.length !== size.length + 1)
    failCall(call, `its input has ${x.tensor.shape.length} axes per row, it needs channels and ${size.length} more`);
  const dilations = spread(numbersArgument(call, 'dilation'), size.length, 1);
  const [before, after] = edges(call, size, dilations);
  const window: Window = {
    size,
    dilations,
    before,
    after,
    strides: spread(numbersArgument(call, 'stride'), size.length, 1),
  };
  const places = x.tensor.shape.slice(1).reduce((product, length) => product * length, 1);
  if (out * places * places * (x.tensor.shape[0] ?? 1) > maxConvolutionNumbers)
    failCall(call, 'written out as one linear map it is too large');
  const result = convolve(call.builder, x.tensor, {
    ...window,
    kernel: constantNumbers(call, weight),
    ...(bias ? { bias: constantNumbers(call, bias) } : {}),
    out,
    groups: numberArgument(call, 'groups', 1),
  });
  return tensorValue(result, true);
}

/** Cells added before and after; `same` puts the odd one behind. */
function edges(
  call: OperatorCall,
  size: readonly number[],
  dilations: readonly number[],
): readonly [number[], number[]] {
  const spelled = call.arguments.get('padding');
  if (spelled === 'same') {
    const totals = size.map((length, axis) => (length - 1) * dilations[axis]!);
    return [totals.map((total) => Math.floor(total / 2)), totals.map((total) => Math.ceil(total / 2))];
  }
  const both =
    spelled === 'valid' ? spread([0], size.length, 0) : spread(numbersArgument(call, 'padding'), size.length, 0);
  return [both, both];
}

function windowed(call: OperatorCall, how: 'max' | 'mean'): TensorValue {
  const x = rowsFirst(call, tensorArgument(call, 'self'));
  const spatial = x.tensor.shape.slice(1);
  const size = spread(numbersArgument(call, 'kernel_size'), spatial.length, 1);
  const given = numbersArgument(call, 'stride');
  const strides = given && given.length > 0 ? spread(given, spatial.length, 1) : size;
  const before = spread(numbersArgument(call, 'padding'), spatial.length, 0);
  const dilations = spread(how === 'max' ? numbersArgument(call, 'dilation') : undefined, spatial.length, 1);
  if (!x.batched || spatial.length === 0) failCall(call, 'its input has no axis besides the channels');
  const ceil = flagArgument(call, 'ceil_mode', false);
  if (ceil && how === 'mean') failCall(call, 'means over windows beyond the edge (ceil_mode) are not read');
  const after = before.map((cells, axis) => {
    const reach = (size[axis]! - 1) * dilations[axis]! + 1;
    const length = spatial[axis]!;
    return ceil ? cellsBehind(length, cells, reach, strides[axis]!) : cells;
  });
  const pooling: Pooling = {
    size,
    strides,
    dilations,
    before,
    after,
    countPadding: flagArgument(call, 'count_include_pad', true),
  };
  return tensorValue(pool(call.builder, how, x.tensor, pooling), true);
}

/** With ceil_mode the last window may reach beyond the edge, if it starts inside. */
function cellsBehind(length: number, padding: number, reach: number, stride: number): number {
  let count = Math.ceil((length + 2 * padding - reach) / stride) + 1;
  if ((count - 1) * stride >= length + padding) count--;
  return Math.max(padding, (count - 1) * stride + reach - length - padding);
}

/** Along each axis, output i is taken over cells ⌊i L / n⌋ to ⌈(i + 1) L / n⌉. */
function adaptive(call: OperatorCall, how: 'max' | 'mean'): TensorValue {
  const x = rowsFirst(call, tensorArgument(call, 'self'));
  const counts = numbersArgument(call, 'output_size') ?? [];
  const before = x.tensor.shape.length - counts.length;
  if (!x.batched || counts.length === 0 || before < 0) failCall(call, 'its input has no axis besides the channels');
  const pooled = counts.reduce((tensor, count, at) => adaptiveAxis(call, how, tensor, before + at, count), x.tensor);
  return withTensor(x, pooled);
}

function adaptiveAxis(call: OperatorCall, how: 'max' | 'mean', tensor: Tensor, axis: number, count: number): Tensor {
  const { builder } = call;
  const length = tensor.shape[axis]!;
  const parts = Array.from({ length: count }, (_, at): Tensor => {
    const [start, end] = [Math.floor((at * length) / count), Math.ceil(((at + 1) * length) / count)];
    const cells = Array.from({ length: end - start }, (_unused, k) => start + k);
    return builder.reduce(how, builder.take(tensor, axis, cells), [axis], true);
  });
  return builder.concat(parts, axis);
}

/** Pairs (before, after) from the last axis backwards. */
function padding(call: OperatorCall): TensorValue {
  const x = rowsFirst(call, tensorArgument(call, 'self'));
  const pairs = numbersArgument(call, 'pad') ?? [];
  const mode = call.arguments.get('mode') ?? 'constant';
  if (mode !== 'constant') return repeatedEdges(call, x, pairs, mode);
  const rank = x.tensor.shape.length;
  if (pairs.length / 2 > rank || pairs.some((cells) => cells < 0)) failCall(call, 'it pads across the rows, or cuts');
  const side = (offset: number): number[] =>
    x.tensor.shape.map((_, axis) => pairs[2 * (rank - 1 - axis) + offset] ?? 0);
  return withTensor(x, pad(call.builder, x.tensor, side(0), side(1), numberArgument(call, 'value', 0)));
}

/** Padding by cells of the tensor itself: those at the edge, mirrored, or from the other end. */
function repeatedEdges(call: OperatorCall, x: TensorValue, pairs: readonly number[], mode: TorchValue): TensorValue {
  const cellAt = new Map<TorchValue, (at: number, length: number) => number>([
    ['replicate', (at, length) => Math.max(0, Math.min(length - 1, at))],
    ['reflect', (at, length) => (at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at)],
    ['circular', (at, length) => ((at % length) + length) % length],
  ]).get(mode);
  if (!cellAt) failCall(call, 'the way it pads is not read');
  const padded = pairs.reduce<Tensor>((tensor, before, k) => {
    if (k % 2 === 1) return tensor;
    const axis = tensor.shape.length - 1 - k / 2;
    const length = tensor.shape[axis] ?? failCall(call, 'it pads across the rows');
    const total = Math.max(0, before + length + pairs[k + 1]!);
    return call.builder.take(
      tensor,
      axis,
      Array.from({ length: total }, (_, at) => cellAt(at - before, length)),
    );
  }, x.tensor);
  return withTensor(x, padded);
}
