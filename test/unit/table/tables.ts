import type { Column, Table } from '../../../src/table/table';

/** A table under a one-line header; NaN is a missing number, '' a missing text. */
export function tableOf(columns: Readonly<Record<string, readonly number[] | readonly string[]>>): Table {
  const made = Object.entries(columns).map(([name, cells]) => columnOf(name, cells));
  const rows = Object.values(columns)[0]?.length ?? 0;
  return {
    name: 'data.csv',
    rows,
    columns: made,
    lines: Uint32Array.from({ length: rows }, (_, row) => row + 2),
    dialect: { delimiter: ',', decimal: '.', encoding: 'UTF-8', header: true },
  };
}

function columnOf(name: string, cells: readonly number[] | readonly string[]): Column {
  if (isNumbers(cells)) {
    const values = Float64Array.from(cells);
    const missing = Uint8Array.from(cells, (cell) => (Number.isNaN(cell) ? 1 : 0));
    const whole = cells.every((cell) => Number.isNaN(cell) || Number.isInteger(cell));
    return { kind: 'number', name, values, ...(missing.includes(1) ? { missing } : {}), textCount: 0, whole };
  }
  const levels = [...new Set(cells.filter((cell) => cell !== ''))];
  return { kind: 'text', name, levels, codes: Int32Array.from(cells, (cell) => levels.indexOf(cell)) };
}

function isNumbers(cells: readonly number[] | readonly string[]): cells is readonly number[] {
  return typeof cells[0] === 'number';
}
