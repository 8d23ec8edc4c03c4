import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvPart, type PartReader, type PartReading, readPart } from '../../../src/files/csv/parts';
import { type CsvOptions, type CsvReading, readCsv, readCsvInParts } from '../../../src/files/csv/readCsv';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Reads parts as a thread does: the bytes that go in are gone here, what comes out is a copy. Counts them. */
class CopyingReader implements PartReader {
  readonly width = 3;
  parts = 0;

  read(part: CsvPart): Promise<PartReading> {
    this.parts++;
    return Promise.resolve(structuredClone(readPart(structuredClone(part, { transfer: [part.bytes.buffer] }))));
  }
}

async function expectSame(bytes: Uint8Array, size: number, more: Partial<CsvOptions> = {}): Promise<CsvReading> {
  const options = { name: 'a.csv', ...more };
  const whole = readCsv(bytes, options);
  expect(await readCsvInParts(bytes, options, new CopyingReader(), size)).toEqual(whole);
  return whole;
}

const plain = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    '',
    'NA',
    'inf',
    '-',
    '1,5',
    '1.234,5',
    '1 000',
    '  7 ',
    'north',
    's\u00fcdlich',
    '"',
    'a"b',
    '"open',
  ),
);
const quoted = fc
  .string({ unit: fc.constantFrom('a', '1', '"', '\n', '\r', ',', ';', ' ', '\u00e4'), maxLength: 8 })
  .map((text) => `"${text.replaceAll('"', '""')}"`);
const cell = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: quoted });
const file = fc
  .record({
    rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 25 }),
    delimiter: fc.constantFrom(',', ';', '\t'),
    ending: fc.constantFrom('\n', '\r\n', '\r', '\n\n'),
    last: fc.constantFrom('', '\n', '\r', '  '),
  })
  .map(({ rows, delimiter, ending, last }) =>
    ['first;second;third'.replaceAll(';', delimiter), ...rows.map((cells) => cells.join(delimiter))]
      .join(ending)
      .concat(last),
  );

function utf16(text: string): Uint8Array {
  const units = Uint16Array.from(`\ufeff${text}`, (_, index) => `\ufeff${text}`.charCodeAt(index));
  return new Uint8Array(units.buffer);
}

const encodings: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'UTF-8': utf8,
  'UTF-8 with BOM': (text) => utf8(`\ufeff${text}`),
  'UTF-16': utf16,
  'Windows-1252': (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
};

describe('a file read in parts', () => {
  it.each(Object.keys(encodings))(
    'of any content in %s is what one reading gives, wherever it is cut',
    async (name) => {
      const property = fc.asyncProperty(file, fc.integer({ min: 1, max: 60 }), async (text, size) => {
        await expectSame(encodings[name]!(text), size, { textColumns: ['third'] });
      });
      await fc.assert(property, { numRuns: 500 });
    },
  );

  it.each(['every:2', 'every:7', 'first:1', 'first:10', 'first:1000'] as const)(
    'of which %s is taken is what one reading gives, wherever it is cut',
    async (rows) => {
      const property = fc.asyncProperty(file, fc.integer({ min: 1, max: 60 }), async (text, size) => {
        await expectSame(utf8(text), size, { rows });
      });
      await fc.assert(property, { numRuns: 300 });
    },
  );

  const rows = Array.from(
    { length: 40 },
    (_, row) => `${row * 1.5},"say ""${row}""\nand, so\r\non ${row % 7}",${row % 5 === 0 ? '' : row}`,
  );

  it('may be cut at any line break, also inside quoted cells', async () => {
    const bytes = utf8(`a,b,c\n${rows.join('\r\n')}\r\n`);
    for (let size = 1; size < bytes.length / 4; size++) await expectSame(bytes, size);
  });

  it('is read in several parts, which were begun inside quoted cells again', async () => {
    const reader = new CopyingReader();
    const bytes = utf8(`a,b,c\n${rows.join('\n')}`);
    const { table } = await readCsvInParts(bytes, { name: 'a.csv' }, reader, 100);
    expect(table?.rows).toBe(40);
    expect(reader.parts).toBeGreaterThan(12);
  });

  it('keeps the levels of texts in the order of their first appearance', async () => {
    const text = `a,b\n${Array.from({ length: 60 }, (_, row) => `${row},level ${(row * 7) % 13}`).join('\n')}`;
    const { table } = await expectSame(utf8(text), 50);
    const levels = Array.from({ length: 13 }, (_, index) => `level ${(index * 7) % 13}`);
    expect(table?.columns[1]).toMatchObject({ kind: 'text', levels });
  });

  it('turns a column into texts when they outnumber the numbers in later parts', async () => {
    const { table } = await expectSame(utf8(`a,b\n${'007,1\n'.repeat(300)}${'x,1\n'.repeat(301)}`), 90);
    expect(table?.columns[0]).toMatchObject({ kind: 'text', levels: ['007', 'x'] });
  });

  it('tells which columns hold whole numbers only, whichever part holds another', async () => {
    const rows = Array.from({ length: 400 }, (_, row) => `${row === 3 ? 0.5 : row},${row === 390 ? 0.5 : row},${row}`);
    const { table } = await expectSame(utf8(['first,last,none', ...rows, ''].join('\n')), 200);
    expect(table?.columns.map((column) => column.kind === 'number' && column.whole)).toEqual([false, false, true]);
  });

  it('counts gaps, ragged rows and blank lines over all parts', async () => {
    const some = '1,2,3\n\n4,5\nx,NA,\n7,8,9,10\n'.repeat(30);
    const { facts } = await expectSame(utf8(`a,b,c\n${some}`), 40);
    expect(facts).toMatchObject({ blankLines: 30, ragged: { short: 30, long: 30 } });
    expect(facts?.ragged.lines).toHaveLength(20);
  });

  it('is refused with the line of a quote that is never closed', async () => {
    const { problems } = await expectSame(utf8(`a,b\n${'1,2\n'.repeat(50)}3,"open\n${'1,2\n'.repeat(50)}`), 40);
    expect(problems[0]).toMatchObject({ code: 'csv-open-quote', place: { line: 52 } });
  });

  it('is refused when it is far too ragged', async () => {
    const header = Array.from({ length: 2000 }, (_, index) => `c${index}`).join(',');
    const { problems } = await expectSame(utf8(`${header}\n${'1\n'.repeat(600)}`), 100);
    expect(problems[0]?.code).toBe('csv-too-ragged');
  });

  it('can be stopped between parts', async () => {
    const told: number[] = [];
    const bytes = utf8(`a,b\n${'1,2\n'.repeat(100)}`);
    const progress = (done: number) => told.push(done) < 2;
    const reading = await readCsvInParts(bytes, { name: 'a.csv', progress }, new CopyingReader(), 40);
    expect(reading).toEqual({ problems: [] });
    expect(told).toHaveLength(2);
  });
});
