/** No count differs from a float64 reference: rules on steps, orders of levels and comparisons, and conditions, on every fixture. */
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/findings/rule';
import { failingPositions } from '../../../src/session/checkRules';
import { modelRow } from '../../../src/session/exactRow';
import type { Session } from '../../../src/session/session';
import { referenceJacobian, referenceOutputs, referenceValues, splitRow } from '../../../src/slopes/reference';
import { toModel, toOriginal } from '../../../src/table/scaling';
import { goldenCases, goldenCsv } from '../goldenCases';
import { goldenSession } from './goldenSession';
import { unheard } from './sessions';

/** Inputs and outputs that are looked at in each fixture. */
const most = 3;
const compared = { step: 0, order: 0, category: 0, comparison: 0, where: 0 };

/** A fixture's table with whole numbers, so that every number has a step. */
const wholeCsv = (csv: string) =>
  csv.replaceAll(/(^|,)(-?\d*\.\d+(?:e[+-]?\d+)?)(?=,|$)/gm, (_, before: string, cell: string) => {
    return `${before}${Math.round(4 * Number(cell))}`;
  });

/** The network by the reference, in original units. */
function referenceOf(session: Session, output: number) {
  const { binding, network } = session.connected();
  const { scaling } = binding.outputs[output]!;
  const valuesAt = (row: number, changes: readonly (readonly [element: number, value: number])[]) => {
    const x = modelRow(network, binding, row);
    for (const [element, value] of changes) x[element] = value;
    return referenceValues(network, splitRow(network, x));
  };
  return {
    /** The forecast with some network input elements changed, in model units. */
    forecast: (row: number, changes: Parameters<typeof valuesAt>[1]) =>
      toOriginal(scaling, referenceOutputs(network, valuesAt(row, changes))[output]!),
    /** In model units, by network input element. */
    slopes: (row: number) => referenceJacobian(network, valuesAt(row, []))[output]!,
  };
}

/** What a rule should be told by row of the table: a number that must not lie below 0, and how exactly it is known. */
interface Expected {
  readonly kind: keyof typeof compared;
  readonly rule: Rule;
  readonly numberAt: (row: number) => number;
  readonly errorAt: (row: number) => number;
  readonly isChecked?: (row: number) => boolean;
}

