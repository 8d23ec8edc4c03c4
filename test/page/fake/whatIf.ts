import type { WhatIf, WhatIfRequest } from '../../../src/session/whatIfQuestion';
import { forecastOf, numbersOf, slopeOf } from './curved';
import type { FakeHost } from './service';

/** One row of the invented function with changes; the bars are exact, as the function adds up input by input. */
export function whatIfAnswer({ table }: FakeHost, { row, changes, from, curves }: WhatIfRequest): WhatIf {
  const before = numbersOf(table, row);
  const now = before.map((value, input) => Number(changes.find((change) => change.input === input)?.value ?? value));
  const start = from === 'average' ? table.inputs.map(({ values }) => mean(values)) : before;
  const [was, is] = [forecastOf(before), forecastOf(now)];
  const unit = table.outputUnit;
  return {
    row,
    line: row + 2,
    sentence: `Row ${row + 1}: ${was.toFixed(0)} ${unit} becomes ${is.toFixed(0)} ${unit}.`,
    before: was,
    after: is,
    inputs: table.inputs.map(({ name, kind, unit: each, values }, input) => {
      const high = Math.max(...values);
      const at = Float64Array.from({ length: 60 }, (_, place) => (place / 59) * high);
      const forecast = at.map((value) => forecastOf(now.with(input, value)));
      return {
        input,
        name,
        kind,
        unit: each,
        low: 0,
        high,
        step: 1,
        inTable: before[input]!,
        value: now[input]!,
        slope: slopeOf(now, input),
        slopeUnit: `${unit} per ${each}`,
        ...(curves ? { curve: { at, forecast } } : {}),
      };
    }),
    parts: {
      heading: `Why ${is.toFixed(0)} ${unit}`,
      from: forecastOf(start),
      to: is,
      bars: table.inputs.map(({ name }, input) => ({
        input,
        name,
        part: forecastOf(start.with(input, now[input]!)) - forecastOf(start),
      })),
      error: 0,
      note: '',
    },
    nearest: [{ row: 7, line: 9, distance: 0.4 }],
    searched: { rows: 500, of: 500 },
    warnings: now.flatMap((value, input) =>
      value > 40 ? [`${table.inputs[input]!.name} ${value} is above every row.`] : [],
    ),
    newRow: { header: table.inputs.map(({ name }) => name).join(','), line: now.join(',') },
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
