import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { isZip, openZip } from '../../../src/files/containers/zip';
import { ProblemError } from '../../../src/problem';

const text = (word: string): Uint8Array => new TextEncoder().encode(word);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'read';
}

/** Offset of the first central directory record. */
function directory(bytes: Uint8Array): number {
  return new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
}

describe('openZip', () => {
  const plain = zipSync({ 'a.txt': text('hello'), 'b/c.txt': text('x'.repeat(1000)) });

  it('gives every entry back as it went in, stored or deflated', () => {
    const content = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(content, fc.constantFrom(0, 6), (files, level) => {
        const bytes = zipSync(files, { level: level === 0 ? 0 : 6 });
        const entries = openZip(bytes, 'f.zip');
        expect([...entries.keys()].sort()).toEqual(Object.keys(files).sort());
        for (const [name, wanted] of Object.entries(files)) {
          expect([...entries.get(name)!.read(1000)]).toEqual([...wanted]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('recognises archives by their first bytes', () => {
    expect(isZip(plain)).toBe(true);
    expect(isZip(zipSync({}))).toBe(true);
    expect(isZip(text('PKZIP, the story'))).toBe(false);
    expect(isZip(new Uint8Array(2))).toBe(false);
  });

  it('refuses an archive that is cut off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: plain.length - 1 }), (length) => {
        expect(codeOf(() => openZip(plain.slice(0, length), 'f.zip'))).toBe('zip-cut-off');
      }),
    );
  });

  it('refuses two entries of one name', () => {
    const twice = zipSync({ aa: text('1'), ab: text('2') }, { level: 0 });
    const changed = new TextDecoder('latin1').decode(twice).replaceAll('ab', 'aa');
    const bytes = Uint8Array.from(changed, (letter) => letter.charCodeAt(0));
    expect(codeOf(() => openZip(bytes, 'f.zip'))).toBe('zip-duplicate-entry');
  });

  it('refuses more than the limit, and sizes that cannot be', () => {
    const bomb = zipSync({ big: new Uint8Array(100_000) });
    const entry = openZip(bomb, 'f.zip').get('big')!;
    expect(codeOf(() => entry.read(99_999))).toBe('zip-entry-too-large');
    expect(entry.read(100_000).length).toBe(100_000);
    const lying = bomb.slice();
    new DataView(lying.buffer).setUint32(directory(lying) + 24, 0xfffffff0, true);
    expect(
      codeOf(() =>
        openZip(lying, 'f.zip')
          .get('big')!
          .read(2 ** 33),
      ),
    ).toBe('zip-entry-too-large');
  });

  it('refuses entries that are small enough one by one, but not all together', () => {
    const zeros = new Uint8Array(2 ** 23);
    const archive = (count: number): Uint8Array =>
      zipSync(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.npy`, [zeros, { level: 1 }]])));
    const read = (bytes: Uint8Array) =>
      codeOf(() =>
        openZip(bytes, 'f.npz')
          .get('0.npy')!
          .read(2 ** 24),
      );
    expect(read(archive(7))).toBe('read');
    expect(read(archive(9))).toBe('zip-too-large');
  });

  it.each([
    ['checksum', 16],
    ['length', 24],
  ])('refuses a wrong %s', (_, offset) => {
    const bytes = plain.slice();
    bytes[directory(bytes) + offset]! ^= 1;
    expect(codeOf(() => openZip(bytes, 'f.zip').get('a.txt')!.read(1000))).toBe('zip-entry-damaged');
  });

  it('refuses encrypted entries and unknown compression by name', () => {
    const encrypted = plain.slice();
    encrypted[directory(encrypted) + 8]! |= 1;
    expect(codeOf(() => openZip(encrypted, 'f.zip').get('a.txt')!.read(1000))).toBe('zip-encrypted');
    const unknown = plain.slice();
    unknown[directory(unknown) + 10] = 93;
    expect(codeOf(() => openZip(unknown, 'f.zip').get('a.txt')!.read(1000))).toBe('zip-method-unknown');
  });

  it('never throws anything but problems, whatever bytes are changed', () => {
    fc.assert(
      fc.property(fc.nat(plain.length - 1), fc.nat(255), (at, value) => {
        const bytes = plain.slice();
        bytes[at] = value;
        codeOf(() => {
          for (const entry of openZip(bytes, 'f.zip').values()) entry.read(10_000);
        });
      }),
      { numRuns: 300 },
    );
  });
});
