import { beforeAll, describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import { referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import { filled, multilayer, numbers } from '../slopes/networks';
import { csvOf, sessionOf, testEngine, unheard } from './sessions';

const source = { file: 'test', format: 'test', layers: [] };
const original = { output: 0, units: 'original' as const };

beforeAll(async () => {
  await testEngine();
}, 120_000);

/** y = x1 − x2 + x1² x2 */
function polynomial(): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [2], ['x1', 'x2']);
  const [first, second] = [build.take(x, 0, [0]), build.take(x, 0, [1])];
  const square = build.activation(first, { kind: 'square' });
  const product = build.combine('multiply', square, second);
  build.output('y', build.combine('add', build.combine('subtract', first, second), product));
  return build.finish('polynomial', source);
}

function value(network: Network, x: readonly number[]): number {
  return referenceOutputs(network, referenceValues(network, [Float64Array.from(x)]))[0]!;
}

function someRows(count: number, width: number): number[][] {
  const next = numbers(5);
  return Array.from({ length: count }, () => Array.from({ length: width }, () => 2 * next()));
}

describe('input', () => {
  it('gives contrasts as they follow from the formula itself', async () => {
    const rows = someRows(80, 2);
    const session = await sessionOf(polynomial(), csvOf(['x1', 'x2'], rows));
    const view = await session.input({ ...original, input: 0, step: 0.5 }, unheard);
    const average = (of: (a: number, b: number) => number): number =>
      rows.reduce((sum, [a, b]) => sum + of(a!, b!), 0) / rows.length;
    const line = (kind: string) => view.effects.find((effect) => effect.kind === kind)!;
    expect(line('slope').average).toBeCloseTo(
      average((a, b) => 1 + 2 * a * b),
      6,
    );
    expect(line('unit').average).toBeCloseTo(
      average((a, b) => 1 + (2 * a + 1) * b),
      10,
    );
    expect(line('unit').centred).toBeCloseTo(
      average((a, b) => 1 + 2 * a * b),
      10,
    );
    expect(line('custom').average).toBeCloseTo(
      average((a, b) => 0.5 + (a + 0.25) * b),
      10,
    );
    const firsts = rows.map(([a]) => a!);
    const [low, high] = [Math.min(...firsts), Math.max(...firsts)];
    expect(line('range').average).toBeCloseTo(
      average((_, b) => high - low + (high * high - low * low) * b),
      10,
    );
    expect(view.figures).toHaveLength(5);
    expect(view.place).toBeGreaterThan(0);
  });

  it('gives the same effects where inputs are many and only the front of the network moves', async () => {
    const next = numbers(9);
    const build = new NetworkBuilder();
    const names = Array.from({ length: 12 }, (_, place) => `x${place}`);
    const x = build.input('x', [12], names);
    const hidden = build.activation(build.dense(x, filled(36, next), filled(3, next)), { kind: 'tanh' });
    build.output('y', build.dense(hidden, filled(3, next), filled(1, next)));
    const network = build.finish('wide', source);
    const rows = someRows(30, 12);
    const scaling = {
      inputs: names.map(() => ({ kind: 'affine', centre: 0.3, spread: 2 }) as const),
      outputs: [{ kind: 'affine', centre: 1, spread: 5 } as const],
      origin: 'test',
    };
    const session = await sessionOf(network, csvOf(names, rows), scaling);
    const at = (row: readonly number[]): number =>
      1 +
      5 *
        value(
          network,
          row.map((each) => (each - 0.3) / 2),
        );
    const { effects, curve } = await session.input({ ...original, input: 4, between: [-1, 2] }, unheard);
    const put = (to: (own: number) => number): number =>
      rows.reduce((sum, row) => sum + at(row.with(4, to(row[4]!))) / rows.length, 0);
    const line = (kind: string) => effects.find((effect) => effect.kind === kind)!;
    expect(line('unit').average).toBeCloseTo(put((own) => own + 1) - put((own) => own), 10);
    expect(line('level').average).toBeCloseTo(put(() => 2) - put(() => -1), 10);
    const usual = names.map((_, place) => rows.reduce((sum, row) => sum + row[place]! / rows.length, 0));
    expect(line('level').atAverage).toBeCloseTo(at(usual.with(4, 2)) - at(usual.with(4, -1)), 10);
    curve!.at.forEach((place, index) =>
      expect(curve!.average[index]).toBeCloseTo(
        put(() => place),
        10,
      ),
    );
  });

  it('has parts that sum to the slope at each hidden layer', async () => {
    const network = multilayer([3, 8, 6, 1], { kind: 'tanh' });
    const rows = someRows(40, 3);
    const session = await sessionOf(network, csvOf(['a', 'b', 'c'], rows));
    const view = await session.input({ ...original, input: 1, row: 7 }, unheard);
    const { slopes } = await session.row({ ...original, row: 7 }, unheard);
    expect(view.parts!.layers.map(({ name }) => name)).toEqual(['h1', 'h2']);
    for (const { units } of view.parts!.layers) {
      const sum = units.reduce((total, { part }) => total + part, 0);
      expect(Math.abs(sum - slopes[1]!)).toBeLessThanOrEqual(1e-9 * Math.abs(slopes[1]!));
    }
    expect(view.curve!.singles.length).toBeLessThanOrEqual(60);
  });
});

