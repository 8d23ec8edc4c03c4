import type { Op } from '../../network/network';
import { activationCurvature, activationSlope } from '../activationSlopes';
import type { At } from '../derivative';
import { product } from './product';

type ActivationOp = Extract<Op, { kind: 'activation' }>;

/** x̄ += σ'(x) ȳ */
export function pullActivation(op: ActivationOp, at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  const target = into[0]!;
  at.inputs[0]!.forEach((x, i) => {
    // 0 · ∞ must stay 0: a branch nothing depends on may have an infinite slope.
    if (adjoint[i] !== 0) target[i]! += activationSlope(op.activation, x, i) * adjoint[i]!;
  });
}

/** ẏ = σ'(x) ẋ */
export function pushActivation(op: ActivationOp, at: At, tangents: readonly Float64Array[]): Float64Array {
  return tangents[0]!.map((tangent, i) =>
    tangent === 0 ? 0 : activationSlope(op.activation, at.inputs[0]![i]!, i) * tangent,
  );
}

/** Σ ȳ σ''(x) a b */
export function bendActivation(
  op: ActivationOp,
  at: At,
  adjoint: Float64Array,
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): number {
  return at.inputs[0]!.reduce((sum, x, i) => {
    const moves = product(a[0]![i]!, b[0]![i]!);
    // 0 · ∞ must stay 0 here as well.
    if (adjoint[i] === 0 || moves === 0) return sum;
    return sum + adjoint[i]! * moves * activationCurvature(op.activation, x);
  }, 0);
}
