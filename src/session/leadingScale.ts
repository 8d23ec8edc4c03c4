import type { Network } from '../network/network';
import { flatInputs } from '../network/features';

/** What standardisation inside a graph says is usual for an input: model = (original − centre) / spread. */
export interface LeadingScale {
  readonly centre: number;
  readonly spread: number;
}

/**
 * For each flat input the scaling that the graph itself begins with (Normalization, Rescaling, ONNX Scaler, Sub and Div),
 * found by following `scale`, `gather` and `concat` nodes from the input to the first other operation; undefined for an
 * input that goes in as it is.
 */
export function scaleOfInputs(network: Network): (LeadingScale | undefined)[] {
  return flatInputs(network).map((input) => {
    if (input.kind === 'text') return undefined;
    const offset = network.inputs.slice(0, input.port).reduce((sum, port) => sum + port.size, 0);
    return follow(network, input.port, input.element - offset, 1, 0);
  });
}

/** Follows one element while its only user rearranges or scales it; it then holds factor · original + shift. */
function follow(
  network: Network,
  value: number,
  element: number,
  factor: number,
  shift: number,
): LeadingScale | undefined {
  const users = network.nodes.flatMap((node, index) =>
    node.inputs.includes(value) ? [{ node, value: network.inputs.length + index }] : [],
  );
  const [only] = users;
  if (users.length !== 1 || !only) return done(factor, shift);
  const { op, inputs } = only.node;
  if (op.kind === 'scale') {
    return follow(
      network,
      only.value,
      element,
      factor * op.factor[element]!,
      shift * op.factor[element]! + op.offset[element]!,
    );
  }
  if (op.kind === 'gather') {
    const place = op.indices.indexOf(element);
    return place < 0 ? done(factor, shift) : follow(network, only.value, place, factor, shift);
  }
  if (op.kind === 'concat') {
    const before = inputs.slice(0, inputs.indexOf(value)).reduce((sum, part) => sum + sizeOf(network, part), 0);
    return follow(network, only.value, before + element, factor, shift);
  }
  return done(factor, shift);
}

function done(factor: number, shift: number): LeadingScale | undefined {
  if (factor === 0 || (factor === 1 && shift === 0)) return undefined;
  return { centre: -shift / factor, spread: 1 / factor };
}

function sizeOf(network: Network, value: number): number {
  return (network.inputs[value] ?? network.nodes[value - network.inputs.length])?.size ?? 0;
}
