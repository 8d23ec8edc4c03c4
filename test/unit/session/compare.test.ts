import { beforeAll, describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import { compareSessions } from '../../../src/session/compareView';
import { csvOf, sessionOf, testEngine, unheard } from './sessions';

const names = ['x1', 'x2', 'x3', 'y'];
/** In rows 1 and 3 the slope of x2 is below 0 in the curved network, whose slope is x1² − 1. */
const rows = [
  [0.5, 1, 2, 0],
  [2, 1, 2, 4],
  [-0.5, 2, 1, -1],
  [3, 2, 5, 9],
];

beforeAll(async () => {
  await testEngine();
}, 120_000);

/** y = x1 − x2 + x1² x2 */
function curved(): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [2], ['x1', 'x2']);
  const [first, second] = [build.take(x, 0, [0]), build.take(x, 0, [1])];
  const product = build.combine('multiply', build.activation(first, { kind: 'square' }), second);
  build.output('y', build.combine('add', build.combine('subtract', first, second), product));
  return build.finish('curved', { file: 'test', format: 'test', layers: [] });
}

/** y = first + second */
function sum(inputs: readonly [string, string]): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [2], inputs);
  build.output('y', build.combine('add', build.take(x, 0, [0]), build.take(x, 0, [1])));
  return build.finish('sum', { file: 'test', format: 'test', layers: [] });
}

async function compared(first: Network, second: Network, csv = csvOf(names, rows)) {
  const sessions = [await sessionOf(first, csv, undefined, {}), await sessionOf(second, csv, undefined, {})] as const;
  for (const session of sessions) session.setRules([{ expect: 'never falls', input: 'x2', level: 'warning' }]);
  return compareSessions(...sessions, [0, 0], unheard);
}

describe('two models on one table', () => {
  it('match what is equal of unequal inputs and list the rest', async () => {
    const { inputs, onlyFirst, onlySecond, oppositeRows, rows: common } = await compared(curved(), sum(['x3', 'x2']));
    expect(inputs).toHaveLength(1);
    expect(inputs[0]).toMatchObject({ name: 'x2', oppositeRows: 2, opposite: 0.5, places: [2, 2] });
    // The mean of x1² − 1, and of 1.
    expect(inputs[0]!.averages).toEqual([(0.25 + 4 + 0.25 + 9) / 4 - 1, 1]);
    expect([onlyFirst, onlySecond, oppositeRows, common]).toEqual([['x1'], ['x3'], 2, 4]);
  });

  it('show the slope of the second less that of the first in lanes, by the forecast of the first', async () => {
    const csv = csvOf(names, rows);
    const sessions = [
      await sessionOf(curved(), csv, undefined, {}),
      await sessionOf(sum(['x1', 'x2']), csv, undefined, {}),
    ] as const;
    const { inputs } = await compareSessions(...sessions, [0, 0], unheard, 4);
    const lane = inputs.find(({ name }) => name === 'x2')!.lane!;
    // Forecasts of the first −0.25, 5, −2, 19: rows 3, 1, 2, 4. Slopes 1 − (x1² − 1).
    expect([...lane.lowest]).toEqual([1.75, 1.75, -2, -7]);
    expect([...lane.share]).toEqual([0, 0, 1, 1]);
    expect(lane.largest).toBe(7);
    const plain = await compareSessions(...sessions, [0, 0], unheard);
    expect(plain.inputs.every((input) => input.lane === undefined)).toBe(true);
  });

  it('say how far they miss, on all rows, and which signs differ', async () => {
    const { sentence, forecast, findings } = await compared(curved(), sum(['x1', 'x2']));
    // Forecasts −0.25, 5, −2, 19 and 1.5, 3, 1.5, 5 for 0, 4, −1, 9.
    expect(forecast.misses).toEqual([(0.25 + 1 + 1 + 10) / 4, (1.5 + 1 + 2.5 + 4) / 4]);
    expect(forecast).toMatchObject({ average: (1.75 + 2 + 3.5 + 14) / 4, largest: 14 });
    expect(sentence).toBe('Average misses differ (3.06 and 2.25), and 2 inputs differ in sign in 2 rows.');
    expect(findings.map(({ length }) => length)).toEqual([1, 0]);
  });

  it('find nothing between a model and itself', async () => {
    const { sentence, oppositeRows } = await compared(curved(), curved());
    expect(oppositeRows).toBe(0);
    expect(sentence).toBe('Same average miss (3.06 and 3.06); no slope has opposite signs in any row.');
  });

  it('compare the rows that both can use', async () => {
    const gap = csvOf(names, rows).replace('0.5,1,2,0', ',1,2,0');
    const { rows: common, inputs } = await compared(curved(), sum(['x3', 'x2']), gap);
    expect(common).toBe(3);
    expect(inputs[0]!.averages[0]).toBeCloseTo((4 + 0.25 + 9) / 3 - 1, 12);
  });

  it('say so when nothing is in common', async () => {
    const { sentence, inputs } = await compared(
      sum(['x1', 'x2']),
      sum(['x3', 'x4']),
      csvOf(['x1', 'x2', 'x3', 'x4'], rows),
    );
    expect(inputs).toEqual([]);
    // 1.5, 3, 1.5, 5 and 2, 6, 0, 14.
    expect(sentence).toBe('Forecasts differ by 3.50 on average; the models have no input in common that has a slope.');
  });
});
