import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainNumber } from '../../../src/files/csv/numbers';
import { inMemory } from '../../../src/files/fileBytes';
import { readCsv } from '../../../src/files/csv/readCsv';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The number the byte parser reads, or undefined where it leaves the cell to the careful way. */
function parsed(text: string, decimal = 46): number | undefined {
  const values = new Float64Array(1);
  return readPlainNumber(utf8(`${text}\n`), 0, 44, decimal, values, 0) < 0 ? undefined : values[0];
}

const digits = fc.string({ unit: fc.integer({ min: 0, max: 9 }).map(String), maxLength: 20 });
const decimalText = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    digits,
    fc.option(digits, { nil: undefined }),
    fc.option(fc.integer({ min: -40, max: 40 })),
  )
  .filter(([, whole, fraction]) => whole.length + (fraction?.length ?? 0) > 0)
  .map(([sign, whole, fraction, exponent]) => {
    const point = fraction === undefined ? '' : `.${fraction}`;
    return `${sign}${whole}${point}${exponent === null ? '' : `e${exponent}`}`;
  });

describe('the number parser', () => {
  it('gives exactly Number(text) for any decimal text it accepts', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const value = parsed(text);
        if (value !== undefined) expect(value).toBe(Number(text));
      }),
      { numRuns: 20000 },
    );
  });

  it('gives back every double as JavaScript and Python write it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), (value) => {
        const value17 = value.toPrecision(17);
        for (const text of [String(value), value17]) {
          const got = parsed(text);
          if (got !== undefined) expect(got).toBe(Number(text));
        }
      }),
      { numRuns: 20000 },
    );
  });

  it('accepts nearly all numbers of 16 and 17 digits', () => {
    const accepted = Array.from({ length: 1000 }, (_, index) => parsed(String(Math.sin(index + 1) * 50)));
    expect(accepted.filter((value) => value === undefined)).toEqual([]);
  });

  it.each(['', '-', '.', '1.2.3', '0x10', '1e', '1e+', 'Infinity', '1 ', '1_0', '5%', '1,5'])(
    'leaves %j to the careful way',
    (text) => {
      const values = new Float64Array(1);
      expect(readPlainNumber(utf8(`${text}\n`), 0, 59, 46, values, 0)).toBe(-1);
    },
  );

  it('reads decimal commas', () => {
    const values = new Float64Array(1);
    expect(readPlainNumber(utf8('-12,75;'), 0, 59, 44, values, 0)).toBe(6);
    expect(values[0]).toBe(-12.75);
  });
});

const cellText = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\n', ',', ';', ' ', '\u00e4'), maxLength: 6 });
const table = fc.record({
  numbers: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 30 }),
  texts: fc.array(cellText, { minLength: 30, maxLength: 30 }),
  ending: fc.constantFrom('\n', '\r\n'),
});

function written(rows: { numbers: number[]; texts: string[]; ending: string }): string {
  const lines = rows.numbers.map((value, row) => `${value},"${rows.texts[row]!.replaceAll('"', '""')}",z`);
  return ['value,text,last', ...lines].join(rows.ending);
}

describe('any table', () => {
  const options = { name: 'a.csv', delimiter: ',', header: true, decimal: '.', textColumns: ['text'] } as const;

  it('written by the rules reads back the same', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const { table: read } = readCsv(utf8(written(rows)), options);
        const [value, text] = read!.columns;
        if (value?.kind !== 'number' || text?.kind !== 'text') throw new Error('other kinds');
        expect([...value.values]).toEqual(rows.numbers.map((number) => Number(String(number))));
        const got = [...text.codes].map((code) => text.levels[code] ?? '');
        expect(got).toEqual(rows.texts.slice(0, rows.numbers.length).map((cell) => cell.trim()));
      }),
      { numRuns: 500 },
    );
  });

  it('reads the same however it is cut into pieces', () => {
    fc.assert(
      fc.property(table, fc.nat({ max: 40 }), fc.integer({ min: 1, max: 60 }), (rows, cut, pieceBytes) => {
        const bytes = utf8(written(rows));
        const file = inMemory(bytes.subarray(0, cut), bytes.subarray(cut));
        expect(readCsv(file, options, pieceBytes)).toEqual(readCsv(bytes, options));
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const reading = readCsv(bytes, { name: 'a.csv' });
        expect(reading.table ?? reading.problems[0]).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });
});
