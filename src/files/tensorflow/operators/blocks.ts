import { ShapeError } from '../../../network/builder';
import { pad } from '../../../network/layers';
import { elements } from '../../../network/tensor';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';

/** Operators that hand the places of a row out to several rows and back: how TensorFlow computes dilated convolutions. */
export const blockOperators: Readonly<Record<string, Operator>> = { BatchToSpaceND, SpaceToBatchND };

/** Pads the places and deals them out: of each block of places every one goes to a row of its own. */
function SpaceToBatchND(call: Call): Value {
  const x = call.value(0);
  const { block, border } = blockOf(call, x);
  if (x.tensor.shape[0] !== 1) return call.refuseMixedRows();
  const { builder } = call;
  const before = x.tensor.shape.map((_, axis) => border[axis]?.[0] ?? 0);
  const after = x.tensor.shape.map((_, axis) => border[axis]?.[1] ?? 0);
  call.expectRoom(x.tensor.shape.map((length, axis) => length + before[axis]! + after[axis]!));
  const padded = pad(builder, x.tensor, before, after);
  const [, ...shape] = padded.shape;
  const places = block.map((size, axis) => shape[axis]! / size);
  const rest = shape.slice(block.length);
  // Places along each axis as [blocks, within a block], then all that is within a block in front.
  const split = builder.reshape(padded, [...places.flatMap((count, axis) => [count, block[axis]!]), ...rest]);
  const counted = block.map((_, axis) => 2 * axis);
  const order = [...counted.map((axis) => axis + 1), ...counted, ...rest.map((_, k) => 2 * block.length + k)];
  const dealt = builder.transpose(split, order);
  return { ...x, tensor: builder.reshape(dealt, [elements(block), ...places, ...rest]) };
}

/** The way back: collects the places of each block and cuts the border off. */
function BatchToSpaceND(call: Call): Value {
  const x = call.value(0);
  const { block, border } = blockOf(call, x);
  const [count = 0, ...shape] = x.tensor.shape;
  if (count !== elements(block)) return call.refuseMixedRows();
  const { builder } = call;
  const places = shape.slice(0, block.length);
  const rest = shape.slice(block.length);
  const split = builder.reshape(x.tensor, [...block, ...shape]);
  const order = block.flatMap((_, axis) => [block.length + axis, axis]);
  const collected = builder.transpose(split, [...order, ...rest.map((_, k) => 2 * block.length + k)]);
  const whole = builder.reshape(collected, [1, ...places.map((length, axis) => length * block[axis]!), ...rest]);
  const tensor = block.reduce((part, _, k) => {
    const length = part.shape[k + 1]!;
    const [before = 0, after = 0] = border[k + 1] ?? [];
    const kept = Math.max(length - before - after, 0);
    return builder.take(
      part,
      k + 1,
      Array.from({ length: kept }, (__, i) => before + i),
    );
  }, whole);
  return { ...x, tensor };
}

/** Sizes of the blocks along the places, and the border per axis of the tensor, rows included. */
function blockOf(call: Call, x: Value) {
  const block = Array.from(call.numbers(1, 'block'));
  const numbers = Array.from(call.numbers(2, 'border'));
  if (x.batch !== undefined && x.batch !== 0) return call.refuseMixedRows();
  if (
    block.some((size) => !(size >= 1)) ||
    numbers.length !== 2 * block.length ||
    numbers.some((width) => !(width >= 0))
  )
    throw new ShapeError(`blocks of [${block.join(', ')}] do not have the borders [${numbers.join(', ')}]`);
  const border = [[0, 0], ...block.map((_, axis) => numbers.slice(2 * axis, 2 * axis + 2))];
  return { block, border };
}
