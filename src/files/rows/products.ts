import { ShapeError, type NetworkBuilder, type Tensor } from '../../network/builder';
import { broadcastShape, elements, transposed } from '../../network/tensor';
import { commonAxis, jointType } from './broadcasting';
import type { RowCall, Value } from './value';

/** The product of two values as matrices, or stacks of them, under numpy's rules. */
export function matrixProduct(call: RowCall, a: Value, b: Value): Value {
  const left = a.tensor.shape.length === 1 ? withAxis(call, a, 0) : a;
  const right = b.tensor.shape.length === 1 ? withAxis(call, b, 1) : b;
  const batch = productBatch(call, left, right);
  const product = productTensor(call, left.tensor, right.tensor);
  const rank = product.shape.length;
  const dropped = [
    ...(a.tensor.shape.length === 1 ? [rank - 2] : []),
    ...(b.tensor.shape.length === 1 ? [rank - 1] : []),
  ];
  const shape = product.shape.filter((_, axis) => !dropped.includes(axis));
  const kept = batch === undefined ? undefined : batch - dropped.filter((axis) => axis < batch).length;
  return { tensor: call.builder.reshape(product, shape), batch: kept, type: jointType([a, b]) };
}

/** Refuses a dense map that is applied at too many places: it is written out as one matrix. */
export function expectDenseRoom(call: RowCall, places: number, out: number, width: number): void {
  if (places > 1) call.expectRoom([places, out, places, width]);
}

function withAxis(call: RowCall, value: Value, at: 0 | 1): Value {
  const [length = 0] = value.tensor.shape;
  const shape = at === 0 ? [1, length] : [length, 1];
  const batch = value.batch === undefined ? undefined : 1 - at;
  return { ...value, tensor: call.builder.reshape(value.tensor, shape), batch };
}

/** The axis of rows in the product: it may not be the axis the product sums over. */
function productBatch(call: RowCall, a: Value, b: Value): number | undefined {
  const rankA = a.tensor.shape.length;
  const rankB = b.tensor.shape.length;
  if (a.batch === rankA - 1 || b.batch === rankB - 2) return call.refuseMixedRows('adds up over the rows of a table');
  const rank = Math.max(rankA, rankB);
  const axes = [
    a.batch === undefined ? undefined : a.batch + rank - rankA,
    b.batch === undefined ? undefined : b.batch + rank - rankB,
  ];
  const batch = commonAxis(call, axes);
  if (batch !== undefined && batch < rank - 2) {
    const lengths = [a.tensor.shape[batch - rank + rankA] ?? 1, b.tensor.shape[batch - rank + rankB] ?? 1];
    if (axes.some((axis, k) => axis === undefined && lengths[k] !== 1))
      return call.refuseMixedRows('treats different rows differently');
  }
  return batch;
}

function productTensor(call: RowCall, a: Tensor, b: Tensor): Tensor {
  const { builder } = call;
  const inner = a.shape.at(-1)!;
  const rows = a.shape.at(-2)!;
  const columns = b.shape.at(-1)!;
  if (inner !== b.shape.at(-2))
    throw new ShapeError(`[${a.shape.join(', ')}] and [${b.shape.join(', ')}] cannot be multiplied as matrices`);
  const flatA = a.shape.length === 2 && a.constant;
  const flatB = b.shape.length === 2 && b.constant;
  if (flatA && flatB) return constantProduct(call, flatA, flatB, rows, inner, columns);
  if (flatB) {
    expectDenseRoom(call, elements(a.shape) / Math.max(inner, 1), columns, inner);
    return builder.dense(a, transposed(flatB, inner, columns));
  }
  if (flatA) {
    expectDenseRoom(call, elements(b.shape) / Math.max(inner, 1), rows, inner);
    return swapLast(builder, builder.dense(swapLast(builder, b), flatA));
  }
  const lead = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)) ?? [];
  call.expectRoom([...lead, rows, columns, inner]);
  return builder.matMul(a, b);
}

function constantProduct(
  call: RowCall,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Tensor {
  call.expectRoom([rows, columns]);
  const product = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[row * inner + k]!;
      for (let column = 0; column < columns; column++)
        product[row * columns + column]! += factor * b[k * columns + column]!;
    }
  }
  return call.builder.constant(product, [rows, columns]);
}

function swapLast(builder: NetworkBuilder, x: Tensor): Tensor {
  const rank = x.shape.length;
  return builder.transpose(
    x,
    x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)),
  );
}
