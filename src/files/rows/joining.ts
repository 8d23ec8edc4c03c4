import type { Tensor } from '../../network/builder';
import { elements } from '../../network/tensor';
import { commonAxis } from './broadcasting';
import type { RowCall, Value } from './value';

/** Values joined along one axis, which may not be that of the rows. */
export function joined(call: RowCall, values: readonly Value[], axis: number): Value {
  const batch = commonAxis(
    call,
    values.map((value) => value.batch),
  );
  if (batch === axis) return call.refuseMixedRows('joins tables row by row');
  const type = values.some((value) => value.type === 'real') ? 'real' : (values[0]?.type ?? 'real');
  // An empty tensor adds nothing, whatever its other axes are (older tools write one to start a list with).
  const filled = values.filter((value) => elements(value.tensor.shape) > 0 || values.length === 1);
  const parts = filled.length > 0 ? filled : values.slice(0, 1);
  const tensors = parts.map((value) => withSingleRow(call, value, batch));
  call.expectRoom([tensors.reduce((sum, tensor) => sum + elements(tensor.shape), 0)]);
  return { tensor: call.builder.concat(tensors, axis), batch, type };
}

/** A part without rows whose first of several equal rows stands for all. */
function withSingleRow(call: RowCall, value: Value, batch: number | undefined): Tensor {
  const { tensor } = value;
  if (batch === undefined || value.batch !== undefined || tensor.shape[batch] === 1) return tensor;
  const one = call.builder.take(tensor, batch, [0]);
  const repeated = one.constant && call.builder.broadcastTo(one, tensor.shape).constant;
  if (tensor.shape[batch] === call.around.rows && repeated?.every((number, i) => number === tensor.constant?.[i]))
    return one;
  return call.refuseMixedRows('treats different rows differently');
}
