import { describe, expect, it } from 'vitest';
import { sniffHeader, wholeLines } from '../../../src/files/csv/sniffHeader';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('the top of a table', () => {
  it('tells names, kinds and the exact number of rows of a short file (A5)', () => {
    const bytes = utf8('a;b;c\n1,5;x;\n2,5;y;\n');
    expect(sniffHeader(bytes, bytes.length)).toEqual({
      names: ['a', 'b', 'c'],
      kinds: ['number', 'text', 'empty'],
      dialect: { delimiter: ';', decimal: ',', encoding: 'UTF-8', header: true },
      numericColumns: 1,
      rows: { count: 2, exact: true },
    });
  });

  it('estimates the rows of a longer file (A5)', () => {
    const bytes = utf8(`a,b\n${'12,34\n'.repeat(50000)}`);
    const sniffed = sniffHeader(bytes.subarray(0, 65536), bytes.length);
    expect(sniffed?.rows.exact).toBe(false);
    expect(Math.abs((sniffed?.rows.count ?? 0) - 50000)).toBeLessThan(50);
  });

  it('ends at the last line break, whatever the encoding', () => {
    const text = '\ufeffa,b\n1,2\n3,45\n';
    const wide = new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
    const narrow = utf8(text);
    expect(wholeLines(wide.subarray(0, -4), wide.length)).toEqual(utf8('a,b\n1,2\n'));
    expect(wholeLines(narrow.subarray(0, -2), narrow.length)).toEqual(utf8('a,b\n1,2\n'));
    expect(wholeLines(narrow, narrow.length)).toEqual(utf8('a,b\n1,2\n3,45\n'));
  });

  it('estimates in UTF-16 too', () => {
    const text = `\ufeffa,b\n${'12,34\n'.repeat(50000)}`;
    const bytes = new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
    const sniffed = sniffHeader(bytes.subarray(0, 65536), bytes.length);
    expect(Math.abs((sniffed?.rows.count ?? 0) - 50000)).toBeLessThan(50);
  });

  it('is not misled by a letter cut in two', () => {
    const bytes = utf8(`name\n${'\u00e4\u00e4\u00e4,1\n'.repeat(20000)}`);
    expect(sniffHeader(bytes.subarray(0, 65533), bytes.length)?.dialect.encoding).toBe('UTF-8');
  });

  it('leaves out the unnamed index column', () => {
    const bytes = utf8(',a,b\n0,1,2\n');
    expect(sniffHeader(bytes, bytes.length)?.names).toEqual(['a', 'b']);
  });

  it('is nothing for what is no table', () => {
    expect(sniffHeader(utf8('a\u0000b'), 3)).toBeUndefined();
    expect(sniffHeader(utf8(''), 0)).toBeUndefined();
  });
});
