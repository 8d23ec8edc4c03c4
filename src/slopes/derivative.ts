import type { Op } from '../network/network';

/** The vectors an operation took and gave at one row. */
export interface At {
  readonly inputs: readonly Float64Array[];
  readonly output: Float64Array;
}

/**
 * How one kind of operation is differentiated, at one row, in float64.
 *
 * - `forward`: the value.
 * - `pullback`: adds to each input's adjoint what the output's adjoint says (reverse mode).
 * - `pushforward`: the output's tangent from the inputs' tangents (forward mode).
 * - `bend`: Σ_k adjoint_k · d²f_k[a, b], the second derivative along two tangents weighted with the adjoint;
 *   summed over all nodes it gives one element of the Hessian.
 */
export interface Derivative<O extends Op> {
  forward(op: O, inputs: readonly Float64Array[], size: number): Float64Array;
  pullback(op: O, at: At, adjoint: Float64Array, into: readonly Float64Array[]): void;
  pushforward(op: O, at: At, tangents: readonly Float64Array[]): Float64Array;
  bend(op: O, at: At, adjoint: Float64Array, a: readonly Float64Array[], b: readonly Float64Array[]): number;
}
