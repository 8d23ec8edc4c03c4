import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { inMemory } from '../../../src/files/fileBytes';
import { readCsv, type CsvOptions, type CsvReading } from '../../../src/files/csv/readCsv';
import type { Column, NumberColumn, TextColumn } from '../../../src/table/table';

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options: Partial<CsvOptions> = {}) => readCsv(utf8(text), { name: 'a.csv', ...options });
const names = (reading: CsvReading) => reading.table?.columns.map((column) => column.name);
const codes = (reading: CsvReading) => reading.problems.map((problem) => problem.code);

function column(reading: CsvReading, name: string): Column {
  const found = reading.table?.columns.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no column ${name} in ${names(reading)?.join()}`);
  return found;
}

function numbers(reading: CsvReading, name: string): NumberColumn {
  const found = column(reading, name);
  if (found.kind !== 'number') throw new Error(`${name} holds texts`);
  return found;
}

function texts(reading: CsvReading, name: string): TextColumn {
  const found = column(reading, name);
  if (found.kind !== 'text') throw new Error(`${name} holds numbers`);
  return found;
}

const values = (reading: CsvReading, name: string) => [...numbers(reading, name).values];
const cells = (reading: CsvReading, name: string) => {
  const { codes: of, levels } = texts(reading, name);
  return [...of].map((code) => levels[code] ?? '');
};

function utf16(text: string, little: boolean, mark: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * (text.length + (mark ? 1 : 0)));
  const view = new DataView(bytes.buffer);
  const marked = mark ? `\ufeff${text}` : text;
  for (let index = 0; index < marked.length; index++) view.setUint16(2 * index, marked.charCodeAt(index), little);
  return bytes;
}

describe('a plain table', () => {
  it('gives typed columns and the line of each row', () => {
    const reading = read('a,b,city\n1,2.5,Bonn\n-3,4,Köln\n');
    expect(reading.problems).toEqual([]);
    expect(values(reading, 'a')).toEqual([1, -3]);
    expect(values(reading, 'b')).toEqual([2.5, 4]);
    expect(cells(reading, 'city')).toEqual(['Bonn', 'Köln']);
    expect([...(reading.table?.lines ?? [])]).toEqual([2, 3]);
    expect(numbers(reading, 'a').whole).toBe(true);
    expect(numbers(reading, 'b').whole).toBe(false);
    expect(reading.table?.dialect).toEqual({ delimiter: ',', decimal: '.', encoding: 'UTF-8', header: true });
  });

  it.each([
    [',', 'a,b\n1,2\n3,4\n'],
    [';', 'a;b\n1;2\n3;4\n'],
    ['\t', 'a\tb\n1\t2\n3\t4\n'],
    ['|', 'a|b\n1|2\n3|4\n'],
    [' ', 'a b\n1 2\n3 4\n'],
    [' ', '  a   b \n  1   2 \n 3  4\n'],
    [';', 'sep=;\na;b\n1;2\n3;4\n'],
  ])('finds the delimiter %j', (delimiter, text) => {
    const reading = read(text);
    expect(reading.table?.dialect.delimiter).toBe(delimiter);
    expect(values(reading, 'b')).toEqual([2, 4]);
  });

  it('reads the first line as data when it holds numbers', () => {
    const reading = read('1,2\n3,4\n');
    expect(names(reading)).toEqual(['x1', 'x2']);
    expect(values(reading, 'x1')).toEqual([1, 3]);
    expect([...(reading.table?.lines ?? [])]).toEqual([1, 2]);
  });

  it('knows the column names that pandas invents', () => {
    const reading = read('0,1,2\n5,6,7\n');
    expect(names(reading)).toEqual(['0', '1', '2']);
    expect(values(reading, '1')).toEqual([6]);
  });

  it('lets the user say how the file is written', () => {
    expect(names(read('a,b\nc,d\n', { header: false }))).toEqual(['x1', 'x2']);
    expect(names(read('a;b,c\n1;2,3\n', { delimiter: ',' }))).toEqual(['a;b', 'c']);
    expect(values(read('a;b\n1,5;2\n', { decimal: ',' }), 'a')).toEqual([1.5]);
  });
});

describe('lines', () => {
  it.each(['\n', '\r\n', '\r'])('may end in %j, the last one without', (end) => {
    const reading = read(['a,b', '1,2', '3,4'].join(end));
    expect(values(reading, 'b')).toEqual([2, 4]);
    expect([...(reading.table?.lines ?? [])]).toEqual([2, 3]);
  });

  it('are counted through quoted line breaks and blank lines', () => {
    const reading = read('note,b\n"two\nlines",1\n\n"a ""quoted"" word",2\r\n"x\r\ny",3\n');
    expect(cells(reading, 'note')).toEqual(['two\nlines', 'a "quoted" word', 'x\r\ny']);
    expect([...(reading.table?.lines ?? [])]).toEqual([2, 5, 6]);
    expect(reading.facts?.blankLines).toBe(1);
  });

  it('are refused when a quote stays open', () => {
    const reading = read('a,b\n1,2\n"3,4\n5,6\n');
    expect(reading.table).toBeUndefined();
    expect(reading.problems[0]?.message).toBe(
      'a.csv opens a quote that is never closed in the row that begins in line 3.',
    );
    expect(reading.problems[0]?.place).toEqual({ kind: 'line', line: 3 });
  });

  it('of unequal length are kept, counted and named', () => {
    const reading = read('a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,\n');
    expect(codes(reading)).toEqual(['csv-ragged-row']);
    expect(reading.problems[0]?.message).toContain(
      '2 rows of a.csv have more or fewer cells than the first line, first line 3.',
    );
    expect(values(reading, 'a')).toEqual([1, 4, NaN, 10]);
    expect(values(reading, 'c')).toEqual([3, NaN, NaN, 12]);
    expect(reading.facts?.ragged).toEqual({ short: 1, long: 1, lines: [3, 4] });
  });
});

describe('compressed files', () => {
  it('are unpacked, in one piece or several', () => {
    const bytes = gzipSync(utf8('a,b\n1,2\n'));
    for (const file of [bytes, inMemory(bytes.subarray(0, 12), bytes.subarray(12))])
      expect(values(readCsv(file, { name: 'a.csv.gz' }), 'b')).toEqual([2]);
  });

  it('are refused when they are cut off', () => {
    const bytes = gzipSync(utf8('a,b\n1,2\n'));
    expect(codes(readCsv(bytes.subarray(0, 14), { name: 'a.csv.gz' }))).toEqual(['compression-damaged']);
  });
});

describe('encodings', () => {
  const text = 'größe,x\nlang,1\n';
  it('reads UTF-8 with a byte order mark', () => {
    const reading = read(`\ufeff${text}`);
    expect(names(reading)).toEqual(['größe', 'x']);
    expect(reading.table?.dialect.encoding).toBe('UTF-8 with BOM');
  });

  it.each([
    ['UTF-16 LE', true, true],
    ['UTF-16 BE', false, true],
    ['UTF-16 LE', true, false],
    ['UTF-16 BE', false, false],
  ] as const)('reads %s', (encoding, little, mark) => {
    const reading = readCsv(utf16(text, little, mark), { name: 'a.csv' });
    expect(names(reading)).toEqual(['größe', 'x']);
    expect(reading.table?.dialect.encoding).toBe(encoding);
  });

  it('falls back to Windows-1252, wherever the first such letter stands', () => {
    const late = `a,b\n${'1,x\n'.repeat(40000)}2,gr\u00f6\u00dfe\n`;
    const bytes = Uint8Array.from(late, (letter) => letter.charCodeAt(0));
    const reading = readCsv(bytes, { name: 'a.csv' });
    expect(reading.table?.dialect.encoding).toBe('Windows-1252');
    expect(texts(reading, 'b').levels).toEqual(['x', 'größe']);
    expect(values(reading, 'a').at(-1)).toBe(2);
  });
});

describe('headers', () => {
  it('lose blanks around names', () => {
    expect(names(read('LOR , b\n1,2\n'))).toEqual(['LOR', 'b']);
  });

  it('give duplicates names of their own and say so', () => {
    const reading = read('a,b,a\n1,2,3\n');
    expect(names(reading)).toEqual(['a', 'b', 'a (2)']);
    expect(reading.problems[0]?.message).toBe(
      'a.csv has more than one column named a; the first keeps the name, the next is called a (2).',
    );
  });

  it.each([',a,b\n0,1,2\n1,3,4\n', '"a" "b"\n"r1" 1 2\n"r2" 3 4\n'])('leave out an unnamed index column', (text) => {
    const reading = read(text);
    expect(names(reading)).toEqual(['a', 'b']);
    expect(values(reading, 'b')).toEqual([2, 4]);
    expect(codes(reading)).toEqual(['csv-index-column']);
  });

  it('know the index that pandas wrote and read again', () => {
    const reading = read('Unnamed: 0,a,b\n0,1,2\n1,3,4\n');
    expect(names(reading)).toEqual(['a', 'b']);
    expect(codes(reading)).toEqual(['csv-index-column']);
  });

  it.each([
    ['comments above them', '# made by a logger\n#\n\na,b\n1,2\n3,4\n', [5, 6]],
    ['the last comment, as numpy writes it', '# units: m\n# a,b\n1,2\n3,4\n', [3, 4]],
    ['a first name with the sign of a comment', '#a,b\n1,2\n3,4\n', [2, 3]],
    ['a comment that has as many commas', '# made in May, 2024\na,b\n1,2\n3,4\n', [3, 4]],
    ['Windows line ends', '# x\r\na;b\r\n1;2\r\n3;4\r\n', [3, 4]],
  ])('are found under %s', (_, text, lines) => {
    const reading = read(text);
    expect(names(reading)).toEqual(['a', 'b']);
    expect(values(reading, 'b')).toEqual([2, 4]);
    expect([...(reading.table?.lines ?? [])]).toEqual(lines);
    expect(reading.problems).toEqual([]);
  });

  it('may end in a delimiter, as may the rows', () => {
    const reading = read('a,b,\n1,2,\n3,4,\n');
    expect(names(reading)).toEqual(['a', 'b']);
    expect(reading.problems).toEqual([]);
  });

  it('without rows are an empty table and a problem', () => {
    const reading = read('a,b\n');
    expect(reading.table?.rows).toBe(0);
    expect(reading.problems[0]?.message).toBe('a.csv has a header line and no rows.');
  });
});

describe('number columns', () => {
  it('have gaps for empty cells, words for no value, infinity and text', () => {
    const reading = read(
      'a,b\n1,1\n,2\nNA,3\nNaN,4\nNone,5\nnull,6\ninf,7\n-Infinity,8\nthree,9\n1e999,10\n2,11\n2,12\n',
    );
    expect(values(reading, 'a')).toEqual([1, ...Array<number>(9).fill(NaN), 2, 2]);
    expect([...(numbers(reading, 'a').missing ?? [])]).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect(numbers(reading, 'a').textCount).toBe(1);
    expect(numbers(reading, 'a').texts).toEqual([{ row: 8, text: 'three' }]);
    expect(reading.facts?.gaps[0]).toEqual({ empty: 1, noValue: 4, infinite: 3, text: 1 });
    expect(numbers(reading, 'b').missing).toBeUndefined();
    expect(reading.problems[0]?.message).toBe('a holds text in 1 of 12 rows, for example "three" in line 10.');
  });

  it('stay texts when asked', () => {
    const reading = read('plz,x\n01234,1\n5,2\n', { textColumns: ['PLZ'] });
    expect(cells(reading, 'plz')).toEqual(['01234', '5']);
  });

  it('become text columns, without loss, when texts outnumber the numbers further down', () => {
    const reading = read(`a,b\n${'007,1\n'.repeat(300)}${'x,1\n'.repeat(301)}`);
    expect(texts(reading, 'a').levels).toEqual(['007', 'x']);
  });

  it('are found late where a column begins with texts', () => {
    const reading = read(`a,b\n${'x,1\n'.repeat(210)}${'7,1\n'.repeat(300)}`);
    expect(numbers(reading, 'a').textCount).toBe(210);
    expect(values(reading, 'a').at(-1)).toBe(7);
  });

  it('keep dates, percentages and yes/no as texts', () => {
    const reading = read('d,p,y\n2024-01-02,5%,yes\n2024-01-03,6%,no\n');
    expect(reading.table?.columns.map(({ kind }) => kind)).toEqual(['text', 'text', 'text']);
  });

  it('may be quoted, signed, and written with exponents', () => {
    expect(values(read('a,b\n"1.5",+2\n" 3 ",1e-3\n\u22124,.5\n'), 'a')).toEqual([1.5, 3, -4]);
    expect(values(read('a,b\n"1.5",+2\n" 3 ",1e-3\n-4,.5\n'), 'b')).toEqual([2, 0.001, 0.5]);
  });
});

describe('decimal commas and thousands', () => {
  it('are found with semicolons', () => {
    const reading = read('a;b\n1,5;2\n-0,25;3\n');
    expect(values(reading, 'a')).toEqual([1.5, -0.25]);
    expect(reading.table?.dialect.decimal).toBe(',');
  });

  it('are found without a header', () => {
    expect(values(read('1,5;2,5\n3,5;4,5\n'), 'x2')).toEqual([2.5, 4.5]);
  });

  it('take groups of three where a cell cannot be read otherwise', () => {
    expect(values(read('a;b\n1.234,5;2\n1.000;3\n2,5;4\n'), 'a')).toEqual([1234.5, 1000, 2.5]);
    expect(values(read('a,b\n"1,234.5",2\n"1,000",3\n'), 'a')).toEqual([1234.5, 1000]);
    expect(values(read('a,b\n"1,234",2.5\n"1,000",3.5\n'), 'a')).toEqual([1234, 1000]);
    expect(values(read("a;b\n1'234.5;2\n12 345;3\n"), 'a')).toEqual([1234.5, 12345]);
  });

  it('are told where nothing decides', () => {
    const reading = read('a;b\n1,234;2\n5,678;3\n');
    expect(values(reading, 'a')).toEqual([1.234, 5.678]);
    expect(reading.problems[0]?.message).toBe(
      'Nothing in a.csv says whether the comma in 1,234 is a decimal comma; it is read as a decimal comma.',
    );
  });

  it('never turn a point into thousands without need', () => {
    expect(values(read('a;b\n1.234;2\n5.678;3\n'), 'a')).toEqual([1.234, 5.678]);
  });
});

describe('what is no table', () => {
  it.each([
    ['', 'a.csv is empty: it has no line with text.'],
    ['\n\n', 'a.csv is empty: it has no line with text.'],
    ['PK\u0003\u0004rest', 'a.csv is a workbook or another zip file, not a CSV file.'],
    ['abc\u0000def', 'a.csv is not a text file: it holds zero bytes.'],
    ['[{"a": 1}]', 'a.csv is JSON, not a CSV file.'],
    ['\n{\n  "a": 1}', 'a.csv is JSON, not a CSV file.'],
    ['<!DOCTYPE html>\n<p>404', 'a.csv is a page or document with tags, not a CSV file.'],
    ['PAR1\u0015\u0004', 'a.csv is a Parquet file, not a CSV file.'],
    [
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\n',
      'a.csv is a pointer that Git LFS keeps in place of the file, not a CSV file.',
    ],
  ])('%j is refused', (text, message) => {
    const reading = read(text);
    expect(reading.table).toBeUndefined();
    expect(reading.problems[0]?.message).toBe(message);
    expect(reading.problems[0]?.severity).toBe('error');
  });

  it.each([
    ['an older workbook', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0]],
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0x61]],
  ])('%s is refused by name', (_, bytes) => {
    const reading = readCsv(Uint8Array.from(bytes), { name: 'a.csv' });
    expect(codes(reading)).toEqual(['csv-other-format']);
    expect(reading.problems[0]?.remedy).toBeDefined();
  });

  it('is not what only begins like another format', () => {
    expect(names(read('[a],{b}\n1,2\n'))).toEqual(['[a]', '{b}']);
    expect(names(read('x^2,y\n1,2\n'))).toEqual(['x^2', 'y']);
    expect(names(read('<5,>5\n1,2\n'))).toEqual(['<5', '>5']);
  });

  it('is a long header over very many short lines', () => {
    const header = Array.from({ length: 20000 }, (_, index) => `c${index}`).join(',');
    const reading = read(`${header}\n${'1\n'.repeat(2000)}`);
    expect(reading.problems[0]?.code).toBe('csv-too-ragged');
  });

  it('is a first line with too many columns', () => {
    expect(codes(read(`${'a,'.repeat(100002)}b\n1\n`))).toEqual(['csv-too-many-columns']);
  });
});

it('can be stopped', () => {
  const reading = read('a\n1\n', { progress: () => false });
  expect(reading).toEqual({ problems: [] });
});
