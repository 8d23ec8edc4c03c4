import type { Problem } from '../../problem';
import type { Column, Table } from '../../table/table';
import { maxCsvColumns, maxCsvRecordBytes } from '../limits';
import type { Sample } from './dialect';
import type { ColumnNames } from './header';
import type { RaggedRows } from './tableBuilder';

/** Why a whole CSV file cannot be read. */
export type CsvTrouble = 'empty' | 'not text' | 'workbook' | 'too many columns' | 'open quote' | 'record too long';

const troubles: Readonly<Record<CsvTrouble, { code: string; message: string; remedy: string }>> = {
  empty: {
    code: 'csv-empty',
    message: 'is empty: it has no line with text.',
    remedy: 'Choose the file that holds the table.',
  },
  'not text': {
    code: 'csv-not-text',
    message: 'is not a text file: it holds zero bytes.',
    remedy: 'Save the table as CSV.',
  },
  workbook: {
    code: 'csv-workbook',
    message: 'is a workbook or another zip file, not a CSV file.',
    remedy: 'Open it in a spreadsheet program and save the sheet as CSV.',
  },
  'too many columns': {
    code: 'csv-too-many-columns',
    message: `has more than ${maxCsvColumns} columns in its first line.`,
    remedy: 'Check whether the file has line breaks and which delimiter it uses.',
  },
  'open quote': {
    code: 'csv-open-quote',
    message: 'opens a quote that is never closed',
    remedy: 'Add the closing quote, or double the quotes that belong to the text.',
  },
  'record too long': {
    code: 'csv-record-too-long',
    message: `has a row of more than ${maxCsvRecordBytes / 2 ** 20} MB; most likely a quote is never closed`,
    remedy: 'Add the closing quote, or double the quotes that belong to the text.',
  },
};

/** The problem of a file that cannot be read, with the line (from 1) where there is one. */
export function fileProblem(file: string, trouble: CsvTrouble, line?: number): Problem {
  const { code, message, remedy } = troubles[trouble];
  const place = line === undefined ? {} : { place: { kind: 'line', line } as const };
  const where = line === undefined ? '' : ` in the row that begins in line ${line}.`;
  return { code, message: `${file} ${message}${where}`, file, ...place, remedy, severity: 'error' };
}

/** What the user should know of a table that was read. */
export function tableProblems(
  table: Table,
  header: ColumnNames,
  ragged: RaggedRows,
  { ambiguousComma, belowTitles }: Pick<Sample, 'ambiguousComma' | 'belowTitles'>,
): readonly Problem[] {
  return [
    ...noRows(table),
    ...(belowTitles === undefined ? [] : [titleLines(table, belowTitles)]),
    ...header.duplicates.map((name) => duplicateName(table, name)),
    ...(header.index === undefined ? [] : [indexColumn(table)]),
    ...raggedRows(table, ragged),
    ...table.columns.flatMap((column) => textAmongNumbers(table, column)),
    ...(ambiguousComma === undefined ? [] : [unclearComma(table, ambiguousComma)]),
  ];
}

function noRows(table: Table): Problem[] {
  if (table.rows > 0) return [];
  const message = `${table.name} has a header line and no rows.`;
  const remedy = 'Choose a table with at least one row.';
  return [{ code: 'csv-no-rows', message, file: table.name, place: line(1), remedy, severity: 'error' }];
}

function titleLines({ name }: Table, first: number): Problem {
  return {
    code: 'csv-title-lines',
    message: `The lines above line ${first} of ${name} are no rows of the table; its names are taken from line ${first}.`,
    file: name,
    place: line(first),
    severity: 'info',
  };
}

function duplicateName(table: Table, name: string): Problem {
  return {
    code: 'csv-duplicate-column',
    message: `${table.name} has more than one column named ${name}; the first keeps the name, the next is called ${name} (2).`,
    file: table.name,
    place: line(1),
    remedy: 'Give each column a name of its own, or map the columns by hand.',
    severity: 'warning',
  };
}

function indexColumn(table: Table): Problem {
  return {
    code: 'csv-index-column',
    message: `The first column of ${table.name} has no name; it is taken for row names and left out.`,
    file: table.name,
    place: line(1),
    severity: 'info',
  };
}

function raggedRows(table: Table, ragged: RaggedRows): Problem[] {
  const first = ragged.lines[0];
  if (first === undefined) return [];
  const count = ragged.short + ragged.long;
  const rows = count === 1 ? 'One row' : `${count} rows`;
  const consequence =
    ragged.long === 0 ? 'Their missing cells count as empty.' : 'Cells that cannot be told apart count as empty.';
  return [
    {
      code: 'csv-ragged-row',
      message: `${rows} of ${table.name} ${count === 1 ? 'has' : 'have'} more or fewer cells than the first line, first line ${first}. ${consequence}`,
      file: table.name,
      place: line(first),
      remedy: 'Quote cells that hold the delimiter, and complete short lines.',
      severity: 'warning',
    },
  ];
}

function textAmongNumbers(table: Table, column: Column): Problem[] {
  if (column.kind !== 'number' || column.textCount === 0) return [];
  const example = column.texts?.[0];
  if (!example) return [];
  const at = table.lines[example.row] ?? 1;
  return [
    {
      code: 'csv-text-in-number',
      message: `${column.name} holds text in ${column.textCount} of ${table.rows} rows, for example "${example.text}" in line ${at}.`,
      file: table.name,
      place: line(at),
      remedy: `Rows without a number in ${column.name} are left out where it is used; correct them or treat it as a category.`,
      severity: 'warning',
    },
  ];
}

function unclearComma(table: Table, cell: string): Problem {
  const reading = table.dialect.decimal === ',' ? 'a decimal comma' : 'text, because it may part thousands';
  return {
    code: 'csv-unclear-comma',
    message: `Nothing in ${table.name} says whether the comma in ${cell} is a decimal comma; it is read as ${reading}.`,
    file: table.name,
    remedy: 'Set the decimal sign on the data page, or save the table with decimal points.',
    severity: 'warning',
  };
}

function line(number: number) {
  return { kind: 'line', line: number } as const;
}
