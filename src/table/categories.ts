import { blackBoxOf } from '../network/blackBox';
import { flatInputs } from '../network/features';
import { withFoldedInputs, type GroupLevel } from '../network/foldedInputs';
import type { Network } from '../network/network';
import type { Problem } from '../problem';
import type { BoundInput, Category, CategoryChoice } from './binding';
import { oneHotGroups } from './columns';
import { noText } from './inputSource';
import { matchNames } from './matching';
import { namePattern, plainName } from './names';
import { identity, toModel } from './scaling';
import type { Table, TextColumn } from './table';

/** A network with its inputs, some of them taken together as categories. */
export interface FoldedInputs {
  readonly network: Network;
  /** With a column of texts for each category behind its own. */
  readonly table: Table;
  readonly inputs: readonly BoundInput[];
  readonly categories: readonly Category[];
  readonly problems: readonly Problem[];
}

/** A category before it is folded: numbers of flat inputs. */
interface Members {
  readonly name: string;
  readonly inputs: readonly number[];
}

/**
 * Takes yes/no inputs together as the choice says. A row in which several columns of a category are 1, or one is neither 0
 * nor 1, has no single level; where that happens in any row, columns that only look like a category stay numbers.
 */
export function foldCategories(
  network: Network,
  table: Table,
  inputs: readonly BoundInput[],
  choice: CategoryChoice | undefined,
): FoldedInputs {
  if (blackBoxOf(network)) return { network, table, inputs, categories: [], problems: [] };
  const { chosen, problems } =
    choice === undefined || choice === 'found' ? nothingChosen : named(choice, table, inputs);
  const taken = new Set(chosen.flatMap((members) => members.inputs));
  const found = foundIn(table, inputs).filter((members) => !members.inputs.some((input) => taken.has(input)));
  const folded = choice === 'found' ? found : chosen;
  const category = ({ name, inputs: members }: Members, isFolded: boolean): Category => ({
    name,
    columns: members.map((input) => columnName(table, inputs[input]!)),
    isFolded,
  });
  const categories = [
    ...folded.map((members) => category(members, true)),
    ...(choice === 'found' ? [] : found.map((members) => category(members, false))),
  ];
  if (folded.length === 0) return { network, table, inputs, categories, problems };
  return { ...together(network, table, inputs, folded), categories, problems };
}

const nothingChosen = { chosen: [], problems: [] };

