import type { DenseOp, Op } from '../../network/network';
import type { At } from '../derivative';
import { product } from './product';

type Scale = Extract<Op, { kind: 'scale' }>;
type Gather = Extract<Op, { kind: 'gather' }>;

/** x̄ += Wᵀ ȳ */
export function pullDense(op: DenseOp, _at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  const target = into[0]!;
  const width = target.length;
  adjoint.forEach((weight, row) => {
    if (weight === 0) return;
    for (let i = 0; i < width; i++) target[i]! += weight * op.weights[row * width + i]!;
  });
}

/** ẏ = W ẋ */
export function pushDense(op: DenseOp, at: At, tangents: readonly Float64Array[]): Float64Array {
  const tangent = tangents[0]!;
  const width = tangent.length;
  return at.output.map((_, row) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += op.weights[row * width + i]! * tangent[i]!;
    return sum;
  });
}

/** x̄ += factor · ȳ */
export function pullScale(op: Scale, _at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  const target = into[0]!;
  adjoint.forEach((weight, i) => (target[i]! += product(op.factor[i]!, weight)));
}

/** ẏ = factor · ẋ */
export function pushScale(op: Scale, _at: At, tangents: readonly Float64Array[]): Float64Array {
  return tangents[0]!.map((tangent, i) => product(op.factor[i]!, tangent));
}

/** Each element's adjoint goes back to where it was taken from. */
export function pullGather(op: Gather, _at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  const target = into[0]!;
  op.indices.forEach((index, i) => (target[index]! += adjoint[i]!));
}

/** ẏ_i = ẋ_index(i) */
export function pushGather(op: Gather, _at: At, tangents: readonly Float64Array[]): Float64Array {
  return Float64Array.from(op.indices, (index) => tangents[0]![index]!);
}

/** The adjoint is cut where the parts were joined. */
export function pullConcat(_op: Op, _at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  let offset = 0;
  for (const target of into) {
    for (let i = 0; i < target.length; i++) target[i]! += adjoint[offset + i]!;
    offset += target.length;
  }
}

/** Tangents are joined like the parts. */
export function pushConcat(_op: Op, at: At, tangents: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(at.output.length);
  let offset = 0;
  for (const tangent of tangents) {
    joined.set(tangent, offset);
    offset += tangent.length;
  }
  return joined;
}

/** The adjoint goes to the branch that was taken; the condition gets none. */
export function pullSelect(_op: Op, at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  at.inputs[0]!.forEach((condition, i) => (into[condition !== 0 ? 1 : 2]![i]! += adjoint[i]!));
}

/** The tangent of the branch that was taken. */
export function pushSelect(_op: Op, at: At, tangents: readonly Float64Array[]): Float64Array {
  return at.inputs[0]!.map((condition, i) => tangents[condition !== 0 ? 1 : 2]![i]!);
}