describe('pairs', () => {
  it('gives y = x1 x2 the strength of both spreads and every other pair 0', async () => {
    const build = new NetworkBuilder();
    const x = build.input('x', [3], ['x1', 'x2', 'x3']);
    const product = build.combine('multiply', build.take(x, 0, [0]), build.take(x, 0, [1]));
    build.output('y', build.combine('add', product, build.take(x, 0, [2])));
    const rows = someRows(60, 3);
    const session = await sessionOf(build.finish('product', source), csvOf(['x1', 'x2', 'x3'], rows));
    const view = await session.pairs({ ...original, friedman: true }, unheard);
    const spread = (column: number): number => {
      const values = rows.map((row) => row[column]!);
      const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
      return Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1));
    };
    const named = (place: number): string => view.inputs[place]!.name;
    for (const { first, second, strength } of view.pairs) {
      const both = [named(first), named(second)].sort().join();
      if (both === 'x1,x2') expect(strength).toBeCloseTo(spread(0) * spread(1), 9);
      else expect(strength).toBe(0);
    }
    expect(view.strongest).toHaveLength(1);
    expect(view.method).toBe('exact');
  });

  it('measures ReLU networks over a typical step and says so', async () => {
    const session = await sessionOf(multilayer([2, 8, 1], { kind: 'relu' }), csvOf(['a', 'b'], someRows(50, 2)));
    const view = await session.pairs(original, unheard);
    expect(view.caption).toBe('ReLU network: measured over one typical step.');
    expect(view.pairs[0]!.strength).toBeGreaterThan(0);
  });

  it('measures what kinks add where the network bends too, which no second derivative shows', async () => {
    const build = new NetworkBuilder();
    const x = build.input('x', [2], ['a', 'b']);
    const sum = build.dense(x, Float64Array.of(1, 1), Float64Array.of(0));
    const bent = build.activation(build.take(x, 0, [0]), { kind: 'square' });
    build.output('y', build.combine('add', build.activation(sum, { kind: 'relu' }), bent));
    const rows = someRows(60, 2);
    const session = await sessionOf(build.finish('kinked', source), csvOf(['a', 'b'], rows));
    const view = await session.pairs(original, unheard);
    expect(view.method).toBe('step');
    expect(view.pairs[0]!.mixed).toBeGreaterThan(0.1);
    expect(view.sentence).toMatch(/^a and b act together most|^b and a act together most/);
  });

  it('draws the line where the slope is 0', async () => {
    const session = await sessionOf(polynomial(), csvOf(['x1', 'x2'], someRows(50, 2)));
    const surface = await session.surface(
      { ...original, first: 0, second: 1, show: 'slope', others: 'average' },
      unheard,
    );
    expect(surface.zero.length).toBeGreaterThan(0);
    for (let place = 0; place < surface.zero.length; place += 2)
      expect(1 + 2 * surface.zero[place]! * surface.zero[place + 1]!).toBeCloseTo(0, 1);
    expect(surface.table.values).toHaveLength(16);
  });
});

