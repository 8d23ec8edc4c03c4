import { combineNumbers } from '../../network/forward';
import type { Op } from '../../network/network';
import type { At } from '../derivative';
import { product } from './product';

type Reduce = Extract<Op, { kind: 'reduce' }>;

/** Calls `visit` with the members of each group. */
function eachGroup(op: Reduce, visit: (members: Int32Array, group: number) => void): void {
  const { starts, indices } = op.groups;
  for (let group = 0; group + 1 < starts.length; group++)
    visit(indices.subarray(starts[group], starts[group + 1]), group);
}

/** ∂y/∂x_member: 1 for sum, 1/n for mean, the winner takes all for max and min (the first of a tie), the product of the others for product. */
function partial(op: Reduce, x: Float64Array, members: Int32Array, position: number): number {
  switch (op.how) {
    case 'sum':
      return 1;
    case 'mean':
      return 1 / members.length;
    case 'product':
      return members.reduce((product, member, k) => (k === position ? product : product * x[member]!), 1);
    case 'max':
    case 'min':
      return winner(op.how, x, members) === position ? 1 : 0;
  }
}

function winner(how: 'max' | 'min', x: Float64Array, members: Int32Array): number {
  let best = 0;
  members.forEach((member, k) => {
    const leading = x[members[best]!]!;
    if (combineNumbers(how, leading, x[member]!) !== leading) best = k;
  });
  return best;
}

/** x̄_member += ∂y/∂x_member ȳ */
export function pullReduce(op: Reduce, at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  const target = into[0]!;
  eachGroup(op, (members, group) => {
    if (adjoint[group] === 0) return;
    members.forEach((member, k) => (target[member]! += partial(op, at.inputs[0]!, members, k) * adjoint[group]!));
  });
}

/** ẏ = Σ ∂y/∂x_member ẋ_member */
export function pushReduce(op: Reduce, at: At, tangents: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(at.output.length);
  eachGroup(op, (members, group) => {
    result[group] = members.reduce(
      (sum, member, k) => sum + partial(op, at.inputs[0]!, members, k) * tangents[0]![member]!,
      0,
    );
  });
  return result;
}

/** Only a product bends: Σ_{i≠j} a_i b_j Π_{k≠i,j} x_k. */
export function bendReduce(
  op: Reduce,
  at: At,
  adjoint: Float64Array,
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): number {
  if (op.how !== 'product') return 0;
  const x = at.inputs[0]!;
  let sum = 0;
  eachGroup(op, (members, group) => {
    members.forEach((first, i) =>
      members.forEach((second, j) => {
        const moves = product(a[0]![first]!, b[0]![second]!);
        if (i === j || adjoint[group] === 0 || moves === 0) return;
        const rest = members.reduce((others, member, k) => (k === i || k === j ? others : others * x[member]!), 1);
        sum += adjoint[group]! * moves * rest;
      }),
    );
  });
  return sum;
}
