import type { Combination, Op } from '../../network/network';
import type { At } from '../derivative';
import { product } from './product';

type Combine = Extract<Op, { kind: 'combine' }>;

/** First derivatives of z(a, b): ∂z/∂a and ∂z/∂b. With a tie, max and min belong to the first argument. */
function partials(how: Combination, a: number, b: number): readonly [number, number] {
  switch (how) {
    case 'add':
      return [1, 1];
    case 'subtract':
      return [1, -1];
    case 'multiply':
      return [b, a];
    case 'divide':
      return [1 / b, -a / (b * b)];
    case 'max':
      return b > a ? [0, 1] : [1, 0];
    case 'min':
      return b < a ? [0, 1] : [1, 0];
    case 'pow':
      return [b === 0 ? 0 : b * a ** (b - 1), a > 0 ? a ** b * Math.log(a) : 0];
  }
}

/** Second derivatives of z(a, b): ∂²z/∂a², ∂²z/∂a∂b, ∂²z/∂b². */
function secondPartials(how: Combination, a: number, b: number): readonly [number, number, number] {
  switch (how) {
    case 'multiply':
      return [0, 1, 0];
    case 'divide':
      return [0, -1 / (b * b), (2 * a) / (b * b * b)];
    case 'pow':
      return a > 0
        ? [b * (b - 1) * a ** (b - 2), a ** (b - 1) * (1 + b * Math.log(a)), a ** b * Math.log(a) ** 2]
        : [b === 0 || b === 1 ? 0 : b * (b - 1) * a ** (b - 2), 0, 0];
    case 'add':
    case 'subtract':
    case 'max':
    case 'min':
      return [0, 0, 0];
  }
}

/** Product rule and its kin: ā += ∂z/∂a z̄, b̄ += ∂z/∂b z̄. */
export function pullCombine(op: Combine, at: At, adjoint: Float64Array, into: readonly Float64Array[]): void {
  const [a, b] = [at.inputs[0]!, at.inputs[1]!];
  adjoint.forEach((weight, i) => {
    if (weight === 0) return;
    const [byA, byB] = partials(op.how, a[i]!, b[i]!);
    into[0]![i]! += byA * weight;
    into[1]![i]! += byB * weight;
  });
}

/** ż = ∂z/∂a ȧ + ∂z/∂b ḃ */
export function pushCombine(op: Combine, at: At, tangents: readonly Float64Array[]): Float64Array {
  return at.output.map((_, i) => {
    const [byA, byB] = partials(op.how, at.inputs[0]![i]!, at.inputs[1]![i]!);
    return product(byA, tangents[0]![i]!) + product(byB, tangents[1]![i]!);
  });
}

/** Σ z̄ (z_aa a₁b₁ + z_ab (a₁b₂ + a₂b₁) + z_bb a₂b₂) */
export function bendCombine(
  op: Combine,
  at: At,
  adjoint: Float64Array,
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): number {
  return adjoint.reduce((sum, weight, i) => {
    if (weight === 0) return sum;
    const [aa, ab, bb] = secondPartials(op.how, at.inputs[0]![i]!, at.inputs[1]![i]!);
    const [a1, a2, b1, b2] = [a[0]![i]!, a[1]![i]!, b[0]![i]!, b[1]![i]!];
    return (
      sum +
      weight *
        (product(aa, product(a1, b1)) + product(ab, product(a1, b2) + product(a2, b1)) + product(bb, product(a2, b2)))
    );
  }, 0);
}
