import { elements } from '../../../network/tensor';
import type { Value } from '../../rows/value';
import type { Call } from '../call';

/**
 * Rows of a constant table at positions that the data choose (an embedding); their slope is 0. Negative positions count
 * from the end; a position outside the table, which stops ONNX Runtime, gives not-a-number.
 */
export function lookedUp(call: Call, table: Value, at: Value, axis: number): Value {
  const { constant, shape } = table.tensor;
  if (!constant || axis !== 0 || table.batch !== undefined || table.type === 'text')
    return call.refuse(
      'onnx-not-constant',
      'takes positions that the data choose',
      'Export the network with constant positions.',
    );
  const [rows = 0, ...rest] = shape;
  const width = elements(rest);
  const places = elements(at.tensor.shape);
  call.expectRoom([places, places, Math.max(rows, 1), Math.max(width, 1)]);
  const { builder } = call;
  const position = builder.reshape(at.tensor, [...at.tensor.shape, 1]);
  const named = (first: number) => {
    const numbers = Float64Array.from({ length: rows }, (_, k) => first + k);
    return builder.compare('equal', position, builder.constant(numbers, [rows]));
  };
  const hot = builder.combine('max', named(0), named(-rows));
  const columns = builder.transpose(builder.constant(constant, [rows, width])).constant ?? constant;
  const found = builder.dense(hot, columns);
  const inside = builder.reduce('max', hot, [at.tensor.shape.length], true);
  const known = builder.select(inside, found, builder.constant(Float64Array.of(NaN), []));
  return call.give(builder.reshape(known, [...at.tensor.shape, ...rest]), at.batch, table.type);
}
