/** True values that nobody named: the left-over column gives the misses, the unit and, to an output without one, its name. */
import { describe, expect, it } from 'vitest';
import { multilayer } from '../slopes/networks';
import { csvOf, sessionOf } from './sessions';

const rows = Array.from({ length: 20 }, (_, row) => [row % 3, row % 5, 30 + ((row * 7) % 11)]);
const table = csvOf(['a', 'b', 'wait (min)'], rows);

describe('a left-over column of numbers', () => {
  it.each([
    ['output', 'wait'],
    ['load', 'load'],
  ])('is what %s forecasts: errors, unit and the name %s', async (name, shown) => {
    const network = multilayer([2, 3, 1], { kind: 'tanh' });
    const named = { ...network, outputs: network.outputs.map((output) => ({ ...output, name })) };
    const session = await sessionOf(named, table, undefined, {});
    const data = (await session.data())!;
    expect(session.describe().outputs).toEqual([{ name: shown, unit: 'min' }]);
    expect(data.target).toBe('wait (min)');
    expect(data.actual).toMatchObject({ min: 30, max: 40 });
    expect(data.actual!.averageMiss).toBeGreaterThan(20);
    expect(data.problems.map(({ code }) => code)).toContain('target-left-over');
  });

  it('is nothing where it was said so', async () => {
    const session = await sessionOf(multilayer([2, 3, 1], { kind: 'tanh' }), table, undefined, { target: null });
    expect((await session.data())!.actual).toBeUndefined();
  });
});
