/** What spreadsheet programs and measuring programs write into a CSV file. */
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/files/csv/readCsv';

function read(text: string) {
  const { table, problems } = readCsv(new TextEncoder().encode(text), { name: 'a.csv' });
  const columns = Object.fromEntries(
    (table?.columns ?? []).map((column) => [
      column.name,
      column.kind === 'number' ? [...column.values] : column.levels.join('|'),
    ]),
  );
  return { table, problems, columns, codes: problems.map(({ code }) => code) };
}

describe('numbers', () => {
  it('are whole where the decimal comma of others, in quotes, is the delimiter too', () => {
    const { columns, codes } = read('a,b,c\n"0,5",1,2\n"1,5",3,4\n');
    expect(columns).toEqual({ a: [0.5, 1.5], b: [1, 3], c: [2, 4] });
    expect(codes).toEqual([]);
  });

  it.each([' ', '\u00a0', '\u2009', '\u202f', "'", '’'])('in groups parted by "%s" show the decimal comma', (sign) => {
    const { columns } = read(`a;b\n1${sign}234,5;1\n12${sign}234${sign}567,25;2\n`);
    expect(columns.a).toEqual([1234.5, 12_234_567.25]);
  });

  it.each(['#NV', '#VALUE!', '#WERT!', '#REF!', '#NUM!', '#NAME?', '<NA>', 'NaT', '\\N', 'n.a.', '--'])(
    'may be missing as %s',
    (word) => {
      const { columns, codes } = read(`a,b\n1,2\n${word},3\n4,5\n`);
      expect(columns.a).toEqual([1, NaN, 4]);
      expect(codes).toEqual([]);
    },
  );
});

describe('a header', () => {
  it.each(['age,2019,2020', '1,name,3'])('may have names that are numbers: %s', (names) => {
    const { columns } = read(`${names}\n1.5,2,3\n4.5,5,6\n7.5,8,9\n`);
    expect(Object.keys(columns).toSorted()).toEqual(names.split(',').toSorted());
  });

  it('is none above texts', () => {
    expect(read('Ann,3,1\nBob,4,2\nCem,5,3\n').table?.dialect.header).toBe(false);
  });

  it('may stand below a title, which is said', () => {
    const { columns, problems, table } = read('Sales of 2024\n\na,b\n1,2\n3,4\n5,6\n');
    expect(columns).toEqual({ a: [1, 3, 5], b: [2, 4, 6] });
    expect([...table!.lines]).toEqual([4, 5, 6]);
    expect(problems).toMatchObject([{ code: 'csv-title-lines', severity: 'info', place: { line: 3 } }]);
    expect(problems[0]?.message).toBe(
      'The lines above line 3 of a.csv are no rows of the table; its names are taken from line 3.',
    );
  });

  it('may stand below titles with the delimiters that a spreadsheet adds', () => {
    const { columns } = read('Sales;;\nmade 2024;;\na;b;c\n1,5;2;3\n4,5;5;6\n');
    expect(columns).toEqual({ a: [1.5, 4.5], b: [2, 5], c: [3, 6] });
  });

  it.each(['a\n1\n2\n', ',a\n0,1\n1,2\n', 'a;\n1;2\n3;4\n', 'x\na,b\nc,d\n'])('is no title: %j', (text) => {
    expect(read(text).codes).not.toContain('csv-title-lines');
  });
});
