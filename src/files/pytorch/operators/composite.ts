import type { Tensor } from '../../../network/builder';
import { broadcastShape } from '../../../network/tensor';
import { combineTensors, mapTensor, scaleBy } from './elementwise';
import { insertAxis } from './shapes';
import {
  aligned,
  failAcrossRows,
  failCall,
  flagArgument,
  innerAxis,
  isValue,
  numberArgument,
  operator,
  rowsFirst,
  tensorArgument,
  tensorValue,
  withTensor,
  type Operator,
  type OperatorCall,
  type TensorValue,
} from './values';

/** Operations that PyTorch itself defines by others. */
export const compositeOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['remainder', operator('self other', (call) => rest(call, 'floor'))],
  ['fmod', operator('self other', (call) => rest(call, 'truncate'))],
  ['logaddexp', operator('self other', logAddExp)],
  ['logit', operator('self eps', logit)],
  ['special_logit', operator('self eps', logit)],
  ['xlogy', operator('self other', xLogY)],
  ['hypot', operator('self other', hypotenuse)],
  ['deg2rad', operator('self', (call) => scaleBy(call, tensorArgument(call, 'self'), Math.PI / 180, 0))],
  ['rad2deg', operator('self', (call) => scaleBy(call, tensorArgument(call, 'self'), 180 / Math.PI, 0))],
  ['isnan', operator('self', isNotANumber)],
  ['cosine_similarity', operator('x1 x2 dim eps', cosineSimilarity)],
  ['cdist', operator('x1 x2 p compute_mode', distances)],
  ['_cdist_forward', operator('x1 x2 p compute_mode', distances)],
  ['einsum', operator('equation operands path', einsum)],
  ['scaled_dot_product_attention', operator('query key value attn_mask dropout_p is_causal scale', attention)],
  ['tril', operator('self diagonal', (call) => triangle(call, (row, column, diagonal) => column - row <= diagonal))],
  ['triu', operator('self diagonal', (call) => triangle(call, (row, column, diagonal) => column - row >= diagonal))],
]);

/** a − b · ⌊a / b⌋, or cut towards 0. */
function rest(call: OperatorCall, kind: 'floor' | 'truncate'): TensorValue {
  const [a, b] = [tensorArgument(call, 'self'), tensorArgument(call, 'other')];
  const whole = mapTensor(call, combineTensors(call, 'divide', a, b), { kind });
  return combineTensors(call, 'subtract', a, combineTensors(call, 'multiply', whole, b));
}

/** log(exp a + exp b) = b + log(1 + exp(a − b)) */
function logAddExp(call: OperatorCall): TensorValue {
  const [a, b] = [tensorArgument(call, 'self'), tensorArgument(call, 'other')];
  const difference = combineTensors(call, 'subtract', a, b);
  return combineTensors(call, 'add', b, mapTensor(call, difference, { kind: 'softplus', beta: 1 }));
}

/** log(x / (1 − x)), x kept within [ε, 1 − ε] if ε is given. */
function logit(call: OperatorCall): TensorValue {
  const given = tensorArgument(call, 'self');
  const epsilon = call.arguments.get('eps');
  const x =
    typeof epsilon === 'number' ? mapTensor(call, given, { kind: 'clip', low: epsilon, high: 1 - epsilon }) : given;
  const odds = combineTensors(call, 'divide', x, scaleBy(call, x, -1, 1));
  return mapTensor(call, odds, { kind: 'log' });
}

function xLogY(call: OperatorCall): TensorValue {
  const logarithm = mapTensor(call, tensorArgument(call, 'other'), { kind: 'log' });
  return combineTensors(call, 'multiply', tensorArgument(call, 'self'), logarithm);
}

function hypotenuse(call: OperatorCall): TensorValue {
  const squares = ['self', 'other'].map((name) => mapTensor(call, tensorArgument(call, name), { kind: 'square' }));
  return mapTensor(call, combineTensors(call, 'add', squares[0]!, squares[1]!), { kind: 'sqrt' });
}

/** Only NaN differs from itself. */
function isNotANumber(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  return withTensor(x, call.builder.compare('notEqual', x.tensor, x.tensor));
}

/** x₁ · x₂ / max(‖x₁‖ ‖x₂‖, ε) along one dimension. */
function cosineSimilarity(call: OperatorCall): TensorValue {
  const { left, right, batched, lead } = aligned(call, tensorArgument(call, 'x1'), tensorArgument(call, 'x2'));
  const shape = broadcastShape(left.shape, right.shape) ?? failCall(call, 'its vectors do not fit', 'torch-shapes');
  const [a, b] = [left, right].map((tensor) => tensorValue(call.builder.broadcastTo(tensor, shape), batched, lead));
  const dimension = numberArgument(call, 'dim', 1);
  const summed = (value: TensorValue): TensorValue => {
    const axis = innerAxis(call, value, dimension);
    const place = value.batched && axis < value.lead ? value.lead - 1 : value.lead;
    return withTensor(value, call.builder.reduce('sum', value.tensor, [axis], false), place);
  };
  const square = (value: TensorValue): TensorValue => summed(mapTensor(call, value, { kind: 'square' }));
  const dot = summed(combineTensors(call, 'multiply', a!, b!));
  const norms = mapTensor(call, combineTensors(call, 'multiply', square(a!), square(b!)), { kind: 'sqrt' });
  const least = mapTensor(call, norms, { kind: 'clip', low: numberArgument(call, 'eps', 1e-8), high: Infinity });
  return combineTensors(call, 'divide', dot, least);
}

