import { describe, expect, it } from 'vitest';
import { readNpy } from '../../../src/files/containers/npy';
import { parsePythonLiteral } from '../../../src/files/containers/pythonLiteral';
import { ProblemError } from '../../../src/problem';
import { readBytes, networkIn, outputsAt, refusalOf } from './reading';
import { matrix, npy, npyHeader, npyOf, npyTexts, npz, vector } from './numpyWriter';

function numbersIn(type: string, bytes: readonly number[], shape: readonly number[] = [1]): readonly number[] {
  const array = readNpy(npy(npyHeader(type, shape), Uint8Array.from(bytes)), 'a.npy', '');
  return array.kind === 'numbers' ? [...array.values] : [];
}

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.message;
    throw error;
  }
  return 'no problem';
}

describe('the .npy container', () => {
  it.each([
    ['<f8', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5],
    ['>f8', [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5],
    ['<f4', [0, 0, 0xc0, 0x3f], 1.5],
    ['>f4', [0x3f, 0xc0, 0, 0], 1.5],
    ['<f2', [0x00, 0x3e], 1.5],
    ['>f2', [0x3e, 0x00], 1.5],
    ['<i8', [0xfe, 255, 255, 255, 255, 255, 255, 255], -2],
    ['>i4', [255, 255, 255, 0xfe], -2],
    ['<i2', [0xfe, 255], -2],
    ['|i1', [0xfe], -2],
    ['<u8', [5, 0, 0, 0, 0, 0, 0, 0], 5],
    ['>u4', [0, 0, 0, 5], 5],
    ['<u2', [5, 0], 5],
    ['|u1', [250], 250],
    ['|b1', [1], 1],
    // 1.5 as an x87 extended number: mantissa 0xc000…, exponent 16383.
    ['<f16', [0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0x3f, 0, 0, 0, 0, 0, 0], 1.5],
  ])('reads %s', (type, bytes, value) => {
    expect(numbersIn(type, bytes)).toEqual([value]);
  });

  it('reads formats 1.0, 2.0 and 3.0, column-major order and texts', () => {
    const content = new Uint8Array(Float64Array.of(1, 2, 3, 4, 5, 6).buffer);
    for (const major of [1, 2, 3]) {
      const array = readNpy(npy(npyHeader('<f8', [2, 3]), content, major), 'a.npy', '');
      expect(array).toEqual({ kind: 'numbers', shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) });
    }
    const turned = readNpy(npy(npyHeader('<f8', [2, 3], true), content), 'a.npy', '');
    expect(turned.kind === 'numbers' && [...turned.values]).toEqual([1, 3, 5, 2, 4, 6]);
    const texts = readNpy(npyTexts(['prix', 'été', '𝛼']), 'a.npy', '');
    expect(texts.kind === 'texts' && texts.values).toEqual(['prix', 'été', '𝛼']);
  });

  it('tells objects, records and dates from numbers without reading them', () => {
    const kindOf = (header: string): string => readNpy(npy(header, new Uint8Array(64)), 'a.npy', '').kind;
    expect(kindOf(npyHeader('|O', [2]))).toBe('objects');
    expect(kindOf("{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (2,), }")).toBe('records');
    expect(kindOf(npyHeader('<M8[ns]', [2]))).toBe('other');
    expect(kindOf(npyHeader('<c16', [2]))).toBe('other');
  });

  it('names what is wrong with a header', () => {
    const wrong = (header: string, content = new Uint8Array(8)): string =>
      messageOf(() => readNpy(npy(header, content), 'a.npy', ''));
    expect(wrong("{'descr': open('x'), 'fortran_order': False, 'shape': (1,)}")).toBe(
      'a.npy has a header that is not a plain dict literal; code in it is not run.',
    );
    expect(wrong("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}")).toContain('without a usable descr');
    expect(wrong("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}")).toContain('without a usable descr');
    expect(wrong(npyHeader('<f8', [2 ** 40, 2 ** 40]))).toContain('but holds only 8 bytes of data');
    expect(wrong(npyHeader('<f8', [2]))).toBe(
      'a.npy declares the shape (2), 16 bytes, but holds only 8 bytes of data.',
    );
    expect(messageOf(() => readNpy(Uint8Array.of(0x93, 0x4e, 0x55), 'a.npy', 'W1'))).toBe(
      'The array W1 in a.npy does not begin as a numpy file does.',
    );
    expect(messageOf(() => readNpy(npy('{}', new Uint8Array(0)).subarray(0, 9), 'a.npy', ''))).toContain('truncated');
    expect(messageOf(() => readNpy(npy('{}', new Uint8Array(0), 9), 'a.npy', ''))).toContain('numpy file format 9');
  });
});

describe('Python literals', () => {
  it('reads numbers, texts, tuples, lists and dictionaries', () => {
    expect(parsePythonLiteral(' ( 3L, -4, (5,), (6), [True, None], 1e-3 ) ')).toEqual([
      3,
      -4,
      [5],
      6,
      [true, null],
      0.001,
    ]);
    expect(parsePythonLiteral("{'a': u'x\\'y', \"b\": 'A\\x42\\n'}")).toEqual(
      new Map([
        ['a', "x'y"],
        ['b', 'AB\n'],
      ]),
    );
  });

  it.each(['f(1)', 'a', '1 + 1', '{1: 2}', '[1, 2', "'x", '(1,,2)', '', '('.repeat(1000), 'Truex'])(
    'refuses %s',
    (text) => {
      expect(parsePythonLiteral(text)).toBeUndefined();
    },
  );
});

