import { plainName } from './names';
import { splitUnit } from './units';

/** Where each wanted name stands among the columns: its number, or undefined. */
export function matchNames(wanted: readonly string[], columns: readonly string[]): (number | undefined)[] {
  const exact = firstPlaces(columns, (name) => name.trim());
  const plain = firstPlaces(columns, plainName);
  const withoutUnit = firstPlaces(columns, bareName);
  return wanted.map((name) => exact.get(name.trim()) ?? plain.get(plainName(name)) ?? withoutUnit.get(bareName(name)));
}

/** Where two names could both be meant by one: numbers of the wanted name and of the columns that fit it equally well. */
export interface NameClash {
  readonly wanted: number;
  readonly columns: readonly number[];
}

/**
 * Wanted names that several columns fit equally well, and wanted names whose column another one fits too: only a column
 * that is spelled exactly so settles it.
 */
export function nameClashes(wanted: readonly string[], columns: readonly string[]): readonly NameClash[] {
  const places = matchNames(wanted, columns);
  const isExact = (index: number): boolean => columns[places[index]!]!.trim() === wanted[index]!.trim();
  return wanted.flatMap((name, index): NameClash[] => {
    const place = places[index];
    if (place === undefined || isExact(index)) return [];
    const form = plainName(columns[place]!) === plainName(name) ? plainName : bareName;
    const alike = columns.flatMap((column, at) => (form(column) === form(name) ? [at] : []));
    const shared = wanted.some((other, at) => at !== index && places[at] === place && other !== name);
    return alike.length > 1 || shared ? [{ wanted: index, columns: alike }] : [];
  });
}

function firstPlaces(columns: readonly string[], form: (name: string) => string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  columns.forEach((column, index) => {
    const name = form(column);
    if (!places.has(name)) places.set(name, index);
  });
  return places;
}

function bareName(name: string): string {
  return plainName(splitUnit(name).name);
}

const placeholder =
  /\[\d+\]$|^(x|inputs?|dense(_\d+)?_input|keras_tensor|args?|float_input|flatten_input|tensor)[_:.\s\d]*$/i;

/** Whether no input has a name of its own: only what a framework calls an input nobody named. */
export function areUnnamed(inputs: readonly string[]): boolean {
  return inputs.every((name) => placeholder.test(name));
}

/** A table as its first lines tell it. */
export interface TableHead {
  readonly names: readonly string[];
  readonly numericColumns: number;
  readonly sameFolder: boolean;
}

/** How well a table fits a model. */
export interface TableMatch {
  /** Number of the table in the list given. */
  readonly index: number;
  /** How many of the model's inputs have a column. */
  readonly matched: number;
  /** The column named like an output. */
  readonly target?: string;
  /** Matched by the number of numeric columns only: the model has no names for its inputs. */
  readonly byPosition: boolean;
}

/**
 * Tables that have columns for at least one input, best first: by matched inputs, then the same folder, then having the
 * target, then the order given (newest first).
 */
export function rankTables(
  tables: readonly TableHead[],
  inputs: readonly string[],
  outputs: readonly string[],
): TableMatch[] {
  const matches = tables.map((table, index) => tableMatch(table, index, inputs, outputs));
  const order = (match: TableMatch): number[] => [
    match.matched,
    tables[match.index]!.sameFolder ? 1 : 0,
    match.target === undefined ? 0 : 1,
    -match.index,
  ];
  return matches
    .filter((match) => match.matched > 0)
    .sort((a, b) => {
      const [first, second] = [order(a), order(b)];
      const decisive = first.findIndex((value, place) => value !== second[place]);
      return decisive < 0 ? 0 : second[decisive]! - first[decisive]!;
    });
}

function tableMatch(
  table: TableHead,
  index: number,
  inputs: readonly string[],
  outputs: readonly string[],
): TableMatch {
  const byName = matchNames(inputs, table.names).filter((place) => place !== undefined).length;
  const place = matchNames(outputs, table.names).find((found) => found !== undefined);
  const target = place === undefined ? undefined : table.names[place];
  const numbers = table.numericColumns - (target === undefined ? 0 : 1);
  // One column more than inputs may be a target nobody named.
  const fits = numbers === inputs.length || (target === undefined && numbers === inputs.length + 1);
  const byPosition = byName === 0 && areUnnamed(inputs) && fits;
  return {
    index,
    matched: byPosition ? inputs.length : byName,
    ...(target === undefined ? {} : { target }),
    byPosition,
  };
}
