import type { Activation, Combination, Comparison, Network, Normalisation, Reduction } from '../network/network';
import * as code from './instructions';
import type { Layout } from './layout';
import type { MatrixForm } from './packing';
import { PlanData } from './packing';

/**
 * What the three parts of a plan (values, adjoints, tangents) are written into: the growing list of instructions with
 * the numbers they refer to. Slots come from the layout.
 */
export class Program {
  readonly data = new PlanData();
  readonly network: Network;
  readonly layout: Layout;
  /** Number of per-unit errors that margins are lowered by, so far. */
  errors = 0;
  private readonly list: number[] = [];

  /** Number of chosen output elements. */
  readonly outputs: number;

  constructor(network: Network, layout: Layout, outputs: number) {
    this.network = network;
    this.layout = layout;
    this.outputs = outputs;
  }

  /** Words so far. */
  get length(): number {
    return this.list.length;
  }

  /** Appends an instruction. */
  emit(operation: number, ...operands: readonly number[]): void {
    const start = this.list.length;
    this.list.push(operation, ...operands);
    while (this.list.length < start + code.instructionWords) this.list.push(0);
  }

  /** All instructions. */
  instructions(): Int32Array {
    return Int32Array.from(this.list);
  }

  /**
   * y = W x (+ bias) for the node that gives `value`; `backward` takes Wᵀ. `masked` says that many units of x are 0, as
   * behind a relu.
   */
  dense(value: number, form: MatrixForm, from: number, to: number, bias: boolean, add: boolean, masked: boolean): void {
    const { op, size } = this.node(value);
    if (op.kind !== 'dense') return;
    const width = op.weights.length / Math.max(size, 1);
    const [inputs, outputs] = form === 'forward' ? [width, size] : [size, width];
    const matrix = this.data.matrix(op, width, form, masked);
    const offsets = bias ? this.data.weights(op.bias) : -1;
    const operands = [from, to, inputs, outputs, matrix.weights, offsets, Number(add)];
    if (matrix.kind === 'sparse')
      this.emit(code.opSparse, from, to, outputs, matrix.table, matrix.weights, offsets, Number(add));
    else if (matrix.kind === 'columns') this.emit(code.opActive, ...operands, this.layout.scratch);
    else this.emit(code.opDense, ...operands);
  }

  /** Whether a relu gives a value: many of its units are 0 then, and its slopes are read off their signs. */
  isMasked(value: number): boolean {
    if (value < this.network.inputs.length) return false;
    const { op } = this.node(value);
    return op.kind === 'activation' && op.activation.kind === 'relu';
  }

  /** x̄ or ẏ through the local slope of the activation that gives `value`, for `count` of its units from `first`. */
  slope(value: number, from: number, to: number, first: number, count: number, add: boolean): void {
    const local = this.layout.slopes[value]!;
    if (local >= 0) this.emit(code.opMultiply, from + first, local + first, to + first, count, Number(add));
    else this.emit(code.opMask, from + first, this.layout.values[value]! + first, to + first, count, Number(add));
  }

  /** The node that gives a value. */
  node(value: number): Network['nodes'][number] {
    return this.network.nodes[value - this.network.inputs.length]!;
  }
}

/** The number 1 among the weights. */
export const oneWeight = Float64Array.of(1);

/** Numbers of combinations in the instruction set. */
export const combinations: Readonly<Record<Combination, number>> = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  max: 4,
  min: 5,
  pow: 6,
};

/** Numbers of comparisons in the instruction set. */
export const comparisons: Readonly<Record<Comparison, number>> = {
  equal: 0,
  notEqual: 1,
  less: 2,
  lessOrEqual: 3,
  greater: 4,
  greaterOrEqual: 5,
};

/** Numbers of reductions in the instruction set. */
export const reductions: Readonly<Record<Reduction, number>> = { sum: 0, mean: 1, max: 2, min: 3, product: 4 };

/** Numbers of normalisations in the instruction set. */
export const normalisations: Readonly<Record<Normalisation, number>> = { softmax: 0, logSoftmax: 1, sparsemax: 2 };

/** Numbers of activations in the instruction set. */
export const activations: Readonly<Record<Activation['kind'], number>> = {
  relu: code.actRelu,
  leakyRelu: code.actLeakyRelu,
  prelu: code.actPrelu,
  elu: code.actElu,
  celu: code.actCelu,
  selu: code.actSelu,
  thresholdedRelu: code.actThresholdedRelu,
  hardSigmoid: code.actHardSigmoid,
  hardSilu: code.actHardSilu,
  clip: code.actClip,
  softShrink: code.actSoftShrink,
  hardShrink: code.actHardShrink,
  softplus: code.actSoftplus,
  silu: code.actSilu,
  squareplus: code.actSquareplus,
  scaledTanh: code.actScaledTanh,
  power: code.actPower,
  clippedSigmoid: code.actClippedSigmoid,
  linear: code.actLinear,
  sigmoid: code.actSigmoid,
  logSigmoid: code.actLogSigmoid,
  tanh: code.actTanh,
  softsign: code.actSoftsign,
  exponential: code.actExponential,
  expm1: code.actExpm1,
  log: code.actLog,
  log1p: code.actLog1p,
  sqrt: code.actSqrt,
  square: code.actSquare,
  reciprocal: code.actReciprocal,
  abs: code.actAbs,
  negative: code.actNegative,
  gelu: code.actGelu,
  geluTanh: code.actGeluTanh,
  mish: code.actMish,
  erf: code.actErf,
  sin: code.actSin,
  cos: code.actCos,
  tan: code.actTan,
  asin: code.actAsin,
  acos: code.actAcos,
  atan: code.actAtan,
  sinh: code.actSinh,
  cosh: code.actCosh,
  asinh: code.actAsinh,
  acosh: code.actAcosh,
  atanh: code.actAtanh,
  sparsePlus: code.actSparsePlus,
  sparseSigmoid: code.actSparseSigmoid,
  tanhShrink: code.actTanhShrink,
  sign: code.actSign,
  floor: code.actFloor,
  ceil: code.actCeil,
  round: code.actRound,
  truncate: code.actTruncate,
  not: code.actNot,
};

/** An activation's parameters in the order the kernels read them. */
export function activationParameters(activation: Activation): Float64Array {
  switch (activation.kind) {
    case 'leakyRelu':
    case 'elu':
    case 'celu':
    case 'thresholdedRelu':
      return Float64Array.of(activation.alpha);
    case 'selu':
      return Float64Array.of(activation.alpha, activation.scale);
    case 'prelu':
      return activation.alpha;
    case 'hardSigmoid':
    case 'hardSilu':
    case 'scaledTanh':
      return Float64Array.of(activation.alpha, activation.beta);
    case 'clip':
      return Float64Array.of(activation.low, activation.high);
    case 'softShrink':
    case 'hardShrink':
      return Float64Array.of(activation.threshold);
    case 'softplus':
    case 'silu':
      return Float64Array.of(activation.beta);
    case 'squareplus':
      return Float64Array.of(activation.b);
    case 'power':
      return Float64Array.of(activation.exponent);
    case 'clippedSigmoid':
      return Float64Array.of(activation.limit);
    default:
      return oneWeight;
  }
}
