import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { numberText } from '../../../src/files/containers/rCompact';
import { readRFile, startsLikeR } from '../../../src/files/containers/rSerialization';
import {
  integerNA,
  isNA,
  rNull,
  type REnvironment,
  type RNumbers,
  type RValue,
} from '../../../src/files/containers/rValues';
import { entriesOf } from '../../../src/files/r/fields';
import { ProblemError } from '../../../src/problem';
import {
  call,
  closure,
  environmentOf,
  integers,
  language,
  list,
  numbers,
  pairlist,
  rData,
  rds,
  symbol,
  texts,
  type RForm,
} from './rWriter';

const forms: readonly RForm[] = ['xdr', 'ascii', 'hexadecimal', 'little', 'big'];

function read(bytes: Uint8Array): RValue {
  const value = readRFile('model.rds', bytes).objects[0]?.value;
  if (!value) throw new Error('nothing was read');
  return value;
}

function problemOf(bytes: Uint8Array): string {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.message;
    throw error;
  }
  return '';
}

/** An .rds in XDR form with the given integers and texts as its item. */
function handmade(...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  const head = rds(rNull).subarray(0, -4);
  const bytes = parts.flatMap((part) => {
    if (typeof part === 'string') return [...new TextEncoder().encode(part)];
    if (typeof part !== 'number') return [...part];
    const view = new DataView(new ArrayBuffer(4));
    view.setInt32(0, part);
    return [...new Uint8Array(view.buffer)];
  });
  return Uint8Array.from([...head, ...bytes]);
}

const anyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constant(null));
const anyVector = fc.oneof(
  fc.array(fc.double(), { maxLength: 5 }).map((values) => numbers(values)),
  fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 5 }).map((values) => integers(values)),
  fc.array(anyText, { maxLength: 4 }).map((values) => texts(values)),
  fc.uint8Array({ maxLength: 5 }).map((values): RValue => ({ kind: 'raw', values, attributes: new Map() })),
);
const { value: anyValue } = fc.letrec<{ value: RValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyVector,
    fc.constant(rNull),
    fc.constantFrom('a', 'x y', 'ä').map(symbol),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => list(items)),
    fc.dictionary(fc.constantFrom('a', 'b', 'names'), tie('value')).map((parts) => list(parts, ['thing'])),
    fc.dictionary(fc.constantFrom('p', 'q', 'r'), tie('value')).map(pairlist),
    fc.array(tie('value'), { maxLength: 3 }).map((args) => call('f', args)),
    tie('value').map((body) => closure(body)),
  ),
}));