/** Distances of each row to known points: √Σ (x − c)², or Σ |x − c|. */
function distances(call: OperatorCall): TensorValue {
  const [x, points] = [rowsFirst(call, tensorArgument(call, 'x1')), tensorArgument(call, 'x2')];
  const power = numberArgument(call, 'p', 2);
  if (!x.batched || points.batched || x.tensor.shape.length !== 1) failAcrossRows(call);
  if (power !== 1 && power !== 2) failCall(call, `distances of order ${power} are not read`);
  const { builder } = call;
  const spread = insertAxis(call, x, 1);
  const difference = combineTensors(call, 'subtract', spread, points);
  const lengths = mapTensor(call, difference, { kind: power === 2 ? 'square' : 'abs' });
  const sum = withTensor(lengths, builder.reduce('sum', lengths.tensor, [1], false));
  return power === 2 ? mapTensor(call, sum, { kind: 'sqrt' }) : sum;
}

/**
 * Products summed over indices: `bi,ij->bj`. Every operand is brought to all indices but that of the rows, in one order;
 * their product is summed over those that the result does not name.
 */
function einsum(call: OperatorCall): TensorValue {
  const { builder } = call;
  const equation = call.arguments.get('equation');
  const listed = call.arguments.get('operands');
  const operands = isValue(listed, 'list') ? listed.items : [];
  const [left = '', given] = typeof equation === 'string' ? equation.replace(/\s/g, '').split('->') : [];
  const labels = left.split(',');
  if (labels.length !== operands.length || /[^a-zA-Z,]/.test(left)) failCall(call, 'its equation is not read');
  const values = operands.map((operand) =>
    isValue(operand, 'tensor') ? operand : failCall(call, 'it takes no tensor'),
  );
  const rowLabels = new Set(values.flatMap((value, at) => (value.batched ? [labels[at]![value.lead]] : [])));
  const [rows] = rowLabels;
  const output = given ?? onceNamed(labels);
  if (rowLabels.size > 1 || (rows !== undefined && !output.includes(rows))) failAcrossRows(call);
  const kept = Array.from(output).filter((label) => label !== rows);
  const summed = [...new Set(left.replaceAll(',', ''))].filter((label) => label !== rows && !kept.includes(label));
  const order = [...kept, ...summed];
  const parts = values.map((value, at) => spreadTo(call, value, Array.from(labels[at]!), order, rows));
  const product = parts.reduce((one, other) => {
    if (!broadcastShape(one.shape, other.shape)) failCall(call, 'its operands do not fit each other', 'torch-shapes');
    return builder.combine('multiply', one, other);
  });
  const axes = summed.map((_, at) => kept.length + at);
  const result = axes.length > 0 ? builder.reduce('sum', product, axes, false) : product;
  return tensorValue(result, rows !== undefined, rows === undefined ? 0 : output.indexOf(rows));
}

/** Without an arrow the result has the labels that occur once, by the alphabet. */
function onceNamed(labels: readonly string[]): string {
  const all = Array.from(labels.join(''));
  return all
    .filter((label) => all.indexOf(label) === all.lastIndexOf(label))
    .sort()
    .join('');
}

/** An operand with one axis per label of `order`, of length 1 where it has none. */
function spreadTo(
  call: OperatorCall,
  value: TensorValue,
  labels: readonly string[],
  order: readonly string[],
  rows: string | undefined,
): Tensor {
  const own = labels.filter((label) => label !== rows);
  const wrong = own.length !== value.tensor.shape.length || new Set(own).size !== own.length;
  if (wrong || (!value.batched && rows !== undefined && labels.includes(rows)))
    failCall(call, 'its equation does not fit its operands');
  const present = order.filter((label) => own.includes(label));
  const turned = call.builder.transpose(
    value.tensor,
    present.map((label) => own.indexOf(label)),
  );
  const shape = order.map((label) => (own.includes(label) ? value.tensor.shape[own.indexOf(label)]! : 1));
  return call.builder.reshape(turned, shape);
}

/** softmax(q kᵀ / √d) v of each row (Vaswani et al. 2017). */
function attention(call: OperatorCall): TensorValue {
  const [query, key, value] = ['query', 'key', 'value'].map((name) => rowsFirst(call, tensorArgument(call, name)));
  const { builder } = call;
  if (!query!.batched || !key!.batched || !value!.batched || query!.tensor.shape.length < 2) failAcrossRows(call);
  if (call.arguments.get('attn_mask') || flagArgument(call, 'is_causal', false)) failCall(call, 'masks are not read');
  const width = query!.tensor.shape.at(-1)!;
  const axes = key!.tensor.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  const turned = builder.transpose(key!.tensor, [...axes.slice(0, -2), last, last - 1]);
  const scores = withTensor(query!, builder.matMul(query!.tensor, turned));
  const scaled = scaleBy(call, scores, numberArgument(call, 'scale', 1 / Math.sqrt(width)), 0);
  const shares = builder.softmax('softmax', scaled.tensor, [scaled.tensor.shape.length - 1]);
  return withTensor(query!, builder.matMul(shares, value!.tensor));
}

/** One side of the diagonal over the last two axes, zeros elsewhere. */
function triangle(call: OperatorCall, keeps: (row: number, column: number, diagonal: number) => boolean): TensorValue {
  const x = tensorArgument(call, 'self');
  const diagonal = numberArgument(call, 'diagonal', 0);
  const [rows = 0, columns = 0] = x.tensor.shape.slice(-2);
  if (x.tensor.shape.length < 2 || (x.batched && x.lead > x.tensor.shape.length - 2)) failAcrossRows(call);
  const mask = Float64Array.from({ length: rows * columns }, (_, at) =>
    keeps(Math.floor(at / columns), at % columns, diagonal) ? 1 : 0,
  );
  return withTensor(x, call.builder.combine('multiply', x.tensor, call.builder.constant(mask, [rows, columns])));
}
