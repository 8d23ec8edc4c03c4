import type { Layer } from '../../network/network';
import { elements } from '../../network/tensor';
import type { Value } from '../rows/value';
import type { Call } from './call';
import type { NodeProto } from './modelProto';

/** Operators whose constant inputs are trained numbers. */
const weighted = new Set([
  'BatchNormalization',
  'Conv',
  'ConvTranspose',
  'Einsum',
  'Gather',
  'Gemm',
  'GroupNormalization',
  'InstanceNormalization',
  'LayerNormalization',
  'MatMul',
  'PRelu',
  'RMSNormalization',
]);

/** Operators of `ai.onnx.ml` that hold trained numbers in attributes. */
const weightedByAttribute = new Set(['LinearClassifier', 'LinearRegressor']);

/** Operators people count as an activation layer of their own. */
const activations = new Set([
  'Celu',
  'Clip',
  'Elu',
  'Erf',
  'Exp',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'Hardmax',
  'LeakyRelu',
  'LogSoftmax',
  'Mish',
  'PRelu',
  'Relu',
  'Selu',
  'Shrink',
  'Sigmoid',
  'Softmax',
  'Softplus',
  'Softsign',
  'SwiGLU',
  'Swish',
  'Tanh',
  'ThresholdedRelu',
]);

/** Nodes after whose product a constant Add is the layer's bias. */
const products = new Set(['Conv', 'Einsum', 'Gemm', 'MatMul']);

/** Whether a constant that is added to the node's result is its bias. */
export function isProduct(node: NodeProto): boolean {
  return node.domain === '' && products.has(node.operator);
}

/**
 * What a node is to people: a layer if it carries weights or is an activation of data, else nothing. `afterProduct`
 * says that one of its inputs is a product with weights, so that what it adds is trained too.
 */
export function layerOf(call: Call, outputs: readonly (Value | undefined)[], afterProduct: boolean): Layer | undefined {
  const { node, name } = call;
  const last = outputs.at(-1);
  if (!last || last.tensor.constant) return undefined;
  const size = elements(last.tensor.shape);
  const parameters = parametersOf(call, afterProduct);
  const isLayer = parameters > 0 || activations.has(node.operator);
  return isLayer ? { name, kind: node.operator, size, parameters } : undefined;
}

function parametersOf(call: Call, afterProduct: boolean): number {
  const { operator } = call.node;
  if (weightedByAttribute.has(operator)) return call.floats('coefficients').length + call.floats('intercepts').length;
  const constants = call.inputs.flatMap((input) =>
    input?.type === 'real' ? [input.tensor.constant?.length ?? 0] : [],
  );
  const numbers = constants.reduce((sum, length) => sum + length, 0);
  if (weighted.has(operator)) return numbers;
  // x W + b as two nodes: the bias is trained, other constants that are added may be anything.
  return operator === 'Add' && afterProduct && call.inputs.some(isBias) ? numbers : 0;
}

/** A mask of positions has two axes, a bias one. */
function isBias(input: Value | undefined): boolean {
  const longer = input?.tensor.shape.filter((length) => length > 1) ?? [];
  return input?.tensor.constant !== undefined && longer.length <= 1;
}
