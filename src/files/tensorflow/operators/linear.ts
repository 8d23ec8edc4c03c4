import { ShapeError } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { einsteinSum } from '../../rows/einsum';
import { expectDenseRoom, matrixProduct } from '../../rows/products';
import { transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import { fusedActivation, preluOf } from './activations';
import { plusBias } from './arithmetic';

/** Products with weights, and running sums. */
export const linear: Readonly<Record<string, Operator>> = {
  BatchMatMul: stackedProduct,
  BatchMatMulV2: stackedProduct,
  BatchMatMulV3: stackedProduct,
  Cumprod,
  Cumsum,
  Einsum,
  MatMul,
  _FusedBatchMatMulV2: FusedMatMul,
  _FusedMatMul: FusedMatMul,
};

function MatMul(call: Call): Value {
  return product(call, 'transpose_a', 'transpose_b');
}

/** Products of stacks of matrices, spread over each other. */
function stackedProduct(call: Call): Value {
  return product(call, 'adj_x', 'adj_y');
}

/** A product, then what `fused_ops` lists: a bias, an activation. */
function FusedMatMul(call: Call): Value {
  const stacked = call.node.operator !== '_FusedMatMul';
  return fused(call, stacked ? stackedProduct(call) : MatMul(call), 0);
}

/** Applies the operators a fused node lists to its result; biases and slopes are its inputs from the third on. */
export function fused(call: Call, product: Value, places: number): Value {
  let next = 2;
  return call.attributes.texts('fused_ops').reduce((x: Value, name) => {
    if (name === 'BiasAdd') return plusBias(call, x, call.value(next++), places);
    if (name === 'Add') return plusBias(call, x, call.value(next++), 0);
    if (name === 'Prelu') return preluOf(call, x, call.value(next++));
    const activation = fusedActivation(name, call.float('leakyrelu_alpha', Math.fround(0.2)));
    if (!activation)
      return call.refuse(
        'tensorflow-unknown-operator',
        `carries the operator ${name}, which Slopescope does not know`,
        'Save the network before any optimiser has fused its operators.',
      );
    return { ...x, tensor: call.builder.activation(x.tensor, activation) };
  }, product);
}

function Einsum(call: Call): Value {
  return einsteinSum(call, call.text('equation', ''), call.values());
}

function product(call: Call, turnsFirst: string, turnsSecond: string): Value {
  const [a, b] = [call.value(0), call.value(1)];
  if (a.tensor.shape.length < 2 || b.tensor.shape.length < 2)
    throw new ShapeError(`[${a.tensor.shape.join(', ')}] and [${b.tensor.shape.join(', ')}] are no matrices`);
  return matrixProduct(call, oriented(call, a, turnsFirst), oriented(call, b, turnsSecond));
}

function oriented(call: Call, x: Value, attribute: string): Value {
  if (!call.truth(attribute, false)) return x;
  const rank = x.tensor.shape.length;
  return transposeValue(
    call,
    x,
    x.tensor.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)),
  );
}

/** Running sum along one axis. */
function Cumsum(call: Call): Value {
  const { x, axis, length, before } = running(call);
  const rank = x.tensor.shape.length;
  const weights = new Float64Array(length * length);
  for (let to = 0; to < length; to++)
    for (let from = 0; from < length; from++) if (before(from, to)) weights[to * length + from] = 1;
  const order = x.tensor.shape.map((_, k) => (k === axis ? rank - 1 : k === rank - 1 ? axis : k));
  expectDenseRoom(call, elements(x.tensor.shape) / Math.max(length, 1), length, length);
  const summed = call.builder.dense(call.builder.transpose(x.tensor, order), weights);
  return { ...x, tensor: call.builder.transpose(summed, order) };
}

/** Running product along one axis. */
function Cumprod(call: Call): Value {
  const { x, axis, length, before } = running(call);
  const { builder } = call;
  const first = builder.take(x.tensor, axis, [0]);
  const one = builder.constant(new Float64Array(elements(first.shape)).fill(1), first.shape);
  call.expectRoom([elements(x.tensor.shape), length]);
  const parts = Array.from({ length }, (_, to) => {
    const places = Array.from({ length }, (__, from) => from).filter((from) => before(from, to));
    if (places.length === 0) return one;
    return builder.reduce('product', builder.take(x.tensor, axis, places), [axis], true);
  });
  return { ...x, tensor: builder.concat(parts, axis) };
}

function running(call: Call) {
  const x = call.value(0);
  const axis = call.axis(call.numbers(1, 'axis')[0], x.tensor.shape.length);
  if (axis === x.batch) return call.refuseMixedRows('adds up over the rows of a table');
  const exclusive = call.truth('exclusive', false);
  const reverse = call.truth('reverse', false);
  const before = (from: number, to: number) => (from === to ? !exclusive : reverse ? from > to : from < to);
  return { x, axis, length: x.tensor.shape[axis]!, before };
}
