import type { Tensor } from '../../../network/builder';
import { elements, transposed } from '../../../network/tensor';
import { combineTensors, scaleBy } from './elementwise';
import {
  aligned,
  failAcrossRows,
  failCall,
  numberArgument,
  operator,
  optionalTensor,
  tensorArgument,
  tensorValue,
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
  if (constant && shape.length === 2 && (!bias || bias.tensor.constant) && x.tensor.shape.length > 0) {
    if (x.tensor.shape.at(-1) !== width)
      failCall(call, `its weights take ${width} values, but ${x.tensor.shape.at(-1) ?? 1} arrive`);
    const offsets = bias?.tensor.constant;
    if (offsets && offsets.length !== out) failCall(call, 'its bias does not fit its weights');
    return tensorValue(call.builder.dense(x.tensor, constant, offsets), x.batched);
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
  if (plain && x.batched && x.tensor.shape.join() === String(width))
    return tensorValue(call.builder.dense(x.tensor, transposed(constant, width, out), bias), true);
  const result = multiply(call, x, matrix);
  const scaled = alpha === 1 ? result : scaleBy(call, result, alpha, 0);
  return combineTensors(call, 'add', scaled, beta === 1 ? self : scaleBy(call, self, beta, 0));
}

function product(call: OperatorCall, other: string): TensorValue {
  return multiply(call, tensorArgument(call, 'self'), tensorArgument(call, other));
}

/** numpy's matmul row by row: rows may only lie on the left, or on both sides of a batch of matrices. */
function multiply(call: OperatorCall, a: TensorValue, b: TensorValue): TensorValue {
  const batched = a.batched || b.batched;
  if (b.batched && b.tensor.shape.length < 2) failAcrossRows(call);
  if (a.batched && b.batched && a.tensor.shape.length < 2) failAcrossRows(call);
  if (a.batched && !b.batched && b.tensor.shape.length > 2) {
    const [left, right] = aligned(call, a, b);
    return tensorValue(call.builder.matMul(left, right), true);
  }
  if (a.batched && a.tensor.shape.length === 0) failAcrossRows(call);
  return tensorValue(call.builder.matMul(a.tensor, b.tensor), batched);
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
