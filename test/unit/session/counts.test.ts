/** No count differs from a float64 reference: every fixture, every kind of rule, in original and in model units. */
import { describe, expect, it } from 'vitest';
import { beyond, breaks, demandOf } from '../../../src/findings/expectations';
import type { Rule } from '../../../src/findings/rule';
import { referenceJacobian, referenceOutputs, referenceValues, splitRow } from '../../../src/slopes/reference';
import { failingPositions } from '../../../src/session/checkRules';
import type { Session } from '../../../src/session/session';
import { modelRow } from '../../../src/session/exactRow';
import { goldenCases, goldenCsv } from '../goldenCases';
import { centre, goldenSession, inputSpread, outputSpread } from './goldenSession';
import { unheard } from './sessions';

/** Inputs and outputs that are looked at in each fixture. */
const most = 4;
let compared = 0;

/** [row][output][input] in model units, and the outputs, from the float64 reference. */
function referenceOf(session: Session) {
  const { binding, network } = session.connected();
  return Array.from(binding.rows, (row) => {
    const values = referenceValues(network, splitRow(network, modelRow(network, binding, row)));
    const jacobian = referenceJacobian(network, values);
    const outputs = referenceOutputs(network, values);
    return {
      outputs,
      slope: (output: number, input: number) => jacobian[output]![binding.inputs[input]!.input.element]!,
    };
  });
}

/** Rules of every kind whose limits stand exactly at slopes and forecasts of the first rows. */
function rulesFor(input: string, output: string, slopes: readonly number[], forecasts: readonly number[]): Rule[] {
  const [low, high] = [slopes[0]!, slopes[1] ?? slopes[0]!].sort((a, b) => a - b);
  const rule = (expect: Rule['expect'], more: Partial<Rule> = {}): Rule => ({
    expect,
    input,
    output,
    level: 'warning',
    ...more,
  });
  const forecast = (expect: Rule['expect'], more: Partial<Rule>): Rule => ({
    expect,
    output,
    level: 'warning',
    ...more,
  });
  return [
    ...(['never falls', 'never rises', 'always rises', 'always falls', 'no effect'] as const).map((expect) =>
      rule(expect),
    ),
    rule('slope at least', { low: high! }),
    rule('slope at most', { high: low! }),
    rule('slope between', { low: low!, high: high! }),
    rule('never falls', { tolerance: Math.abs(low!) }),
    forecast('forecast at least', { low: forecasts[0]! }),
    forecast('forecast at most', { high: forecasts[0]! }),
  ];
}

const cases = goldenCases().filter(({ golden }) => golden.expect !== 'refuse' && golden.x.length > 0);

describe.each([false, true])('with scalings: %s', (scaled) => {
  it.each(cases.map((fixture) => [`${fixture.family}/${fixture.name}`, fixture] as const))(
    '%s',
    async (_title, fixture) => {
      const session = await goldenSession(fixture, goldenCsv(fixture), scaled);
      if (!session) {
        // Only what may be refused, or what has no scaling for its texts, cannot be connected.
        const isText =
          fixture.golden.category_inputs !== undefined ||
          fixture.golden.x.some((row) => row.some((cell) => typeof cell === 'string'));
        expect(fixture.golden.also_ok?.includes('refuse') === true || (scaled && isText)).toBe(true);
        return;
      }
      const reference = referenceOf(session);
      const { inputs, outputs } = session.describe();
      const { binding } = session.connected();
      for (const [output, { name }] of [...outputs.entries()].slice(0, most)) {
        for (const units of ['original', 'model'] as const) {
          const toUnits = scaled && units === 'original' ? outputSpread / inputSpread : 1;
          const forecastIn = (value: number) =>
            scaled && units === 'original' ? value * outputSpread + centre : value;
          const forecasts = reference.map(({ outputs: values }) => forecastIn(values[output]!));
          const numeric = [...inputs.entries()].filter(([, { kind }]) => kind !== 'switched').slice(0, most);
          const asked = numeric.flatMap(([input, { name: inputName }]) => {
            const scale =
              binding.inputs[input]!.scaling.kind === 'identity' ? (toUnits === 1 ? 1 : outputSpread) : toUnits;
            const slopes = reference.map(({ slope }) => slope(output, input) * scale);
            return rulesFor(inputName, name, slopes, forecasts).map((rule) => ({ rule: { ...rule, units }, slopes }));
          });
          session.setRules(asked.map(({ rule }) => rule));
          const connection = session.connected();
          const stored = await connection.cache.slopes(output, unheard);
          for (const { rule, slopes } of asked) {
            const failing = new Set(await failingPositions(session, connection, rule, stored));
            const numbers = rule.input === undefined ? forecasts : slopes;
            const demand = demandOf(rule);
            // Slopes at a limit are decided by the reference itself; other numbers there may differ in their last digit.
            const isExact = rule.input !== undefined && (!scaled || demand.low === 0 || demand.high === 0);
            const differing = numbers.filter((value, position) => {
              const isOpen =
                !isExact && Math.abs(beyond(demand, value) - demand.tolerance) <= 1e-12 * Math.max(1, Math.abs(value));
              return !isOpen && breaks(demand, value) !== failing.has(position);
            });
            compared++;
            expect(differing, `${rule.input ?? 'forecast'} ${rule.expect} ${units}`).toEqual([]);
          }
        }
      }
    },
  );
});

it('compares many counts', () => {
  expect(compared).toBeGreaterThan(1000);
});
