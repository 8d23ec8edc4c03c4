import type { LayerDefinition } from '../architecture';
import { snakeCase } from '../naming';
import { elementwiseOperations } from './elementwiseOperations';
import type { Operation } from './operationArguments';
import { matrixOperations } from './matrixOperations';
import { orderOperations } from './orderOperations';
import { productOperations } from './productOperations';
import { reductionOperations } from './reductionOperations';
import { shapeOperations } from './shapeOperations';

const operations: Readonly<Record<string, Operation>> = {
  ...elementwiseOperations,
  ...reductionOperations,
  ...shapeOperations,
  ...productOperations,
  ...matrixOperations,
  ...orderOperations,
};

/** Names that differ from numpy's, of Keras operator classes (in snake case) and TensorFlow functions. */
const synonyms: Readonly<Record<string, string>> = {
  abs: 'absolute',
  fabs: 'absolute',
  atan2: 'arctan2',
  neg: 'negative',
  pow: 'power',
  sub: 'subtract',
  mul: 'multiply',
  truediv: 'true_divide',
  realdiv: 'true_divide',
  div: 'true_divide',
  floordiv: 'floor_divide',
  floor_div: 'floor_divide',
  floormod: 'mod',
  bias_add: 'add',
  eq: 'equal',
  ne: 'not_equal',
  lt: 'less',
  le: 'less_equal',
  gt: 'greater',
  ge: 'greater_equal',
  asin: 'arcsin',
  acos: 'arccos',
  atan: 'arctan',
  asinh: 'arcsinh',
  acosh: 'arccosh',
  atanh: 'arctanh',
  exponential: 'exp',
  concat: 'concatenate',
  reduce_sum: 'sum',
  reduce_mean: 'mean',
  reduce_max: 'max',
  reduce_min: 'min',
  reduce_prod: 'prod',
  reduce_any: 'any',
  reduce_all: 'all',
  reduce_std: 'std',
  reduce_variance: 'var',
  reduce_logsumexp: 'logsumexp',
  reduce_euclidean_norm: 'norm',
  getitem: 'get_item',
  clip_by_value: 'clip',
  reverse: 'flip',
  gather: 'take',
  l2_normalize: 'normalize',
};

/** Operators of Python with the operands exchanged: `2 - x` is `x.__rsub__(2)`. */
const exchanged: Readonly<Record<string, string>> = {
  radd: 'add',
  rsub: 'subtract',
  rmul: 'multiply',
  rtruediv: 'true_divide',
  rdiv: 'true_divide',
  rpow: 'power',
  rfloordiv: 'floor_divide',
  rmod: 'mod',
  rmatmul: 'matmul',
};

/** The operator a layer of the graph stands for, with its name as the file has it; undefined when it is not known. */
export function operationOf(layer: LayerDefinition): Operation | undefined {
  const name = operatorName(layer);
  const swapped = Object.hasOwn(exchanged, name) ? exchanged[name] : undefined;
  if (swapped !== undefined) {
    const operation = operations[swapped];
    return operation && { ...operation, takes: [...operation.takes].reverse() };
  }
  const plain = Object.hasOwn(synonyms, name) ? synonyms[name]! : name;
  if (layer.operator === 'tensorflow' && plain === 'gelu') return exactByDefault(operations[plain]);
  if (layer.className === 'TFOpLambda' && plain === 'relu') return operations.relu_general;
  return Object.hasOwn(operations, plain) ? operations[plain] : undefined;
}

/** Name of the operator: of a class in snake case, of a TensorFlow function the last part (`math.reduce_sum`). */
export function operatorName(layer: LayerDefinition): string {
  if (layer.operator === 'keras') return snakeCase(layer.className);
  if (layer.className === 'SlicingOpLambda') return 'get_item';
  const name = layer.config.text('function', '');
  return name.slice(name.lastIndexOf('.') + 1).replace(/^_+|_+$/g, '');
}

/** TensorFlow's gelu is the exact one unless asked, that of keras.ops the approximation. */
function exactByDefault(gelu: Operation | undefined): Operation | undefined {
  return (
    gelu && {
      takes: ['x', 'approximate'],
      lower: (given) =>
        given.flag('approximate', false)
          ? gelu.lower(given)
          : given.builder.activation(given.tensor('x'), { kind: 'gelu' }),
    }
  );
}
