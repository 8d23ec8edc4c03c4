import type { BlackBoxOp } from '../../network/network';
import type { At } from '../derivative';
import { differenceJacobian } from '../differences';

/** Adds the adjoint times the Jacobian by central differences. */
export function pullBlackBox(op: BlackBoxOp, at: At, adjoint: Float64Array, [into]: readonly Float64Array[]): void {
  const [x] = at.inputs;
  if (!x || !into) return;
  const jacobian = differenceJacobian(op, x, 1, adjoint.length);
  adjoint.forEach((weight, output) => {
    for (let input = 0; input < x.length; input++) into[input]! += weight * jacobian[output * x.length + input]!;
  });
}

/** The Jacobian by central differences times the tangent. */
export function pushBlackBox(op: BlackBoxOp, at: At, [tangent]: readonly Float64Array[]): Float64Array {
  const [x] = at.inputs;
  const outputs = at.output.length;
  if (!x || !tangent) return new Float64Array(outputs);
  const jacobian = differenceJacobian(op, x, 1, outputs);
  return at.output.map((_, output) =>
    tangent.reduce((sum, part, input) => sum + part * jacobian[output * x.length + input]!, 0),
  );
}

/** Second differences need longer steps than first ones: the fourth root of float32's precision. */
const longStep = 2 ** -6;

/** Σ adjoint · (f(x + ha + hb) − f(x + ha − hb) − f(x − ha + hb) + f(x − ha − hb)) ÷ 4h² */
export function bendBlackBox(
  op: BlackBoxOp,
  at: At,
  adjoint: Float64Array,
  [a]: readonly Float64Array[],
  [b]: readonly Float64Array[],
): number {
  const [x] = at.inputs;
  if (!x || !a || !b) return 0;
  const corners = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ] as const;
  return corners.reduce((sum, [alongA, alongB]) => {
    const moved = x.map((value, i) => value + longStep * (alongA * a[i]! + alongB * b[i]!));
    const y = op.values(moved, 1).reduce((total, value, output) => total + adjoint[output]! * value, 0);
    return sum + (alongA * alongB * y) / (4 * longStep ** 2);
  }, 0);
}
