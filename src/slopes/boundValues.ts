import type { Combination, DenseOp, Groups, Node, Reduction } from '../network/network';
import { activationBound, activationError } from './activationBounds';
import { sumLength } from './instructions';
import type { Plan } from './plan';

/** Bounds of the units of one value, or of its adjoint: on the magnitude, and on the float32 result's distance from it. */
export interface Bounds {
  readonly size: Float64Array;
  readonly error: Float64Array;
}

/** Unit roundoff of float32. */
export const roundoff = 2 ** -24;
/** What may be lost where products fall below the smallest numbers of float32, with ample room for what follows. */
export const underflow = 1e-30;

/** γ for a sum of n products: the longest way of one product through blocks of sums or tables, and a few roundings more. */
export function sumError(n: number): number {
  const steps = Math.max(Math.min(n, sumLength) + Math.ceil(n / sumLength), Math.ceil(n / 4)) + 5;
  return (steps * roundoff) / (1 - steps * roundoff);
}

/** γ for a sum of n numbers one after the other. */
export function chainError(n: number): number {
  return ((n + 5) * roundoff) / (1 - (n + 5) * roundoff);
}

/** Bounds of `size` units that are all 0. */
export function noBounds(size: number): Bounds {
  return { size: new Float64Array(size), error: new Float64Array(size) };
}

/**
 * Bounds of every value (ports first, then nodes) while the plan's slots stay within `peaks`; undefined for operations
 * without a stated bound.
 */
export function boundValues(plan: Plan, peaks: Float64Array): Bounds[] | undefined {
  const { network, valueSlots } = plan;
  const bounds: Bounds[] = network.inputs.map((port, value) => {
    const size = peaks.slice(valueSlots[value], valueSlots[value]! + port.size);
    return { size, error: size.map((most) => roundoff * most) };
  });
  for (const [index, node] of network.nodes.entries()) {
    const value = network.inputs.length + index;
    const slot = valueSlots[value]!;
    if (slot < 0) {
      bounds.push(noBounds(node.size));
      continue;
    }
    // Slots that a later operation writes over were measured after it: they say nothing about this value.
    const overwritten = valueSlots.includes(slot, value + 1);
    const measured = overwritten ? undefined : peaks.subarray(slot, slot + node.size);
    const found = boundNode(
      node,
      node.inputs.map((input) => bounds[input]!),
      measured,
    );
    if (!found) return undefined;
    measured?.forEach((most, i) => (found.size[i] = most + found.error[i]!));
    bounds.push(found);
  }
  return bounds;
}

function boundNode(node: Node, inputs: readonly Bounds[], measured: Float64Array | undefined): Bounds | undefined {
  const { op, size } = node;
  const [a = noBounds(0), b = noBounds(0), c = noBounds(0)] = inputs;
  switch (op.kind) {
    case 'constant': {
      const most = op.values.map(Math.abs);
      return { size: most, error: most.map((value) => roundoff * value) };
    }
    case 'dense':
      return boundDense(op, a, size);
    case 'scale': {
      const most = a.size.map((x, i) => Math.abs(op.factor[i]!) * x + Math.abs(op.offset[i]!));
      const error = a.error.map((x, i) => Math.abs(op.factor[i]!) * x + sumError(1) * most[i]!);
      return { size: most, error };
    }
    case 'activation':
      return boundActivation(node, a, measured);
    case 'combine':
      return boundPair(op.how, a, b);
    case 'gather':
      return {
        size: Float64Array.from(op.indices, (i) => a.size[i]!),
        error: Float64Array.from(op.indices, (i) => a.error[i]!),
      };
    case 'concat':
      return {
        size: Float64Array.from(inputs.flatMap((part) => [...part.size])),
        error: Float64Array.from(inputs.flatMap((part) => [...part.error])),
      };
    case 'reduce':
      return boundReduction(op.how, op.groups, a, size);
    case 'softmax':
      return op.how === 'softmax' ? boundSoftmax(op.groups, a) : undefined;
    case 'compare':
      // Decided rightly: a margin watches the distance of the two.
      return { size: new Float64Array(size).fill(1), error: new Float64Array(size) };
    case 'select':
      // A condition that is not exactly known might choose another branch without a margin saying so.
      if (a.error.some((error) => error !== 0)) return undefined;
      return {
        size: b.size.map((x, i) => Math.max(x, c.size[i]!)),
        error: b.error.map((x, i) => Math.max(x, c.error[i]!)),
      };
  }
}

