import { flatInputs, type FlatInput } from '../network/features';
import type { Network } from '../network/network';
import type { Problem } from '../problem';
import type { BindResult, ColumnChoice } from './binding';
import { holdsNumbers } from './inputSource';
import { areUnnamed, matchNames, nameClashes } from './matching';
import { editDistance, nearestName, plainName } from './names';
import type { Table } from './table';

/** What feeds one input. */
export type Assignment =
  | { readonly how: 'name' | 'position' | 'chosen'; readonly column: number }
  | { readonly how: 'fixed'; readonly value: number };

/** A column or fixed value for every input, or what is missing. */
export interface Assigned {
  /** In the order of the flat inputs; complete when there is no problem. */
  readonly assignments: readonly (Assignment | undefined)[];
  /** The names of the assigned columns, for scalers that know columns by name. */
  readonly columnNames: readonly (string | undefined)[];
  readonly missing: BindResult['missing'];
  readonly problems: readonly Problem[];
}

/** Decides which column feeds which input: as chosen, by the order asked for, by name, or by place for unnamed inputs. */
export function assignColumns(
  network: Network,
  table: Table,
  choice: ColumnChoice,
  targets: readonly (number | undefined)[],
): Assigned {
  const inputs = flatInputs(network);
  const names = table.columns.map(({ name }) => name);
  const chosen = chosenColumns(inputs, table, choice.columns ?? {});
  const others = otherColumns(inputs, table, choice, targets, chosen.assignments);
  const assignments = inputs.map((_, index) => chosen.assignments[index] ?? others.assignments[index]);
  const problems = [...chosen.problems, ...others.problems];
  const missing = inputs
    .filter((_, index) => assignments[index] === undefined)
    .map(({ name }) => ({ input: name, similar: similarNames(name, names) }));
  if (missing.length > 0 && problems.length === 0) problems.push(missingColumns(table, inputs.length, missing));
  const columnNames = assignments.map((assignment) =>
    assignment === undefined || assignment.how === 'fixed' ? undefined : names[assignment.column],
  );
  return { assignments, columnNames, missing, problems };
}

interface Assigning {
  readonly assignments: readonly (Assignment | undefined)[];
  readonly problems: readonly Problem[];
}

function chosenColumns(
  inputs: readonly FlatInput[],
  table: Table,
  columns: Readonly<Record<string, string | number>>,
): Assigning {
  const names = table.columns.map(({ name }) => name);
  const problems: Problem[] = [];
  const byInput = new Map<number, Assignment>();
  for (const [name, wanted] of Object.entries(columns)) {
    const input = matchNames(
      [name],
      inputs.map((each) => each.name),
    )[0];
    if (input === undefined) {
      problems.push(unknownInput(table, name, inputs));
      continue;
    }
    if (typeof wanted === 'number') {
      byInput.set(input, { how: 'fixed', value: wanted });
      continue;
    }
    const column = matchNames([wanted], names)[0];
    if (column === undefined) problems.push(unknownColumn(table, wanted));
    else byInput.set(input, { how: 'chosen', column });
  }
  return { assignments: inputs.map((_, index) => byInput.get(index)), problems };
}

function otherColumns(
  inputs: readonly FlatInput[],
  table: Table,
  choice: ColumnChoice,
  targets: readonly (number | undefined)[],
  chosen: readonly (Assignment | undefined)[],
): Assigning {
  if (choice.order) return inOrder(inputs, table, choice.order);
  const byName = matchNames(
    inputs.map(({ name }) => name),
    table.columns.map(({ name }) => name),
  );
  const unnamed = areUnnamed(inputs.map(({ name }) => name)) && byName.every((column) => column === undefined);
  if (choice.byPosition || (unnamed && chosen.every((assignment) => assignment === undefined))) {
    return byPosition(inputs, table, targets, choice.byPosition === true);
  }
  const clashes = nameClashes(
    inputs.map(({ name }) => name),
    table.columns.map(({ name }) => name),
  ).filter(({ wanted }) => chosen[wanted] === undefined);
  const assignments = byName.map((column, index): Assignment | undefined =>
    column === undefined || clashes.some(({ wanted }) => wanted === index) ? undefined : { how: 'name', column },
  );
  return { assignments, problems: clashes.map((clash) => unclearName(table, inputs[clash.wanted]!, clash.columns)) };
}

function unclearName(table: Table, input: FlatInput, columns: readonly number[]): Problem {
  const names = columns.map((column) => table.columns[column]!.name);
  const message =
    names.length > 1
      ? `Several columns of ${table.name} could feed ${input.name}: ${names.join(', ')}.`
      : `The column ${names.join('')} of ${table.name} could feed ${input.name} and another input.`;
  return {
    code: 'column-ambiguous',
    message,
    file: table.name,
    place: { kind: 'line', line: 1 },
    remedy: "Give the column exactly the input's name, or name the columns in the inputs' order (--columns a,b,c).",
    severity: 'error',
  };
}

