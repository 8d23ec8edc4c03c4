import { ranked } from '../../rows/ranking';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** Operators that put values into their order. */
export const ranking: OperatorGroup = {
  domain: '',
  operators: { TopK },
  notes: { TopK: 'constant K' },
};

/** The K largest or smallest elements along one axis, in order, and their positions. */
function TopK(call: Call): readonly Value[] {
  const x = call.value(0);
  const axis = call.axis(call.integer('axis', -1), x.tensor.shape.length);
  const count = call.version < 10 ? call.integer('k', 1) : (call.numbers(1, 'K')[0] ?? 1);
  return ranked(call, x, axis, count, call.integer('largest', 1) === 1);
}
