import { flatInputs, flatOutputs, type FlatInput, type FlatOutput } from '../network/features';
import type { InputPort, Network } from '../network/network';
import { hasError, type Problem } from '../problem';
import { assignColumns, type Assignment } from './assignment';
import { numberSource, textSource, type MadeSource } from './inputSource';
import { areUnnamed, matchNames } from './matching';
import { nearestName } from './names';
import { scalingsFor } from './scalingMatch';
import { identity, type ScalingSet } from './scaling';
import type { Table } from './table';
import { usableRows } from './usableRows';
import type { Binding, BindResult, ColumnChoice } from './binding';

/**
 * Connects a table to a network.
 *
 * Names are compared without regard to case, blanks, `_`, `-`, `.` and a unit in brackets. A model whose inputs have no
 * names takes the number columns in their order when their count fits. Nothing is filled in: rows without a value for
 * every input are left out, counted and listed.
 */
export function bindTable(network: Network, table: Table, choice: ColumnChoice, scalings?: ScalingSet): BindResult {
  const inputs = flatInputs(network);
  const outputs = flatOutputs(network);
  const targets = targetColumns(table, outputs, choice);
  const assigned = assignColumns(network, table, choice, targets.columns);
  const scaled = scalingsFor(inputs, outputs, table.name, scalings, assigned.columnNames);
  const problems = [...targets.problems, ...assigned.problems, ...scaled.problems];
  if (hasError(problems)) return { missing: assigned.missing, problems };
  const unnamed = areUnnamed(inputs.map(({ name }) => name));
  const bound = inputs.map((input, index) => {
    const name = (unnamed ? assigned.columnNames[index] : undefined) ?? input.name;
    const scaling = scaled.inputs[index] ?? identity;
    const { source, problems: own } = sourceFor(
      network.inputs[input.port]!,
      input,
      assigned.assignments[index]!,
      table,
    );
    return { input: { input, name, how: assigned.assignments[index]!.how, scaling, source }, problems: own };
  });
  problems.push(...bound.flatMap((each) => each.problems));
  if (hasError(problems)) return { missing: [], problems };
  const boundInputs = bound.map(({ input }) => input);
  const usable = usableRows(table, boundInputs, choice.rows);
  const binding: Binding = {
    table,
    inputs: boundInputs,
    outputs: outputs.map((output, index) => ({
      output,
      scaling: scaled.outputs[index] ?? identity,
      ...(targets.columns[index] === undefined ? {} : { target: targets.columns[index] }),
    })),
    rows: usable.rows,
    leftOut: usable.leftOut,
  };
  return { binding, missing: [], problems: [...problems, ...usable.problems] };
}

function sourceFor(port: InputPort, input: FlatInput, assignment: Assignment, table: Table): MadeSource {
  if (assignment.how === 'fixed') return { source: { kind: 'fixed', value: assignment.value }, problems: [] };
  if (input.kind === 'text') return textSource(port, table, assignment.column);
  return numberSource(input.name, table, assignment.column);
}

/** The column of true values per output: the chosen one for the first, else the one that is named like the output. */
function targetColumns(
  table: Table,
  outputs: readonly FlatOutput[],
  choice: ColumnChoice,
): { readonly columns: readonly (number | undefined)[]; readonly problems: readonly Problem[] } {
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
