import type { UnitParts } from '../findings/checked';
import type { Network } from '../network/network';
import { referenceAdjoints, referenceOutputs, referenceTangents, referenceValues, splitRow } from '../slopes/reference';
import type { Binding } from '../table/binding';
import { modelPerOriginal, toOriginal } from '../table/scaling';
import { scaledColumn } from './computeSlopes';
import { modelRow } from './exactRow';
import { hiddenLayers } from './structure';

/**
 * How one slope is made up: for each unit u of the last hidden layer ∂y/∂u · ∂u/∂x, in original units. The parts sum to
 * the slope where every path from the input leads through that layer; undefined where one leads around it.
 */
export function unitParts(
  network: Network,
  binding: Binding,
  row: number,
  output: number,
  input: number,
): UnitParts | undefined {
  const layers = hiddenLayers(network);
  const last = layers.at(-1);
  const bound = binding.inputs[input];
  if (!last || bound?.source.kind === 'levels' || !bound) return undefined;
  const values = referenceValues(network, splitRow(network, modelRow(network, binding, row)));
  const adjoints = referenceAdjoints(network, values, output);
  const tangents = referenceTangents(network, values, bound.input.element);
  const { scaling } = binding.outputs[output]!;
  const column = scaledColumn(bound);
  const forecast = toOriginal(scaling, referenceOutputs(network, values)[output]!);
  const factor = column.modelPerOriginal(column.at(row)) / modelPerOriginal(scaling, forecast);
  const weights = adjoints[last.value]!;
  const moves = tangents[last.value]!;
  const parts = weights.map((weight, unit) => factor * weight * moves[unit]!);
  const slope = factor * elementOf(network, adjoints, bound.input.element);
  const sum = parts.reduce((total, part) => total + part, 0);
  const size = parts.reduce((total, part) => total + Math.abs(part), 0);
  if (Math.abs(sum - slope) > 1e-9 * Math.max(size, Math.abs(slope))) return undefined;
  return { names: Array.from(parts, (_, unit) => `h${layers.length}_${unit + 1}`), parts };
}

function elementOf(network: Network, vectors: readonly Float64Array[], element: number): number {
  let first = 0;
  for (const [port, { size }] of network.inputs.entries()) {
    if (element < first + size) return vectors[port]![element - first]!;
    first += size;
  }
  throw new RangeError(`The network has no input element ${element}.`);
}
