/** Faults planted into networks, and networks without one: what the findings say of where and why. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/findings/rule';
import type { Activation, Network } from '../../../src/network/network';
import type { ScalingSet } from '../../../src/table/scaling';
import { networkOf, node } from '../slopes/networks';
import { randomNumbers } from '../../../src/slopes/randomNumbers';
import { findingsOf, kinds, names, neverFalls } from './explained';

const tanh: Activation = { kind: 'tanh' };
const figures: string[] = [];
afterAll(() => process.stdout.write(`${figures.join('\n')}\n`));

/** One hidden unit: weights by input, bias, and what it counts for in the output. */
interface Unit {
  readonly weights: readonly number[];
  readonly bias: number;
  readonly out: number;
}

/** A network of one hidden layer. */
function layerOf(units: readonly Unit[], activation = tanh): Network {
  const hidden = units.length;
  const [first, second] = [units.flatMap(({ weights }) => weights), units.map(({ out }) => out)];
  const bias = Float64Array.from(units, (unit) => unit.bias);
  return networkOf(
    [names.length],
    [
      node({ kind: 'dense', weights: Float64Array.from(first), bias }, [0], hidden),
      node({ kind: 'activation', activation }, [1], hidden),
      node({ kind: 'dense', weights: Float64Array.from(second), bias: new Float64Array(1) }, [2], 1),
    ],
  );
}

/** Units with weights of one sign in all, so that the forecast never falls: small everywhere, never saturated. */
function monotone(next: () => number, many: number): Unit[] {
  return Array.from({ length: many }, () => ({
    weights: names.map(() => 0.1 + 0.3 * next()),
    bias: next() - 0.5,
    out: 0.3 + next(),
  }));
}

