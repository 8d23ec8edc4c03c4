import { forward } from '../network/forward';
import type { Op } from '../network/network';
import { bendActivation, pullActivation, pushActivation } from './rules/activationRules';
import { bendCombine, pullCombine, pushCombine } from './rules/combineRules';
import { bendReduce, pullReduce, pushReduce } from './rules/reduceRules';
import { bendSoftmax, pullSoftmax, pushSoftmax } from './rules/softmaxRules';
import {
  pullConcat,
  pullDense,
  pullGather,
  pullScale,
  pullSelect,
  pushConcat,
  pushDense,
  pushGather,
  pushScale,
  pushSelect,
} from './rules/linearRules';

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

type Derivatives = { readonly [K in Op['kind']]: Derivative<Extract<Op, { kind: K }>> };

const straight = (): number => 0;
const silent = (): void => undefined;

/** The derivative table: one entry per operation; leaving one out does not compile. */
const derivatives: Derivatives = {
  constant: { forward, pullback: silent, pushforward: (op) => new Float64Array(op.values.length), bend: straight },
  dense: { forward, pullback: pullDense, pushforward: pushDense, bend: straight },
  scale: { forward, pullback: pullScale, pushforward: pushScale, bend: straight },
  activation: { forward, pullback: pullActivation, pushforward: pushActivation, bend: bendActivation },
  combine: { forward, pullback: pullCombine, pushforward: pushCombine, bend: bendCombine },
  gather: { forward, pullback: pullGather, pushforward: pushGather, bend: straight },
  concat: { forward, pullback: pullConcat, pushforward: pushConcat, bend: straight },
  reduce: { forward, pullback: pullReduce, pushforward: pushReduce, bend: bendReduce },
  softmax: { forward, pullback: pullSoftmax, pushforward: pushSoftmax, bend: bendSoftmax },
  // A comparison is piecewise constant: its slope is 0 wherever it exists.
  compare: { forward, pullback: silent, pushforward: (_, at) => new Float64Array(at.output.length), bend: straight },
  select: { forward, pullback: pullSelect, pushforward: pushSelect, bend: straight },
};

/** The table's entry for an operation, typed for any operation. */
export function derivativeOf<O extends Op>(op: O): Derivative<O>;
export function derivativeOf(op: Op): Derivative<never> {
  return derivatives[op.kind];
}