function expectedOf(session: Session, output: number): Expected[] {
  const { binding, table } = session.connected();
  const { inputs, outputs } = session.describe();
  const reference = referenceOf(session, output);
  const base = { output: outputs[output]!.name, level: 'warning' } as const;
  const numeric = [...inputs.entries()].filter(([index]) => binding.inputs[index]!.source.kind === 'numbers');
  const columnOf = (index: number) => {
    const { source } = binding.inputs[index]!;
    return table.columns[source.kind === 'numbers' ? source.column : 0]!;
  };
  const valueAt = (index: number, row: number) => {
    const column = columnOf(index);
    return column.kind === 'number' ? column.values[row]! : NaN;
  };
  const set = (index: number, value: number) => {
    const { input, scaling } = binding.inputs[index]!;
    return [input.element, toModel(scaling, value)] as const;
  };
  const smallest = (changes: readonly (readonly (readonly [number, number])[])[]) => (row: number) => {
    const forecasts = changes.map((change) => reference.forecast(row, change));
    return Math.min(...forecasts.slice(1).map((forecast, place) => forecast - forecasts[place]!));
  };
  const sizeAt = (row: number) => 1e-11 * Math.max(1, Math.abs(reference.forecast(row, [])));

  const steps = numeric.slice(0, most).flatMap(([index, { name, kind }]): Expected[] => {
    if (kind !== 'whole number' && kind !== 'yes/no') return [];
    const isSwitch = kind === 'yes/no';
    const from = (row: number) => (isSwitch ? 0 : valueAt(index, row));
    return [
      {
        kind: 'step',
        rule: { ...base, expect: 'never falls', input: name, check: 'step' },
        numberAt: (row) =>
          reference.forecast(row, [set(index, from(row) + 1)]) - reference.forecast(row, [set(index, from(row))]),
        errorAt: sizeAt,
      },
    ];
  });
  const orders = numeric.slice(0, most).map(([index, { name }]): Expected => {
    const values = [-2, 0.5, 3];
    return {
      kind: 'order',
      rule: { ...base, expect: 'levels in order', input: name, levels: values.map(String) },
      numberAt: smallest(values.map((value) => [set(index, value)])),
      errorAt: sizeAt,
    };
  });
  const categories = [...inputs.entries()].slice(0, most).flatMap(([index, { name, levels }]): Expected[] => {
    const { element, port } = binding.inputs[index]!.input;
    const { size, unknown } = session.network.inputs[port]!;
    if (!levels || levels.length < 2 || binding.inputs[index]!.source.kind !== 'levels') return [];
    const first = unknown === 'first' ? 1 : 0;
    const places = [...levels.keys()].reverse();
    const oneHot = (chosen: number) =>
      Array.from({ length: size }, (_, place) => [element + place, place === first + chosen ? 1 : 0] as const);
    return [
      {
        kind: 'category',
        rule: { ...base, expect: 'levels in order', input: name, levels: places.map((place) => levels[place]!) },
        numberAt: smallest(places.map(oneHot)),
        errorAt: sizeAt,
      },
    ];
  });

  const rows = Array.from(binding.rows);
  const deviationOf = (index: number) => {
    const values = rows.map((row) => valueAt(index, row));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
  };
  const sloped = numeric.filter(([, { kind }]) => kind !== 'switched').slice(0, most);
  const perOriginal = (index: number) => {
    const own = binding.inputs[index]!.scaling;
    return own.kind === 'affine' ? 1 / own.spread : 1;
  };
  const outwards = binding.outputs[output]!.scaling;
  const outSpread = outwards.kind === 'affine' ? outwards.spread : 1;
  const slopeAt = (index: number, row: number) =>
    reference.slopes(row)[binding.inputs[index]!.input.element]! * perOriginal(index) * outSpread;
  const comparisons = sloped.slice(1).flatMap(([index, { name }], before): Expected[] => {
    const [other, { name: otherName }] = sloped[before]!;
    return (['one', 'spread'] as const).map((per) => {
      const effect = (each: number, row: number) =>
        Math.abs(slopeAt(each, row)) * (per === 'one' ? 1 : deviationOf(each));
      return {
        kind: 'comparison',
        rule: { ...base, expect: 'matters at least as much as', input: name, other: otherName, per },
        numberAt: (row) => effect(index, row) - effect(other, row),
        errorAt: (row) => 1e-12 * (effect(index, row) + effect(other, row)),
      };
    });
  });
  const conditions = sloped.slice(0, 1).flatMap(([index, { name }]): Expected[] => {
    const sorted = rows.map((row) => valueAt(index, row)).sort((a, b) => a - b);
    const limit = sorted[sorted.length >> 1]!;
    const column = columnOf(index).name;
    return (['atMost', 'atLeast', 'above', 'below'] as const).flatMap((how): Expected[] => {
      const isChecked = (row: number) => {
        const value = valueAt(index, row);
        return { atMost: value <= limit, atLeast: value >= limit, above: value > limit, below: value < limit }[how];
      };
      if (!rows.some(isChecked)) return [];
      return [
        {
          kind: 'where',
          rule: { ...base, expect: 'never falls', input: name, where: [{ column, [how]: limit }] },
          numberAt: (row) => slopeAt(index, row),
          errorAt: () => 0,
          isChecked,
        },
      ];
    });
  });
  return [...steps, ...orders, ...categories, ...comparisons, ...conditions];
}

const cases = goldenCases().filter(({ golden }) => golden.expect !== 'refuse' && golden.x.length > 0);

describe.each([false, true])('with scalings: %s', (scaled) => {
  it.each(cases.map((fixture) => [`${fixture.family}/${fixture.name}`, fixture] as const))(
    '%s',
    async (_title, fixture) => {
      const session = await goldenSession(fixture, wholeCsv(goldenCsv(fixture)), scaled);
      if (!session) return;
      const outputs = session.describe().outputs.slice(0, most);
      const asked = outputs.map((_, output) => expectedOf(session, output));
      session.setRules(asked.flat().map(({ rule }) => rule));
      const connection = session.connected();
      for (const [output, expectations] of asked.entries()) {
        const stored = await connection.cache.slopes(output, unheard);
        for (const { kind, rule, numberAt, errorAt, isChecked = () => true } of expectations) {
          const failing = new Set(await failingPositions(session, connection, rule, stored));
          const differing = Array.from(connection.binding.rows).filter((row, position) => {
            const number = numberAt(row);
            const isOpen = Math.abs(number) <= errorAt(row) && errorAt(row) > 0;
            const fails = isChecked(row) && !(number >= 0);
            return !isOpen && fails !== failing.has(position);
          });
          compared[kind]++;
          expect(differing, `${rule.input ?? ''} ${rule.expect} ${kind}`).toEqual([]);
        }
      }
    },
  );
});

it('compares counts of every kind', () => {
  process.stdout.write(`counts compared: ${JSON.stringify(compared)}\n`);
  for (const many of [compared.step, compared.order, compared.comparison, compared.where])
    expect(many).toBeGreaterThan(400);
  expect(compared.category).toBeGreaterThanOrEqual(4);
});
