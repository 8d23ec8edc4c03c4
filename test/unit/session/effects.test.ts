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
