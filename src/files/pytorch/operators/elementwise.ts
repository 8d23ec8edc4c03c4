import type { Tensor } from '../../../network/builder';
import type { Activation, Combination, Comparison } from '../../../network/network';
import { broadcastShape, elements } from '../../../network/tensor';
import {
  aligned,
  asTensor,
  constantNumbers,
  failCall,
  flagArgument,
  innerAxis,
  numberArgument,
  operator,
  optionalTensor,
  rowsFirst,
  tensorArgument,
  tensorValue,
  withTensor,
  type Operator,
  type OperatorCall,
  type TensorValue,
  type TorchValue,
} from './values';

/** Functions without settings, by PyTorch's names. */
const plain: readonly (readonly [string, Activation])[] = [
  ['relu', { kind: 'relu' }],
  ['sigmoid', { kind: 'sigmoid' }],
  ['tanh', { kind: 'tanh' }],
  ['relu6', { kind: 'clip', low: 0, high: 6 }],
  ['silu', { kind: 'silu', beta: 1 }],
  ['mish', { kind: 'mish' }],
  ['selu', { kind: 'selu', alpha: 1.6732632423543772, scale: 1.0507009873554805 }],
  ['hardsigmoid', { kind: 'hardSigmoid', alpha: 1 / 6, beta: 0.5 }],
  ['hardswish', { kind: 'hardSilu', alpha: 1 / 6, beta: 0.5 }],
  ['log_sigmoid', { kind: 'logSigmoid' }],
  ['logsigmoid', { kind: 'logSigmoid' }],
  ['softsign', { kind: 'softsign' }],
  ['tanhshrink', { kind: 'tanhShrink' }],
  ['exp', { kind: 'exponential' }],
  ['expm1', { kind: 'expm1' }],
  ['log', { kind: 'log' }],
  ['log1p', { kind: 'log1p' }],
  ['sqrt', { kind: 'sqrt' }],
  ['rsqrt', { kind: 'power', exponent: -0.5 }],
  ['square', { kind: 'square' }],
  ['reciprocal', { kind: 'reciprocal' }],
  ['abs', { kind: 'abs' }],
  ['absolute', { kind: 'abs' }],
  ['neg', { kind: 'negative' }],
  ['negative', { kind: 'negative' }],
  ['erf', { kind: 'erf' }],
  ['special_erf', { kind: 'erf' }],
  ['special_expit', { kind: 'sigmoid' }],
  ['special_expm1', { kind: 'expm1' }],
  ['special_log1p', { kind: 'log1p' }],
  ['sin', { kind: 'sin' }],
  ['cos', { kind: 'cos' }],
  ['tan', { kind: 'tan' }],
  ['asin', { kind: 'asin' }],
  ['acos', { kind: 'acos' }],
  ['atan', { kind: 'atan' }],
  ['arcsin', { kind: 'asin' }],
  ['arccos', { kind: 'acos' }],
  ['arctan', { kind: 'atan' }],
  ['sinh', { kind: 'sinh' }],
  ['cosh', { kind: 'cosh' }],
  ['asinh', { kind: 'asinh' }],
  ['acosh', { kind: 'acosh' }],
  ['atanh', { kind: 'atanh' }],
  ['arcsinh', { kind: 'asinh' }],
  ['arccosh', { kind: 'acosh' }],
  ['arctanh', { kind: 'atanh' }],
  ['sign', { kind: 'sign' }],
  ['sgn', { kind: 'sign' }],
  ['floor', { kind: 'floor' }],
  ['ceil', { kind: 'ceil' }],
  ['round', { kind: 'round' }],
  ['trunc', { kind: 'truncate' }],
  ['fix', { kind: 'truncate' }],
  ['logical_not', { kind: 'not' }],
  ['bitwise_not', { kind: 'not' }],
];

