import { ShapeError, type NetworkBuilder, type Tensor } from '../../../network/builder';
import { elements, transposed } from '../../../network/tensor';
import { align } from '../../rows/broadcasting';
import { expectDenseRoom, matrixProduct } from '../../rows/products';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** Products with weights. */
export const linear: OperatorGroup = { domain: '', operators: { CumProd, CumSum, Gemm, MatMul } };

/** alpha · A' B' + beta · C, where A' and B' may be transposed and C is spread over the result. */
function Gemm(call: Call): Value {
  const a = oriented(call, 0, call.integer('transA', 0) === 1);
  const transposesB = call.integer('transB', 0) === 1;
  const c = call.optional(2);
  const alpha = call.float('alpha', 1);
  const beta = call.float('beta', 1);
  const layer = denseLayer(call, a, transposesB, alpha, c, beta);
  if (layer) return layer;
  const product = scaled(call, matrixProduct(call, a, oriented(call, 1, transposesB)), alpha);
  if (!c || beta === 0) return product;
  const { tensors, batch } = align(call, [product, scaled(call, c, beta)]);
  return call.give(call.builder.combine('add', tensors[0]!, tensors[1]!), batch, product.type);
}

/** numpy.matmul. */
function MatMul(call: Call): Value {
  return matrixProduct(call, call.value(0), call.value(1));
}

/** Running sum along one axis. */
function CumSum(call: Call): Value {
  const x = call.value(0);
  const rank = x.tensor.shape.length;
  const axis = call.axis(call.numbers(1, 'axis')[0] ?? 0, rank);
  if (axis === x.batch) return call.refuseMixedRows();
  const length = x.tensor.shape[axis]!;
  const exclusive = call.integer('exclusive', 0) === 1;
  const reverse = call.integer('reverse', 0) === 1;
  const weights = new Float64Array(length * length);
  for (let to = 0; to < length; to++) {
    for (let from = 0; from < length; from++) {
      const before = reverse ? from > to : from < to;
      if (before || (from === to && !exclusive)) weights[to * length + from] = 1;
    }
  }
  const order = x.tensor.shape.map((_, k) => (k === axis ? rank - 1 : k === rank - 1 ? axis : k));
  const { builder } = call;
  expectDenseRoom(call, elements(x.tensor.shape) / length, length, length);
  const summed = builder.dense(builder.transpose(x.tensor, order), weights);
  return call.give(builder.transpose(summed, order), x.batch, x.type);
}

/** Running product along one axis. */
function CumProd(call: Call): Value {
  const x = call.value(0);
  const axis = call.axis(call.numbers(1, 'axis')[0] ?? 0, x.tensor.shape.length);
  if (axis === x.batch) return call.refuseMixedRows();
  const { builder } = call;
  const length = x.tensor.shape[axis]!;
  const backwards = call.integer('reverse', 0) === 1;
  const order = Array.from({ length }, (_, k) => (backwards ? length - 1 - k : k));
  const first = builder.take(x.tensor, axis, [0]);
  const one = builder.constant(new Float64Array(elements(first.shape)).fill(1), first.shape);
  const exclusive = call.integer('exclusive', 0) === 1;
  const parts: Tensor[] = [];
  let product = one;
  for (const place of order) {
    const next = builder.combine('multiply', product, builder.take(x.tensor, axis, [place]));
    parts[place] = exclusive ? product : next;
    product = next;
  }
  return { ...x, tensor: builder.concat(parts, axis) };
}

/** The common case, one dense operation with its bias; undefined if the weights are not constant or C is no bias. */
function denseLayer(
  call: Call,
  a: Value,
  transposesB: boolean,
  alpha: number,
  c: Value | undefined,
  beta: number,
): Value | undefined {
  const stored = call.value(1).tensor;
  const [rows = 0, columns = 0] = stored.shape;
  if (!stored.constant || stored.shape.length !== 2 || a.tensor.constant || a.batch === 1) return undefined;
  const [inner, out] = transposesB ? [columns, rows] : [rows, columns];
  if (a.tensor.shape.length !== 2 || a.tensor.shape[1] !== inner) return undefined;
  const bias = c ? biasNumbers(call.builder, c.tensor, out, beta) : new Float64Array(out);
  if (!bias) return undefined;
  const weights = transposesB ? stored.constant : transposed(stored.constant, inner, out);
  const factored = alpha === 1 ? weights : weights.map((weight) => alpha * weight);
  expectDenseRoom(call, a.tensor.shape[0]!, out, inner);
  return call.give(call.builder.dense(a.tensor, factored, bias), a.batch);
}

/** C as one number per column, if it is constant and the same in every row. */
function biasNumbers(builder: NetworkBuilder, c: Tensor, out: number, beta: number): Float64Array | undefined {
  const rows = elements(c.shape.slice(0, -1));
  const width = c.shape.at(-1) ?? 1;
  if (!c.constant || rows !== 1 || (width !== 1 && width !== out)) return undefined;
  const spread = builder.broadcastTo(builder.reshape(c, [width]), [out]).constant;
  return spread?.map((number) => beta * number);
}

/** An operand of Gemm: a matrix, turned if it is stored the other way. */
function oriented(call: Call, index: number, transposes: boolean): Value {
  const value = call.value(index);
  if (value.tensor.shape.length !== 2)
    throw new ShapeError(`Gemm takes matrices, not [${value.tensor.shape.join(', ')}]`);
  if (!transposes) return value;
  return call.give(
    call.builder.transpose(value.tensor),
    value.batch === undefined ? undefined : 1 - value.batch,
    value.type,
  );
}

function scaled(call: Call, value: Value, factor: number): Value {
  if (factor === 1) return value;
  const size = elements(value.tensor.shape);
  const tensor = call.builder.scale(value.tensor, new Float64Array(size).fill(factor), new Float64Array(size));
  return { ...value, tensor };
}
