import { ShapeError, type Tensor } from '../../../network/builder';
import { align } from '../../rows/broadcasting';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** Losses as outputs: one number per row (reduction "none"), for a target class that is an input. */
export const losses: OperatorGroup = {
  domain: '',
  operators: { NegativeLogLikelihoodLoss, SoftmaxCrossEntropyLoss },
  notes: {
    NegativeLogLikelihoodLoss: 'reduction none',
    SoftmaxCrossEntropyLoss: 'reduction none',
  },
};

/** The second output is the logarithm of the softmax. */
function SoftmaxCrossEntropyLoss(call: Call): readonly Value[] {
  const scores = call.value(0);
  if (scores.batch === 1) return call.refuseMixedRows();
  const logs = { ...scores, tensor: call.builder.softmax('logSoftmax', scores.tensor, [1]) };
  return [likelihood(call, logs), logs];
}

function NegativeLogLikelihoodLoss(call: Call): Value {
  return likelihood(call, call.value(0));
}

/** −w_c · x_c for the target class c at each place, 0 for the class to ignore. */
function likelihood(call: Call, x: Value): Value {
  if (call.text('reduction', 'mean') !== 'none') return call.refuseMixedRows('adds up over the rows of a table');
  const { builder } = call;
  const target = call.value(1);
  const [, classes = 0] = x.tensor.shape;
  if (target.tensor.shape.length !== x.tensor.shape.length - 1)
    throw new ShapeError(`targets of [${target.tensor.shape.join(', ')}] are not for [${x.tensor.shape.join(', ')}]`);
  const ignored = call.attribute('ignore_index')?.integer;
  const given = call.inputs[2] ? call.numbers(2, 'weights') : new Float64Array(classes).fill(1);
  const weights = given.map((weight, number) => (number === ignored ? 0 : -weight));
  const [rows = 1, ...places] = target.tensor.shape;
  const ones = places.map(() => 1);
  const spread = { ...target, tensor: builder.reshape(target.tensor, [rows, 1, ...places]) };
  const { tensors, batch } = align(call, [x, spread]);
  const column = (numbers: Float64Array): Tensor => builder.constant(numbers, [classes, ...ones]);
  const hits = builder.compare('equal', tensors[1]!, column(Float64Array.from(weights.keys())));
  const weighted = builder.combine('multiply', tensors[0]!, column(weights));
  // Where the class is not the target, its logarithm may be infinite.
  const chosen = builder.select(hits, weighted, builder.constant(Float64Array.of(0), []));
  return call.give(builder.reduce('sum', chosen, [1], false), batch);
}