/** Functions with settings. */
const withSettings: readonly (readonly [string, string, (call: OperatorCall) => Activation])[] = [
  [
    'leaky_relu',
    'self negative_slope',
    (call) => ({ kind: 'leakyRelu', alpha: numberArgument(call, 'negative_slope', 0.01) }),
  ],
  ['celu', 'self alpha', (call) => ({ kind: 'celu', alpha: numberArgument(call, 'alpha', 1) })],
  [
    'gelu',
    'self approximate',
    (call) => ({ kind: call.arguments.get('approximate') === 'tanh' ? 'geluTanh' : 'gelu' }),
  ],
  [
    'hardtanh',
    'self min_val max_val',
    (call) => clip(numberArgument(call, 'min_val', -1), numberArgument(call, 'max_val', 1)),
  ],
  ['hardshrink', 'self lambd', (call) => ({ kind: 'hardShrink', threshold: numberArgument(call, 'lambd', 0.5) })],
  ['softshrink', 'self lambd', (call) => ({ kind: 'softShrink', threshold: numberArgument(call, 'lambd', 0.5) })],
  // In use (not in training) the random slope is the middle of its range.
  ['rrelu', 'self lower upper training generator', middleSlope],
  ['rrelu_with_noise', 'self noise lower upper training generator', middleSlope],
  ['rrelu_with_noise_functional', 'self noise lower upper training generator', middleSlope],
];

function middleSlope(call: OperatorCall): Activation {
  const [lower, upper] = [numberArgument(call, 'lower', 1 / 8), numberArgument(call, 'upper', 1 / 3)];
  return { kind: 'leakyRelu', alpha: (lower + upper) / 2 };
}

/** Elementwise functions of one, two and three tensors. */
export const elementwiseOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...plain.map(([name, activation]): [string, Operator] => [name, operator('self', (call) => map(call, activation))]),
  ...withSettings.map(([name, parameters, make]): [string, Operator] => [
    name,
    operator(parameters, (call) => map(call, make(call))),
  ]),
  ['elu', operator('self alpha scale input_scale', elu)],
  ['softplus', operator('self beta threshold', softplus)],
  ['prelu', operator('self weight', prelu)],
  ['_prelu_kernel', operator('self weight', prelu)],
  ['threshold', operator('self threshold value', threshold)],
  ['glu', operator('self dim', gatedLinear)],
  ['clamp', operator('self min max', clamp)],
  ['clip', operator('self min max', clamp)],
  ['clamp_min', operator('self min', clamp)],
  ['clamp_max', operator('self max', clamp)],
  ['erfc', operator('self', (call) => complement(call, { kind: 'erf' }))],
  ['exp2', operator('self', (call) => scaledLog(call, { kind: 'exponential' }, Math.LN2, 1))],
  ['log2', operator('self', (call) => scaledLog(call, { kind: 'log' }, 1, 1 / Math.LN2))],
  ['log10', operator('self', (call) => scaledLog(call, { kind: 'log' }, 1, 1 / Math.LN10))],
  ['add', operator('self other alpha', (call) => sum(call, 'add'))],
  ['sub', operator('self other alpha', (call) => sum(call, 'subtract'))],
  ['subtract', operator('self other alpha', (call) => sum(call, 'subtract'))],
  ['rsub', operator('self other alpha', reversedDifference)],
  ['mul', operator('self other', (call) => combine(call, 'multiply'))],
  ['multiply', operator('self other', (call) => combine(call, 'multiply'))],
  ['div', operator('self other rounding_mode', divide)],
  ['divide', operator('self other rounding_mode', divide)],
  ['true_divide', operator('self other', divide)],
  ['floor_divide', operator('self other', (call) => rounded(call, combine(call, 'divide'), 'floor'))],
  ['pow', operator('self exponent', (call) => combine(call, 'pow', 'self', 'exponent'))],
  ['float_power', operator('self exponent', (call) => combine(call, 'pow', 'self', 'exponent'))],
  ['maximum', operator('self other', (call) => combine(call, 'max'))],
  ['minimum', operator('self other', (call) => combine(call, 'min'))],
  ['fmax', operator('self other', (call) => combine(call, 'max'))],
  ['fmin', operator('self other', (call) => combine(call, 'min'))],
  ['logical_and', operator('self other', (call) => combine(call, 'min'))],
  ['logical_or', operator('self other', (call) => combine(call, 'max'))],
  ['bitwise_and', operator('self other', (call) => combine(call, 'min'))],
  ['bitwise_or', operator('self other', (call) => combine(call, 'max'))],
  ['logical_xor', operator('self other', (call) => compare(call, 'notEqual'))],
  ['__and__', operator('self other', (call) => combine(call, 'min'))],
  ['__or__', operator('self other', (call) => combine(call, 'max'))],
  ['eq', operator('self other', (call) => compare(call, 'equal'))],
  ['ne', operator('self other', (call) => compare(call, 'notEqual'))],
  ['lt', operator('self other', (call) => compare(call, 'less'))],
  ['le', operator('self other', (call) => compare(call, 'lessOrEqual'))],
  ['gt', operator('self other', (call) => compare(call, 'greater'))],
  ['ge', operator('self other', (call) => compare(call, 'greaterOrEqual'))],
  ['where', operator('condition self other', choose)],
  ['masked_fill', operator('self mask value', maskedFill)],
  ['heaviside', operator('self values', heaviside)],
  ['addcmul', operator('self tensor1 tensor2 value', (call) => addProduct(call, 'multiply'))],
  ['addcdiv', operator('self tensor1 tensor2 value', (call) => addProduct(call, 'divide'))],
  ['lerp', operator('self end weight', interpolate)],
  ['frac', operator('self', (call) => minusRounded(call, 'truncate'))],
]);