/** The categories named in a choice. */
function named(
  choice: Exclude<CategoryChoice, 'found'>,
  table: Table,
  inputs: readonly BoundInput[],
): { readonly chosen: readonly Members[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const names = inputs.map((bound) => columnName(table, bound));
  const taken = new Set<number>();
  const chosen = Object.entries(choice).flatMap(([name, columns]): Members[] => {
    const meant =
      typeof columns === 'string'
        ? [...names.keys()].filter((input) => namePattern(columns)(names[input]!))
        : columns.map((column) => matchNames([column], names)[0] ?? matchNames([column], inputs.map(inputName))[0]);
    const own = [...new Set(meant)].flatMap((input) =>
      input !== undefined && isNumber(inputs[input]!) && !taken.has(input) ? [input] : [],
    );
    if (own.length < Math.max(2, meant.length)) {
      problems.push(noCategory(name, columns, table));
      return [];
    }
    for (const input of own) taken.add(input);
    return [{ name, inputs: own }];
  });
  return { chosen, problems };
}

function noCategory(name: string, columns: string | readonly string[], table: Table): Problem {
  const meant = typeof columns === 'string' ? columns : columns.join(', ');
  return {
    code: 'category-columns',
    message: `${meant} does not name two or more columns of numbers in ${table.name} that feed the model and belong to no other category, so ${name} cannot be taken as one.`,
    file: table.name,
    remedy: 'Name the yes/no columns of the category, or the beginning of their names with a * behind it (city_*).',
    severity: 'error',
  };
}

/** What looks like a category and has a single level in every row that has all its values. */
function foundIn(table: Table, inputs: readonly BoundInput[]): readonly Members[] {
  const numbers = [...inputs.keys()].filter((input) => isNumber(inputs[input]!));
  const columns = numbers.map((input) => ({
    name: columnName(table, inputs[input]!),
    values: valuesOf(inputs[input]!),
  }));
  const names = new Set([...table.columns.map((column) => column.name), ...inputs.map(inputName)].map(plainName));
  return oneHotGroups(columns).flatMap(({ members }): Members[] => {
    if (!isOneEverywhere(members.map((member) => columns[member]!.values))) return [];
    const name = categoryName(members.map((member) => columns[member]!.name));
    const own = members.map((member) => numbers[member]!);
    return [{ name: names.has(plainName(name)) ? `${name} category` : name, inputs: own }];
  });
}

/** What columns, or a pattern for them, say one category of: `city_A` and `city_B`, or `city_*`, of `city`. */
export function categoryName(columns: string | readonly string[]): string {
  const shared = typeof columns === 'string' ? columns.replaceAll('*', '') : sharedBeginning(columns);
  const plain = shared.replace(/[_.=:\-\s]+$/, '');
  if (plain !== '' || typeof columns === 'string') return plain || columns.toString();
  return columns.length > 3 ? `${columns[0]!} … ${columns.at(-1)!}` : columns.join(', ');
}

/** The shortest way to write a category's columns down: as a pattern where it means these columns and no other. */
export function writtenColumns(columns: readonly string[], all: readonly string[]): string | readonly string[] {
  const shared = sharedBeginning(columns);
  const isAlone = shared !== '' && all.filter(namePattern(`${shared}*`)).length === columns.length;
  return isAlone ? `${shared}*` : columns;
}

function isOneEverywhere(columns: readonly Float64Array[]): boolean {
  const ones = new Uint32Array(columns[0]!.length);
  for (const values of columns) values.forEach((value, row) => value === 1 && ones[row]!++);
  return ones.every((count) => count <= 1);
}

function together(network: Network, table: Table, inputs: readonly BoundInput[], folded: readonly Members[]) {
  const groups = folded.map(({ name, inputs: members }) => {
    const elements = elementsOf(members.map((input) => valuesOf(inputs[input]!)));
    const levels: GroupLevel[] = levelNames(members.map((input) => columnName(table, inputs[input]!))).map(
      (level, at) => ({ name: level, input: members[at]! }),
    );
    if (elements.includes(members.length)) levels.push({ name: 'none of these' });
    return { name, levels, elements };
  });
  const ends = (input: number) => {
    const { scaling } = inputs[input]!;
    return [toModel(scaling, 0), toModel(scaling, 1)] as const;
  };
  const made = withFoldedInputs(network, groups, ends);
  const categoryOf = new Map(groups.flatMap((group) => group.levels.map(({ input }) => [input, group])));
  const isFirst = (input: number): boolean => categoryOf.get(input)?.levels[0]!.input === input;
  const kept = [...inputs.keys()].filter((input) => !categoryOf.has(input) || isFirst(input));
  const flat = flatInputs(made);
  return {
    network: made,
    table: { ...table, columns: [...table.columns, ...groups.map(textColumn)] },
    inputs: kept.map((input, at): BoundInput => {
      const group = categoryOf.get(input);
      const bound = { ...inputs[input]!, input: flat[at]! };
      if (!group) return bound;
      const { name, levels, elements } = group;
      const columns = levels.map((level) => (level.input === undefined ? undefined : columnOf(inputs[level.input]!)));
      const column = table.columns.length + groups.indexOf(group);
      const source = { kind: 'levels' as const, column, size: levels.length, elements, folded: columns };
      return { ...bound, name, scaling: identity, source };
    }),
  };
}

function textColumn({ name, levels, elements }: { name: string; levels: readonly GroupLevel[]; elements: Int32Array }) {
  const codes = elements.map((element) => (element === noText ? -1 : element));
  return { kind: 'text', name, codes, levels: levels.map((level) => level.name) } satisfies TextColumn;
}

/** Per row the number of the column that is 1, the number of columns where all are 0, `noText` where there is no single level. */
function elementsOf(columns: readonly Float64Array[]): Int32Array {
  const elements = new Int32Array(columns[0]!.length).fill(columns.length);
  columns.forEach((values, member) => {
    for (let row = 0; row < elements.length; row++) {
      const value = values[row]!;
      if (value === 0) continue;
      elements[row] = value === 1 && elements[row] === columns.length ? member : noText;
    }
  });
  return elements;
}

/** What follows the part that all names begin with: `city_A` and `city_B` are A and B. */
function levelNames(names: readonly string[]): readonly string[] {
  const rests = names.map((name) => name.slice(sharedBeginning(names).length));
  return rests.every((rest) => rest !== '') ? rests : names;
}

/** The part that all names begin with, up to a joint. */
function sharedBeginning(names: readonly string[]): string {
  let shared = names[0] ?? '';
  while (!names.every((name) => name.startsWith(shared))) shared = shared.slice(0, -1);
  return /^.*[_.=:\-\s]/.exec(shared)?.[0] ?? '';
}

function isNumber({ source }: BoundInput): boolean {
  return source.kind === 'numbers';
}

function valuesOf({ source }: BoundInput): Float64Array {
  return source.kind === 'numbers' ? source.values : new Float64Array();
}

function columnOf({ source }: BoundInput): number | undefined {
  return source.kind === 'fixed' ? undefined : source.column;
}

function columnName(table: Table, bound: BoundInput): string {
  const column = columnOf(bound);
  return column === undefined ? inputName(bound) : table.columns[column]!.name;
}

function inputName({ input }: BoundInput): string {
  return input.name;
}
