import { attributesOf, cellsOf, isNA, type RList, type RValue } from '../containers/rValues';

/** An R matrix: numbers column by column, as R keeps them; NA and NaN are NaN. */
export interface RMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly columnNames?: readonly string[];
}

/** Numbers with R's names of its elements. */
export interface NamedNumbers {
  readonly values: Float64Array;
  readonly names?: readonly string[];
}

/** The S3 or S4 classes of a value, the most special first; empty for plain vectors and lists. */
export function classesOf(value: RValue): readonly string[] {
  return textsOf(attributesOf(value).get('class')) ?? [];
}

/** An attribute. */
export function attribute(value: RValue, name: string): RValue | undefined {
  return attributesOf(value).get(name);
}

/** The names of a vector's or list's elements; missing ones are empty. */
export function namesOf(value: RValue): readonly string[] | undefined {
  const names = attribute(value, 'names');
  return names?.kind === 'character' ? names.values.map((name) => name ?? '') : undefined;
}

/** An element of a list by its name. */
export function field(list: RValue | undefined, name: string): RValue | undefined {
  if (list?.kind === 'list') {
    const at = namesOf(list)?.indexOf(name) ?? -1;
    const value = list.items[at];
    return value?.kind === 'null' ? undefined : value;
  }
  return undefined;
}

/** The elements of a list, the variables of an environment or the slots of an S4 object, each with its name. */
export function entriesOf(value: RValue): readonly { readonly name: string; readonly value: RValue }[] {
  if (value.kind === 'list') {
    const names = namesOf(value);
    return value.items.map((item, i) => ({ name: names?.[i] ?? '', value: item }));
  }
  if (value.kind === 's4')
    return [...value.attributes].flatMap(([name, slot]) => (name === 'class' ? [] : [{ name, value: slot }]));
  if (value.kind !== 'environment') return [];
  const lists = value.hashed.kind === 'list' ? value.hashed.items : [];
  return [value.frame, ...lists].flatMap((list) =>
    Array.from(cellsOf(list), (cell) => ({ name: cell.tag ?? '', value: evaluated(cell.car) })),
  );
}

/** What a promise already gave; any other value is itself. */
function evaluated(value: RValue): RValue {
  return value.kind === 'promise' && value.value.kind !== 'symbol' ? value.value : value;
}

/** Numbers of a logical, integer or float64 vector; NA becomes NaN. */
export function numbersOf(value: RValue | undefined): Float64Array | undefined {
  if (value?.kind === 'double') return value.values;
  if (value?.kind !== 'integer' && value?.kind !== 'logical') return undefined;
  return Float64Array.from(value.values, (number, i) => (isNA(value, i) ? NaN : number));
}

/** A single number. */
export function numberOf(value: RValue | undefined): number | undefined {
  return numbersOf(value)?.[0];
}

/** Whether a value is TRUE; NA, missing and everything else is not. */
export function isTrue(value: RValue | undefined): boolean {
  return value?.kind === 'logical' && value.values[0] === 1;
}

/** Texts of a character vector; NA becomes the empty text. */
export function textsOf(value: RValue | undefined): readonly string[] | undefined {
  return value?.kind === 'character' ? value.values.map((text) => text ?? '') : undefined;
}

/** A numeric matrix; a vector is one column. Undefined when its dimensions do not fit its numbers. */
export function matrixOf(value: RValue | undefined): RMatrix | undefined {
  const values = numbersOf(value);
  if (!value || !values) return undefined;
  const dimensions = numbersOf(attribute(value, 'dim')) ?? Float64Array.of(values.length, 1);
  const [rows = 0, columns = 0] = dimensions;
  if (dimensions.length !== 2 || rows * columns !== values.length) return undefined;
  const names = attribute(value, 'dimnames');
  const columnNames = names?.kind === 'list' ? textsOf(names.items[1]) : undefined;
  return { rows, columns, values, ...(columnNames?.length === columns ? { columnNames } : {}) };
}

/** One row of a matrix. */
export function matrixRow(matrix: RMatrix, row: number): Float64Array {
  return Float64Array.from({ length: matrix.columns }, (_, column) => matrix.values[column * matrix.rows + row]!);
}

