import { elements, transposed } from '../../../network/tensor';
import { maxTensorElements } from '../../limits';
import {
  constantNumbers,
  failCall,
  numberArgument,
  operator,
  tensorArgument,
  withTensor,
  type Operator,
  type OperatorCall,
  type TensorValue,
} from './values';

/** Tables of rows that whole numbers in the data choose; their slopes are 0. */
export const lookupOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  [
    'embedding',
    operator('weight indices padding_idx scale_grad_by_freq sparse', (call) =>
      lookedUp(call, tensorArgument(call, 'weight'), tensorArgument(call, 'indices')),
    ),
  ],
  [
    'one_hot',
    operator('self num_classes', (call) => {
      const count = numberArgument(call, 'num_classes', -1);
      if (count < 1) failCall(call, 'the number of its classes depends on the rows of the table');
      return oneHot(call, tensorArgument(call, 'self'), count);
    }),
  ],
]);

/** Row `at` of a constant table for each element of `at`; a number outside the table, which stops PyTorch, gives not-a-number. */
export function lookedUp(call: OperatorCall, table: TensorValue, at: TensorValue): TensorValue {
  const { builder } = call;
  const [rows = 0, ...rest] = table.tensor.shape;
  const width = elements(rest);
  const hot = oneHot(call, at, rows);
  const numbers = constantNumbers(call, table);
  if (elements(at.tensor.shape) * width > maxTensorElements) failCall(call, 'it makes absurdly many numbers');
  const found = builder.dense(hot.tensor, transposed(numbers, rows, width));
  const inside = builder.reduce('max', hot.tensor, [at.tensor.shape.length], true);
  const known = builder.select(inside, found, builder.constant(Float64Array.of(NaN), []));
  return withTensor(at, builder.reshape(known, [...at.tensor.shape, ...rest]));
}

/** For each element a vector with 1 at its place: a new last axis. */
function oneHot(call: OperatorCall, x: TensorValue, count: number): TensorValue {
  const { builder } = call;
  if (elements(x.tensor.shape) * count > maxTensorElements) failCall(call, 'it makes absurdly many numbers');
  const column = builder.reshape(x.tensor, [...x.tensor.shape, 1]);
  const codes = builder.constant(
    Float64Array.from({ length: count }, (_, code) => code),
    [count],
  );
  return withTensor(x, builder.compare('equal', column, codes));
}
