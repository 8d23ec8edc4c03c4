import type { Reduction } from '../../network/network';
import type { RowCall, Value } from './value';

/** Reduction of a value over the given axes, refused if the rows lie on one of them. */
export function reduceAxes(call: RowCall, how: Reduction, x: Value, axes: readonly number[], keepAxes: boolean): Value {
  const { batch } = x;
  if (batch !== undefined && axes.includes(batch)) return call.refuseMixedRows();
  const kept = keepAxes || batch === undefined ? batch : batch - axes.filter((axis) => axis < batch).length;
  return {
    tensor: call.builder.reduce(how, x.tensor, axes, keepAxes),
    batch: kept,
    type: how === 'mean' ? 'real' : x.type,
  };
}
