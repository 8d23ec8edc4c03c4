import type { Column, NumberColumn, Table } from '../../table/table';
import type { RValue } from '../containers/rValues';
import { attribute, classesOf, namesOf, numbersOf, textsOf, type RMatrix } from './fields';

/** A data frame as a table: numbers, logical values as 0 and 1, factors and texts; other columns are left out. */
export function frameTable(name: string, frame: RValue): Table | undefined {
  const names = namesOf(frame);
  if (frame.kind !== 'list' || !names || !classesOf(frame).includes('data.frame')) return undefined;
  const columns = frame.items.flatMap((item, i) => columnOf(names[i] ?? '', item) ?? []);
  return tableOf(name, columns);
}

/** Matrices with column names side by side. */
export function matrixTable(name: string, matrices: readonly RMatrix[]): Table | undefined {
  const columns = matrices.flatMap((matrix) =>
    Array.from({ length: matrix.columns }, (_, column) =>
      numberColumn(
        matrix.columnNames?.[column] ?? '',
        matrix.values.slice(column * matrix.rows, (column + 1) * matrix.rows),
      ),
    ),
  );
  return tableOf(name, columns);
}

/** A table of numbers: missing ones marked. */
export function numberColumn(name: string, values: Float64Array): NumberColumn {
  const missing = Uint8Array.from(values, (value) => (Number.isFinite(value) ? 0 : 1));
  return {
    kind: 'number',
    name,
    values,
    ...(missing.includes(1) ? { missing } : {}),
    textCount: 0,
    whole: values.every((value) => !Number.isFinite(value) || Number.isInteger(value)),
  };
}

function tableOf(name: string, all: readonly Column[]): Table | undefined {
  const known = new Set<string>();
  const columns = all.filter((column) => column.name !== '' && !known.has(column.name) && known.add(column.name));
  const rows = rowsOf(columns[0]);
  if (columns.length === 0 || columns.some((column) => rowsOf(column) !== rows)) return undefined;
  return {
    name,
    rows,
    columns,
    lines: Uint32Array.from({ length: rows }, (_, row) => row + 1),
    dialect: { delimiter: ',', decimal: '.', encoding: 'none', header: true },
  };
}

function rowsOf(column: Column | undefined): number {
  if (!column) return 0;
  return column.kind === 'number' ? column.values.length : column.codes.length;
}

function columnOf(name: string, value: RValue): Column | undefined {
  if (value.kind === 'character') return textColumn(name, value.values);
  const levels = textsOf(attribute(value, 'levels'));
  if (value.kind === 'integer' && levels)
    return {
      kind: 'text',
      name,
      codes: value.values.map((code) => (code < 1 || code > levels.length ? -1 : code - 1)),
      levels,
    };
  const numbers = numbersOf(value);
  return numbers && !attribute(value, 'dim') ? numberColumn(name, numbers) : undefined;
}

function textColumn(name: string, texts: readonly (string | null)[]): Column {
  const numbers = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (text === null) return -1;
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  });
  return { kind: 'text', name, codes, levels: [...numbers.keys()] };
}
