import { ShapeError, type Tensor } from '../../../network/builder';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import { refusalOf } from '../refusedOperators';
import type { OperatorGroup } from './group';

/** Numbers that are stored in few bits; a network that rounds to few bits while it computes is refused. */
export const quantised: OperatorGroup = {
  domain: '',
  operators: { DequantizeLinear },
  notes: { DequantizeLinear: 'constant scale' },
};

/** (x − zero point) · scale, of stored weights or of whole numbers of the data: with one scale, one per place of an axis, or one per block of an axis. */
function DequantizeLinear(call: Call): Value {
  const x = call.value(0);
  const [scale, zeroPoint] = [call.value(1), call.optional(2)];
  if (x.type === 'truth' || !scale.tensor.constant || (zeroPoint && !zeroPoint.tensor.constant)) {
    const { code, because, remedy } = refusalOf(call.node);
    return call.refuse(code, because, remedy);
  }
  const { builder } = call;
  const shifted = zeroPoint
    ? builder.combine('subtract', x.tensor, spread(call, zeroPoint.tensor, x.tensor))
    : x.tensor;
  return call.give(builder.combine('multiply', shifted, spread(call, scale.tensor, x.tensor)), x.batch);
}

/** A scale or zero point so that it meets the elements it belongs to. */
function spread(call: Call, tensor: Tensor, x: Tensor): Tensor {
  const { builder } = call;
  const rank = x.shape.length;
  if (tensor.constant?.length === 1) return builder.reshape(tensor, []);
  const axis = call.axis(call.integer('axis', 1), rank);
  const block = call.integer('block_size', 0);
  if (block > 0) {
    const blocks = Array.from({ length: x.shape[axis]! }, (_, place) => Math.floor(place / block));
    return builder.take(tensor, axis, blocks);
  }
  if (tensor.shape.length !== 1)
    throw new ShapeError(`scales of [${tensor.shape.join(', ')}] are not for [${x.shape.join(', ')}]`);
  return builder.reshape(tensor, [tensor.shape[0]!, ...x.shape.slice(axis + 1).map(() => 1)]);
}