describe('R serialization', () => {
  it.each(forms)('gives back every value written in the %s form', (form) => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(2, 3), (value, version) => {
        expect(read(rds(value, { form, version }))).toEqual(value);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('tells NA from NaN', () => {
    const na = new DataView(new ArrayBuffer(8));
    na.setUint32(0, 0x7ff00000);
    na.setUint32(4, 1954);
    const value = read(handmade(14, 2, new Uint8Array(na.buffer), 0x7ff80000, 0)) as RNumbers;
    expect([isNA(value, 0), isNA(value, 1)]).toEqual([true, false]);
    const ascii = new TextEncoder().encode('A\n2\n262658\n131840\n14\n3\nNA\nNaN\n-Inf\n');
    const written = read(ascii) as RNumbers;
    expect([0, 1, 2].map((index) => isNA(written, index))).toEqual([true, false, false]);
    expect(written.values[2]).toBe(-Infinity);
    expect(isNA(read(rds(integers([integerNA, 0]))) as RNumbers, 0)).toBe(true);
  });

  it('names the objects of an .RData file', () => {
    const file = readRFile('two.RData', rData({ a: numbers([1]), b: texts(['x']) }));
    expect(file.kind).toBe('RData');
    expect(file.version).toBe('4.2.2');
    expect(file.objects.map((object) => object.name)).toEqual(['a', 'b']);
    expect(readRFile('two.rda', rData({ a: numbers([1]) }, { form: 'ascii', version: 2 })).objects).toHaveLength(1);
  });

  it('follows references to environments that hold themselves', () => {
    const loop: { -readonly [key in keyof REnvironment]: REnvironment[key] } = environmentOf({});
    loop.frame = pairlist({ self: loop, x: numbers([4]) });
    const value = read(rds(list([loop, loop]))) as { items: readonly RValue[] };
    const [first, second] = value.items;
    expect(first).toBe(second);
    expect(first && entriesOf(first).map((entry) => entry.name)).toEqual(['self', 'x']);
    expect(first && entriesOf(first)[0]?.value).toBe(first);
  });

  it('finds the source inside compiled functions', () => {
    const value = read(rds(closure('log(1 + exp(x))', { compiled: true })));
    if (value.kind !== 'closure' || value.body.kind !== 'bytecode') throw new Error(value.kind);
    expect(value.body.constants[0]).toEqual(language('log(1 + exp(x))'));
  });

  it('decodes Latin-1 and native texts', () => {
    const latin = handmade(16, 1, 9 | (4 << 12), 2, Uint8Array.of(0xe4, 0x78));
    expect(read(latin)).toMatchObject({ values: ['äx'] });
    const unmarked = handmade(16, 1, 9, 1, Uint8Array.of(0xe4));
    unmarked.set(rds(rNull).subarray(0, 2));
    expect(read(unmarked)).toMatchObject({ values: ['\ufffd'] });
    const version2 = [
      ...rds(rNull, { version: 2 }).subarray(0, -4),
      ...handmade(16, 1, 9, 1, Uint8Array.of(0xe4)).subarray(-13 - 4),
    ];
    expect(read(Uint8Array.from(version2))).toMatchObject({ values: ['ä'] });
  });

  it('writes out compact sequences, wrapped vectors and deferred texts', () => {
    const info = (name: string): Uint8Array =>
      rds(pairlist({ a: symbol(name), b: symbol('base'), c: integers([13]) })).subarray(23);
    const item = (value: RValue): Uint8Array => rds(value).subarray(23);
    expect(read(handmade(238, info('compact_intseq'), item(numbers([3, 5, -1])), 254))).toMatchObject({
      kind: 'integer',
      values: Int32Array.of(5, 4, 3),
    });
    expect(read(handmade(238, info('compact_realseq'), item(numbers([2, 0, 1])), 254))).toMatchObject({
      kind: 'double',
      values: Float64Array.of(0, 1),
    });
    const wrapped = list([numbers([7]), integers([0, 0])]);
    expect(read(handmade(238, info('wrap_real'), item(wrapped), 254))).toEqual(numbers([7]));
    const deferred = pairlist({ a: numbers([1, 0.5, 1e5, 123456]), b: integers([0]) });
    expect(read(handmade(238, info('deferred_string'), item(deferred), 254))).toMatchObject({
      values: ['1', '0.5', '1e+05', '123456'],
    });
    expect(read(handmade(238, info('mmap_real'), item(list([])), 254))).toMatchObject({ kind: 'foreign' });
  });

  it('writes numbers as as.character does', () => {
    expect([0.1 + 0.2, 1 / 3, -1e-5, 1e15, 1e22, 100, Infinity].map((value) => numberText(value))).toEqual([
      '0.3',
      '0.333333333333333',
      '-1e-05',
      '1e+15',
      '1e+22',
      '100',
      'Inf',
    ]);
  });

  it('recognises R files by their first bytes', () => {
    for (const form of forms) expect(startsLikeR(rds(rNull, { form }))).toBe(true);
    expect(startsLikeR(rData({}))).toBe(true);
    for (const other of ['', 'X', 'X\nhello', 'A\nname,value', 'PK\u0003\u0004', 'RDX'])
      expect(startsLikeR(new TextEncoder().encode(other))).toBe(false);
  });
});

describe('R serialization, damaged', () => {
  const network = new Uint8Array(readFileSync('test/fixtures/r/rds-uncompressed/model.rds'));

  it('says where a file ends early', () => {
    expect(problemOf(handmade(14, 2 ** 31 - 1, 0, 0))).toBe(
      'model.rds ends early: at byte 31 2,147,483,647 values are announced, but only 8 bytes are left.',
    );
    expect(problemOf(handmade(14))).toBe(
      'model.rds ends early: at byte 27 more data must follow, but nothing is left.',
    );
    expect(problemOf(handmade(14, -1, 0x7fffffff, 0))).toMatch(/9,223,372,032,559,809,000 values are announced/);
    expect(problemOf(new TextEncoder().encode('A\n2\n262658\n131840\n14\n900\n1\n'))).toMatch(
      /900 values are announced/,
    );
  });

  it('names what breaks the format', () => {
    expect(problemOf(handmade(77))).toBe(
      'model.rds is not a whole R file: at byte 27 stands an object of unknown type 77.',
    );
    expect(problemOf(handmade(255 | (9 << 8)))).toBe(
      'model.rds is not a whole R file: at byte 27 it refers to an object that is not there.',
    );
    expect(problemOf(handmade(14, -5))).toBe('model.rds is not a whole R file: at byte 31 stands a negative length.');
    expect(problemOf(handmade(16, 1, 14, 0))).toBe('model.rds is not a whole R file: at byte 35 a text should stand.');
    expect(problemOf(handmade(16, 1, 9, -7))).toMatch(/ends early/);
    expect(problemOf(new TextEncoder().encode('A\n2\n262658\n131840\n14\n1\nabc\n'))).toBe(
      'model.rds is not a whole R file: at byte 26 a number should stand, not "abc".',
    );
    expect(problemOf(new TextEncoder().encode('RDX1\nX\n'))).toBe(
      "model.rds is written in version 1 of R's format; versions 2 and 3 can be read.",
    );
    expect(problemOf(new TextEncoder().encode('hello'))).toBe(
      'model.rds is not a whole R file: it does not begin as R writes its files.',
    );
  });

  it('takes no memory for sequences beyond the limit', () => {
    const info = rds(pairlist({ a: symbol('compact_intseq') })).subarray(23);
    const state = rds(numbers([1e12, 1, 1])).subarray(23);
    expect(problemOf(handmade(238, info, state, 254))).toMatch(/its sequences have more than 16,777,216 numbers/);
  });

  it('follows deep nesting without a stack of its own size, up to a limit', () => {
    const nested = (levels: number): Uint8Array =>
      handmade(...Array.from({ length: levels }, () => [19, 1]).flat(), 254);
    expect(problemOf(nested(15_000))).toBe('');
    expect(problemOf(nested(60_000))).toMatch(/nested more than 50000 levels deep/);
  });

  it('never breaks on files that are cut off', () => {
    for (let length = 24; length < network.length; length += 97)
      expect(problemOf(network.subarray(0, length))).not.toBe('');
  });

  it('never breaks on changed bytes', () => {
    const change = fc.tuple(fc.nat(network.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = network.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        expect(typeof problemOf(bytes)).toBe('string');
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
