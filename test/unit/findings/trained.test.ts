/** Faults that networks have learnt, or that were planted into networks after training: what the findings say of where and why. */
import { afterAll, describe, expect, it } from 'vitest';
import { rowsMeeting } from '../../../src/findings/conditions';
import type { Network } from '../../../src/network/network';
import { randomNumbers } from '../../../src/slopes/randomNumbers';
import { findingsOf, kinds, names, neverFalls } from './explained';
import { trained, type Lesson } from './training';

const seeds = [1, 2, 3];
const figures: string[] = [];
afterAll(() => process.stdout.write(`${figures.join('\n')}\n`));

const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** Evenly spread rows, −1.5 … 1.5. */
const rowsFrom = (next: () => number, many: number) =>
  Array.from({ length: many }, () => names.map(() => 3 * next() - 1.5));

const rising = ([a, b, c, d, e]: readonly number[]) => a! + 0.5 * b! + 0.4 * c! + Math.tanh(d!) + 0.3 * e!;

describe('a fall that a network has learnt', () => {
  it.each([
    ['1 input', { a: 0.3 }],
    ['2 inputs', { a: 0, b: 0.2 }],
    ['3 inputs', { a: -0.5, b: -0.2, c: -0.2 }],
  ])('in a box of %s is told with its region', async (title, box: Readonly<Record<string, number>>) => {
    const gates = Object.entries(box).filter(([name]) => name !== 'a');
    const isInside = (row: readonly number[]) =>
      Object.entries(box).every(([name, limit]) => row[names.indexOf(name)]! > limit);
    // Inside the box the true value falls by 3 per one of `a` instead of rising by 1.
    const learn = (row: readonly number[]) => {
      const gate = gates.reduce(
        (all, [name, limit]) => all / (1 + Math.exp(-20 * (row[names.indexOf(name)]! - limit))),
        1,
      );
      return rising(row) - 4 * gate * Math.max(0, row[0]! - box.a!);
    };
    const runs = [];
    for (const seed of seeds) {
      const next = randomNumbers(seed);
      const rows = rowsFrom(next, 1000);
      const network = trained({ rows, targets: rows.map(learn) }, [14, 6], next, { epochs: 50 });
      const { findings, table, rows: bound } = await findingsOf(network, rows, [neverFalls('a')]);
      const { conditions = [], words = '' } = findings[0]?.where ?? {};
      const told = conditions.length > 0 ? rowsMeeting(conditions, table, bound) : new Uint8Array(rows.length);
      const both = rows.filter((row, index) => isInside(row) && told[index] === 1).length;
      const planted = rows.filter(isInside).length;
      expect(
        kinds(findings[0]).filter((kind) => ['scaling', 'saturation', 'dead', 'partner', 'kink'].includes(kind)),
      ).toEqual([]);
      runs.push({
        precision:
          both /
          Math.max(
            1,
            told.reduce((sum, inside) => sum + inside, 0),
          ),
        recall: both / planted,
        words,
      });
    }
    const [precision, recall] = [mean(runs.map((run) => run.precision)), mean(runs.map((run) => run.recall))];
    figures.push(
      `learnt fall in a box of ${title}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} (${runs[0]!.words})`,
    );
    // A smooth network begins to fall a little before the edge of the box.
    expect(precision).toBeGreaterThan(0.75);
    expect(recall).toBeGreaterThan(0.9);
  });
});

describe('a trained network', () => {
  const lesson = (rows: readonly (readonly number[])[], value = rising): Lesson => ({ rows, targets: rows.map(value) });

  it('is not accused where it rises everywhere', async () => {
    let alarms = 0;
    for (const seed of seeds) {
      const next = randomNumbers(40 + seed);
      const rows = rowsFrom(next, 600);
      const network = trained(lesson(rows), [12, 6], next, { monotone: true, epochs: 20 });
      alarms += (await findingsOf(network, rows, names.map(neverFalls))).findings.length;
    }
    figures.push(
      `trained monotone networks: ${alarms} findings from ${seeds.length} networks under ${names.length} rules`,
    );
    expect(alarms).toBe(0);
  });

  it('has the unit named that was turned after training', async () => {
    let named = 0;
    for (const seed of seeds) {
      const next = randomNumbers(80 + seed);
      const rows = rowsFrom(next, 800);
      const network = trained(lesson(rows), [12, 6], next, { monotone: true, epochs: 20 });
      const guilty = turnStrongest(network, 12);
      const { findings } = await findingsOf(network, rows, [neverFalls('a')]);
      const pulling = findings[0]!.parts!.layers[0]!.units.filter(({ part }) => part < 0).map(({ name }) => name);
      if (pulling.length === 1 && pulling[0] === guilty) named++;
      expect(findings[0]!.why.find(({ kind }) => kind === 'units')?.message).toContain(`Hidden unit ${guilty} `);
    }
    figures.push(`unit turned after training: named in ${named} of ${seeds.length}`);
    expect(named).toBe(seeds.length);
  });

  it('has a wrong scaler and saturation told, and neither where the scaler is right', async () => {
    const found = { wrong: 0, unscaled: 0, alarms: 0 };
    for (const seed of seeds) {
      const next = randomNumbers(120 + seed);
      const scaled = rowsFrom(next, 600);
      const network = trained(lesson(scaled), [12], next, { monotone: true, epochs: 20 });
      const raw = scaled.map((row) => row.map((value) => 60 + 25 * value));
      const under = (spread: number | undefined, low: number) =>
        findingsOf(
          network,
          raw,
          [{ expect: 'slope at least', low, input: 'a', level: 'warning' }],
          spread === undefined
            ? undefined
            : {
                inputs: names.map(() => ({ kind: 'affine', centre: 60, spread }) as const),
                origin: 'scaler.json',
              },
        );
      if (kinds((await under(2, 0.02)).findings[0]).includes('scaling')) found.wrong++;
      if (kinds((await under(undefined, 0.02)).findings[0]).includes('saturation')) found.unscaled++;
      const right = (await under(25, 0.04)).findings.flatMap((finding) => kinds(finding));
      found.alarms += right.filter((kind) => kind === 'scaling' || kind === 'saturation').length;
    }
    figures.push(
      `trained on scaled rows: wrong scaler told in ${found.wrong} of ${seeds.length}, saturation without one in ${found.unscaled} of ${seeds.length}, false alarms under the right one ${found.alarms}`,
    );
    expect(found).toEqual({ wrong: seeds.length, unscaled: seeds.length, alarms: 0 });
  });
});

/** Turns the sign of what the first-layer unit that passes most of input `a` on gives, ten times as strong; its name. */
function turnStrongest({ nodes }: Network, units: number): string {
  const [first, second] = [nodes[0]!.op, nodes[2]!.op];
  if (first.kind !== 'dense' || second.kind !== 'dense') throw new Error('The network has other layers.');
  const size = nodes[2]!.size;
  const passes = Array.from({ length: units }, (_, unit) => {
    let out = 0;
    for (let into = 0; into < size; into++) out += second.weights[into * units + unit]!;
    return first.weights[unit * names.length]! * out;
  });
  const guilty = passes.indexOf(Math.max(...passes));
  for (let into = 0; into < size; into++) second.weights[into * units + guilty]! *= -10;
  return `h1_${guilty + 1}`;
}