/** Named numbers of a vector, of a list of single numbers, or of a table with one row. */
export function namedNumbers(value: RValue): NamedNumbers | undefined {
  const names = namesOf(value) ?? matrixOf(value)?.columnNames;
  const values = value.kind === 'list' ? singleNumbers(value) : numbersOf(value);
  if (!values || values.length === 0) return undefined;
  return names?.length === values.length ? { values, names } : { values };
}

/** The number with a name among named numbers. */
export function namedValue(value: RValue | undefined, name: string): number | undefined {
  const numbers = value && namedNumbers(value);
  const at = numbers?.names?.indexOf(name) ?? -1;
  return at < 0 ? undefined : numbers?.values[at];
}

/** Whether a value is a data frame. */
export function isTable(value: RValue): boolean {
  return classesOf(value).includes('data.frame');
}

/** The rows and columns of a matrix or data frame that have names, each with its numbers under the names across. */
export function namedLines(value: RValue): readonly { readonly name: string; readonly numbers: NamedNumbers }[] {
  const grid = isTable(value) ? tableGrid(value) : matrixGrid(value);
  if (!grid) return [];
  const { rowNames, columnNames, columns } = grid;
  const across = (names: readonly string[] | undefined) => (names ? { names } : {});
  const rows = (rowNames ?? []).map((name, row) => ({
    name,
    numbers: { values: Float64Array.from(columns, (column) => column[row]!), ...across(columnNames) },
  }));
  return [
    ...rows,
    ...(columnNames ?? []).map((name, i) => ({ name, numbers: { values: columns[i]!, ...across(rowNames) } })),
  ];
}

interface Grid {
  readonly rowNames: readonly string[] | undefined;
  readonly columnNames: readonly string[] | undefined;
  readonly columns: readonly Float64Array[];
}

function matrixGrid(value: RValue): Grid | undefined {
  const matrix = attribute(value, 'dim') && matrixOf(value);
  const names = attribute(value, 'dimnames');
  if (!matrix || names?.kind !== 'list') return undefined;
  const columns = Array.from({ length: matrix.columns }, (_, i) =>
    matrix.values.slice(i * matrix.rows, (i + 1) * matrix.rows),
  );
  return { rowNames: textsOf(names.items[0]), columnNames: matrix.columnNames, columns };
}

/** A data frame names its rows itself or by its only column of texts. */
function tableGrid(table: RValue): Grid {
  const entries = entriesOf(table);
  const texts = entries.flatMap((entry) => textsOf(entry.value) ?? levelsAt(entry.value) ?? []);
  const rowNames = textsOf(attribute(table, 'row.names')) ?? texts;
  const numeric = entries.flatMap(({ name, value }) => {
    const values = attribute(value, 'levels') ? undefined : numbersOf(value);
    return values ? [{ name, values }] : [];
  });
  const rows = numeric[0]?.values.length ?? 0;
  return {
    rowNames: rowNames.length === rows ? rowNames : undefined,
    columnNames: numeric.map(({ name }) => name),
    columns: numeric.map(({ values }) => values),
  };
}

/** The texts of a factor. */
function levelsAt(value: RValue): readonly string[] | undefined {
  const levels = textsOf(attribute(value, 'levels'));
  return levels && value.kind === 'integer' ? Array.from(value.values, (code) => levels[code - 1] ?? '') : undefined;
}

function singleNumbers(list: RList): Float64Array | undefined {
  const numbers = list.items.map((item) => numbersOf(item));
  return numbers.every((item) => item?.length === 1)
    ? Float64Array.from(numbers, (item) => item?.[0] ?? NaN)
    : undefined;
}

/** R puts names that are not plain words between backquotes, and quotes backquotes inside them. */
export function withoutBackquotes(name: string): string {
  if (name.length < 3 || !name.startsWith('`') || !name.endsWith('`')) return name;
  const inner = name.slice(1, -1);
  return /(^|[^\\])`/.test(inner) ? name : inner.replaceAll('\\`', '`');
}
