import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { arrayNumbers } from '../../../src/files/containers/arrayNumbers';
import { readPickledFile } from '../../../src/files/containers/joblib';
import { pickleCursor, readPickle, readPickleAt } from '../../../src/files/containers/pickle';
import { attribute, isKind, type PickleValue } from '../../../src/files/containers/pickleValues';
import { ProblemError } from '../../../src/problem';
import {
  arrayOf,
  dictOf,
  globalOf,
  instanceOf,
  listOf,
  pickle,
  pickleOf,
  valueOf,
  type PicklePart,
  type Plain,
} from './pickleWriter';

const read = (...parts: readonly PicklePart[]): PickleValue => readPickle(pickle(...parts), { file: 'm.pkl' });

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code}: ${error.problem.message}`;
    throw error;
  }
  return 'none';
}

/** A value of a pickle in the terms it was written from. */
function plain(value: PickleValue): unknown {
  if (isKind(value, 'list') || isKind(value, 'tuple') || isKind(value, 'set')) return value.items.map(plain);
  if (isKind(value, 'dict')) return new Map([...value.entries].map(([key, entry]) => [key, plain(entry)]));
  return isKind(value, 'bytes') ? Uint8Array.from(value.bytes) : value;
}

describe('values', () => {
  const values = fc.letrec<{ value: Plain }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.double(),
      fc.integer(),
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 9 }),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 5 }).map((entries) => new Map(Object.entries(entries))),
    ),
  })).value;

  it('come back as they were written', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(plain(readPickle(pickleOf(value), { file: 'm.pkl' }))).toEqual(value);
      }),
    );
  });

  it('of protocol 0 are read from lines', () => {
    const lines = "(lp0\nI-12\naI01\naL123456789012345678901L\naF1.5e3\naS'a\\x41\\n'\naV\\u00e9\\u4e2d\naNa.";
    expect(plain(read(lines))).toEqual([-12, true, 123456789012345678901n, 1500, 'aA\n', 'é中', null]);
  });

  it('whole numbers of any length keep their sign and digits', () => {
    expect(read(0x80, 2, 0x8a, 0, '.')).toBe(0);
    expect(read(0x80, 2, 0x8a, 2, 0xff, 0xff, '.')).toBe(-1);
    expect(read(0x80, 2, 0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, '.')).toBe(2n ** 64n);
  });

  it('may refer to each other in a circle', () => {
    const value = read(0x80, 2, ']', 'q', 0, 'h', 0, 'a', '.');
    expect(isKind(value, 'list') && value.items[0] === value).toBe(true);
  });

  it('lie in each other thousands deep without harm', () => {
    const depth = 100_000;
    expect(isKind(read(0x80, 2, ']'.repeat(depth), 'a'.repeat(depth - 1), '.'), 'list')).toBe(true);
  });

  it('several pickles in one stream are read one after the other', () => {
    const cursor = pickleCursor(pickle(pickleOf(1), pickleOf('two')), 'm.pkl');
    expect([readPickleAt(cursor, { file: 'm.pkl' }), readPickleAt(cursor, { file: 'm.pkl' }), cursor.left]).toEqual([
      1,
      'two',
      0,
    ]);
  });
});

describe('instances', () => {
  it('are inert records of a name, arguments and state', () => {
    const value = read(0x80, 4, instanceOf('shop.models', 'Net', dictOf({ depth: valueOf(3) })), '.');
    expect(isKind(value, 'object') && [value.module, value.name, value.how]).toEqual([
      'shop.models',
      'Net',
      'instance',
    ]);
    expect(isKind(value, 'object') && attribute(value, 'depth')).toBe(3);
  });

  it('with slots keep both halves of their state', () => {
    const state = pickle(dictOf({ a: valueOf(1) }), dictOf({ b: valueOf(2) }), 0x86);
    const value = read(0x80, 4, instanceOf('m', 'C', state), '.');
    expect(isKind(value, 'object') && [attribute(value, 'a'), attribute(value, 'b'), attribute(value, 'c')]).toEqual([
      1,
      2,
      undefined,
    ]);
  });

  it('unknown functions are not called but noted as calls', () => {
    const value = read(0x80, 4, globalOf('shop', 'build'), valueOf('x'), 0x85, 'R', '.');
    expect(isKind(value, 'object') && [value.how, value.args]).toEqual(['call', ['x']]);
  });

  it('are built by constructors another format adds, and persistent ids by its loader', () => {
    const options = {
      file: 'm.pkl',
      constructors: new Map([['torch._utils._rebuild_tensor_v2', (args: readonly PickleValue[]) => args.length]]),
      persistentLoad: (id: PickleValue) => ({ kind: 'foreign', content: { id } }) as const,
    };
    const bytes = pickle(
      0x80,
      2,
      globalOf('torch._utils', '_rebuild_tensor_v2'),
      'K',
      1,
      'K',
      2,
      0x86,
      'R',
      valueOf('key'),
      'Q',
      0x86,
      '.',
    );
    expect(plain(readPickle(bytes, options))).toEqual([2, { kind: 'foreign', content: { id: 'key' } }]);
  });
});

describe('data that Python makes by calls', () => {
  it.each([
    ['collections', 'OrderedDict', listOf(pickle(valueOf('a'), 'K', 1, 0x86)), new Map([['a', 1]])],
    ['builtins', 'set', listOf(pickle('K', 1), pickle('K', 2)), [1, 2]],
    ['__builtin__', 'bytearray', valueOf(Uint8Array.of(1, 2)), Uint8Array.of(1, 2)],
    ['_codecs', 'encode', pickle(valueOf('\u00ff\u0001')), new TextEncoder().encode('\u00ff\u0001')],
  ])('%s.%s', (module, name, argument, expected) => {
    expect(plain(read(0x80, 2, globalOf(module, name), argument, 0x85, 'R', '.'))).toEqual(expected);
  });

  it('arrays of protocol 5', () => {
    const value = read(0x80, 5, arrayOf([1, 2, 3, 4, 5, 6], [2, 3]), '.');
    expect(isKind(value, 'array') && [value.shape, [...(arrayNumbers(value) ?? [])]]).toEqual([
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  it('bytes in a text of protocol 2', () => {
    const value = read(
      0x80,
      2,
      globalOf('_codecs', 'encode'),
      valueOf('\u0000\u00ff'),
      valueOf('latin1'),
      0x86,
      'R',
      '.',
    );
    expect(plain(value)).toEqual(Uint8Array.of(0, 255));
  });
});

describe('what could do harm is refused by name', () => {
  it.each([
    ['posix', 'system', 'os.system'],
    ['nt', 'system', 'os.system'],
    ['os', 'popen', 'os.popen'],
    ['subprocess', 'Popen', 'subprocess.Popen'],
    ['builtins', 'eval', 'builtins.eval'],
    ['__builtin__', 'execfile', 'builtins.execfile'],
    ['builtins', '__import__', 'builtins.__import__'],
    ['builtins', 'object.__subclasses__', 'builtins.object.__subclasses__'],
    ['runpy', '_run_code', 'runpy._run_code'],
    ['pty', 'spawn', 'pty.spawn'],
    ['_socket', 'socket', 'socket.socket'],
    ['importlib', 'import_module', 'importlib.import_module'],
    ['cloudpickle.cloudpickle', '_make_function', 'cloudpickle.cloudpickle._make_function'],
    ['numpy.f2py.diagnose', 'run', 'numpy.f2py.diagnose.run'],
    ['torch.hub', 'load', 'torch.hub.load'],
    ['shop', 'Net.__init__.__globals__', 'shop.Net.__init__.__globals__'],
  ])('%s.%s', (module, name, shown) => {
    const message = `pickle-calls: m.pkl is refused: the pickle calls ${shown}: nothing is run.`;
    expect(problemOf(() => read(0x80, 2, globalOf(module, name), '.'))).toBe(message);
    expect(problemOf(() => read(0x80, 4, valueOf(module), valueOf(name), 0x93, valueOf('x'), 0x85, 'R', '.'))).toBe(
      message,
    );
  });

  it('also by the instructions of protocols 0 and 1, and deep inside', () => {
    expect(problemOf(() => read("(S'touch pwned'\niposix\nsystem\n."))).toContain('os.system');
    expect(problemOf(() => read("(cposix\nsystem\nS'touch pwned'\no."))).toContain('os.system');
    expect(problemOf(() => read(0x80, 4, dictOf({ model: listOf(globalOf('posix', 'system')) }), '.'))).toContain(
      'os.system',
    );
  });

  it('getattr, but for the loader Keras names with it', () => {
    const getattr = (owner: string, member: string): Uint8Array =>
      pickle(0x80, 4, globalOf('builtins', 'getattr'), globalOf(owner, 'Functional'), valueOf(member), 0x86, 'R', '.');
    expect(problemOf(() => read(getattr('os', 'system')))).toContain('os.Functional');
    expect(problemOf(() => read(getattr('keras.src.models.functional', '__init__')))).toContain('builtins.getattr');
    expect(isKind(read(getattr('keras.src.models.functional', '_unpickle_model')), 'global')).toBe(true);
  });

  it('getattr, but for the activations of PyTorch', () => {
    const getattr = (member: string): Uint8Array =>
      pickle(
        0x80,
        2,
        globalOf('__builtin__', 'getattr'),
        globalOf('torch._C', '_VariableFunctionsClass'),
        valueOf(member),
        0x86,
        'R',
        '.',
      );
    expect(read(getattr('relu'))).toEqual({ kind: 'global', module: 'torch', name: 'relu' });
    expect(problemOf(() => read(getattr('from_file')))).toContain('builtins.getattr');
  });
});

describe('damaged pickles are named problems', () => {
  it.each([
    ['an empty file', pickle(), 'pickle-truncated: m.pkl is a pickle without its STOP opcode (truncated)'],
    ['no STOP', pickle(0x80, 2, ']'), 'pickle-truncated'],
    ['a text longer than the file', pickle(0x80, 2, 'X', 255, 255, 255, 255, 'ab'), 'pickle-truncated'],
    ['bytes of 2^62', pickle(0x80, 4, 0x8e, 0, 0, 0, 0, 0, 0, 0, 64, 'ab'), 'pickle-truncated'],
    ['a negative length', pickle(0x80, 2, 'T', 255, 255, 255, 255, '.'), 'pickle-truncated'],
    ['an unknown instruction', pickle(0x80, 2, 0xfe), '0xfe is not an instruction of a pickle'],
    ['protocol 9', pickle(0x80, 9, 'N', '.'), 'protocol 9; 0 to 5 can be read'],
    ['nothing on the stack', pickle(0x80, 2, '.'), 'its stack is empty'],
    ['no mark', pickle(0x80, 2, 'N', 't', '.'), 'a mark is missing'],
    ['an unknown memo', pickle(0x80, 2, 'h', 7, '.'), 'refers to value 7'],
    ['a key without value', pickle(0x80, 2, '}', '(', 'N', 'u', '.'), 'a key has no value'],
    ['appending to a number', pickle(0x80, 2, 'K', 1, 'K', 2, 'a', '.'), 'not a list'],
    ['calling a number', pickle(0x80, 2, 'K', 1, ')', 'R', '.'), 'not a named class'],
    ['an endless number', pickle('L', '9'.repeat(5000), 'L\n.'), 'a whole number is not written in digits'],
    ['a persistent id', pickle(0x80, 2, valueOf('k'), 'Q', '.'), 'data outside the file'],
    ['a buffer outside', pickle(0x80, 5, 0x97, '.'), 'buffers outside the file'],
    ['an extension', pickle(0x80, 2, 0x82, 1, '.'), 'private registry'],
    ['an array of 2^40 numbers', pickle(0x80, 5, arrayOf([1], [2 ** 20, 2 ** 20]), '.'), 'not what it takes'],
  ])('%s', (_, bytes, expected) => {
    expect(problemOf(() => readPickle(bytes, { file: 'm.pkl' }))).toContain(expected);
  });

  it('any bytes whatever give a value or a problem', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        problemOf(() => readPickle(pickle(0x80, 4, bytes, '.'), { file: 'm.pkl' }));
      }),
      { numRuns: 2000 },
    );
  });

  it('every truncation and every flipped bit of a real model too', () => {
    const bytes = fixture('pipeline-mlp-joblib/model.joblib').subarray(0, 1200);
    for (let length = 0; length < bytes.length; length += 7)
      expect(problemOf(() => readPickledFile(bytes.subarray(0, length), { file: 'm' }))).toContain('truncated');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const damaged = bytes.slice();
        damaged[at]! ^= 1 << bit;
        problemOf(() => readPickledFile(damaged, { file: 'm' }));
      }),
    );
  });
});

describe('joblib', () => {
  it('keeps arrays beside the instructions, aligned, in either order', () => {
    const { value, format } = readPickledFile(fixture('mlp-regressor-tanh/model.joblib'), { file: 'm.joblib' });
    const coefficients = isKind(value, 'object') ? attribute(value, 'coefs_') : undefined;
    expect(format).toBe('joblib');
    expect(
      isKind(coefficients, 'list') && coefficients.items.map((item) => isKind(item, 'array') && item.shape),
    ).toEqual([
      [4, 6],
      [6, 1],
    ]);
  });

  it('a plain pickle is called so', () => {
    expect(readPickledFile(fixture('mlp-regressor-logistic-pickle-4/model.pkl'), { file: 'm.pkl' }).format).toBe(
      'pickle',
    );
  });

  it('files that spread over several are refused', () => {
    const old = instanceOf(
      'sklearn.externals.joblib.numpy_pickle',
      'NDArrayWrapper',
      dictOf({ filename: valueOf('m_01.npy') }),
    );
    expect(problemOf(() => readPickledFile(pickle(0x80, 2, old, '.'), { file: 'm.pkl' }))).toContain(
      'joblib-old: m.pkl was saved by a joblib older than 0.10',
    );
  });
});

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(import.meta.dirname, '../../fixtures/sklearn', name)));
}
