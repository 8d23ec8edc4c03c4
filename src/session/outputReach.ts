import { activate } from '../network/activation';
import type { Activation, Combination, DenseOp, Node } from '../network/network';
import { locateOutput } from '../slopes/layout';
import { toModel, toOriginal } from '../table/scaling';
import { boundStatistics } from './boundStatistics';
import type { Connection } from './sessionState';

/** What no number of a vector lies outside of. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

const zeroToOne: Interval = { low: 0, high: 1 };
const anything: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/**
 * Limits that the forecast cannot leave, in original units, however the inputs are combined within the lowest and highest
 * value of their columns: interval arithmetic through the network (Moore 1966), widened by more than its rounding. The
 * true range may be narrower, never wider.
 */
export function outputReach({ network, binding }: Connection, output: number): Interval {
  // An element of a category is 0 or 1.
  const flat = Array.from({ length: network.inputs.reduce((sum, { size }) => sum + size, 0) }, () => zeroToOne);
  for (const bound of binding.inputs) {
    const { source, scaling } = bound;
    if (source.kind === 'levels') continue;
    const fixed = source.kind === 'fixed' ? source.value : 0;
    const { min, max } = boundStatistics(bound, binding.rows) ?? { min: fixed, max: fixed };
    flat[bound.input.element] = spanOf([min, max].map((end) => toModel(scaling, end)));
  }
  let next = 0;
  const values: (readonly Interval[])[] = network.inputs.map(({ size }) => flat.slice(next, (next += size)));
  for (const node of network.nodes) values.push(intervalsOf(node, values));
  const { value, element } = locateOutput(network, output);
  const { low, high } = values[value]![element]!;
  const { scaling } = binding.outputs[output]!;
  return widened(spanOf([low, high].map((end) => toOriginal(scaling, end))));
}

function intervalsOf({ op, inputs, size }: Node, values: readonly (readonly Interval[])[]): readonly Interval[] {
  const [first = [], second = [], third = []] = inputs.map((input) => values[input]!);
  switch (op.kind) {
    case 'constant':
      return Array.from(op.values, (value) => ({ low: value, high: value }));
    case 'dense':
      return denseIntervals(op, first);
    case 'scale':
      return first.map((x, i) => spanOf([x.low, x.high].map((end) => times(op.factor[i]!, end) + op.offset[i]!)));
    case 'activation':
      return first.map((x) => activated(op.activation, x));
    case 'combine':
      return first.map((x, i) => combined(op.how, x, second[i]!));
    case 'gather':
      return Array.from(op.indices, (index) => first[index]!);
    case 'concat':
      return inputs.flatMap((input) => values[input]!);
    case 'softmax':
      return first.map(() => (op.how === 'logSoftmax' ? { low: anything.low, high: 0 } : zeroToOne));
    case 'compare':
      return first.map(() => zeroToOne);
    case 'select':
      return second.map((x, i) => spanOf([x.low, x.high, third[i]!.low, third[i]!.high]));
    default:
      return Array.from({ length: size }, () => anything);
  }
}

function denseIntervals({ weights, bias }: DenseOp, x: readonly Interval[]): readonly Interval[] {
  return Array.from(bias, (start, unit) => {
    let [low, high] = [start, start];
    x.forEach((each, k) => {
      const weight = weights[unit * x.length + k]!;
      low += times(weight, weight > 0 ? each.low : each.high);
      high += times(weight, weight > 0 ? each.high : each.low);
    });
    return Number.isNaN(low) || Number.isNaN(high) ? anything : { low, high };
  });
}

/** Activations that rise or fall throughout, so that their ends are at the ends of what they take. */
const monotone: ReadonlySet<Activation['kind']> = new Set([
  ...(['linear', 'relu', 'sigmoid', 'logSigmoid', 'tanh', 'softsign', 'exponential', 'expm1', 'negative'] as const),
  ...(['erf', 'atan', 'sinh', 'asinh', 'floor', 'ceil', 'round', 'truncate', 'sign', 'elu', 'celu', 'selu'] as const),
  ...(['softplus', 'squareplus', 'clip', 'clippedSigmoid', 'scaledTanh', 'thresholdedRelu'] as const),
]);

/** Below this no gelu, silu or mish goes (silu: −0.2785 ÷ its sharpness). */
const deepestDip = -0.32;

function activated(activation: Activation, x: Interval): Interval {
  const ends = [x.low, x.high].map((end) => activate(activation, end, 0));
  switch (activation.kind) {
    case 'sin':
    case 'cos':
      return { low: -1, high: 1 };
    case 'square':
    case 'abs':
      return spanOf(x.low < 0 && x.high > 0 ? [0, ...ends] : ends);
    case 'gelu':
    case 'geluTanh':
    case 'mish':
      return spanOf([...ends.map((end) => (Number.isNaN(end) ? 0 : end)), x.low < 0 ? deepestDip : 0]);
    case 'leakyRelu':
      return activation.alpha >= 0 ? spanOf(ends) : anything;
    case 'hardSigmoid':
      return zeroToOne;
    default:
      return monotone.has(activation.kind) ? spanOf(ends) : anything;
  }
}

function combined(how: Combination, a: Interval, b: Interval): Interval {
  switch (how) {
    case 'add':
      return spanOf([a.low + b.low, a.high + b.high]);
    case 'subtract':
      return spanOf([a.low - b.high, a.high - b.low]);
    case 'multiply':
      return spanOf([a.low, a.high].flatMap((x) => [b.low, b.high].map((y) => times(x, y))));
    case 'max':
      return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) };
    case 'min':
      return { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) };
    default:
      return anything;
  }
}

/** From the lowest to the highest; anything where one is no number. */
function spanOf(ends: readonly number[]): Interval {
  return ends.some(Number.isNaN) ? anything : { low: Math.min(...ends), high: Math.max(...ends) };
}

/** A product in which 0 times without limit is 0. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function widened({ low, high }: Interval): Interval {
  const room = 1e-9 * Math.max(...[low, high].map((end) => (Number.isFinite(end) ? Math.abs(end) : 0)), 1e-300);
  return { low: low - room, high: high + room };
}