describe('networks in numpy files', () => {
  const weights = { W1: matrix(3, 2, 1), b1: vector(2, 2), W2: matrix(2, 1, 3), b2: vector(1, 4) };

  it('asks for the activations and says the orientation', async () => {
    const reading = await readBytes('m.npz', npz(weights));
    expect(reading.network).toBeUndefined();
    expect(reading.questions.map(({ id, guess }) => [id, guess])).toEqual([
      ['hidden', 'relu'],
      ['output', 'linear'],
    ]);
    expect(reading.questions[0]?.ask).toBe('Which activation follows the hidden layer? m.npz does not say.');
    expect(reading.settled.get('orientation')).toBe('in,out');
  });

  it('takes answers in any spelling and refuses unknown ones', async () => {
    const network = await networkIn('m.npz', npz(weights), { hidden: 'leaky_relu(0.3)', output: 'Identity' });
    expect(network.nodes.flatMap(({ op }) => (op.kind === 'activation' ? [op.activation] : []))).toEqual([
      { kind: 'leakyRelu', alpha: 0.3 },
    ]);
    expect(await refusalOf('m.npz', npz(weights), { hidden: 'bent', output: 'linear' })).toBe(
      'hidden=bent is no answer to what m.npz leaves open.',
    );
  });

  it('accepts an answer that agrees with the file and refuses one that does not', async () => {
    const named = npz({ ...weights, activations: ['relu', 'linear'] });
    const agreed = await readBytes('m.npz', named, { hidden: 'ReLU', output: 'none', orientation: 'in,out' });
    expect(agreed.network?.source.layers.map((layer) => layer.activation)).toEqual(['relu', 'linear']);
    expect(await refusalOf('m.npz', named, { hidden: 'tanh' })).toBe(
      'The answer hidden=tanh contradicts m.npz, which says hidden=relu.',
    );
    expect(await refusalOf('m.npz', npz(weights), { hidden: 'relu', output: 'linear', orientation: 'out,in' })).toBe(
      'The answer orientation=out,in contradicts m.npz, which says orientation=in,out.',
    );
  });

  it('finds feature names, names of outputs, and scalings of inputs and outputs', async () => {
    const reading = await readBytes(
      'm.npz',
      npz({
        ...weights,
        feature_names: ['a', 'b', 'c'],
        target_names: ['demand'],
        X_mean: { shape: [3], values: [1, 2, 3] },
        X_std: { shape: [1, 3], values: [2, 0, 4] },
        y_mean: { shape: [], values: [10] },
        y_std: { shape: [], values: [5] },
      }),
      { hidden: 'tanh', output: 'linear' },
    );
    expect(reading.network?.inputs[0]?.features).toEqual(['a', 'b', 'c']);
    expect(reading.network?.outputs[0]?.features).toEqual(['demand']);
    expect(reading.scalings).toEqual({
      inputs: [
        { kind: 'affine', centre: 1, spread: 2 },
        { kind: 'affine', centre: 2, spread: 1 },
        { kind: 'affine', centre: 3, spread: 4 },
      ],
      outputs: [{ kind: 'affine', centre: 10, spread: 5 }],
      names: ['a', 'b', 'c'],
      origin: 'm.npz (X_mean, X_std, y_mean, y_std)',
    });
  });

  it('reads least and largest values as a scaling', async () => {
    const extremes = { x_min: { shape: [3], values: [0, 1, 2] }, x_max: { shape: [3], values: [10, 2, 2] } };
    const reading = await readBytes('m.npz', npz({ ...weights, ...extremes }));
    expect(reading.scalings?.inputs).toEqual([
      { kind: 'affine', centre: 0, spread: 10 },
      { kind: 'affine', centre: 1, spread: 1 },
      { kind: 'affine', centre: 2, spread: 1 },
    ]);
  });

  it('reads one matrix and a stack of equal ones', async () => {
    const single = await networkIn('m.npy', npyOf({ shape: [2, 1], values: [3, 4] }), {
      output: 'linear',
      orientation: 'in,out',
    });
    expect(outputsAt(single, [1, 10])).toEqual([43]);
    const stack = npyOf({ shape: [2, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] });
    const answers = { hidden: 'linear', output: 'linear', orientation: 'out,in' };
    expect(outputsAt(await networkIn('m.npy', stack, answers), [1, 1])).toEqual([5 * 3 + 6 * 7, 7 * 3 + 8 * 7]);
  });

  it('names what holds no network', async () => {
    expect(await refusalOf('m.npy', npyOf(vector(30)))).toBe(
      'm.npy holds one vector of 30 numbers and no weight matrix: there are no layers in it.',
    );
    expect(await refusalOf('m.npz', npz({ a: npy(npyHeader('|O', [1]), Uint8Array.of(0x80, 4, 0x4e, 0x2e)) }))).toBe(
      'm.npz holds only object arrays: their data is a pickle, which is not run.',
    );
    const record = npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8));
    expect(await refusalOf('m.npy', record)).toBe(
      'm.npy holds only structured arrays (records with named fields), no weight matrices.',
    );
    expect(await refusalOf('m.npz', npz({ names: ['a', 'b'] }))).toBe('m.npz holds no arrays of numbers.');
  });
});