function clip(low: number, high: number): Activation {
  return { kind: 'clip', low, high };
}

function map(call: OperatorCall, activation: Activation): TensorValue {
  return mapTensor(call, tensorArgument(call, 'self'), activation);
}

/** An elementwise function of a value. */
export function mapTensor(call: OperatorCall, value: TensorValue, activation: Activation): TensorValue {
  return withTensor(value, call.builder.activation(value.tensor, activation));
}

/** Two values element by element. */
export function combineTensors(call: OperatorCall, how: Combination, a: TensorValue, b: TensorValue): TensorValue {
  const { left, right, batched, lead } = aligned(call, a, b);
  return tensorValue(call.builder.combine(how, left, right), batched, lead);
}

/** factor · x + offset with the same two numbers for all elements. */
export function scaleBy(call: OperatorCall, value: TensorValue, factor: number, offset: number): TensorValue {
  const filled = (number: number): Float64Array => new Float64Array(elements(value.tensor.shape)).fill(number);
  return withTensor(value, call.builder.scale(value.tensor, filled(factor), filled(offset)));
}

function combine(call: OperatorCall, how: Combination, first = 'self', second = 'other'): TensorValue {
  return combineTensors(call, how, tensorArgument(call, first), tensorArgument(call, second));
}

function compare(call: OperatorCall, how: Comparison): TensorValue {
  return compareTensors(call, how, tensorArgument(call, 'self'), tensorArgument(call, 'other'));
}

function compareTensors(call: OperatorCall, how: Comparison, a: TensorValue, b: TensorValue): TensorValue {
  const { left, right, batched, lead } = aligned(call, a, b);
  return tensorValue(call.builder.compare(how, left, right), batched, lead);
}

function sum(call: OperatorCall, how: 'add' | 'subtract'): TorchValue {
  const [self, other] = [call.arguments.get('self'), call.arguments.get('other')];
  // TorchScript also joins lists with add.
  if (
    self &&
    typeof self === 'object' &&
    self.kind === 'list' &&
    other &&
    typeof other === 'object' &&
    other.kind === 'list'
  )
    return { kind: 'list', items: [...self.items, ...other.items] };
  const alpha = numberArgument(call, 'alpha', 1);
  const right = tensorArgument(call, 'other');
  return combineTensors(call, how, tensorArgument(call, 'self'), alpha === 1 ? right : scaleBy(call, right, alpha, 0));
}

