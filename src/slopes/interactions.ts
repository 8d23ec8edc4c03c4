import type { Activation, Network, Node, Op } from '../network/network';
import { isStep, kinksOf } from './activationSlopes';

/** Activations made of straight pieces: their second derivative is 0 wherever it exists. */
const straightPieces: ReadonlySet<Activation['kind']> = new Set<Activation['kind']>([
  'linear',
  'relu',
  'leakyRelu',
  'prelu',
  'thresholdedRelu',
  'hardSigmoid',
  'clip',
  'softShrink',
  'hardShrink',
  'abs',
  'negative',
  'sparseSigmoid',
  'sign',
  'floor',
  'ceil',
  'round',
  'truncate',
  'not',
]);

/** Whether a network is made of straight pieces only (ReLU, max, clipping, …): its second derivatives are 0 almost everywhere. */
export function isPiecewiseLinear(network: Pick<Network, 'nodes'>): boolean {
  return network.nodes.every(({ op }) => !bends(op));
}

/**
 * Whether a network's slopes change without a kink or a jump, so that its second derivatives tell all of how they change.
 * What a kink adds to an interaction no second derivative shows, however strongly the network bends elsewhere; a black box
 * has none that anybody knows.
 */
export function isSmooth(network: Pick<Network, 'nodes'>): boolean {
  return network.nodes.every(({ op }) => !hasKinks(op));
}

function hasKinks(op: Op): boolean {
  switch (op.kind) {
    case 'activation':
      return kinksOf(op.activation).length > 0 || isStep(op.activation);
    case 'combine':
    case 'reduce':
      return op.how === 'max' || op.how === 'min';
    case 'softmax':
      return op.how === 'sparsemax';
    default:
      return ['compare', 'select', 'blackBox'].includes(op.kind);
  }
}

/** Whether a network has no bend at all: one straight line in every input, everywhere. */
export function isLinear(network: Pick<Network, 'nodes'>): boolean {
  return network.nodes.every((node) => isLinearNode(node));
}

/** Whether an operation has second derivatives other than 0: it is not made of straight pieces. */
export function bends(op: Op): boolean {
  switch (op.kind) {
    case 'activation':
      return !straightPieces.has(op.activation.kind);
    case 'combine':
      return ['multiply', 'divide', 'pow'].includes(op.how);
    case 'reduce':
      return op.how === 'product';
    case 'softmax':
      return op.how !== 'sparsemax';
    default:
      return false;
  }
}

/** Whether an operation is straight in what it takes. */
export function isLinearNode({ op }: Node): boolean {
  switch (op.kind) {
    case 'activation':
      return op.activation.kind === 'linear' || op.activation.kind === 'negative';
    case 'combine':
      return op.how === 'add' || op.how === 'subtract';
    case 'reduce':
      return op.how === 'sum' || op.how === 'mean';
    case 'softmax':
    case 'compare':
    case 'select':
    case 'blackBox':
      return false;
    default:
      return true;
  }
}

/**
 * The mixed difference over a step in each input, per unit of both:
 * (f(a+,b+) − f(a+,b−) − f(a−,b+) + f(a−,b−)) ÷ (step a · step b). It tends to ∂²f/∂a∂b as the steps shrink.
 */
export function mixedDifference(
  corners: { readonly bothUp: number; readonly firstUp: number; readonly secondUp: number; readonly bothDown: number },
  firstStep: number,
  secondStep: number,
): number {
  return (corners.bothUp - corners.firstUp - corners.secondUp + corners.bothDown) / (firstStep * secondStep);
}

/**
 * Friedman's H of a pair (Friedman and Popescu 2008, Ann. Appl. Stat. 2(3), eq. 44): the share of the pair's partial
 * dependence that is more than the sum of the two alone, H = √(Σ (F_ab − F_a − F_b)² ÷ Σ F_ab²) over the rows, each F centred.
 * 0 without interaction; NaN where the pair does nothing.
 */
export function friedmanH(pair: Float64Array, first: Float64Array, second: Float64Array): number {
  const [both, a, b] = [centred(pair), centred(first), centred(second)];
  let apart = 0;
  let whole = 0;
  both.forEach((value, row) => {
    apart += (value - a[row]! - b[row]!) ** 2;
    whole += value * value;
  });
  return whole === 0 ? NaN : Math.sqrt(Math.min(1, apart / whole));
}

function centred(values: Float64Array): Float64Array {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - average);
}

/**
 * Where the slope of one input turns its sign as another input changes, by the straight line of its slopes against the
 * other's values (least squares); undefined where the line does not cross 0 within the values.
 */
export interface SlopeAgainst {
  /** Change of the slope per unit of the other input. */
  readonly perUnit: number;
  /** Value of the other input at which the slope is 0. */
  readonly turnsAt?: number;
}

/** Fits slopes = c + perUnit · other over rows and finds where they cross 0. */
export function slopeAgainst(slopes: Float32Array | Float64Array, other: Float64Array): SlopeAgainst {
  const rows = other.length;
  const meanOther = other.reduce((sum, value) => sum + value, 0) / rows;
  let meanSlope = 0;
  for (const slope of slopes) meanSlope += slope / rows;
  let together = 0;
  let spread = 0;
  let [low, high] = [Infinity, -Infinity];
  other.forEach((value, row) => {
    together += (value - meanOther) * (slopes[row]! - meanSlope);
    spread += (value - meanOther) ** 2;
    low = Math.min(low, value);
    high = Math.max(high, value);
  });
  const perUnit = spread === 0 ? 0 : together / spread;
  const turnsAt = meanOther - meanSlope / perUnit;
  return perUnit !== 0 && turnsAt > low && turnsAt < high ? { perUnit, turnsAt } : { perUnit };
}
