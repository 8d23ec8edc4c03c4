import type { Network, Node } from '../network/network';
import { valueSize } from '../network/network';
import { activationBound, activationError } from './activationBounds';
import { kinksOf } from './activationSlopes';
import { sumLength } from './instructions';
import type { Plan } from './plan';

/**
 * By how much float32 results may differ from exact ones: a running error analysis (Wilkinson 1963; Higham 2002, §3.1)
 * over a whole chunk at once, instead of row by row.
 *
 * For every unit it carries a bound M on its magnitude (measured by the kernels as peaks, or bounded by Σ|w|M) and a
 * bound E on its error: a sum of n products adds γ Σ|w|M, γ = t u / (1 − t u), where u = 2⁻²⁴ and t counts the roundings
 * on the way of a product into the sum; earlier errors arrive as Σ|w|E; a smooth activation carries at most max|σ'| E and
 * its slope moves by at most max|σ''| E. Going back from the outputs, adjoints have bounds A and D of the same kinds.
 *
 * The bounds hold for rows in which every unit lies on the same side of its kinks in float32 as in exact arithmetic.
 * That is what the margins tell: a row is doubtful when some |x − kink| is not larger than the unit's E.
 */
export interface ErrorBound {
  /** For each margin of the plan: the error of what is compared with the kink. */
  readonly margins: Float64Array;
  /** For each chosen output: the error of its value. */
  readonly values: Float64Array;
  /** [output][input]: the error of the slope; 0 where it is exactly 0 in every row. */
  readonly slopes: Float64Array;
}

/** Unit roundoff of float32. */
const roundoff = 2 ** -24;
/** Where a sum is not empty, numbers below the normal ones of float32 may have been lost on the way. */
const underflow = 1e-30;

/**
 * The bound for rows whose units stay within `peaks` (per slot of the plan, as a guarded float32 run measures them).
 * Undefined for operations without a stated bound; such networks are computed in float64 throughout.
 */
export function boundErrors(plan: Plan, peaks: Float64Array): ErrorBound | undefined {
  if (plan.mode === 'forward') return undefined;
  const values = boundValues(plan, peaks);
  if (!values) return undefined;
  const slopes = new Float64Array(plan.outputs.length * plan.inputs);
  const ends = new Float64Array(plan.outputs.length);
  for (const [k, output] of plan.outputs.entries()) {
    const { value, element } = locate(plan.network, output);
    ends[k] = values[value]!.error[element]!;
    const adjoints = boundAdjoints(plan.network, values, value, element);
    let input = k * plan.inputs;
    for (let port = 0; port < plan.network.inputs.length; port++) {
      const { error } = adjoints[port]!;
      slopes.set(error, input);
      input += error.length;
    }
  }
  return { margins: boundMargins(plan, values), values: ends, slopes };
}

/** Bounds of the units of one value, or of its adjoint. */
interface Bounds {
  readonly size: Float64Array;
  readonly error: Float64Array;
}

/** γ for a sum of n products in the kernels: the longest way through blocks of sums or tables of patterns, and a few roundings more. */
function gamma(n: number): number {
  const steps = Math.max(Math.min(n, sumLength) + Math.ceil(n / sumLength), Math.ceil(n / 4)) + 5;
  return (steps * roundoff) / (1 - steps * roundoff);
}

function boundValues(plan: Plan, peaks: Float64Array): Bounds[] | undefined {
  const { network, valueSlots } = plan;
  const bounds: Bounds[] = network.inputs.map((port, value) => {
    const size = peaks.slice(valueSlots[value], valueSlots[value]! + port.size);
    return { size, error: size.map((most) => roundoff * most) };
  });
  for (const [index, node] of network.nodes.entries()) {
    const value = network.inputs.length + index;
    const slot = valueSlots[value]!;
    const inputs = node.inputs.map((input) => bounds[input]!);
    if (slot < 0) {
      bounds.push(empty(node.size));
      continue;
    }
    const measured = peaks.subarray(slot, slot + node.size);
    const found = boundNode(node, inputs, measured);
    if (!found) return undefined;
    // Slots that a later operation writes over were measured afterwards, so only the bound itself is sure.
    const overwritten = valueSlots.indexOf(slot, value + 1) >= 0;
    if (!overwritten) found.size.forEach((most, i) => (found.size[i] = Math.min(most, measured[i]! + found.error[i]!)));
    bounds.push(found);
  }
  return bounds;
}

function boundNode(node: Node, inputs: readonly Bounds[], measured: Float64Array): Bounds | undefined {
  const { op, size } = node;
  const [a = empty(0), b = empty(0), c = empty(0)] = inputs;
  const each = (give: (i: number) => readonly [number, number]): Bounds => {
    const result = empty(size);
    for (let i = 0; i < size; i++) [result.size[i], result.error[i]] = give(i);
    return result;
  };
  switch (op.kind) {
    case 'constant':
      return each((i) => [Math.abs(op.values[i]!), roundoff * Math.abs(op.values[i]!)]);
    case 'dense':
      return boundSums(op.weights, a, size, op.bias);
    case 'scale':
      return each((i) => {
        const most = Math.abs(op.factor[i]!) * a.size[i]! + Math.abs(op.offset[i]!);
        return [most, Math.abs(op.factor[i]!) * a.error[i]! + gamma(1) * most];
      });
    case 'activation':
      return each((i) => {
        const bound = activationBound(op.activation, a.size[i]! + a.error[i]!, measured[i]!);
        if (!bound) return [NaN, NaN];
        const relative = bound.straight ? 4 * roundoff : activationError.relative;
        const absolute = bound.straight ? 0 : activationError.absolute;
        const most = bound.slope * a.size[i]! + Math.abs(measured[i]!);
        return [most, bound.slope * a.error[i]! + relative * most + absolute];
      }).error.some(Number.isNaN)
        ? undefined
        : undefined;
    case 'combine':
      return boundPair(op.how, a, b, each);
    case 'gather':
      return each((i) => [a.size[op.indices[i]!]!, a.error[op.indices[i]!]!]);
    case 'concat':
      return { size: joined(inputs.map((part) => part.size)), error: joined(inputs.map((part) => part.error)) };
    case 'select':
      // A condition that is not exactly known could be taken for another branch without a margin saying so.
      if (a.error.some((error) => error !== 0)) return undefined;
      return each((i) => [Math.max(b.size[i]!, c.size[i]!), Math.max(b.error[i]!, c.error[i]!)]);
    case 'compare':
      return each(() => [1, 0]);
    case 'reduce':
    case 'softmax':
      return undefined;
  }
}