function reversedDifference(call: OperatorCall): TensorValue {
  const alpha = numberArgument(call, 'alpha', 1);
  return combineTensors(
    call,
    'subtract',
    tensorArgument(call, 'other'),
    scaleBy(call, tensorArgument(call, 'self'), alpha, 0),
  );
}

function divide(call: OperatorCall): TensorValue {
  const quotient = combine(call, 'divide');
  const mode = call.arguments.get('rounding_mode');
  return mode === 'floor' || mode === 'trunc' ? rounded(call, quotient, mode) : quotient;
}

function rounded(call: OperatorCall, value: TensorValue, mode: 'floor' | 'trunc'): TensorValue {
  return mapTensor(call, value, { kind: mode === 'floor' ? 'floor' : 'truncate' });
}

function minusRounded(call: OperatorCall, kind: 'truncate'): TensorValue {
  const x = tensorArgument(call, 'self');
  return combineTensors(call, 'subtract', x, mapTensor(call, x, { kind }));
}

function complement(call: OperatorCall, activation: Activation): TensorValue {
  return scaleBy(call, map(call, activation), -1, 1);
}

function scaledLog(call: OperatorCall, activation: Activation, before: number, after: number): TensorValue {
  const x = tensorArgument(call, 'self');
  const inner = before === 1 ? x : scaleBy(call, x, before, 0);
  const result = mapTensor(call, inner, activation);
  return after === 1 ? result : scaleBy(call, result, after, 0);
}

/** scale · (x above 0, alpha (exp(input_scale · x) − 1) below). */
function elu(call: OperatorCall): TensorValue {
  const [alpha, scale] = [numberArgument(call, 'alpha', 1), numberArgument(call, 'scale', 1)];
  if (numberArgument(call, 'input_scale', 1) !== 1) failCall(call, 'its input_scale is not 1');
  return map(call, scale === 1 ? { kind: 'elu', alpha } : { kind: 'selu', alpha, scale });
}

/** One slope for all, or one per channel: the first axis within a row. */
function prelu(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const slopes = constantNumbers(call, tensorArgument(call, 'weight'));
  const { shape } = x.tensor;
  const size = elements(shape);
  const perChannel = size / slopes.length;
  if (slopes.length !== 1) rowsFirst(call, x);
  if (slopes.length !== 1 && shape[0] !== slopes.length) failCall(call, `${slopes.length} slopes do not fit its input`);
  const alpha = Float64Array.from({ length: size }, (_, at) =>
    slopes.length === 1 ? slopes[0]! : slopes[Math.floor(at / perChannel)]!,
  );
  return mapTensor(call, x, { kind: 'prelu', alpha });
}

/** x above the threshold, else the value. */
function threshold(call: OperatorCall): TensorValue {
  const [limit, value] = [numberArgument(call, 'threshold'), numberArgument(call, 'value')];
  if (value === 0 && limit === 0) return map(call, { kind: 'relu' });
  if (value === 0) return map(call, { kind: 'thresholdedRelu', alpha: limit });
  const x = tensorArgument(call, 'self');
  const { tensor } = x;
  const filled = (number: number): Tensor => filledLike(call, tensor, number);
  const above = call.builder.compare('greater', tensor, filled(limit));
  return withTensor(x, call.builder.select(above, tensor, filled(value)));
}

/** x itself where beta · x is above the threshold; with the usual 20 that changes nothing that can be seen. */
function softplus(call: OperatorCall): TensorValue {
  const [beta, limit] = [numberArgument(call, 'beta', 1), numberArgument(call, 'threshold', 20)];
  const curve = map(call, { kind: 'softplus', beta });
  if (limit >= 20) return curve;
  const { tensor } = tensorArgument(call, 'self');
  const above = call.builder.compare('greater', tensor, filledLike(call, tensor, limit / beta));
  return withTensor(curve, call.builder.select(above, tensor, curve.tensor));
}