function inOrder(inputs: readonly FlatInput[], table: Table, order: readonly string[]): Assigning {
  const columns = matchNames(
    order,
    table.columns.map(({ name }) => name),
  );
  const problems = order.filter((_, index) => columns[index] === undefined).map((name) => unknownColumn(table, name));
  if (order.length !== inputs.length) {
    problems.push({
      code: 'columns-count',
      message: `${order.length} columns are named for ${inputs.length} inputs.`,
      file: table.name,
      remedy: `Name one column of ${table.name} for each input, in the inputs' order.`,
      severity: 'error',
    });
  }
  const assignments = columns.map((column): Assignment | undefined =>
    column === undefined ? undefined : { how: 'chosen', column },
  );
  return { assignments, problems };
}

/**
 * Columns in their order: all but the target when their count fits, else those that hold what the inputs take. Unless
 * asked for, columns that are left over must be none, or one that can be the target.
 */
function byPosition(
  inputs: readonly FlatInput[],
  table: Table,
  targets: readonly (number | undefined)[],
  asked: boolean,
): Assigning {
  const all = table.columns.map((_, index) => index).filter((index) => !targets.includes(index));
  const texts = inputs.filter(({ kind }) => kind === 'text').length;
  const words = all.filter((index) => table.columns[index]!.kind === 'text');
  // A column of yes and no is a number, unless it may be meant for an input of texts.
  const numbers = all.filter((index) => (texts === 0 ? holdsNumbers(table.columns[index]!) : !words.includes(index)));
  const exact = all.length === inputs.length;
  const enough = exact || (numbers.length >= inputs.length - texts && words.length >= texts);
  const spare = targets.every((target) => target === undefined) ? 1 : 0;
  const isClear = asked || exact || numbers.length <= inputs.length - texts + spare;
  if (!enough || !isClear) return { assignments: [], problems: [positionsDiffer(table, inputs.length, all.length)] };
  const next = { number: 0, text: 0 };
  const assignments = inputs.map(({ kind }, index): Assignment => {
    const column = exact ? all[index]! : (kind === 'number' ? numbers : words)[next[kind]++]!;
    return { how: 'position', column };
  });
  return { assignments, problems: asked ? [] : [takenInOrder(table, inputs.length)] };
}

function positionsDiffer(table: Table, inputs: number, columns: number): Problem {
  const columnsHave = columns === 1 ? 'one column' : `${columns} columns`;
  return {
    code: 'columns-count',
    message: `The model has ${inputs === 1 ? 'one input' : `${inputs} inputs`} and ${table.name} has ${columnsHave} for them, so they cannot be matched by order.`,
    file: table.name,
    remedy: "Name the columns in the inputs' order (--columns a,b,c), or map them on the data page.",
    severity: 'error',
  };
}

function takenInOrder(table: Table, inputs: number): Problem {
  return {
    code: 'columns-by-position',
    message: `The model's inputs have no names: the first ${inputs} number columns of ${table.name} are taken in their order.`,
    file: table.name,
    remedy: 'Map the columns by hand if the order is another one.',
    severity: 'info',
  };
}

function missingColumns(table: Table, inputs: number, missing: BindResult['missing']): Problem {
  const shown = missing.slice(0, 5).map(({ input }) => input);
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : '';
  const guesses = missing.flatMap(({ input, similar }) => (similar[0] ? [`${similar[0]} for ${input}`] : []));
  const guess = guesses.length > 0 ? `Perhaps ${guesses.slice(0, 3).join(', ')}. ` : '';
  return {
    code: 'columns-missing',
    message: `${missing.length} of ${inputs} inputs ${missing.length === 1 ? 'has' : 'have'} no column in ${table.name}: ${shown.join(', ')}${more}.`,
    file: table.name,
    place: { kind: 'line', line: 1 },
    remedy: `${guess}Map the columns, take them by position (--by-position), or choose another table.`,
    severity: 'error',
  };
}

function unknownColumn(table: Table, wanted: string): Problem {
  const near = nearestName(
    wanted,
    table.columns.map(({ name }) => name),
  );
  return {
    code: 'column-unknown',
    message: `${table.name} has no column ${wanted}.`,
    file: table.name,
    remedy: near ? `Did you mean ${near}?` : `Its columns are ${listed(table)}.`,
    severity: 'error',
  };
}

function unknownInput(table: Table, name: string, inputs: readonly FlatInput[]): Problem {
  const near = nearestName(
    name,
    inputs.map((input) => input.name),
  );
  return {
    code: 'input-unknown',
    message: `${name} is not an input of the model, so no column can feed it.`,
    file: table.name,
    remedy: near ? `Did you mean ${near}?` : 'Use a name as the model gives it.',
    severity: 'error',
  };
}

function listed(table: Table): string {
  const names = table.columns.map(({ name }) => name);
  return names.length > 10 ? `${names.slice(0, 10).join(', ')}, …` : names.join(', ');
}

/** Column names that resemble an input's name, most similar first, at most three. */
function similarNames(name: string, columns: readonly string[]): string[] {
  const wanted = plainName(name);
  const scored = columns.map((column) => {
    const plain = plainName(column);
    const part = wanted.length > 2 && plain.length > 2 && (plain.includes(wanted) || wanted.includes(plain));
    const distance = editDistance(wanted, plain) / Math.max(wanted.length, plain.length, 1);
    return { column, distance: part ? Math.min(distance, 0.3) : distance };
  });
  return scored
    .filter(({ distance }) => distance <= 0.5)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ column }) => column);
}
