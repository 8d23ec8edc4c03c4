import { describe, expect, it } from 'vitest';
import { inMemory } from '../../../src/files/fileBytes';
import { readCsv, type CsvOptions } from '../../../src/files/csv/readCsv';

const lines = Array.from({ length: 1000 }, (_, row) => `${row},${row / 8},name ${row % 5}`);
const bytes = new TextEncoder().encode(`a,b,c\n${lines.join('\n')}\n`);
const read = (options: Partial<CsvOptions>) => readCsv(bytes, { name: 'a.csv', ...options });

describe('a table larger than there is room for', () => {
  it('is not read before it is said which rows', () => {
    const { table, problems, large } = read({ room: 20_000 });
    expect(table).toBeUndefined();
    expect(problems).toEqual([]);
    // Two numbers and a text of some 16 bytes a line: 45 bytes a row in memory.
    expect(large!.rows / 1000).toBeCloseTo(1, 0);
    expect(large!.bytes / 45_000).toBeCloseTo(1, 0);
    expect(large!.choices).toEqual(['every:4', 'first:200', 'all']);
  });

  it('is asked about by its file too, which takes longer to read than what is kept of it', () => {
    const wide = new TextEncoder().encode(`a,b\n${`1,${'x'.repeat(500)}\n`.repeat(100)}`);
    expect(readCsv(wide, { name: 'a.csv', room: 40_000 }).large?.choices[0]).toBe('every:2');
  });

  it('is found out by its head', () => {
    let most = 0;
    const head = new TextEncoder().encode('a,b\n1,2\n'.repeat(20_000));
    const file = {
      size: 2 ** 40,
      read: (start: number, end: number) => {
        most = Math.max(most, end);
        return inMemory(head).read(start, end);
      },
    };
    expect(readCsv(file, { name: 'a.csv', room: 2e9 }).large?.rows).toBeGreaterThan(2 ** 37);
    expect(most).toBeLessThanOrEqual(2 ** 16);
  });

  it('is read without a word where there is room, and where it was said', () => {
    expect(read({ room: 100_000 }).table).toMatchObject({ rows: 1000 });
    expect(read({ room: 20_000, rows: 'all' }).table).toMatchObject({ rows: 1000 });
    expect(read({ room: 20_000, rows: 'all' }).table?.part).toBeUndefined();
  });

  it('has every n-th row, with its line', () => {
    const { table } = read({ rows: 'every:300' });
    expect(table).toMatchObject({ rows: 4, part: { step: 300, of: 1000, exact: true } });
    expect([...table!.lines]).toEqual([2, 302, 602, 902]);
    expect(table!.columns[0]).toMatchObject({ values: Float64Array.of(0, 300, 600, 900) });
    expect(table!.columns[2]).toMatchObject({ kind: 'text', levels: ['name 0'] });
  });

  it('has the first rows, of about so many', () => {
    const { table } = read({ rows: 'first:10' });
    expect(table).toMatchObject({ rows: 10, part: { most: 10, exact: false } });
    expect(table!.part!.of).toBeGreaterThan(1000);
    expect([...table!.lines]).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each(['first:1000', 'first:5000', 'every:1'] as const)('is whole with %s, and says nothing', (rows) => {
    const { table } = read({ rows });
    expect(table?.rows).toBe(1000);
    expect(table?.part).toBeUndefined();
  });
});
