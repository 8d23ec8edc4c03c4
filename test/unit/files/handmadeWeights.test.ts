import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/files/read';
import type { Reading } from '../../../src/files/reading';
import { diskFolder } from '../goldenCases';

const numpy = path.join(import.meta.dirname, '../../fixtures/numpy');

function reading(name: string, bytes: Uint8Array, folder = ''): Promise<Reading> {
  return readModel({ name, bytes }, { folder: diskFolder(folder), answers: new Map() });
}

async function fixture(name: string, file: string): Promise<Reading> {
  const folder = path.join(numpy, name);
  return reading(file, new Uint8Array(readFileSync(path.join(folder, file))), folder);
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** A MAT file with one array of a class, whose first content is a text. */
function matFile(kind: number, content: string): Uint8Array {
  const element = (type: number, bytes: readonly number[]): number[] => {
    const padding = new Array<number>((8 - (bytes.length % 8)) % 8).fill(0);
    return [type, 0, 0, 0, bytes.length % 256, Math.floor(bytes.length / 256), 0, 0, ...bytes, ...padding];
  };
  const array = [
    ...element(6, [kind, 0, 0, 0, 0, 0, 0, 0]),
    ...element(5, [1, 0, 0, 0, 1, 0, 0, 0]),
    ...element(1, [...text('net')]),
    ...element(1, [...text(content)]),
  ];
  return Uint8Array.from([...text('MATLAB 5.0 MAT-file'.padEnd(124)), 0, 1, 0x49, 0x4d, ...element(14, array)]);
}

describe('weights that people write by hand', () => {
  it('says that the code of an own class is not there', async () => {
    const { problems } = await fixture('by-hand-own-class', 'net.pkl');
    expect(problems.map((problem) => problem.message)).toContain(
      'The weights lie in an object of the class Network, whose code is not in net.pkl: they are read as layers in a row.',
    );
  });

  it('names the arrays that are read together', async () => {
    const { problems } = await fixture('by-hand-npy-one-each', 'W1.npy');
    expect(problems).toMatchObject([
      {
        code: 'npy-together',
        message: 'W1.npy is read together with W2.npy, b1.npy, b2.npy beside it, as one network.',
      },
    ]);
  });

  it('misses no number where biases have numbers of their own', async () => {
    expect((await fixture('unnamed-arrays', 'model.npz')).problems).toEqual([]);
  });

  it('gives the line of Python that takes pickled arrays apart', async () => {
    const [ragged] = (await fixture('npy-list-ragged', 'model.npy')).problems;
    expect(ragged?.remedy).toBe(
      'If you made it yourself, save its arrays plainly: numpy.savez("model_plain.npz", *numpy.load("model.npy", allow_pickle=True)).',
    );
  });

  it.each([
    ['{"a": [[1, 2], [3, 4]]}', 'of data'],
    ['[[1, 2], [3, 4]]', 'of rows'],
    ['[{"a": 1}, {"a": 2}]', 'of records'],
    ['{"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}', 'of places'],
  ])('takes JSON %s %s for no network', async (json) => {
    expect((await reading('net.json', text(json))).problems).toMatchObject([{ code: 'format-unknown' }]);
  });

  it('names an object of MATLAB, and a file of data', async () => {
    expect((await reading('net.mat', matFile(3, 'network'))).problems).toMatchObject([
      {
        code: 'mat-no-weights',
        message:
          'net.mat holds an object of MATLAB (class network), whose code is not in it, and no matrices called weights.',
      },
    ]);
    expect((await reading('net.mat', matFile(4, 'x'))).problems).toMatchObject([
      { message: 'net.mat holds no matrices called weights.' },
    ]);
    expect((await reading('net.mat', matFile(4, 'x').subarray(0, 170))).problems).toMatchObject([
      { code: 'mat-damaged' },
    ]);
  });

  it.each([
    ['model.ckpt-10.index', 'a part of a TensorFlow checkpoint'],
    ['model.ckpt-10.data-00000-of-00001', 'a part of a TensorFlow checkpoint'],
    ['checkpoint', 'a part of a TensorFlow checkpoint'],
    ['net.yaml', 'a YAML text'],
    ['W1.txt', 'a text or table'],
    ['net.tflite', 'a TensorFlow Lite model'],
    ['net.gguf', 'a language model'],
  ])('says what %s is', async (name, what) => {
    const [problem] = (await reading(name, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))).problems;
    expect(problem?.code).toBe('format-unknown');
    expect(problem?.message).toContain(`${name} is ${what}`);
  });
});