function normalRows(next: () => number, rows: number): number[][] {
  return Array.from({ length: rows }, () =>
    names.map(() => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  );
}

/**
 * The forecast falls with `a` where every input of the box lies above its limit, and never elsewhere: h2_2 is
 * relu(relu(a − limit) − 9·Σ relu(12·(limit − x))), which the output takes away; h2_1 gathers the monotone rest.
 */
function boxNetwork(next: () => number, box: Readonly<Record<string, number>>): Network {
  const only = (name: string, weight: number) => names.map((each) => (each === name ? weight : 0));
  const gates = Object.entries(box).filter(([name]) => name !== 'a');
  const base = monotone(next, 6).map((unit) => ({ ...unit, bias: 3 + unit.bias }));
  const first: Unit[] = [
    ...base,
    { weights: only('a', 1), bias: -box.a!, out: 0 },
    ...gates.map(([name, limit]) => ({ weights: only(name, -12), bias: 12 * limit, out: 0 })),
  ];
  const gathers = first.map(({ out }) => out);
  const falls = first.map((_, unit) => (unit < base.length ? 0 : unit === base.length ? 1 : -9));
  const dense = (weights: readonly number[], bias: readonly number[], from: number) =>
    node({ kind: 'dense', weights: Float64Array.from(weights), bias: Float64Array.from(bias) }, [from], bias.length);
  const relu = (from: number, size: number) => node({ kind: 'activation', activation: { kind: 'relu' } }, [from], size);
  const weights = first.flatMap((unit) => unit.weights);
  const biases = first.map(({ bias }) => bias);
  return networkOf(
    [names.length],
    [
      dense(weights, biases, 0),
      relu(1, first.length),
      dense([...gathers, ...falls], [0, 0], 2),
      relu(3, 2),
      dense([1, -6], [0], 4),
    ],
  );
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const seeds = Array.from({ length: 8 }, (_, seed) => seed + 1);
const otherCauses = ['partner', 'saturation', 'dead', 'cut off', 'kink', 'scaling', 'linear', 'rounding', 'small'];

describe('a planted fall', () => {
  it.each([
    ['1 input', { a: 0.8 }],
    ['2 inputs', { a: 0.2, b: 0.3 }],
    ['3 inputs', { a: -0.5, b: -0.1, c: 0 }],
  ])('in a box of %s is told with its region and its unit', async (title, box) => {
    const runs = [];
    for (const seed of seeds) {
      const next = randomNumbers(seed);
      const { findings } = await findingsOf(boxNetwork(next, box), normalRows(next, 1500), [neverFalls('a')]);
      const [finding] = findings;
      const { conditions = [], failing = 0, rows = 1 } = finding?.where ?? {};
      expect(conditions.map(({ column }) => column).sort()).toEqual(Object.keys(box));
      // `a` enters the fall through one unit of the first layer only, and leaves it through one of the second.
      expect(finding?.why.find(({ kind }) => kind === 'units')?.message).toMatch(/^Hidden unit h1_7 /);
      const { layers = [] } = finding?.parts ?? {};
      const pulling = layers.map(({ units }) => units.filter(({ part }) => part < 0).map((unit) => unit.name));
      expect(pulling).toEqual([['h1_7'], ['h2_2']]);
      const claimed = kinds(finding).filter((kind) => otherCauses.includes(kind)).length;
      runs.push({
        precision: failing / rows,
        recall: failing / finding!.rows.count,
        coverage: finding!.where!.coverage,
        claimed,
      });
    }
    const [precision, recall] = [mean(runs.map((run) => run.precision)), mean(runs.map((run) => run.recall))];
    const falseCauses = runs.filter(({ claimed }) => claimed > 0).length;
    figures.push(
      `box of ${title}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, false causes in ${falseCauses} of ${runs.length}`,
    );
    expect(precision).toBeGreaterThan(0.95);
    expect(recall).toBeGreaterThan(0.95);
    expect(runs.every(({ coverage }) => coverage >= 0.8)).toBe(true);
    expect(falseCauses).toBe(0);
  });
});

describe('a planted cause', () => {
  const recovered = async (
    title: string,
    make: (next: () => number) => ReturnType<typeof findingsOf>,
    kind: string,
  ) => {
    let found = 0;
    for (const seed of seeds) {
      const [finding] = (await make(randomNumbers(seed))).findings;
      expect(finding).toBeDefined();
      if (kinds(finding).some((each) => each === kind)) found++;
    }
    figures.push(`${title}: recovered in ${found} of ${seeds.length}`);
    return found / seeds.length;
  };
  const scaledBy = (spread: number): ScalingSet => ({
    inputs: names.map(() => ({ kind: 'affine', centre: 50, spread }) as const),
    origin: 'scaler.json',
  });
  const counts = (next: () => number) => normalRows(next, 400).map((row) => row.map((value) => 50 + 20 * value));
  const least = (low: number): Rule => ({ expect: 'slope at least', low, input: 'a', level: 'warning' });

  it('is a wrong scaler', async () => {
    const wrong = (next: () => number) =>
      findingsOf(layerOf(monotone(next, 8)), counts(next), [least(0.05)], scaledBy(2));
    expect(await recovered('wrong scaler', wrong, 'scaling')).toBe(1);
    const right = (next: () => number) =>
      findingsOf(layerOf(monotone(next, 8)), counts(next), [least(0.05)], scaledBy(20));
    expect(await recovered('right scaler (false alarms)', right, 'scaling')).toBe(0);
  });

  it('is saturation', async () => {
    const unscaled = (next: () => number) => findingsOf(layerOf(monotone(next, 8)), counts(next), [least(0.05)]);
    expect(await recovered('saturation', unscaled, 'saturation')).toBe(1);
    const scaled = (next: () => number) =>
      findingsOf(layerOf(monotone(next, 8)), counts(next), [least(0.2)], scaledBy(20));
    expect(await recovered('no saturation (false alarms)', scaled, 'saturation')).toBe(0);
  });

  it('is a partner that moves along', async () => {
    const turned = (next: () => number) =>
      layerOf([...monotone(next, 8), { weights: [-0.4, 0.6, 0, 0, 0], bias: 0, out: 6 }]);
    const along = (next: () => number) =>
      normalRows(next, 400).map(([a, b, ...rest]) => [a!, 0.98 * a! + 0.2 * b!, ...rest]);
    expect(
      await recovered('partner', (next) => findingsOf(turned(next), along(next), [neverFalls('a')]), 'partner'),
    ).toBe(1);
    const alone = (next: () => number) => findingsOf(turned(next), normalRows(next, 400), [neverFalls('a')]);
    expect(await recovered('no partner (false alarms)', alone, 'partner')).toBe(0);
  });

  it('is rows with few neighbours', async () => {
    const far = (next: () => number) => {
      const rows = normalRows(next, 400).map((row, index) =>
        index % 25 === 0 ? [5 + 3 * next(), ...row.slice(1)] : row,
      );
      return findingsOf(boxNetwork(next, { a: 4 }), rows, [neverFalls('a')]);
    };
    expect(await recovered('few neighbours', far, 'extrapolation')).toBe(1);
  });
});

describe('a network without a fault', () => {
  it('has no finding', async () => {
    let alarms = 0;
    const many = 40;
    for (let seed = 1; seed <= many; seed++) {
      const next = randomNumbers(100 + seed);
      const network = seed % 2 === 0 ? layerOf(monotone(next, 8)) : boxNetwork(next, { a: 99 });
      const rules: Rule[] = [...names.map(neverFalls), { expect: 'forecast at least', low: -1000, level: 'warning' }];
      const { findings } = await findingsOf(network, normalRows(next, 200), rules);
      alarms += findings.length;
    }
    figures.push(`clean networks: ${alarms} findings from ${many} networks under 6 rules`);
    expect(alarms).toBe(0);
  });
});
