import type { Checked, CheckedInput } from '../../../src/findings/checked';
import type { Table } from '../../../src/table/table';

/** Slopes, forecasts and columns made up for a test, as rules see them. */
export interface MadeUp {
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly slopes: Readonly<Record<string, readonly number[]>>;
  readonly forecast?: readonly number[];
  readonly more?: Partial<Checked>;
  readonly input?: Partial<CheckedInput>;
}

/** Makes them one output `y` (min) checked on `data.csv`; inputs have the unit `call`. */
export function checkedTable({ values, slopes, forecast, more = {}, input = {} }: MadeUp): Checked {
  const names = Object.keys(values);
  const rows = values[names[0]!]!.length;
  const columns = names.map((name) => ({
    kind: 'number' as const,
    name,
    values: Float64Array.from(values[name]!),
    textCount: 0,
    whole: values[name]!.every(Number.isInteger),
  }));
  const table: Table = {
    name: 'data.csv',
    rows,
    columns,
    lines: Uint32Array.from({ length: rows }, (_, row) => row + 2),
    dialect: { delimiter: ',', decimal: '.', encoding: 'UTF-8', header: true },
  };
  const exact = names.map((name) => Float64Array.from(slopes[name] ?? values[name]!.map(() => 1)));
  return {
    table,
    rows: Uint32Array.from({ length: rows }, (_, row) => row),
    output: { name: 'y', unit: 'min' },
    outputs: ['y'],
    forecast: Float64Array.from(forecast ?? values[names[0]!]!),
    inputs: columns.map((column, index) => ({
      name: column.name,
      unit: 'call',
      kind: 'number',
      column: column.name,
      values: column.values,
      scaling: { kind: 'identity' },
      slopes: Float32Array.from(exact[index]!),
      ...input,
    })),
    exactSlopes: (number, positions) => Float64Array.from(positions, (position) => exact[number]![position]!),
    ...more,
  };
}
