/** The parts of a slope by the units of every hidden layer sum to it, with what goes around a layer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slopeOf, type LayerParts } from '../../../src/findings/layerParts';
import type { Network } from '../../../src/network/network';
import { derivativeOf } from '../../../src/slopes/derivatives';
import { referenceJacobian, referenceTangents, referenceValues, splitRow } from '../../../src/slopes/reference';
import { layerParts } from '../../../src/session/layerParts';
import { hiddenLayers } from '../../../src/session/structure';
import type { Binding } from '../../../src/table/binding';
import { bindTable } from '../../../src/table/bindTable';
import { readCsv } from '../../../src/files/csv/readCsv';
import { anyNetwork, filled, multilayer, networkOf, node, numbers } from '../slopes/networks';
import { csvOf } from './sessions';

const inputsOf = ({ inputs }: Network) => inputs.reduce((sum, { size }) => sum + size, 0);

/** One row of numbers for every input, scaled so that slopes are not those of the model's units. */
function bound(network: Network, row: Float64Array): Binding {
  const names = Array.from(row, (_, index) => `x${index}`);
  const { table } = readCsv(new TextEncoder().encode(csvOf(names, [[...row]])), { name: 'data.csv' });
  const scaling = (spread: number) => ({ kind: 'affine', centre: 0, spread }) as const;
  const scalings = { inputs: names.map((_, index) => scaling(1 + index)), origin: 'test' };
  return bindTable(network, table!, { byPosition: true }, scalings).binding!;
}

/** Values at the only row, in model units. */
const valuesOf = (network: Network, row: Float64Array) =>
  referenceValues(
    network,
    splitRow(
      network,
      row.map((value, index) => value / (1 + index)),
    ),
  );

/** What reaches the output when one value does not move: the tangents with those of the value taken away. */
function blocked(network: Network, values: readonly Float64Array[], input: number, value: number, output: number) {
  const ports = network.inputs.length;
  const tangents = referenceTangents({ ...network, nodes: [] }, values, input);
  network.nodes.forEach(({ op, inputs, size }, index) => {
    const at = { inputs: inputs.map((each) => values[each]!), output: values[ports + index]! };
    const moves = inputs.map((each) => tangents[each]!);
    tangents.push(ports + index === value ? new Float64Array(size) : derivativeOf(op).pushforward(op, at, moves));
  });
  return network.outputs.flatMap((port) => [...tangents[port.value]!])[output]!;
}

/** Checks every layer of every input of a network at one row; how many layers, and how many with something around them. */
function check(network: Network, row: Float64Array): { layers: number; around: number } {
  const binding = bound(network, row);
  const values = valuesOf(network, row);
  const jacobian = referenceJacobian(network, values)[0]!;
  const hidden = hiddenLayers(network);
  const seen = { layers: 0, around: 0 };
  for (let input = 0; input < row.length; input++) {
    const slope = jacobian[input]! / (1 + input);
    for (const layer of layerParts(network, binding, 0, input)(0)) {
      const size = sizeOf(layer);
      expect(Math.abs(slopeOf(layer) - slope)).toBeLessThanOrEqual(1e-9 * Math.max(size, Math.abs(slope)));
      const { value } = hidden[Number(layer.name.slice(1)) - 1]!;
      const past = blocked(network, values, input, value, 0) / (1 + input);
      expect(Math.abs((layer.around?.part ?? 0) - past)).toBeLessThanOrEqual(1e-9 * Math.max(size, Math.abs(slope)));
      seen.layers++;
      if (layer.around) seen.around++;
    }
  }
  return seen;
}

const sizeOf = ({ parts, around }: LayerParts) =>
  parts.reduce((sum, part) => sum + Math.abs(part), Math.abs(around?.part ?? 0));

describe('the parts of a slope', () => {
  it('sum to it at every hidden layer of any network', () => {
    const seen = { layers: 0, around: 0 };
    fc.assert(
      fc.property(anyNetwork, fc.integer({ min: 1, max: 2 ** 31 }), (network, seed) => {
        const row = filled(inputsOf(network), numbers(seed), 2);
        if (!valuesOf(network, row).every((value) => value.every(Number.isFinite))) return;
        const { layers, around } = check(network, row);
        seen.layers += layers;
        seen.around += around;
      }),
      { numRuns: 400, seed: 11 },
    );
    expect(seen.layers).toBeGreaterThan(200);
    expect(seen.around).toBeGreaterThan(20);
  });

  it.each([['tanh'], ['relu'], ['gelu']] as const)('are told for each of four %s layers', (kind) => {
    const network = multilayer([5, 12, 9, 16, 7, 1], { kind }, 3);
    const next = numbers(9);
    for (let run = 0; run < 20; run++) expect(check(network, filled(5, next, 3))).toEqual({ layers: 20, around: 0 });
  });

  it('name what goes around a layer with a skip, and where it joins again', () => {
    const next = numbers(21);
    const dense = (from: number, width: number, size: number) =>
      node({ kind: 'dense', weights: filled(width * size, next), bias: filled(size, next) }, [from], size);
    const tanh = (from: number) => node({ kind: 'activation', activation: { kind: 'tanh' } }, [from], 6);
    const add = { ...node({ kind: 'combine', how: 'add' }, [2, 4], 6), origin: 'add_1' };
    const network = networkOf([4], [dense(0, 4, 6), tanh(1), dense(2, 6, 6), tanh(3), add, dense(5, 6, 1)]);
    const row = filled(4, next, 2);
    expect(check(network, row)).toEqual({ layers: 8, around: 4 });
    const [first, second] = layerParts(network, bound(network, row), 0, 1)(0);
    expect(first?.around).toBeUndefined();
    expect(second?.around?.joins).toBe('add_1');
  });
});
