import { describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/network/builder';
import type { ScalingSet } from '../../../src/table/scaling';
import { csvOf, sessionOf } from './sessions';

/** y = 2a − b, and rows far from 0 whose last column is that, moved by `off`. */
const builder = new NetworkBuilder();
const inputs = builder.input('x', [2], ['a', 'b']);
builder.output('y', builder.dense(inputs, Float64Array.of(2, -1), Float64Array.of(0)), ['y']);
const network = builder.finish('line', { file: 'line', format: 'test', layers: [] });
const table = (off: number): string =>
  csvOf(
    ['a', 'b', 'y'],
    Array.from({ length: 30 }, (_, row) => [50 + row, 400 + ((row * 7) % 31), 2 * row - 300 - ((row * 7) % 31) + off]),
  );
const codesOf = async (csv: string, scaling?: ScalingSet, said?: 'none') => {
  const session = await sessionOf(network, csv, scaling, {});
  if (said) session.scalingChoice = { inputs: said };
  return (await session.data())!.problems.map(({ code }) => code);
};

describe('doubts about the scaling', () => {
  it('are told where nothing says it and the forecasts miss more than the mean of the true values would', async () => {
    expect(await codesOf(table(500))).toContain('scaling-unsaid');
  });

  it('are none where the forecasts come near, or where it was said that there is none', async () => {
    expect(await codesOf(table(0))).not.toContain('scaling-unsaid');
    expect(await codesOf(table(500), undefined, 'none')).not.toContain('scaling-unsaid');
  });

  it('are told where the scaled numbers lie far outside what a network was trained on', async () => {
    const set = (centre: number): ScalingSet => ({
      origin: 'scaler.json',
      inputs: [centre, 400].map((middle) => ({ kind: 'affine', centre: middle, spread: 10 })),
      outputs: [{ kind: 'identity' }],
    });
    expect(await codesOf(table(0), set(60))).not.toContain('scaling-far-outside');
    expect(await codesOf(table(0), set(600))).toContain('scaling-far-outside');
  });
});
