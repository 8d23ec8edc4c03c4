import type { Derivative } from './derivative';
import { forward } from '../network/forward';
import type { Op } from '../network/network';
import { bendActivation, pullActivation, pushActivation } from './rules/activationRules';
import { bendBlackBox, pullBlackBox, pushBlackBox } from './rules/blackBoxRules';
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
  blackBox: { forward, pullback: pullBlackBox, pushforward: pushBlackBox, bend: bendBlackBox },
};

/** The table's entry for an operation, typed for any operation. */
export function derivativeOf<O extends Op>(op: O): Derivative<O>;
export function derivativeOf(op: Op): Derivative<never> {
  return derivatives[op.kind];
}
