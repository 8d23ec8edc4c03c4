import type { Tensor } from '../../../network/builder';
import { elements, transposed } from '../../../network/tensor';
import { combineTensors, scaleBy } from './elementwise';
import {
  aligned,
  failAcrossRows,
  failCall,
  fullRank,
  numberArgument,
  operator,
  optionalTensor,
  tensorArgument,
  tensorValue,
  withTensor,
  type Operator,
  type OperatorCall,
  type TensorValue,
} from './values';

/** Products with matrices and vectors. */
export const linearOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['linear', operator('input weight bias', linear)],
  ['addmm', operator('self mat1 mat2 beta alpha', addProduct)],
  ['addmv', operator('self mat1 mat2 beta alpha', addProduct)],
  ['baddbmm', operator('self mat1 mat2 beta alpha', addProduct)],
  ['mm', operator('self mat2', (call) => product(call, 'mat2'))],
  ['bmm', operator('self mat2', (call) => product(call, 'mat2'))],
  ['mv', operator('self vec', (call) => product(call, 'vec'))],
  ['dot', operator('self tensor', (call) => product(call, 'tensor'))],
  ['vdot', operator('self other', (call) => product(call, 'other'))],
  ['matmul', operator('self other', (call) => product(call, 'other'))],
  ['linalg_matmul', operator('self other', (call) => product(call, 'other'))],
  ['bilinear', operator('input1 input2 weight bias', bilinear)],
]);

/** y = x Wᵀ + b with W [out, in]; a W of one axis gives one number per row. */
function linear(call: OperatorCall): TensorValue {
  const [x, weight] = [tensorArgument(call, 'input'), tensorArgument(call, 'weight')];
  const bias = optionalTensor(call, 'bias');
  const { constant, shape } = weight.tensor;
  const [out = 1, width = 1] = shape;
  if (x.batched && x.lead === fullRank(x) - 1) failAcrossRows(call);
  if (constant && shape.length === 2 && (!bias || bias.tensor.constant) && x.tensor.shape.length > 0) {
    if (x.tensor.shape.at(-1) !== width)
      failCall(call, `its weights take ${width} values, but ${x.tensor.shape.at(-1) ?? 1} arrive`, 'torch-shapes');
    const offsets = bias?.tensor.constant;
    if (offsets && offsets.length !== out) failCall(call, 'its bias does not fit its weights');
    return withTensor(x, call.builder.dense(x.tensor, constant, offsets));
  }
  const turned = shape.length === 2 ? tensorValue(call.builder.transpose(weight.tensor), weight.batched) : weight;
  const result = multiply(call, x, turned);
  return bias ? combineTensors(call, 'add', result, bias) : result;
}

/** β · self + α · mat1 mat2 */
function addProduct(call: OperatorCall): TensorValue {
  const [beta, alpha] = [numberArgument(call, 'beta', 1), numberArgument(call, 'alpha', 1)];
  const [x, matrix, self] = [tensorArgument(call, 'mat1'), tensorArgument(call, 'mat2'), tensorArgument(call, 'self')];
  const { constant, shape } = matrix.tensor;
  const bias = self.tensor.constant;
  const [width = 0, out = 0] = shape;
  const plain = beta === 1 && alpha === 1 && constant && shape.length === 2 && bias?.length === out;
  if (plain && x.batched && x.lead === 0 && x.tensor.shape.join() === String(width))
    return tensorValue(call.builder.dense(x.tensor, transposed(constant, width, out), bias), true);
  const result = multiply(call, x, matrix);
  const scaled = alpha === 1 ? result : scaleBy(call, result, alpha, 0);
  return combineTensors(call, 'add', scaled, beta === 1 ? self : scaleBy(call, self, beta, 0));
}

function product(call: OperatorCall, other: string): TensorValue {
  return multiply(call, tensorArgument(call, 'self'), tensorArgument(call, other));
}

/**
 * numpy's matmul row by row. The rows must not be summed over: they may be any axis of the left side but the last, any of
 * the right side but the last but one, and where both sides have them they must meet.
 */
function multiply(call: OperatorCall, a: TensorValue, b: TensorValue): TensorValue {
  const { builder } = call;
  const [rankA, rankB] = [fullRank(a), fullRank(b)];
  if (a.batched && a.lead === rankA - 1) failAcrossRows(call);
  if (b.batched && b.lead === Math.max(rankB - 2, 0)) failAcrossRows(call);
  // x is [rows, in]: within one row a vector; likewise [in, rows] on the right.
  const product = (): Tensor => builder.matMul(a.tensor, b.tensor);
  if (!a.batched && !b.batched) return tensorValue(product(), false);
  if (a.batched && !b.batched && rankB <= 2) return withTensor(a, product());
  if (!a.batched && b.batched && rankA <= 2)
    return withTensor(b, product(), b.lead - (rankA === 1 && b.lead === rankB - 1 ? 1 : 0));
  const outer = (value: TensorValue, rank: number): boolean => !value.batched || value.lead < rank - 2;
  if (!outer(a, rankA) || !outer(b, rankB)) failAcrossRows(call);
  const { left, right, lead } = aligned(call, a, b);
  return tensorValue(builder.matMul(left, right), true, lead);
}

/** yₖ = x₁ᵀ Wₖ x₂ + bₖ */
function bilinear(call: OperatorCall): TensorValue {
  const [first, second, weight] = [
    tensorArgument(call, 'input1'),
    tensorArgument(call, 'input2'),
    tensorArgument(call, 'weight'),
  ];
  const bias = optionalTensor(call, 'bias');
  const [out = 0, left = 0, right = 0] = weight.tensor.shape;
  const single = first.tensor.shape.length === 1 && second.tensor.shape.length === 1;
  if (!single || elements(first.tensor.shape) !== left || elements(second.tensor.shape) !== right)
    failCall(call, 'its two inputs do not fit its weights');
  const { builder } = call;
  const rows = (tensor: Tensor, shape: readonly number[]): Tensor => builder.reshape(tensor, shape);
  const pairs = builder.combine('multiply', rows(first.tensor, [left, 1]), rows(second.tensor, [1, right]));
  const weights = rows(weight.tensor, [out, left * right]);
  const flat = tensorValue(rows(pairs, [left * right]), first.batched || second.batched);
  const result = multiply(call, flat, tensorValue(builder.transpose(weights), false));
  return bias ? combineTensors(call, 'add', result, bias) : result;
}
