import { flatInputs, flatOutputs, type FlatInput, type FlatOutput } from '../network/features';
import type { InputPort, Network } from '../network/network';
import { hasError, type Problem } from '../problem';
import { assignColumns, type Assignment } from './assignment';
import { numberSource, textSource, type InputSource, type MadeSource } from './inputSource';
import { areUnnamed, matchNames } from './matching';
import { nearestName } from './names';
import { scalingsFor } from './scalingMatch';
import { identity, type Scaling, type ScalingSet } from './scaling';
import type { Table } from './table';
import { usableRows, type LeftOutRows } from './usableRows';

/** Which column feeds which input, and how: everything needed to fill a network's inputs from a table. */
export interface Binding {
  readonly table: Table;
  /** In the order of the flat inputs. */
  readonly inputs: readonly BoundInput[];
  /** In the order of the flat outputs. */
  readonly outputs: readonly BoundOutput[];
  /** Numbers of the table's rows in which every input has a value, ascending. */
  readonly rows: Uint32Array;
  /** Rows that cannot be used, by reason; each row counts once. */
  readonly leftOut: readonly LeftOutRows[];
}

/** One flat input and where its values come from. */
export interface BoundInput {
  readonly input: FlatInput;
  /** What people call it: the model's name for it, or the column's where the model has none of its own. */
  readonly name: string;
  readonly how: 'name' | 'position' | 'chosen' | 'fixed';
  readonly scaling: Scaling;
  readonly source: InputSource;
}

/** One flat output with its scaling and the column of true values, where there is one. */
export interface BoundOutput {
  readonly output: FlatOutput;
  readonly scaling: Scaling;
  /** Number of the column in the table. */
  readonly target?: number;
}

/** How a table is to be connected; what is not given is matched by names. */
export interface ColumnChoice {
  /** Flat input name → column name, or a fixed number. */
  readonly columns?: Readonly<Record<string, string | number>>;
  /** Columns in the order of the inputs, whatever their names. */
  readonly byPosition?: boolean;
  /** These columns, in the order of the inputs. */
  readonly order?: readonly string[];
  /** The column with the true values of the first output; null for none. */
  readonly target?: string | null;
  /** Only these rows of the table, from 0, `to` not included. */
  readonly rows?: { readonly from: number; readonly to: number };
}

/** A binding, or what stands in its way; both where the user should know something. */
export interface BindResult {
  readonly binding?: Binding;
  /** Flat inputs without a column, with the most similar column names, nearest first. */
  readonly missing: readonly { readonly input: string; readonly similar: readonly string[] }[];
  readonly problems: readonly Problem[];
}

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