describe('what if', () => {
  it('answers with bars that sum to the difference, and says how fast', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `x${index}`);
    const network = multilayer([20, 64, 64, 1], { kind: 'tanh' });
    const session = await sessionOf(network, csvOf(names, someRows(200, 20)));
    const times: number[] = [];
    for (let round = 0; round < 21; round++) {
      const start = performance.now();
      const answer = await session.whatIf(
        { output: 0, row: 3, changes: [{ input: 2, value: round / 10 }], from: 'average', curves: false },
        unheard,
      );
      times.push(performance.now() - start);
      const sum = answer.parts.bars.reduce((total, { part }) => total + part, 0);
      expect(Math.abs(sum - (answer.parts.to - answer.parts.from))).toBeLessThanOrEqual(
        1e-3 * Math.abs(answer.parts.to - answer.parts.from),
      );
    }
    const median = times.sort((a, b) => a - b)[10]!;
    console.log(`What if, 20-64-64-1 tanh: ${median.toFixed(2)} ms (median of 21 answers).`);
  });

  it('finds the kinks of a network on the way, so that its bars sum to the difference too (A18)', async () => {
    const rows = someRows(60, 6);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const session = await sessionOf(multilayer([6, 24, 12, 1], { kind: 'relu' }), csvOf(names, rows));
    for (const row of rows.keys()) {
      const { parts } = await session.whatIf({ output: 0, row, changes: [], from: 'average', curves: false }, unheard);
      const sum = parts.bars.reduce((total, { part }) => total + part, 0);
      expect(Math.abs(sum - (parts.to - parts.from))).toBeLessThanOrEqual(1e-3 * Math.abs(parts.to - parts.from));
      expect(parts.note).toBe('');
    }
  });
});

describe('network and range', () => {
  it('draws layers whose parts share the slope', async () => {
    const session = await sessionOf(
      multilayer([3, 5, 4, 1], { kind: 'tanh' }),
      csvOf(['a', 'b', 'c'], someRows(30, 3)),
    );
    const picture = session.networkPicture({ output: 0, row: 2, input: 0 });
    expect(picture.layers.map(({ size }) => size)).toEqual([3, 5, 4, 1]);
    const { slopes } = await session.row({ ...original, row: 2 }, unheard);
    for (const layer of picture.layers.slice(0, 3))
      expect(layer.units.reduce((sum, { part }) => sum + part, 0)).toBeCloseTo(slopes[0]!, 9);
    expect(picture.edges).toHaveLength(15 + 20 + 4);
  });

  it('says what a ReLU at the output cuts off', async () => {
    const build = new NetworkBuilder();
    const x = build.input('x', [1], ['x1']);
    build.output('y', build.activation(build.dense(x, Float64Array.of(1)), { kind: 'relu' }));
    const session = await sessionOf(build.finish('cut', source), csvOf(['x1'], [[-1], [-2], [3]]));
    const view = await session.range({ ...original, lower: 1 }, unheard);
    expect(view.diagnoses.map(({ kind }) => kind)).toEqual(['bounded', 'cut off']);
    expect(view.diagnoses[1]!.message).toBe(
      '2 rows are cut off at 0: their slopes are all 0, training cannot move them.',
    );
    expect(view.beyond.below).toBe(2);
  });
});

describe('formula', () => {
  it('collapses a linear network to its coefficients', async () => {
    const build = new NetworkBuilder();
    const x = build.input('x', [2], ['x1', 'x2']);
    const hidden = build.dense(x, filled(6, numbers(2)), filled(3, numbers(4)));
    build.output('Y', build.dense(hidden, Float64Array.of(1, 2, 3)));
    const network = build.finish('linear', source);
    const session = await sessionOf(network, csvOf(['x1', 'x2'], someRows(10, 2)));
    const view = await session.formula(original);
    expect(view.form).toBe('linear');
    const base = value(network, [0, 0]);
    expect(view.coefficients!.intercept).toBeCloseTo(base, 12);
    expect(view.coefficients!.inputs[0]!.value).toBeCloseTo(value(network, [1, 0]) - base, 12);
    expect(view.sentence).toMatch(/^This network is a plain linear formula: Y = /);
  });
});
