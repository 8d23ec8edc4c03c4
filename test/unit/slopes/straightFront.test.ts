import { describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import { referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import { splitStraight } from '../../../src/slopes/straightFront';
import { filled, multilayer, numbers } from './networks';

/** All outputs of a network for one vector per input port. */
function valuesOf(network: Network, x: readonly Float64Array[]): Float64Array {
  return referenceOutputs(network, referenceValues(network, x));
}

function cut(values: Float64Array, network: Network): Float64Array[] {
  let first = 0;
  return network.inputs.map(({ size }) => values.slice(first, (first += size)));
}

/** Two dense layers in a row, a skip past the activation, a constant, and an output that is straight. */
function withSkip(): Network {
  const next = numbers(3);
  const build = new NetworkBuilder();
  const x = build.input('x', [8], ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  const first = build.dense(x, filled(24, next), filled(3, next));
  const second = build.dense(first, filled(6, next), filled(2, next));
  const bent = build.activation(second, { kind: 'tanh' });
  build.output('sum', build.combine('add', bent, second));
  build.output('straight', first);
  return build.finish('skip', { file: 'test', format: 'test', layers: [] });
}

describe('a network split behind its straight front', () => {
  it.each([
    ['of layers', multilayer([9, 4, 3, 2], { kind: 'relu' })],
    ['with a skip and a straight output', withSkip()],
    ['without a bend', multilayer([5, 3, 1], undefined)],
    ['that bends at once', multilayer([2, 3, 1], { kind: 'tanh' })],
  ])('gives what it gave: one %s', (_, network) => {
    const { front, changes, rest } = splitStraight(network);
    const next = numbers(11);
    const x = filled(network.inputs[0]!.size, next);
    const step = filled(x.length, next);
    const at = (point: Float64Array): Float64Array => valuesOf(rest, cut(valuesOf(front, [point]), rest));
    const near = (found: Float64Array, wanted: Float64Array): void => {
      expect(found).toHaveLength(wanted.length);
      found.forEach((value, place) => expect(value).toBeCloseTo(wanted[place]!, 12));
    };
    near(at(x), valuesOf(network, [x]));
    const moved = x.map((value, place) => value + step[place]!);
    const change = valuesOf(changes, [step]);
    near(
      valuesOf(front, [x]).map((value, place) => value + change[place]!),
      valuesOf(front, [moved]),
    );
    near(at(moved), valuesOf(network, [moved]));
  });

  it('has the size of the first layer, not of the inputs', () => {
    const { rest } = splitStraight(multilayer([50, 4, 1], { kind: 'tanh' }));
    expect(rest.inputs.map(({ size }) => size)).toEqual([4]);
  });
});
