import { ranked } from '../../rows/ranking';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';

/** Operators that put values into their order. */
export const ranking: Readonly<Record<string, Operator>> = {
  ArgMax: (call) => farthest(call, true),
  ArgMin: (call) => farthest(call, false),
  TopK,
  TopKV2: TopK,
};

/** The k largest elements along the last axis, in order, and their positions. */
function TopK(call: Call): readonly Value[] {
  const x = call.value(0);
  const count = call.inputs.length > 1 ? (call.numbers(1, 'k')[0] ?? 0) : call.integer('k', 1);
  return ranked(call, x, x.tensor.shape.length - 1, count, true);
}

/** The position of the largest or smallest element along one axis, of equal ones the first; its slope is 0. */
function farthest(call: Call, largest: boolean): Value {
  const x = call.value(0);
  const { shape } = x.tensor;
  const axis = call.axis(call.numbers(1, 'axis')[0], shape.length);
  const [, position] = ranked(call, x, axis, 1, largest);
  const kept = shape.filter((_, other) => other !== axis);
  const batch = x.batch === undefined || x.batch < axis ? x.batch : x.batch - 1;
  return { ...position, tensor: call.builder.reshape(position.tensor, kept), batch };
}
