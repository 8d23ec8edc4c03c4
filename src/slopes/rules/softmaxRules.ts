import type { Normalisation, Op } from '../../network/network';
import type { At } from '../derivative';
import { product } from './product';

type Softmax = Extract<Op, { kind: 'softmax' }>;

/**
 * The tangent of one group along `move`, with p the softmax (for log-softmax exp of the output):
 * softmax p_i (v_i − Σ p v), log-softmax v_i − Σ p v, sparsemax v_i − mean of v over the support (Martins and Astudillo 2016, eq. 10).
 * All three Jacobians J satisfy Jᵀ as written in `pullSoftmax`.
 */
function pushGroup(
  how: Normalisation,
  members: Int32Array,
  output: Float64Array,
  move: Float64Array,
  into: Float64Array,
): void {
  if (how === 'sparsemax') {
    const support = members.filter((member) => output[member]! > 0);
    const mean = support.reduce((sum, member) => sum + move[member]!, 0) / support.length;
    for (const member of support) into[member]! += move[member]! - mean;
    return;
  }
  const share = (member: number): number => (how === 'logSoftmax' ? Math.exp(output[member]!) : output[member]!);
  const mean = members.reduce((sum, member) => sum + product(share(member), move[member]!), 0);
  for (const member of members)
    into[member]! += product(how === 'logSoftmax' ? 1 : share(member), move[member]! - mean);
}

function eachGroup(op: Softmax, visit: (members: Int32Array) => void): void {
  const { starts, indices } = op.groups;
  for (let group = 0; group + 1 < starts.length; group++) visit(indices.subarray(starts[group], starts[group + 1]));
}

/** Softmax and sparsemax have symmetric Jacobians; for log-softmax x̄_i += ȳ_i − p_i Σ ȳ. */
export function pullSoftmax(op: Softmax, at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  const target = into[0]!;
  eachGroup(op, (members) => {
    if (op.how !== 'logSoftmax') {
      pushGroup(op.how, members, at.output, adjoint, target);
      return;
    }
    const total = members.reduce((sum, member) => sum + adjoint[member]!, 0);
    for (const member of members) target[member]! += adjoint[member]! - product(Math.exp(at.output[member]!), total);
  });
}

/** ẏ = J ẋ per group. */
export function pushSoftmax(op: Softmax, at: At, tangents: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(at.output.length);
  eachGroup(op, (members) => pushGroup(op.how, members, at.output, tangents[0]!, result));
  return result;
}

/**
 * With ā = Σ p a: softmax Σ_i ȳ_i p_i ((a_i − ā)(b_i − b̄) − Σ p (a − ā)(b − b̄)); log-softmax −Σ ȳ · Σ p (a − ā)(b − b̄); sparsemax is piecewise linear.
 */
export function bendSoftmax(
  op: Softmax,
  at: At,
  adjoint: Float64Array,
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): number {
  if (op.how === 'sparsemax') return 0;
  let sum = 0;
  eachGroup(op, (members) => {
    const share = (member: number): number =>
      op.how === 'logSoftmax' ? Math.exp(at.output[member]!) : at.output[member]!;
    const mean = (v: Float64Array): number => members.reduce((total, member) => total + share(member) * v[member]!, 0);
    const [meanA, meanB] = [mean(a[0]!), mean(b[0]!)];
    const joint = (member: number): number => (a[0]![member]! - meanA) * (b[0]![member]! - meanB);
    const covariance = members.reduce((total, member) => total + share(member) * joint(member), 0);
    for (const member of members) {
      const bent = op.how === 'logSoftmax' ? -covariance : share(member) * (joint(member) - covariance);
      sum += product(adjoint[member]!, bent);
    }
  });
  return sum;
}
