import { manyRows, mentionsRows, rowNumber, type Value } from '../rows/value';
import type { Call } from './call';
import { activations } from './operators/activations';
import { arithmetic } from './operators/arithmetic';
import { einsums } from './operators/einsum';
import { linear } from './operators/linear';
import { reductions } from './operators/reductions';

/** Operators that compute with numbers; all others put them in other places or take them for shapes and positions. */
const computing = new Set(
  [activations, arithmetic, einsums, linear, reductions].flatMap(({ operators }) => Object.keys(operators)),
);

/**
 * Refuses a node in which data meet a number that was computed from how many rows there are, or from the number of a
 * row. Shapes and positions may be computed so.
 */
export function refuseCountedRows(call: Call): void {
  const { node, inputs, around } = call;
  const meets = node.domain === '' && (computing.has(node.operator) || node.operator === 'Concat');
  if (!meets || inputs.every((input) => !input || input.tensor.constant)) return;
  if (inputs.some((input) => input && isCounted(input, around.counted)))
    call.refuseMixedRows('computes with the number of rows');
}

/** Keeps in mind which constants a node computed from the number of rows. */
export function noteCountedRows({ node, inputs, around }: Call, outputs: readonly Value[]): void {
  if (around.rows !== manyRows || node.operator === 'ConstantOfShape') return;
  const computes = computing.has(node.operator);
  // Further inputs of the other operators are shapes and positions.
  const carriers = computes || node.operator === 'Concat' ? inputs : inputs.slice(0, 1);
  const counts = carriers.some((input) => {
    const constant = input?.tensor.constant;
    return constant && (around.counted.has(constant) || (computes && mentionsRows(constant)));
  });
  if (!counts) return;
  for (const { tensor } of outputs) if (tensor.constant) around.counted.add(tensor.constant);
}

function isCounted({ tensor: { constant }, type }: Value, counted: WeakSet<Float64Array>): boolean {
  if (!constant) return false;
  return counted.has(constant) || constant.includes(rowNumber) || (type === 'whole' && mentionsRows(constant));
}
