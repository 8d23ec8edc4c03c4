import fc from 'fast-check';
import { gzipSync, zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { compressionOf, decompress, decompressedHead } from '../../../src/files/containers/compression';
import { ProblemError } from '../../../src/problem';

/** What Python's gzip, zlib, bz2 and lzma modules and the lz4 command made of `text`. */
const packed: readonly (readonly [string, string])[] = [
  [
    'gzip',
    'H4sIAAAAAAACAyvJSFUozskvSC1WyE9TKAHyivLLi3XgLJgoRI01EntU/aj6UfUDrZ6BkYmZhZWNnYOTi5uHl49fQFBIWERUTFxCUkpaRlZOXkFRSVlFVU1dQ1NLW0dXT9/A0MjYxNTM3MLSytrG1s7ewdHJ2cXVzd3D08vbx9fPPyAwKDgkNCw8IjIqOiY2Lj4hMSk5JTUtPSMzKzsnNy+/oLCouKS0rLyisqq6prauvqGxqbmlta29o7Oru6e3r3/CxEmTp0ydNn3GzFmz58ydN3/BwkWLlyxdtnzFylWr16xdt37Dxk2bt2zdtn3Hzl279+zdt//AwUOHjxw9dvzEyVOnz5w9d/7CxUuXr1y9dv3GzVu379y9d//Bw0ePnzx99vzFy1ev37x99/7Dx0+fv3z99v3Hz1+///z9959hFBANAFvvmqjsBQAA',
  ],
  [
    'two gzip members',
    'H4sIAAAAAAACAyvJSFUozskvSC1WyE9TKAHyivLLi3XgLJgoRI01EntU/aj6gVUPAC8NvWK8AgAAH4sIAAAAAAACAyvKLy9WyE9TKMlIVSjOyS9ILbZGYsNkioCqdOCs4aaegZGJmYWVjZ2Dk4ubh5ePX0BQSFhEVExcQlJKWkZWTl5BUUlZRVVNXUNTS1tHV0/fwNDI2MTUzNzC0sraxtbO3sHRydnF1c3dw9PL28fXzz8gMCg4JDQsPCIyKjomNi4+ITEpOSU1LT0jMys7Jzcvv6CwqLiktKy8orKquqa2rr6hsam5pbWtvaOzq7unt69/wsRJk6dMnTZ9xsxZs+fMnTd/wcJFi5csXbZ8xcpVq9esXbd+w8ZNm7ds3bZ9x85du/fs3bf/wMFDh48cPXb8xMlTp8+cPXf+wsVLl69cvXb9xs1bt+/cvXf/wcNHj588ffb8xctXr9+8fff+w8dPn798/fb9x89fv//8/fefYRQQDQCyqBXFMAMAAA==',
  ],
  [
    'zlib',
    'eJwryUhVKM7JL0gtVshPUygB8oryy4t14CyYKESNNRJ7VP2o+lH1A62egZGJmYWVjZ2Dk4ubh5ePX0BQSFhEVExcQlJKWkZWTl5BUUlZRVVNXUNTS1tHV0/fwNDI2MTUzNzC0sraxtbO3sHRydnF1c3dw9PL28fXzz8gMCg4JDQsPCIyKjomNi4+ITEpOSU1LT0jMys7Jzcvv6CwqLiktKy8orKquqa2rr6hsam5pbWtvaOzq7unt69/wsRJk6dMnTZ9xsxZs+fMnTd/wcJFi5csXbZ8xcpVq9esXbd+w8ZNm7ds3bZ9x85du/fs3bf/wMFDh48cPXb8xMlTp8+cPXf+wsVLl69cvXb9xs1bt+/cvXf/wcNHj588ffb8xctXr9+8fff+w8dPn798/fb9x89fv//8/fefYRQQDQDipNVc',
  ],
  [
    'bzip2',
    'QlpoOTFBWSZTWSCiGUYAAgB/////////////////////////////////////////////sAE5o2kAAAAAAAAAAAAAAAAAAAAAAJgEwAAAAAAAAAAAAAAmAAJgAdTTEwEwAAAAAAAJgAAAAAAAAACYAAAAAAAAAAAAAAAAAAAAAEpSkeiYmNBAaDQNDRkaGmRkDRoaaBo00A0MQyBieptTEAaMjIaBpiAANNMQAaaBoNNAaNAyaaNAaBpkANAfr/LgWFRKmqXV6qL7Aw1ViY2RWyszO0Var1is1qttNcrter7VYLlYoUBCAAEG8EIEEFSICgIWSzWdstFpbW61Ntrb1YIWxXbbc4W9xcrhcTk6Ozz/BoAB+gB6OHx+gIKEhoiKjI6QkpSWmJqcnqCipKaoqqyusLK0tri6vL7AwsTHkYDJgCGSWAILAEHh4WgCGWXoKDhHABDLrMEAguAIZhaAgxoCDIqAQWqwQhwEFAQqQCC6oiCJflAQYWWGYAEIdfiM1m85nc9n9BoYnRaOKi9JpYyN02n1EdqdVq9ZrZSVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T29/jR+fn6+/z9F3JFOFCQIKIZRg==',
  ],
  [
    'two bzip2 streams',
    'QlpoMTFBWSZTWYYjaiYAAUCZgEAEAAgDRNyAIABwQDQAJqqnhQ9NR4jUjMbGNxiM6R7I4jiOkaRxHiOo2jKOj8j1GKiyj+LuSKcKEhDEbUTAQlpoOTFBWSZTWU0KoTsAAJx/////////////////////////////////////////////sAEYLSAAAAAAAAAAAAAAAAAAAAAAEwCYAAAAAAAAAAAAAATAAEwASYACYAAmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABGqUNMgmxEDTRhGmgMmTEyGQaNNNPU0MRkZMTIwmBD1HqMjI0aaaMjExAZMENAyZDE0yaBhGRpkMRoYEZDI0NMTIw/2EjEWRMCQaSTZxKS0xNxCcdPH09QxOKxeMxqjjlLH5BTVFVWY8lugCeAQJcBbUEaBGEMnlctl8xmVlazSytrh4Fmzy6vL+cYGHO57PsTHoNCdIaJT0bJpNKy6Zm07PqEGpaNVq9Y0tTXrdc2Nuv2Dc37FwcXLZObps9o6uzu8PQIE8oQCQgEgQIgQJ9Nv2226+AW4QtQBIwBblEAScRA6aBIDASI+CfwCMII4BGzAQJMP7xLAJ/OQG930DBb/gQfB4UJw4XiQ3F40PEcfkRMVF8mMjZSVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/jR+fn6+/z9F3JFOFCQTQqhOw==',
  ],
  [
    'xz',
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AXrARJdADoaCM522bhp+5WHRDbm4uk5RbYrlUXu72a+9oQRJX4vjXDT4aoxByKsFRt6R6+igXWOLAPexe82O6R15tqejbDu4RbYnjVEE3UBUFcVWdznC7pF/yDCCOnOHUT2z+GeG0G3Wc8uKkrL25F4wxhhUcBJ0KEJjXdogHpF9omef0WOOe4JuatUIc0m+6r04uXIHTQ4NkXsLdvW8SiFg6X8Cgt+Q1XwcypRp+OzmpKhsWUTXS1BB0Es303EoUWuaaEWKBtafWRuO6skxy5UKNO4OtexmkWLViCHrFoWK1MslO6w12m3Uki3wqOS78VclzzvwGRRlonWIopU7bJe74JDEpHyDD0WjQTws0Da0jtAK08jNwAAAADjIgQX3Cle9AABrgLsCwAAQuZ/CrHEZ/sCAAAAAARZWg==',
  ],
  [
    'xz with CRC-32',
    '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AXrARJdADoaCM522bhp+5WHRDbm4uk5RbYrlUXu72a+9oQRJX4vjXDT4aoxByKsFRt6R6+igXWOLAPexe82O6R15tqejbDu4RbYnjVEE3UBUFcVWdznC7pF/yDCCOnOHUT2z+GeG0G3Wc8uKkrL25F4wxhhUcBJ0KEJjXdogHpF9omef0WOOe4JuatUIc0m+6r04uXIHTQ4NkXsLdvW8SiFg6X8Cgt+Q1XwcypRp+OzmpKhsWUTXS1BB0Es303EoUWuaaEWKBtafWRuO6skxy5UKNO4OtexmkWLViCHrFoWK1MslO6w12m3Uki3wqOS78VclzzvwGRRlonWIopU7bJe74JDEpHyDD0WjQTws0Da0jtAK08jNwAAAABb75qoAAGqAuwLAABUpO6RPjANiwIAAAAAAVla',
  ],
  [
    'xz with SHA-256',
    '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AXrARJdADoaCM522bhp+5WHRDbm4uk5RbYrlUXu72a+9oQRJX4vjXDT4aoxByKsFRt6R6+igXWOLAPexe82O6R15tqejbDu4RbYnjVEE3UBUFcVWdznC7pF/yDCCOnOHUT2z+GeG0G3Wc8uKkrL25F4wxhhUcBJ0KEJjXdogHpF9omef0WOOe4JuatUIc0m+6r04uXIHTQ4NkXsLdvW8SiFg6X8Cgt+Q1XwcypRp+OzmpKhsWUTXS1BB0Es303EoUWuaaEWKBtafWRuO6skxy5UKNO4OtexmkWLViCHrFoWK1MslO6w12m3Uki3wqOS78VclzzvwGRRlonWIopU7bJe74JDEpHyDD0WjQTws0Da0jtAK08jNwAAAAAxJ7wmsnO3Dlj4ie83I4VPwsZCQ2hnf+hIwfWKInz2LgABxgLsCwAAdWvY7rbp3xwCAAAAAApZWg==',
  ],
  [
    'two xz streams',
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AK7AChdADoaCM522bhp+5WHRDbm4uk5RbYrlUXu72a+9oQRJX4vjXDTj59uAAAACoVC8ch95KIAAUS8BQAAAICJdbWxxGf7AgAAAAAEWVoAAAAAAAAAAP03elhaAAAE5ta0RgIAIQEWAAAAdC/lo+ADLwEMXQA5G8tV/2LWM7KywA0mvOAAgF2S/wC4sqyE/nKmeeSycerw6ZjoOfnFhEi0zWrIHsItHKkwfxXo/tZxAQdURmQNg22KncWO8LB3tClk6JsefY39kXaXLUw8TzH+kL90VbHKEcZhWd1QG1OdTlOHOGkG8AT2V2W/46RgA4PN4CWtYLb/bSp4IXCBoPJDcNdhCSMabyKMz8j0P5P2ToY6bU0o8SVd6xzAd0JrqaIk0hbtq0E+qnCfhfwfwHWMl5kmnY0NIMnfu/AFotWzpJUC0S22Av8T6pd7uad42qUNt6d4sZ0ApGKjKnU0C8nS6tJ9vKjH/Ytaifik8nJLQw8ZunbyO5l5y0qXsE+bgoAAAPn7vty9nv59AAGoArAGAAAWJiVVscRn+wIAAAAABFla',
  ],
  [
    'xz behind a delta filter',
    '/Td6WFoAAATm1rRGAgEDAQMhARaXj3H84AXrAEg/ADoaCQcpf1IsOzoNOhds8RlotgEB4B5kKf6qzAb42ya4kK/ZmRRMcdABkhIS7DzAkVgtLmgtQlITuv0TXLS0MVK1TEzO8DT6AADjIgQX3Cle9AABZOwLAAAATjQVarHEZ/sCAAAAAARZWg==',
  ],
  [
    'lzma',
    'XQAAgAD//////////wA6GgjOdtm4afuVh0Q25uLpOUW2K5VF7u9mvvaEESV+L41w0+GqMQcirBUbekevooF1jiwD3sXvNjukdebano2w7uEW2J41RBN1AVBXFVnc5wu6Rf8gwgjpzh1E9s/hnhtBt1nPLipKy9uReMMYYVHASdChCY13aIB6RfaJnn9FjjnuCbmrVCHNJvuq9OLlyB00ODZF7C3b1vEohYOl/AoLfkNV8HMqUafjs5qSobFlE10tQQdBLN9NxKFFrmmhFigbWn1kbjurJMcuVCjTuDrXsZpFi1Ygh6xaFitTLJTusNdpt1JIt8Kjku/FXJc878BkUZaJ1iKKVO2yXu+CQxKR8gw9Fo0E8LNA2tI7QCtPzddn//+zHgAA',
  ],
  [
    'lz4',
    'BCJNGGRApz8BAADgdGhlIHNsb3BlcyBvZiAOAFVyb3dzLAoABBYAAiQAETsYAAIMAAQaAA8wAP///27/9AABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2BhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp+goaKjpKWmp6ipqqusra6vsLGys7S1tre4ubq7vL2+v8DBwsPExcbHyMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8AAAADAP8SUAAAAAAAAAAAAGuO64Q=',
  ],
  [
    'lz4 with linked blocks and sums',
    'BCJNGHxA7AUAAAAAAABEPwEAAOB0aGUgc2xvcGVzIG9mIA4AVXJvd3MsCgAEFgACJAAROxgAAgwABBoADzAA////bv/0AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/wAAAAMA/xJQAAAAAAB8ZcqaAAAAAGuO64Q=',
  ],
];
const text = Uint8Array.from([
  ...new TextEncoder().encode('the slopes of the rows, the rows of the slopes; '.repeat(20)),
  ...Array.from({ length: 256 }, (_, byte) => byte),
  ...new Array<number>(300).fill(0),
]);
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** 4 MB in one block: a zero, repeated as often as the bytes of 255 say, and five zeros as literals. */
const lz4Zeros = Uint8Array.from([
  ...[0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73],
  ...[0x4b, 0x40, 0, 0],
  ...[0x1f, 0, 1, 0, ...new Array<number>(16_448).fill(255), 39, 0x50, 0, 0, 0, 0, 0],
  ...[0, 0, 0, 0],
]);

/** What decompressing gives, or the code of its problem. */
function outcome(bytes: Uint8Array, limit = 2 ** 20, free?: number): Uint8Array | string {
  try {
    return Uint8Array.from(decompress(bytes, limit, 'm.joblib', free).bytes);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
}

describe.each(packed)('%s', (_, base64) => {
  const bytes = bytesOf(base64);

  it('is unpacked', () => {
    expect(outcome(bytes)).toEqual(text);
  });

  it('is refused when it is larger than the limit', () => {
    expect(outcome(bytes, text.length)).toEqual(text);
    expect(outcome(bytes, text.length - 1)).toBe('compression-too-large');
  });

  it('shows its beginning without being unpacked as a whole', () => {
    const head = decompressedHead(bytes, text.length);
    expect(Array.from(head.subarray(0, 40))).toEqual(Array.from(text.subarray(0, 40)));
  });

  it('is refused when it is cut off', () => {
    for (let length = 20; length < bytes.length - 8; length += 3) {
      const result = outcome(bytes.subarray(0, length));
      // A stream of several may end behind one of them.
      if (typeof result !== 'string') expect(result.length).toBeLessThan(text.length);
    }
  });

  it('never gives other bytes for damaged ones, unless nothing guards them', () => {
    const guarded = !['lzma', 'xz with SHA-256', 'lz4'].includes(_);
    fc.assert(
      fc.property(fc.integer({ min: 14, max: bytes.length - 1 }), fc.nat(7), (at, bit) => {
        const damaged = bytes.slice();
        damaged[at]! ^= 1 << bit;
        const result = outcome(damaged);
        if (guarded && typeof result !== 'string')
          expect(Array.from(text.subarray(0, result.length))).toEqual(Array.from(result));
      }),
    );
  });
});

describe('decompress', () => {
  it('leaves what is not compressed', () => {
    const bytes = new TextEncoder().encode('{"mean": [1]}');
    expect(decompress(bytes, 10, 'a.json')).toEqual({ kind: 'none', bytes });
  });

  it('gives back what fflate packed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(outcome(gzipSync(bytes))).toEqual(bytes);
        expect(outcome(zlibSync(bytes))).toEqual(bytes);
      }),
    );
  });

  it('stops a bomb at the limit', () => {
    const bomb = gzipSync(new Uint8Array(2 ** 26));
    expect(bomb.length).toBeLessThan(2 ** 17);
    expect(outcome(bomb, 2 ** 20)).toBe('compression-too-large');
  });

  it.each([
    ['gzip', gzipSync(new Uint8Array(2 ** 22))],
    ['lz4', lz4Zeros],
  ])('refuses a %s bomb below the limit that honest content cannot be compressed to', (_, bomb) => {
    expect(outcome(bomb, 2 ** 23, 2 ** 22)).toEqual(new Uint8Array(2 ** 22));
    expect(outcome(bomb, 2 ** 23, 2 ** 21)).toBe('compression-too-large');
  });

  it('takes more than that from a file whose size accounts for it', () => {
    const noise = Uint8Array.from({ length: 2 ** 14 }, (_, i) => 256 * Math.abs(Math.sin(i * i)));
    const repeated = Uint8Array.from({ length: 2 ** 20 }, (_, i) => noise[i % noise.length]!);
    const packed = gzipSync(repeated);
    expect(repeated.length / packed.length).toBeGreaterThan(32);
    expect(outcome(gzipSync(noise), 2 ** 20, 0)).toEqual(noise);
    expect(outcome(packed, 2 ** 20, 0)).toEqual(repeated);
  });

  it.each(['lz4 with linked blocks and sums', 'lzma'])('refuses a size that %s declares before it unpacks', (name) => {
    const bytes = bytesOf(packed.find(([known]) => known === name)![1]);
    // That of lzma is unknown.
    if (name === 'lzma') bytes.set([0, 0, 0, 1, 0, 0, 0, 0], 5);
    expect(outcome(bytes.subarray(0, 20), 100)).toBe('compression-too-large');
  });

  it('survives any bytes behind each beginning', () => {
    const beginnings = packed.map(([, base64]) => bytesOf(base64).subarray(0, 14));
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 80 }), (beginning, rest) => {
        outcome(Uint8Array.from([...beginning, ...rest]));
      }),
      { numRuns: 1000 },
    );
  });

  it('knows kinds by their first bytes', () => {
    expect(packed.map(([name, base64]) => [name, compressionOf(bytesOf(base64))])).toEqual(
      packed.map(([name]) => [name, name.replace(/^two /, '').split(' ')[0]]),
    );
  });
});
