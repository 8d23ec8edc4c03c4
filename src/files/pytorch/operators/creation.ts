import { elements } from '../../../network/tensor';
import {
  failCall,
  fullRank,
  isValue,
  listValue,
  numberArgument,
  numberIn,
  operator,
  rowsValue,
  tensorArgument,
  tensorValue,
  withTensor,
  type Operator,
  type OperatorCall,
  type TensorValue,
  type TorchValue,
} from './values';
import { sizesArgument } from './shapes';

/** Operations that give their input unchanged as far as numbers go. */
const unchanged = [
  'dropout alpha_dropout feature_dropout feature_alpha_dropout native_dropout',
  'contiguous clone detach detach_ alias lift lift_fresh lift_fresh_copy type_as float double half bfloat16',
  'cpu cuda requires_grad_ identity positive view_copy nan_to_num _conj resolve_conj resolve_neg data',
]
  .join(' ')
  .split(' ');

/** Constants, copies and questions about shapes. */
export const creationOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...unchanged.map((name): [string, Operator] => [name, operator('self', (call) => same(call))]),
  ['dropout', operator('input p train', (call) => tensorArgument(call, 'input'))],
  ['feature_dropout', operator('input p train', (call) => tensorArgument(call, 'input'))],
  ['alpha_dropout', operator('input p train', (call) => tensorArgument(call, 'input'))],
  ['native_dropout', operator('input p train', (call) => listValue([tensorArgument(call, 'input'), null]))],
  ['to', operator('self dtype second', converted)],
  ['_to_copy', operator('self dtype', converted)],
  ['int', operator('self', (call) => wholeNumber(call))],
  ['long', operator('self', (call) => mapped(call))],
  // What is empty holds anything: only what ignores it (the noise of a random activation) may take it.
  ['empty', operator('size', (call) => filled(call, 0))],
  ['zeros', operator('size', (call) => filled(call, 0))],
  ['ones', operator('size', (call) => filled(call, 1))],
  ['full', operator('size fill_value', (call) => filled(call, numberArgument(call, 'fill_value')))],
  ['new_zeros', operator('self size', (call) => filled(call, 0))],
  ['new_ones', operator('self size', (call) => filled(call, 1))],
  ['new_full', operator('self size fill_value', (call) => filled(call, numberArgument(call, 'fill_value')))],
  ['zeros_like', operator('self', (call) => filledLike(call, 0))],
  ['ones_like', operator('self', (call) => filledLike(call, 1))],
  ['full_like', operator('self fill_value', (call) => filledLike(call, numberArgument(call, 'fill_value')))],
  ['scalar_tensor', operator('s', (call) => tensorArgument(call, 's'))],
  ['tensor', operator('data', (call) => constantOf(call, call.arguments.get('data') ?? null))],
  ['as_tensor', operator('data', (call) => constantOf(call, call.arguments.get('data') ?? null))],
  ['arange', operator('start end step', range)],
  ['eye', operator('n m', identityMatrix)],
  ['size', operator('self dim', size)],
  ['sym_size', operator('self dim', size)],
  ['dim', operator('self', (call) => fullRank(tensorArgument(call, 'self')))],
  [
    'numel',
    operator('self', (call) =>
      tensorArgument(call, 'self').batched
        ? { ...rowsValue, times: elements(tensorArgument(call, 'self').tensor.shape) }
        : elements(tensorArgument(call, 'self').tensor.shape),
    ),
  ],
  ['item', operator('self', (call) => numberArgument(call, 'self'))],
]);

function same(call: OperatorCall): TorchValue {
  return call.arguments.get('self') ?? failCall(call, 'it has no input');
}

/** Numbers of PyTorch's types (c10::ScalarType): 0 to 4 are whole numbers, 11 truth values, the others have fractions. */
function converted(call: OperatorCall): TorchValue {
  const type = ['dtype', 'second'].map((name) => call.arguments.get(name)).find((value) => typeof value === 'number');
  if (typeof type === 'number' && type <= 4) return mapped(call);
  if (type !== 11) return same(call);
  const x = tensorArgument(call, 'self');
  const { tensor } = x;
  const zeros = call.builder.constant(new Float64Array(elements(tensor.shape)), tensor.shape);
  return withTensor(x, call.builder.compare('notEqual', tensor, zeros));
}

