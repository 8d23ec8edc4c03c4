import { flatInputs, flatOutputs, type FlatInput } from '../network/features';
import type { InputPort, Network } from '../network/network';
import { hasError } from '../problem';
import { foldCategories } from './categories';
import { assignColumns, type Assignment } from './assignment';
import { numberSource, textSource, type MadeSource } from './inputSource';
import { areUnnamed } from './matching';
import { scalingsFor } from './scalingMatch';
import { identity, type ScalingSet } from './scaling';
import type { Table } from './table';
import { leftOverTarget, targetColumns } from './target';
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
  const named = targetColumns(table, outputs, choice);
  const assigned = assignColumns(network, table, choice, named.columns);
  const scaled = scalingsFor(inputs, outputs, table.name, scalings, assigned.columnNames);
  const problems = [...named.problems, ...assigned.problems, ...scaled.problems];
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
  const inputsAsTheyAre = bound.map(({ input }) => input);
  const targets = leftOverTarget(table, inputsAsTheyAre, named.columns, outputs, choice);
  problems.push(...targets.problems);
  const folded = foldCategories(network, table, inputsAsTheyAre, choice.categories);
  problems.push(...folded.problems);
  if (hasError(problems)) return { missing: [], problems };
  const usable = usableRows(folded.table, folded.inputs, choice.rows);
  const binding: Binding = {
    table: folded.table,
    inputs: folded.inputs,
    outputs: outputs.map((output, index) => ({
      output,
      scaling: scaled.outputs[index] ?? identity,
      ...(targets.columns[index] === undefined ? {} : { target: targets.columns[index] }),
    })),
    rows: usable.rows,
    leftOut: usable.leftOut,
  };
  return {
    binding,
    network: folded.network,
    inputs: inputsAsTheyAre,
    categories: folded.categories,
    missing: [],
    problems: [...problems, ...usable.problems],
  };
}

function sourceFor(port: InputPort, input: FlatInput, assignment: Assignment, table: Table): MadeSource {
  if (assignment.how === 'fixed') return { source: { kind: 'fixed', value: assignment.value }, problems: [] };
  if (input.kind === 'text') return textSource(port, table, assignment.column);
  return numberSource(input.name, table, assignment.column);
}
