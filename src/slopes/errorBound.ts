import type { Node } from '../network/network';
import { kinksOf } from './activationSlopes';
import { boundAdjoints } from './boundAdjoints';
import type { Bounds } from './boundValues';
import { boundValues } from './boundValues';
import type { Plan } from './plan';
import { locateOutput } from './plan';

/**
 * By how much float32 results may differ from exact ones: a running error analysis (Wilkinson 1963; Higham 2002, §3.1)
 * for all rows of a chunk at once.
 *
 * For every unit it carries a bound M on its magnitude (measured by the kernels as peaks, or Σ|w|M) and a bound E on its
 * error. A sum of n products adds γ Σ|w|M with γ = t u / (1 − t u), u = 2⁻²⁴ and t the roundings on the way of a product
 * into the sum; earlier errors arrive as Σ|w|E; a smooth activation carries on at most max|σ'| E, and its slope moves by
 * at most max|σ''| E. Adjoints have bounds of the same kinds, from the output back.
 *
 * The bounds hold for rows in which every unit lies on the same side of its kinks in float32 as in exact arithmetic. The
 * margins tell which rows those are: a row is doubtful when some |x − kink| is not larger than the unit's E.
 */
export interface ErrorBound {
  /** In the order of the plan's margins: the error of what is compared with the kink. */
  readonly margins: Float64Array;
  /** For each chosen output: the error of its value. */
  readonly values: Float64Array;
  /** [output][input]: the error of the slope; 0 where the slope is exactly 0 in every row. */
  readonly slopes: Float64Array;
}

/**
 * The bound for rows whose units stay within `peaks` (per slot of the plan, as a guarded float32 run measures them).
 * Undefined for operations without a stated bound and for forward mode: those are computed in float64 throughout.
 */
export function boundErrors(plan: Plan, peaks: Float64Array): ErrorBound | undefined {
  if (plan.mode === 'forward') return undefined;
  const values = boundValues(plan, peaks);
  if (!values) return undefined;
  const slopes = new Float64Array(plan.outputs.length * plan.inputs);
  const ends = new Float64Array(plan.outputs.length);
  plan.outputs.forEach((output, k) => {
    const { value, element } = locateOutput(plan.network, output);
    ends[k] = values[value]!.error[element]!;
    let first = k * plan.inputs;
    for (const { error } of boundAdjoints(plan.network, values, value, element).slice(0, plan.network.inputs.length)) {
      slopes.set(error, first);
      first += error.length;
    }
  });
  return { margins: boundMargins(plan, values), values: ends, slopes };
}

/** Room for the rounding of the distance itself and of the bound. */
const slack = 1 + 1e-5;

function boundMargins(plan: Plan, values: readonly Bounds[]): Float64Array {
  const margins = new Float64Array(plan.margins.reduce((sum, site) => sum + site.count, 0));
  for (const site of plan.margins) {
    const node = plan.network.nodes[site.value - plan.network.inputs.length]!;
    const inputs = node.inputs.map((input) => values[input]!);
    for (let unit = 0; unit < site.count; unit++)
      margins[site.first + unit] = slack * decisionError(node, inputs, unit);
  }
  return margins;
}

/** The error of the difference whose sign decides where a unit lies. */
function decisionError(node: Node, inputs: readonly Bounds[], unit: number): number {
  const { op } = node;
  const [a, b] = inputs;
  if (op.kind === 'activation') {
    // The kink itself is rounded, and so is the sum that some activations compare with 0 and 1 instead.
    const kink = kinksOf(op.activation).reduce((most, place) => Math.max(most, Math.abs(place)), 0);
    return a!.error[unit]! + 1e-6 * kink;
  }
  if (op.kind === 'reduce') {
    const members = op.groups.indices.subarray(op.groups.starts[unit], op.groups.starts[unit + 1]);
    return 2 * members.reduce((most, member) => Math.max(most, a!.error[member]!), 0);
  }
  return a!.error[unit]! + (b?.error[unit] ?? 0);
}
