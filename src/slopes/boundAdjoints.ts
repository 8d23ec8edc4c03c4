import type { DenseOp, Network, Node } from '../network/network';
import { valueSize } from '../network/network';
import { activationBound, activationError } from './activationBounds';
import type { Bounds } from './boundValues';
import { chainError, noBounds, roundoff, sumError, underflow } from './boundValues';

/**
 * Bounds of the adjoints of every value for one output element, given the bounds of the values. An adjoint that is 0
 * whatever the row has size and error 0.
 */
export function boundAdjoints(network: Network, values: readonly Bounds[], output: number, element: number): Bounds[] {
  const ports = network.inputs.length;
  const adjoints = values.map((_, value) => noBounds(valueSize(network, value)));
  adjoints[output]!.size[element] = 1;
  for (let index = network.nodes.length - 1; index >= 0; index--) {
    const node = network.nodes[index]!;
    const adjoint = adjoints[ports + index]!;
    if (adjoint.size.every((most) => most === 0)) continue;
    const at: Step = {
      node,
      adjoint,
      value: values[ports + index]!,
      inputs: node.inputs.map((input) => values[input]!),
      into: node.inputs.map((input) => adjoints[input]!),
    };
    pull(at);
  }
  return adjoints;
}

interface Step {
  readonly node: Node;
  readonly adjoint: Bounds;
  readonly value: Bounds;
  readonly inputs: readonly Bounds[];
  readonly into: readonly Bounds[];
}

/** Adds one contribution; adding it to what is there rounds once more. */
function add(to: Bounds, unit: number, size: number, error: number): void {
  if (size === 0) return;
  to.size[unit]! += size;
  to.error[unit]! += error + 2 * roundoff * to.size[unit]! + underflow;
}

function pull(at: Step): void {
  const { node, adjoint, into } = at;
  const { op } = node;
  const each = (visit: (size: number, error: number, unit: number) => void): void =>
    adjoint.size.forEach((size, unit) => visit(size, adjoint.error[unit]!, unit));
  switch (op.kind) {
    case 'dense':
      pullDense(op, adjoint, into[0]!);
      break;
    case 'scale':
      each((size, error, i) => {
        const factor = Math.abs(op.factor[i]!);
        add(into[0]!, i, factor * size, factor * (error + sumError(1) * size));
      });
      break;
    case 'activation':
      pullActivation(at);
      break;
    case 'combine':
      pullPair(at);
      break;
    case 'gather':
      each((size, error, i) => add(into[0]!, op.indices[i]!, size, error));
      break;
    case 'concat': {
      let offset = 0;
      for (const part of into) {
        for (let i = 0; i < part.size.length; i++, offset++)
          add(part, i, adjoint.size[offset]!, adjoint.error[offset]!);
      }
      break;
    }
    case 'reduce':
      each((size, error, group) => {
        const members = op.groups.indices.subarray(op.groups.starts[group], op.groups.starts[group + 1]);
        const share = op.how === 'mean' ? 1 / members.length : 1;
        for (const member of members) add(into[0]!, member, share * size, share * error + roundoff * size);
      });
      break;
    case 'softmax':
      pullSoftmax(at);
      break;
    case 'select':
      each((size, error, i) => {
        add(into[1]!, i, size, error);
        add(into[2]!, i, size, error);
      });
      break;
    case 'constant':
    case 'compare':
      break;
  }
}

function pullDense(op: DenseOp, adjoint: Bounds, into: Bounds): void {
  const width = into.size.length;
  const gamma = sumError(adjoint.size.length);
  const size = new Float64Array(width);
  const error = new Float64Array(width);
  for (let out = 0; out < adjoint.size.length; out++) {
    if (adjoint.size[out] === 0) continue;
    for (let i = 0, w = out * width; i < width; i++, w++) {
      const weight = Math.abs(op.weights[w]!);
      size[i]! += weight * adjoint.size[out]!;
      error[i]! += weight * (adjoint.error[out]! + gamma * (adjoint.size[out]! + adjoint.error[out]!));
    }
  }
  for (let i = 0; i < width; i++) add(into, i, size[i]!, error[i]!);
}

/** δ(s ȳ) ≤ (|s| + δs) δȳ + |ȳ| δs, with δs from the error of the argument and the kernels' own. */
function pullActivation({ node, adjoint, value, inputs, into }: Step): void {
  if (node.op.kind !== 'activation') return;
  const x = inputs[0]!;
  for (let i = 0; i < node.size; i++) {
    const bound = activationBound(node.op.activation, x.size[i]! + x.error[i]!, value.size[i]!);
    if (!bound || adjoint.size[i] === 0) continue;
    const { relative, absolute } = bound.straight ? { relative: 2 * roundoff, absolute: 0 } : activationError;
    const shift = bound.curvature * x.error[i]! + relative * bound.slope + absolute * Math.max(1, bound.slope);
    const [size, error] = [adjoint.size[i]!, adjoint.error[i]!];
    add(into[0]!, i, bound.slope * size, (bound.slope + shift) * error + size * shift + roundoff * bound.slope * size);
  }
}

function pullPair({ node, adjoint, inputs, into }: Step): void {
  if (node.op.kind !== 'combine') return;
  const { how } = node.op;
  adjoint.size.forEach((size, i) => {
    const error = adjoint.error[i]!;
    [0, 1].forEach((side) => {
      const other = inputs[1 - side]!;
      const factor = how === 'multiply' ? other.size[i]! : 1;
      const shift = how === 'multiply' ? other.error[i]! + roundoff * factor : 0;
      add(into[side]!, i, factor * size, (factor + shift) * error + shift * size);
    });
  });
}

/** x̄_i = p_i (ȳ_i − Σ p ȳ) with shares p known up to their errors. */
function pullSoftmax({ node, adjoint, value, into }: Step): void {
  if (node.op.kind !== 'softmax') return;
  const { groups } = node.op;
  for (let group = 0; group + 1 < groups.starts.length; group++) {
    const members = groups.indices.subarray(groups.starts[group], groups.starts[group + 1]);
    const top = (of: Float64Array): number => members.reduce((most, member) => Math.max(most, of[member]!), 0);
    const shares = members.reduce((sum, member) => sum + value.error[member]!, 0);
    const [most, error] = [top(adjoint.size), top(adjoint.error)];
    const meanError = error * (1 + shares) + most * (shares + chainError(members.length));
    for (const member of members) {
      const share = value.size[member]!;
      const size = share * 2 * most;
      const change = (share + value.error[member]!) * (error + meanError) + value.error[member]! * 2 * most;
      add(into[0]!, member, size, change + 4 * roundoff * size);
    }
  }
}