function boundDense(op: DenseOp, x: Bounds, outputs: number): Bounds {
  const result = noBounds(outputs);
  const inputs = x.size.length;
  const gamma = sumError(inputs);
  for (let out = 0; out < outputs; out++) {
    let most = Math.abs(op.bias[out]!);
    let carried = 0;
    for (let i = 0, w = out * inputs; i < inputs; i++, w++) {
      const weight = Math.abs(op.weights[w]!);
      most += weight * x.size[i]!;
      carried += weight * x.error[i]!;
    }
    result.size[out] = most;
    result.error[out] = carried + gamma * most + (most > 0 ? underflow : 0);
  }
  return result;
}

function boundActivation(node: Node, x: Bounds, measured: Float64Array | undefined): Bounds | undefined {
  if (node.op.kind !== 'activation') return undefined;
  const result = noBounds(node.size);
  for (let i = 0; i < node.size; i++) {
    const most = measured?.[i] ?? Infinity;
    const bound = activationBound(node.op.activation, x.size[i]! + x.error[i]!, most);
    if (!bound) return undefined;
    const { relative, absolute } = bound.straight ? { relative: 4 * roundoff, absolute: 0 } : activationError;
    // Straight pieces are computed from the argument, whose magnitude may exceed the value's.
    const scale = bound.straight ? bound.slope * x.size[i]! : most;
    result.error[i] = bound.slope * x.error[i]! + relative * scale + absolute * Math.max(1, bound.slope);
    result.size[i] = most;
  }
  return result;
}

function boundPair(how: Combination, a: Bounds, b: Bounds): Bounds | undefined {
  const each = (give: (ma: number, mb: number, ea: number, eb: number) => number): Float64Array =>
    a.size.map((ma, i) => give(ma, b.size[i]!, a.error[i]!, b.error[i]!));
  switch (how) {
    case 'add':
    case 'subtract':
      return {
        size: each((ma, mb) => ma + mb),
        error: each((ma, mb, ea, eb) => ea + eb + 2 * roundoff * (ma + mb)),
      };
    case 'multiply':
      return {
        size: each((ma, mb) => ma * mb),
        error: each((ma, mb, ea, eb) => ma * eb + mb * ea + ea * eb + 2 * roundoff * ma * mb + underflow),
      };
    case 'max':
    case 'min':
      return { size: each((ma, mb) => Math.max(ma, mb)), error: each((_ma, _mb, ea, eb) => Math.max(ea, eb)) };
    case 'divide':
    case 'pow':
      return undefined;
  }
}

function boundReduction(how: Reduction, groups: Groups, x: Bounds, size: number): Bounds | undefined {
  if (how === 'product') return undefined;
  const result = noBounds(size);
  for (let group = 0; group < size; group++) {
    const members = groups.indices.subarray(groups.starts[group], groups.starts[group + 1]);
    const total = (of: Float64Array): number => members.reduce((sum, member) => sum + of[member]!, 0);
    const top = (of: Float64Array): number => members.reduce((most, member) => Math.max(most, of[member]!), 0);
    const share = how === 'mean' ? 1 / members.length : 1;
    const adds = how === 'sum' || how === 'mean';
    result.size[group] = adds ? share * total(x.size) : top(x.size);
    result.error[group] = adds ? share * (total(x.error) + chainError(members.length) * total(x.size)) : top(x.error);
  }
  return result;
}

/** Moving all arguments by at most δ changes a share p by at most p (e^(2δ) − 1). */
function boundSoftmax(groups: Groups, x: Bounds): Bounds {
  const result = noBounds(x.size.length);
  for (let group = 0; group + 1 < groups.starts.length; group++) {
    const members = groups.indices.subarray(groups.starts[group], groups.starts[group + 1]);
    const shift = members.reduce((top, member) => Math.max(top, x.error[member]! + 4 * roundoff * x.size[member]!), 0);
    const relative = Math.expm1(2 * shift) + 2 * activationError.relative + 2 * chainError(members.length);
    for (const member of members) {
      result.size[member] = 1;
      result.error[member] = relative + underflow;
    }
  }
  return result;
}
