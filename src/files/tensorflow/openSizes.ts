import type { Call } from './call';
import { heldValue, type Held } from './held';

const arithmetic = new Set(['Add', 'AddV2', 'Mul']);
const passing = new Set(['Cast', 'Identity', 'Squeeze']);

/**
 * The largest whole number of a table is not known for a single row. Counts of categories ask for it and then keep it
 * between two bounds that are equal, so that their size does not depend on it: it is followed that far and refused where
 * anything else takes it.
 */
export function openSize(call: Call): Held | undefined {
  const { operator } = call.node;
  const open = call.inputs.find((held) => held.kind === 'open');
  if (!open) return operator === 'Max' ? largestOfTable(call) : undefined;
  if (passing.has(operator)) return open;
  if (arithmetic.has(operator)) return { ...open, atLeast: -Infinity };
  const bound = boundBeside(call);
  if (bound === undefined) return open.refuse();
  if (operator === 'Maximum') return { ...open, atLeast: Math.max(open.atLeast, bound) };
  const settled = operator === 'Minimum' && bound <= open.atLeast;
  return settled ? heldValue(call.constant(Float64Array.of(bound), [], 'whole')) : open.refuse();
}

function largestOfTable(call: Call): Held | undefined {
  const [held, axes] = call.inputs;
  if (held?.kind !== 'value' || axes?.kind !== 'value' || held.value.type !== 'whole') return undefined;
  const { batch, tensor } = held.value;
  const reduced = Array.from(axes.value.tensor.constant ?? [], (axis) => call.axis(axis, tensor.shape.length));
  if (batch === undefined || !reduced.includes(batch)) return undefined;
  return { kind: 'open', atLeast: -Infinity, refuse: () => call.refuseMixedRows() };
}

/** The single constant number that meets the open one. */
function boundBeside({ inputs }: Call): number | undefined {
  const constants = inputs.flatMap((held) => (held.kind === 'value' ? [held.value.tensor.constant] : []));
  const [bound] = constants;
  return constants.length === 1 && bound?.length === 1 ? bound[0] : undefined;
}