function filledLike(call: OperatorCall, tensor: Tensor, number: number): Tensor {
  return call.builder.constant(new Float64Array(elements(tensor.shape)).fill(number), tensor.shape);
}

/** First half · sigmoid(second half). */
function gatedLinear(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const axis = innerAxis(call, x, numberArgument(call, 'dim', -1));
  const half = (x.tensor.shape[axis] ?? 0) / 2;
  if (!Number.isInteger(half)) failCall(call, 'its input cannot be halved');
  const part = (start: number): Tensor =>
    call.builder.take(
      x.tensor,
      axis,
      Array.from({ length: half }, (_, at) => start + at),
    );
  const gate = call.builder.activation(part(half), { kind: 'sigmoid' });
  return withTensor(x, call.builder.combine('multiply', part(0), gate));
}

/** Bounds are numbers or tensors; one of them may be missing. */
function clamp(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const [low, high] = [optionalTensor(call, 'min'), optionalTensor(call, 'max')];
  const number = (bound: TensorValue | undefined, otherwise: number): number | undefined =>
    bound === undefined ? otherwise : bound.tensor.constant?.length === 1 ? bound.tensor.constant[0] : undefined;
  const [least, most] = [number(low, -Infinity), number(high, Infinity)];
  if (least !== undefined && most !== undefined) return mapTensor(call, x, clip(least, most));
  const raised = low ? combineTensors(call, 'max', x, low) : x;
  return high ? combineTensors(call, 'min', raised, high) : raised;
}

function choose(call: OperatorCall): TensorValue {
  const [condition, then, otherwise] = [
    tensorArgument(call, 'condition'),
    tensorArgument(call, 'self'),
    tensorArgument(call, 'other'),
  ];
  return selected(call, condition, then, otherwise);
}

function selected(call: OperatorCall, condition: TensorValue, then: TensorValue, otherwise: TensorValue): TensorValue {
  const { left: yes, right: no, ...inside } = aligned(call, then, otherwise);
  const shape = broadcastShape(yes.shape, no.shape) ?? failCall(call, 'its two choices do not fit each other');
  const spread = tensorValue(call.builder.broadcastTo(yes, shape), inside.batched, inside.lead);
  const { left: test, right: first, batched, lead } = aligned(call, condition, spread);
  return tensorValue(call.builder.select(test, first, no), batched, lead);
}

function maskedFill(call: OperatorCall): TensorValue {
  return selected(call, tensorArgument(call, 'mask'), tensorArgument(call, 'value'), tensorArgument(call, 'self'));
}

/** 0 below 0, the value at 0, 1 above. */
function heaviside(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  const zero = asTensor(call, 0) ?? x;
  const above = compareTensors(call, 'greater', x, zero);
  const atZero = compareTensors(call, 'equal', x, zero);
  return selected(call, atZero, tensorArgument(call, 'values'), above);
}

function addProduct(call: OperatorCall, how: 'multiply' | 'divide'): TensorValue {
  const product = combine(call, how, 'tensor1', 'tensor2');
  return combineTensors(
    call,
    'add',
    tensorArgument(call, 'self'),
    scaleBy(call, product, numberArgument(call, 'value', 1), 0),
  );
}

/** self + weight · (end − self) */
function interpolate(call: OperatorCall): TensorValue {
  const start = tensorArgument(call, 'self');
  const difference = combineTensors(call, 'subtract', tensorArgument(call, 'end'), start);
  return combineTensors(
    call,
    'add',
    start,
    combineTensors(call, 'multiply', tensorArgument(call, 'weight'), difference),
  );
}

/** Whether an operation that differs in training was saved in training mode. */
export function inTraining(call: OperatorCall, name: string): boolean {
  return flagArgument(call, name, false);
}
