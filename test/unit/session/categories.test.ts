/** Yes/no columns taken as one category say the same of everything else, and of themselves what a switch does. */
import { describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import type { TableChoice } from '../../../src/session/connection';
import type { ScalingSet } from '../../../src/table/scaling';
import { filled, numbers } from '../slopes/networks';
import { csvOf, sessionOf, unheard } from './sessions';

const names = ['age', 'city_A', 'city_B', 'size', 'city_C', 'dog', 'cat'];
const view = { output: 0, units: 'original' } as const;

/** Columns in one port, or each in its own. */
function networkOf(ports: readonly (readonly string[])[]): Network {
  const build = new NetworkBuilder();
  const next = numbers(5);
  const parts = ports.map((features, index) =>
    build.input(features.length > 1 ? `in${index}` : features[0]!, [features.length], features),
  );
  const x = parts.length > 1 ? build.concat(parts, 0) : parts[0]!;
  const hidden = build.activation(build.dense(x, filled(7 * 6, next), filled(6, next)), { kind: 'tanh' });
  build.output('y', build.dense(hidden, filled(6, next), filled(1, next)));
  return build.finish('test', { file: 'test', format: 'test', layers: [] });
}

/** Cities in turn, every eighth row in none; two of five rows with a dog, the others with a cat. */
const rows = Array.from({ length: 40 }, (_, row) => {
  const city = row % 8 === 7 ? -1 : row % 3;
  const isIn = (each: number): number => (city === each ? 1 : 0);
  const dog = row % 5 < 2 ? 1 : 0;
  return [20 + row, isIn(0), isIn(1), (row * 7) % 11, isIn(2), dog, 1 - dog];
});
const table = csvOf(names, rows);
const scaling: ScalingSet = {
  inputs: names.map((_, index) => ({ kind: 'affine', centre: index / 10, spread: 1 + index })),
  origin: 'test',
};
const found: TableChoice = { categories: 'found' };

describe.each([
  ['one port', [names]],
  ['a port per column', names.map((name) => [name])],
])('categories of %s', (_, ports) => {
  const network = networkOf(ports);

  it('leave forecasts and the other slopes as they are', async () => {
    const [asNumbers, folded] = [
      await sessionOf(network, table, scaling, {}),
      await sessionOf(network, table, scaling, found),
    ];
    const [before, after] = await Promise.all([asNumbers, folded].map((each) => each.connected().cache.slopes(0)));
    expect(folded.describe().inputs.map(({ name, kind, levels }) => [name, kind, levels])).toEqual([
      ['age', 'whole number', undefined],
      ['city', 'switched', ['A', 'B', 'C', 'none of these']],
      ['size', 'whole number', undefined],
      ['dog, cat', 'switched', ['dog', 'cat']],
    ]);
    for (const [row, forecast] of before!.forecast.entries()) expect(after!.forecast[row]).toBeCloseTo(forecast, 10);
    for (const [input, flat] of [
      [0, 0],
      [2, 3],
    ] as const)
      for (const [row, slope] of before!.slopes[flat]!.entries())
        expect(after!.slopes[input]![row]).toBeCloseTo(slope, 6);
    expect(after!.slopes[1]).toHaveLength(0);
  });

  it('move the forecast from level to level as the numbers do', async () => {
    const folded = await sessionOf(network, table, scaling, found);
    const city = await folded.input({ ...view, input: 1 }, unheard);
    const asNumbers = await sessionOf(network, table, scaling, {});
    const forecastIn = async (level: string): Promise<Float64Array> => {
      const set = rows.map((row) =>
        row.map((value, at) => (names[at]!.startsWith('city') ? Number(names[at] === `city_${level}`) : value)),
      );
      const moved = await sessionOf(network, csvOf(names, set), scaling, {});
      return (await moved.connected().cache.slopes(0)).forecast;
    };
    const change = await folded.input({ ...view, input: 1, between: ['C', 'B'] }, unheard);
    const [from, to] = [await forecastIn('C'), await forecastIn('B')];
    const changes = to.map((value, row) => value - from[row]!);
    expect(change.effects).toHaveLength(1);
    expect(change.effects[0]).toMatchObject({ kind: 'level', change: 'from C to B' });
    expect(change.effects[0]!.average).toBeCloseTo(changes.reduce((sum, each) => sum + each, 0) / rows.length, 9);
    expect(change.effects[0]!.lowest).toBeCloseTo(Math.min(...changes), 9);
    expect((await folded.input({ ...view, input: 1, between: ['C', 'Rome'] }, unheard)).effects).toEqual([]);
    const commonest = await forecastIn('A');
    for (const line of city.levels!.lines) {
      const forecast = await forecastIn(line.level === 'none of these' ? '' : line.level);
      const mean = forecast.reduce((sum, value, row) => sum + value - commonest[row]!, 0) / rows.length;
      expect(line.average).toBeCloseTo(mean, 9);
    }
    expect(city.levels!.commonest).toBe('A');
    const rule = { expect: 'levels in order', input: 'city', levels: ['A', 'B', 'C'], level: 'warning' } as const;
    const counts = [];
    for (const session of [folded, asNumbers]) {
      session.setRules([rule]);
      counts.push((await session.findings(view, unheard)).findings[0]?.rows.count ?? 0);
    }
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeGreaterThan(0);
  });
});

describe('the choice of categories', () => {
  const network = networkOf([names]);

  it('is told to the data page, and changed there', async () => {
    const session = await sessionOf(network, table, scaling, {});
    const columns = { city: ['city_A', 'city_B', 'city_C'], pets: ['dog', 'cat'] };
    expect((await session.data())!.categories).toEqual([
      { name: 'city', columns: columns.city, isFolded: false },
      { name: 'dog, cat', columns: columns.pets, isFolded: false },
    ]);
    session.reconnect({ categories: { town: 'city_*' } });
    const data = (await session.data())!;
    expect(data.categories).toEqual([
      { name: 'town', columns: columns.city, isFolded: true },
      { name: 'dog, cat', columns: columns.pets, isFolded: false },
    ]);
    expect(data.bindings.map(({ input }) => input)).toEqual(names);
    expect(data.columns.map(({ name }) => name)).toEqual(names);
    session.reconnect({ categories: {} });
    expect(session.describe().inputs).toHaveLength(7);
  });

  it('is refused where it names no columns of numbers', async () => {
    const session = await sessionOf(network, table, scaling, {});
    const messages = [{ city: 'town_*' }, { city: ['city_A'] }, { a: ['dog', 'cat'], b: ['cat', 'city_A'] }].map(
      (categories) => session.reconnect({ categories })!.problems.map(({ code }) => code),
    );
    expect(messages).toEqual([['category-columns'], ['category-columns'], ['category-columns']]);
  });

  it('leaves rows out that have no single level, by line, and finds no category where there are some', async () => {
    const twice = csvOf(
      names,
      rows.map((row, at) => (at === 30 ? row.with(1, 1).with(2, 1) : row)),
    );
    const session = await sessionOf(network, twice, scaling, found);
    expect(session.describe().inputs.map(({ name }) => name)).not.toContain('city');
    session.reconnect({ categories: { city: 'city_*' } });
    expect((await session.data())!.leftOut).toEqual([{ reason: 'no single level in city', count: 1, lines: [32] }]);
  });

  it('writes the columns of a changed level into a new row', async () => {
    const session = await sessionOf(network, table, scaling, found);
    const answer = await session.whatIf(
      { ...view, row: 0, changes: [{ input: 1, value: 'C' }], from: 'before', curves: false },
      unheard,
    );
    expect(answer.newRow).toEqual({ header: names.join(','), line: '20,0,0,0,1,1,0' });
  });
});
