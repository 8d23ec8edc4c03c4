import type { Value } from '../rows/value';
import type { Call } from './call';
import { activations } from './operators/activations';
import { arithmetic } from './operators/arithmetic';

/** Operators that leave the elements along the axis of the rows in their order; a reshape finds its own. */
const keepsOrder = new Set([
  ...Object.keys(activations.operators),
  ...Object.keys(arithmetic.operators),
  ...['Cast', 'CastLike', 'Concat', 'Dropout', 'Flatten', 'Gather', 'Gemm', 'Identity', 'LayerNormalization'],
  ...['LogSoftmax', 'MatMul', 'RMSNormalization', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum', 'Reshape'],
  ...['Shape', 'Size', 'Slice', 'Softmax', 'Split', 'Squeeze', 'Transpose', 'Unsqueeze'],
]);

/**
 * The results of a node with as many runs of the rows as its inputs have. A node that might bring them out of their
 * order, or that meets inputs with the rows in different orders, is refused.
 */
export function withRuns(call: Call, outputs: readonly Value[]): readonly Value[] {
  const { operator, domain } = call.node;
  const counts = new Set(call.inputs.flatMap((input) => (input?.batch === undefined ? [] : [input.runs ?? 1])));
  const [runs = 1] = counts;
  if (counts.size > 1 || (runs > 1 && !(domain === '' && keepsOrder.has(operator)))) return call.refuseMixedRows();
  if (runs === 1 || operator === 'Reshape' || operator === 'Flatten') return outputs;
  return outputs.map((value) => ({ ...value, runs }));
}
