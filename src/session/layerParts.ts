import type { LayerParts } from '../findings/layerParts';
import type { Network } from '../network/network';
import { locateOutput } from '../slopes/layout';
import { referenceAdjoints, referenceOutputs, referenceTangents, referenceValues, splitRow } from '../slopes/reference';
import type { Binding } from '../table/binding';
import { modelPerOriginal, toOriginal } from '../table/scaling';
import { scaledColumn } from './computeSlopes';
import { modelRow } from './exactRow';
import { hiddenLayers } from './structure';

/** How the slope by one input is made up at a row of the table, by hidden layer; none where the input is switched. */
export type PartsOfRow = (row: number) => readonly LayerParts[];

/**
 * How the slope of one output by one input is made up: for each hidden layer that lies on the way, and each of its units
 * u, ∂y/∂u · ∂u/∂x in original units. No path passes a layer twice, so the parts and what goes around the layer sum to
 * the slope (the chain rule over the paths of the graph).
 */
export function layerParts(network: Network, binding: Binding, output: number, input: number): PartsOfRow {
  const bound = binding.inputs[input];
  if (!bound || bound.source.kind === 'levels') return () => [];
  const { element } = bound.input;
  const place = placeOf(network, element);
  const layers = layersBetween(network, place.port, locateOutput(network, output).value);
  const { scaling } = binding.outputs[output]!;
  const column = scaledColumn(bound);
  return (row) => {
    if (layers.length === 0) return [];
    const values = referenceValues(network, splitRow(network, modelRow(network, binding, row)));
    const adjoints = referenceAdjoints(network, values, output);
    const tangents = referenceTangents(network, values, element);
    const forecast = toOriginal(scaling, referenceOutputs(network, values)[output]!);
    const factor = column.modelPerOriginal(column.at(row)) / modelPerOriginal(scaling, forecast);
    const slope = factor * adjoints[place.port]![place.element]!;
    return layers.map(({ value, joins, ...layer }) => {
      const moves = tangents[value]!;
      const parts = adjoints[value]!.map((weight, unit) => factor * weight * moves[unit]!);
      return { ...layer, parts, ...around(parts, slope, joins) };
    });
  };
}

interface LayerBetween {
  readonly name: string;
  readonly origin: string;
  /** Number of the value that holds its units. */
  readonly value: number;
  /** Where paths around the layer meet those through it; absent where every path leads through it. */
  readonly joins?: string;
}

/** The hidden layers on the way from a port to a value, numbered as in the whole network. */
function layersBetween(network: Network, port: number, target: number): readonly LayerBetween[] {
  const reached = reachedFrom(network, port);
  return hiddenLayers(network).flatMap(({ value, origin }, index): LayerBetween[] => {
    const after = reachedFrom(network, value);
    if (!reached.has(value) || !after.has(target)) return [];
    const layer = { name: `h${index + 1}`, origin, value };
    const past = reachedFrom(network, port, value);
    if (!past.has(target)) return [layer];
    const meeting = network.nodes.find(
      ({ inputs }) => inputs.some((each) => after.has(each)) && inputs.some((each) => past.has(each)),
    );
    return [{ ...layer, joins: meeting?.origin ?? '' }];
  });
}

/** The values that depend on one value, itself among them; those that do so only by way of `without` are left out. */
function reachedFrom({ inputs, nodes }: Network, from: number, without?: number): ReadonlySet<number> {
  const reached = new Set([from]);
  nodes.forEach((node, index) => {
    const value = inputs.length + index;
    if (value !== without && node.inputs.some((each) => reached.has(each))) reached.add(value);
  });
  return reached;
}

/** What the slope has beside the parts, unless that is only their rounding. */
function around(parts: Float64Array, slope: number, joins: string | undefined): Pick<LayerParts, 'around'> {
  if (joins === undefined) return {};
  const sum = parts.reduce((total, part) => total + part, 0);
  const size = parts.reduce((total, part) => total + Math.abs(part), Math.abs(slope));
  const part = slope - sum;
  return Math.abs(part) <= 1e-12 * size ? {} : { around: { part, joins } };
}

function placeOf(network: Network, element: number): { readonly port: number; readonly element: number } {
  let first = 0;
  for (const [port, { size }] of network.inputs.entries()) {
    if (element < first + size) return { port, element: element - first };
    first += size;
  }
  throw new RangeError(`The network has no input element ${element}.`);
}
