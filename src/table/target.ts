import type { FlatOutput } from '../network/features';
import type { Problem } from '../problem';
import type { BoundInput, ColumnChoice } from './binding';
import { matchNames } from './matching';
import { nearestName } from './names';
import type { NumberColumn, Table } from './table';

/** The columns of true values, by flat output. */
export interface Targets {
  readonly columns: readonly (number | undefined)[];
  readonly problems: readonly Problem[];
}

/** The column of true values per output: the chosen one for the first, else the one that is named like the output. */
export function targetColumns(table: Table, outputs: readonly FlatOutput[], choice: ColumnChoice): Targets {
  const names = table.columns.map(({ name }) => name);
  const numeric = (column: number | undefined) =>
    column !== undefined && table.columns[column]?.kind === 'number' ? column : undefined;
  const byName = matchNames(
    outputs.map(({ name }) => name),
    names,
  ).map(numeric);
  if (choice.target === undefined) return { columns: byName, problems: [] };
  if (choice.target === null) return { columns: [], problems: [] };
  const chosen = matchNames([choice.target], names)[0];
  if (chosen === undefined) return { columns: [], problems: [unknownTarget(table, choice.target, names)] };
  return { columns: [numeric(chosen), ...byName.slice(1)], problems: [] };
}

/**
 * Where nobody named a target and no column is named like the only output: the only column of numbers that feeds no input,
 * said aloud so that it can be changed. One that just counts the rows holds no true values.
 */
export function leftOverTarget(
  table: Table,
  inputs: readonly BoundInput[],
  columns: Targets['columns'],
  outputs: readonly FlatOutput[],
  choice: ColumnChoice,
): Targets {
  if (choice.target !== undefined || outputs.length !== 1 || columns[0] !== undefined) return { columns, problems: [] };
  const taken = new Set(inputs.map(({ source }) => (source.kind === 'fixed' ? -1 : source.column)));
  const free = [...table.columns.keys()].filter(
    (column) => !taken.has(column) && table.columns[column]!.kind === 'number',
  );
  const [only] = free;
  const held = only === undefined || free.length > 1 ? undefined : table.columns[only];
  if (held?.kind !== 'number' || countsRows(held)) return { columns, problems: [] };
  return { columns: [only], problems: [takenAsTarget(table, held, outputs[0]!)] };
}

function countsRows({ values }: NumberColumn): boolean {
  return values.every((value, row) => value === values[0]! + row);
}

function takenAsTarget(table: Table, { name }: NumberColumn, output: FlatOutput): Problem {
  return {
    code: 'target-left-over',
    message: `${name} is taken as the true values of ${output.name}: it is the only column of numbers in ${table.name} that feeds no input. It is used for errors only, never for slopes.`,
    file: table.name,
    remedy: 'Choose another column of true values, or none, if it is not.',
    severity: 'info',
  };
}

function unknownTarget(table: Table, target: string, names: readonly string[]): Problem {
  const near = nearestName(target, names);
  return {
    code: 'target-missing',
    message: `${table.name} has no column ${target}, which should hold the true values.`,
    file: table.name,
    remedy: near ? `Did you mean ${near}?` : 'Choose another column, or none.',
    severity: 'warning',
  };
}