/** Converting to whole numbers cuts the fraction off. */
function mapped(call: OperatorCall): TensorValue {
  const x = tensorArgument(call, 'self');
  return withTensor(x, call.builder.activation(x.tensor, { kind: 'truncate' }));
}

function wholeNumber(call: OperatorCall): TorchValue {
  const value = call.arguments.get('self');
  return isValue(value, 'rows') ? value : Math.trunc(numberArgument(call, 'self'));
}

function filled(call: OperatorCall, number: number): TensorValue {
  const sizes = sizesArgument(call, 'size');
  const lead = sizes.findIndex((length) => isValue(length, 'rows'));
  const inner = (lead < 0 ? sizes : sizes.toSpliced(lead, 1)).map((length) =>
    typeof length === 'number' ? length : failCall(call, 'its shape depends on the number of rows'),
  );
  const tensor = call.builder.constant(new Float64Array(elements(inner)).fill(number), inner);
  return tensorValue(tensor, lead >= 0, Math.max(lead, 0));
}

function filledLike(call: OperatorCall, number: number): TensorValue {
  const x = tensorArgument(call, 'self');
  const { shape } = x.tensor;
  const values = new Float64Array(elements(shape)).fill(number);
  return withTensor(x, call.builder.constant(values, shape));
}

/** A number or a list of numbers (of lists) as a constant. */
function constantOf(call: OperatorCall, value: TorchValue): TensorValue {
  if (isValue(value, 'tensor')) return value;
  const number = numberIn(value);
  if (number !== undefined) return tensorValue(call.builder.constant(Float64Array.of(number), []), false);
  if (!isValue(value, 'list')) failCall(call, 'its data are no numbers');
  const parts = value.items.map((item) => constantOf(call, item).tensor);
  const shape = parts[0]?.shape ?? [];
  const numbers = parts.flatMap((part) => Array.from(part.constant ?? []));
  if (parts.some((part) => part.shape.join() !== shape.join())) failCall(call, 'its data are ragged');
  return tensorValue(call.builder.constant(Float64Array.from(numbers), [parts.length, ...shape]), false);
}

/** arange(end), arange(start, end), arange(start, end, step); the arguments come as they stand. */
function range(call: OperatorCall): TensorValue {
  const first = numberArgument(call, 'start', 0);
  const second = call.arguments.get('end');
  const end = second === undefined || second === null ? first : numberArgument(call, 'end');
  const start = second === undefined || second === null ? 0 : first;
  const step = numberArgument(call, 'step', 1);
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (!(count <= 2 ** 20)) failCall(call, 'it makes absurdly many numbers');
  const values = Float64Array.from({ length: count }, (_, at) => start + at * step);
  return tensorValue(call.builder.constant(values, [count]), false);
}

function identityMatrix(call: OperatorCall): TensorValue {
  const rows = numberArgument(call, 'n');
  const columns = numberArgument(call, 'm', rows);
  if (!(rows * columns <= 2 ** 24)) failCall(call, 'it makes absurdly many numbers');
  const values = new Float64Array(rows * columns);
  for (let at = 0; at < Math.min(rows, columns); at++) values[at * columns + at] = 1;
  return tensorValue(call.builder.constant(values, [rows, columns]), false);
}

/** x.size() or x.size(dim); the length along the rows is not known. */
function size(call: OperatorCall): TorchValue {
  const x = tensorArgument(call, 'self');
  const lengths: readonly TorchValue[] = x.batched
    ? x.tensor.shape.toSpliced(x.lead, 0, NaN).map((length) => (Number.isNaN(length) ? rowsValue : length))
    : x.tensor.shape;
  const dim = call.arguments.get('dim');
  if (dim === undefined || dim === null) return listValue(lengths);
  const at = numberArgument(call, 'dim');
  return lengths.at(at) ?? failCall(call, `dimension ${at} is not there`);
}
