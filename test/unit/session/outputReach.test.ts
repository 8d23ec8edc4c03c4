/** What the forecast cannot leave: no point of the columns' ranges gives more, and the rule on the target's range holds accordingly. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/findings/rule';
import { outputReach } from '../../../src/session/outputReach';
import { referenceOutputs, referenceValues, splitRow } from '../../../src/slopes/reference';
import type { ScalingSet } from '../../../src/table/scaling';
import { anyNetwork, filled, multilayer, networkOf, node, numbers } from '../slopes/networks';
import { csvOf, sessionOf, unheard } from './sessions';

const rule: Rule = { expect: 'forecast can reach the target', level: 'error' };

describe('the reach of an output', () => {
  it('holds every forecast within the ranges of the columns, for any network', async () => {
    let finite = 0;
    await fc.assert(
      fc.asyncProperty(anyNetwork, fc.integer({ min: 1, max: 2 ** 31 }), async (network, seed) => {
        const next = numbers(seed);
        const width = network.inputs.reduce((sum, { size }) => sum + size, 0);
        const rows = [[...filled(width, next, 2)], [...filled(width, next, 2)]];
        const names = rows[0]!.map((_, index) => `x${index}`);
        const session = await sessionOf(network, csvOf(names, rows));
        const { low, high } = outputReach(session.connected(), 0);
        if (Number.isFinite(low) || Number.isFinite(high)) finite++;
        for (let point = 0; point < 20; point++) {
          const share = () => next() / 2 + 0.5;
          const x = Float64Array.from(rows[0]!, (from, index) => from + share() * (rows[1]![index]! - from));
          const y = referenceOutputs(network, referenceValues(network, splitRow(network, x)))[0]!;
          if (!Number.isNaN(y)) expect(y >= low && y <= high, `${low} ≤ ${y} ≤ ${high}`).toBe(true);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
    expect(finite).toBeGreaterThan(100);
  });
});

describe('forecast can reach the target', () => {
  const rows = Array.from({ length: 50 }, (_, row) => [row / 10, (row % 7) / 3, 2 * row]);
  const csv = csvOf(['a', 'b', 'out0'], rows);
  const squashed = () => {
    const { nodes } = multilayer([2, 5, 1], { kind: 'tanh' });
    return networkOf([2], [...nodes, node({ kind: 'activation', activation: { kind: 'sigmoid' } }, [nodes.length], 1)]);
  };
  const scaledTo = (spread: number): ScalingSet => ({
    inputs: [{ kind: 'identity' }, { kind: 'identity' }],
    outputs: [{ kind: 'affine', centre: -50, spread }],
    origin: 'target scaler',
  });
  const check = async (scaling?: ScalingSet, asked = rule, table = csv) => {
    const session = await sessionOf(squashed(), table, scaling, { byPosition: true });
    session.setRules([asked]);
    return session.findings({ output: 0, units: 'original' }, unheard);
  };

  it('fails in the rows whose true value no forecast can have, and proves it', async () => {
    const { findings } = await check();
    const [finding] = findings;
    // A sigmoid gives less than 1: every true value from 2 on is out of reach.
    expect(finding?.rows.count).toBe(49);
    expect(finding?.rows.worst).toBe(98);
    expect(finding?.message).toMatch(/^out0: true value beyond every possible forecast in 49 of 50 rows/);
    expect(finding?.why[0]?.kind).toBe('reach');
    expect(finding?.why[0]?.message).toContain(
      'proven by interval arithmetic through the network, whose last step is sigmoid',
    );
  });

  it('holds where the scaler of the target carries forecasts far enough, and where nothing bounds them', async () => {
    expect((await check(scaledTo(1000))).rules[0]).toMatchObject({ holds: true });
    const linear = await sessionOf(multilayer([2, 5, 1], { kind: 'relu' }), csv, undefined, { byPosition: true });
    linear.setRules([rule]);
    const { low, high } = outputReach(linear.connected(), 0);
    expect(high - low).toBeLessThan(100);
    const { findings } = await linear.findings({ output: 0, units: 'original' }, unheard);
    const beyond = rows.filter(([, , target]) => target! < low || target! > high);
    expect(findings[0]?.rows.count).toBe(beyond.length);
  });

  it('is not checked without true values', async () => {
    const { rules } = await check(undefined, rule, csvOf(['a', 'b'], [[1, 2]]));
    expect(rules[0]?.holds).toBe(false);
    expect(rules[0]?.problem).toContain('has no column with the true out0');
  });
});
