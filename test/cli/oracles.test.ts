/** Effects, curves, pairs and measures against other packages' numbers (test/fixtures/effects/oracles.py names them). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture, slopescope } from './run';

type Numbers = Readonly<Record<string, number>>;

interface Oracles {
  readonly effects: Readonly<
    Record<string, { readonly lines: Readonly<Record<string, Numbers>>; readonly groups: Groups }>
  >;
  readonly switch: { readonly average: number; readonly groups: Numbers };
  readonly levels: { readonly commonest: string; readonly lines: Numbers };
  readonly curves: Readonly<Record<string, Readonly<Record<string, Curve>>>>;
  readonly pairs: readonly {
    readonly pair: readonly string[];
    readonly mixed: number;
    readonly strength: number;
    readonly friedman: number;
  }[];
  readonly dgsm: Numbers;
}

type Groups = Readonly<Record<'averageSlope' | 'averageStep', Numbers>>;

interface Curve {
  readonly at: readonly number[];
  readonly average: readonly number[];
  readonly 'row 1'?: readonly number[];
}

interface Effect {
  readonly input: string;
  readonly effects: readonly (Numbers & { readonly kind: string })[];
  readonly groups?: { readonly lines: readonly (Numbers & { readonly group: string })[] };
  readonly levels?: {
    readonly commonest: string;
    readonly lines: readonly { readonly level: string; readonly average: number }[];
  };
  readonly measures?: { readonly dgsm: number };
  readonly curve?: Curve & {
    readonly singles: readonly { readonly row: number; readonly forecast: readonly number[] }[];
  };
}

interface Pair {
  readonly first: string;
  readonly second: string;
  readonly mixed: number;
  readonly strength: number;
  readonly friedman?: number;
}

const oracles = JSON.parse(readFileSync(fixture('effects/oracles.json'), 'utf8')) as Oracles;
const clinic = [fixture('effects/clinic.joblib'), '--data', fixture('effects/clinic.csv'), '--quiet', '--json'];

async function effects(...more: readonly string[]): Promise<ReadonlyMap<string, Effect>> {
  const outcome = await slopescope('effects', ...clinic, ...more);
  expect(outcome.status, outcome.stderr).toBe(0);
  const { effects: all } = JSON.parse(outcome.stdout) as { effects: readonly Effect[] };
  return new Map(all.map((effect) => [effect.input, effect]));
}

function near(found: number, wanted: number, share: number, what: string): void {
  expect(Math.abs(found - wanted), `${what}: ${found} for ${wanted}`).toBeLessThanOrEqual(
    share * Math.max(1, Math.abs(wanted)),
  );
}

function allNear(found: readonly number[], wanted: readonly number[], what: string): void {
  expect(found, what).toHaveLength(wanted.length);
  found.forEach((value, place) => near(value, wanted[place]!, 1e-9, `${what} ${place}`));
}

describe('marginaleffects', () => {
  it('gives the same contrasts, slopes and elasticities, on average, at the mean row and by group', async () => {
    const found = await effects('--step', '0.25', '--between', '2:4', '--group', 'region');
    for (const [name, { lines, groups }] of Object.entries(oracles.effects)) {
      const { effects: own, groups: byRegion } = found.get(name)!;
      for (const [kind, numbers] of Object.entries(lines)) {
        const line = own.find((effect) => effect.kind === kind)!;
        // Its slopes are finite differences.
        const share = ['slope', 'eyex', 'eydx', 'dyex'].includes(kind) ? 1e-6 : 1e-9;
        for (const [figure, wanted] of Object.entries(numbers))
          near(line[figure]!, wanted, share, `${name} ${kind} ${figure}`);
      }
      expect(byRegion!.lines).toHaveLength(3);
      for (const line of byRegion!.lines) {
        near(line.averageSlope!, groups.averageSlope[line.group]!, 1e-6, `slope of ${name} in ${line.group}`);
        near(line.averageStep!, groups.averageStep[line.group]!, 1e-9, `step of ${name} in ${line.group}`);
      }
    }
    const treated = found.get('treated')!;
    near(treated.effects[0]!.average!, oracles.switch.average, 1e-9, 'switch');
    for (const line of treated.groups!.lines)
      near(line.averageStep!, oracles.switch.groups[line.group]!, 1e-9, `switch in ${line.group}`);
  });

  it('gives the same from level to level', async () => {
    const { commonest, lines } = (await effects('--input', 'region')).get('region')!.levels!;
    expect(commonest).toBe(oracles.levels.commonest);
    expect(lines).toHaveLength(2);
    for (const { level, average } of lines) near(average, oracles.levels.lines[level]!, 1e-9, level);
  });
});

describe('curves', () => {
  it('are the partial dependence and single rows of scikit-learn', async () => {
    const found = await effects('--curve', 'average');
    for (const [name, { average: wanted }] of Object.entries(oracles.curves)) {
      const { at, average, singles } = found.get(name)!.curve!;
      allNear(at, wanted!.at, `${name} at`);
      allNear(average, wanted!.average, `${name} on average`);
      const first = singles.find(({ row }) => row === 1);
      if (first) allNear(first.forecast, wanted!['row 1']!, `${name} in row 1`);
    }
    expect([...found.values()].flatMap(({ curve }) => curve?.singles ?? []).some(({ row }) => row === 1)).toBe(true);
  });

  it('are the accumulated local effects of alibi and PyALE', async () => {
    const found = await effects('--curve', 'accumulated');
    for (const [name, { accumulated: wanted }] of Object.entries(oracles.curves)) {
      const { at, average } = found.get(name)!.curve!;
      allNear(at, wanted!.at, `${name} at`);
      allNear(average, wanted!.average, name);
    }
  });

  it('are written as JSON only', async () => {
    const outcome = await slopescope('effects', ...clinic.slice(0, -1), '--curve', 'average');
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toMatch(/--curve is written with --json/);
  });
});

describe('pairs and measures', () => {
  it('are the second derivatives of torch and Friedman’s H from scikit-learn', async () => {
    const outcome = await slopescope('interactions', ...clinic);
    const { pairs } = (JSON.parse(outcome.stdout) as { interactions: readonly { readonly pairs: readonly Pair[] }[] })
      .interactions[0]!;
    expect(pairs).toHaveLength(oracles.pairs.length);
    for (const { first, second, mixed, strength, friedman } of pairs) {
      const names = [first, second].sort();
      const wanted = oracles.pairs.find(({ pair }) => pair.join() === names.join())!;
      near(mixed, wanted.mixed, 1e-9, `mixed ${names.join()}`);
      near(strength, wanted.strength, 1e-9, `strength ${names.join()}`);
      if (friedman !== undefined) near(friedman, wanted.friedman, 1e-9, `H ${names.join()}`);
    }
    expect(pairs.filter(({ friedman }) => friedman !== undefined)).toHaveLength(5);
  });

  it('are the DGSM of SALib', async () => {
    const found = await effects();
    for (const [name, wanted] of Object.entries(oracles.dgsm))
      near(found.get(name)!.measures!.dgsm, wanted, 1e-5, name);
  });
});
