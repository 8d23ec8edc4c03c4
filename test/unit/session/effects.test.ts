/** Effects against an independent computation with numpy (test/fixtures/effects/make.py), by marginaleffects' definitions. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/network/builder';
import type { EffectLine } from '../../../src/session/inputQuestion';
import type { Session } from '../../../src/session/session';
import { sessionOf, unheard } from './sessions';

type Line = Partial<Record<keyof EffectLine, number>>;

interface Reference {
  readonly weights: readonly (readonly number[][])[];
  readonly biases: readonly number[][];
  readonly rows: readonly number[][];
  readonly region: readonly string[];
  readonly inputs: readonly {
    readonly lines: Readonly<Record<string, Line>>;
    readonly groups: Readonly<Record<string, { rows: number; averageSlope: number; averageStep: number }>>;
  }[];
  readonly switch: Line;
}

const file = new URL('../../fixtures/effects/reference.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;
let session: Session;

beforeAll(async () => {
  const build = new NetworkBuilder();
  const [first, second] = reference.weights.map((matrix) => Float64Array.from(matrix.flat()));
  const [bias, last] = reference.biases.map((values) => Float64Array.from(values));
  const x = build.input('x', [3], ['dose', 'age', 'treated']);
  const hidden = build.activation(build.dense(x, first!, bias), { kind: 'tanh' });
  build.output('y', build.dense(hidden, second!, last));
  const network = build.finish('effects', { file: 'test', format: 'test', layers: [] });
  const lines = reference.rows.map((row, place) => [...row, reference.region[place]!].join(','));
  session = await sessionOf(network, ['dose,age,treated,region', ...lines].join('\n'), undefined, {});
}, 120_000);

/** Slopes are kept in float32: their averages agree to its digits, everything else to float64's. */
function agrees(found: EffectLine, wanted: Line, what: string): void {
  const isDerivative = ['slope', 'eyex', 'eydx', 'dyex'].includes(found.kind);
  for (const [name, value] of Object.entries(wanted)) {
    const inFloat32 = isDerivative || name === 'nonLinearity';
    const actual = Number(found[name as keyof EffectLine]);
    const near = (inFloat32 ? 1e-6 : 1e-9) * Math.max(1, Math.abs(value));
    expect(Math.abs(actual - value), `${what} ${found.kind} ${name}: ${actual} for ${value}`).toBeLessThanOrEqual(near);
  }
}

describe('effects by the definitions of marginaleffects', () => {
  it.each([0, 1])('of number %i', async (input) => {
    const request = { output: 0, units: 'original' as const, input, step: 0.25, between: [0.5, 2] as const };
    const view = await session.input({ ...request, groupBy: 'region' }, unheard);
    const { lines, groups } = reference.inputs[input]!;
    expect(view.effects.map(({ kind }) => kind).sort()).toEqual(Object.keys(lines).sort());
    for (const effect of view.effects) agrees(effect, lines[effect.kind]!, view.name);
    expect(view.groups!.lines).toHaveLength(2);
    for (const { group, rows, averageSlope, averageStep } of view.groups!.lines) {
      expect(rows).toBe(groups[group]!.rows);
      expect(averageSlope).toBeCloseTo(groups[group]!.averageSlope, 6);
      expect(averageStep).toBeCloseTo(groups[group]!.averageStep, 9);
    }
  });

  it('of a yes/no input: the switch alone', async () => {
    const view = await session.input({ output: 0, units: 'original', input: 2 }, unheard);
    expect(view.effects).toHaveLength(1);
    agrees(view.effects[0]!, reference.switch, view.name);
  });
});

describe('shares of a forecast that comes near 0', () => {
  /** y = x + offset, and no less than 0 where it is cut off. */
  async function elasticityOf(offset: number, values: readonly number[], cut = false) {
    const build = new NetworkBuilder();
    const x = build.input('x', [1], ['x']);
    const sum = build.dense(x, Float64Array.of(1), Float64Array.of(offset));
    build.output('y', cut ? build.activation(sum, { kind: 'relu' }) : sum);
    const network = build.finish('line', { file: 'test', format: 'test', layers: [] });
    const one = await sessionOf(network, ['x', ...values].join('\n'), undefined, {});
    const { effects, figures } = await one.input({ output: 0, units: 'original', input: 0 }, unheard);
    const line = effects.find(({ kind }) => kind === 'eyex')!;
    return { line, figure: figures.at(-1)!, others: effects.filter(({ remark }) => remark !== undefined) };
  }

  it('are left as they are where it does not', async () => {
    const { line, figure, others } = await elasticityOf(1, [1, 2, 3]);
    expect(others).toEqual([]);
    expect(line.average).toBeCloseTo((1 / 2 + 2 / 3 + 3 / 4) / 3, 6);
    expect(figure).toMatchObject({ detail: 'y', value: line.average });
  });

  it('are marked where it changes its sign, with the median beside the average', async () => {
    const { line, figure, others } = await elasticityOf(-2.001, [1, 2, 3, 4.5]);
    expect(others.map(({ kind }) => kind)).toEqual(['eyex', 'eydx']);
    // x ÷ (x − 2.001): −0.999, −2000, 3.003, 1.801.
    expect(line.average).toBeLessThan(-400);
    expect(line.median).toBeCloseTo((1.801 - 0.999) / 2, 2);
    expect(line.remark).toBe(
      'y is above 0 in some rows and below in others, and shares of it turn their sign with it. In 1 row it is so near 0 that shares of it are of any size. The average says little: read the median, or changes in units of the forecast.',
    );
    expect(figure.value).toBe(line.median);
    expect(figure.detail).toBe('y, median of the rows: it comes near 0');
  });

  it('leave out the rows in which it is 0, and count them', async () => {
    const { line } = await elasticityOf(-2, [1, 2, 3, 4], true);
    expect(line.leftOut).toBe(2);
    expect(line.average).toBeCloseTo((3 + 2) / 2, 6);
    expect(line.remark).toContain('In 2 rows y is 0 and a share of it undefined: left out.');
  });
});
