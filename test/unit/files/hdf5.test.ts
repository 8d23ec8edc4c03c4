import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { File, ready } from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hdf5Dataset, Hdf5Group } from '../../../src/files/containers/hdf5';
import { isHdf5, openHdf5 } from '../../../src/files/containers/hdf5';
import { ProblemError, type Problem } from '../../../src/problem';

let folder = '';
beforeAll(async () => {
  await ready;
  folder = mkdtempSync(path.join(tmpdir(), 'hdf5-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Which versions of the format the library may use; the oldest that will do when not given. */
type Bounds = 'v110' | 'v114' | 'latest' | undefined;

/** A file written by the HDF5 library itself. */
function written(fill: (file: File) => void, libver?: Bounds, trackOrder = false): Uint8Array {
  const name = path.join(folder, 'written.h5');
  const file = new File(name, 'w', { track_order: trackOrder, ...(libver ? { libver } : {}) });
  fill(file);
  file.close();
  return new Uint8Array(readFileSync(name));
}

function dataset(root: Hdf5Group, name: string): Hdf5Dataset {
  const found = root.find(name);
  if (found?.kind !== 'dataset') throw new Error(`${name} is not there`);
  return found;
}

function problemOf(action: () => unknown): Problem {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('The file was read.');
}

const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => Math.sin(i));

/** Every kind of storage a repacked weights file can have. */
function fillWithEverything(file: File): void {
  for (let number = 0; number < 60; number++) file.create_group(`group${number}`);
  for (let number = 0; number < 20; number++) file.create_attribute(`note${number}`, `text ${number}`);
  file.create_attribute('names', ['dense/kernel:0', 'längste', '']);
  file.create_attribute('version', new Float32Array([1, 2.5]));
  const matrix = { data: numbers(35), shape: [5, 7], dtype: '<d' as const };
  file.create_dataset({ name: 'plain', ...matrix });
  file.create_dataset({ name: 'single', ...matrix, chunks: [5, 7] });
  file.create_dataset({
    name: 'singleDeflated',
    ...matrix,
    chunks: [5, 7],
    compression: 'gzip',
    compression_opts: [4],
  });
  file.create_dataset({ name: 'many', ...matrix, chunks: [2, 3] });
  file.create_dataset({ name: 'manyDeflated', ...matrix, chunks: [2, 3], compression: 'gzip', compression_opts: [9] });
  file.create_dataset({ name: 'pages', data: numbers(5000), shape: [5000], dtype: '<d', chunks: [2] });
  file.create_dataset({ name: 'short', data: Float32Array.from(numbers(4)), shape: [4], dtype: '<f' });
}

describe('openHdf5', () => {
  it.each<[Bounds, boolean]>([
    [undefined, false],
    ['v110', false],
    ['v110', true],
    ['v114', true],
    ['latest', false],
  ])('reads what the library writes (%s, creation order %s)', (libver, trackOrder) => {
    const root = openHdf5(written(fillWithEverything, libver, trackOrder), 'w.h5');
    expect(root.names.length).toBe(67);
    expect(root.find('group59')?.kind).toBe('group');
    expect(root.attributes.get('note19')?.texts).toEqual(['text 19']);
    expect(root.attributes.get('names')?.texts).toEqual(['dense/kernel:0', 'längste', '']);
    expect([...root.attributes.get('version')!.numbers!]).toEqual([1, 2.5]);
    for (const name of ['plain', 'single', 'singleDeflated', 'many', 'manyDeflated']) {
      expect(dataset(root, name).shape).toEqual([5, 7]);
      expect(dataset(root, name).read()).toEqual(numbers(35));
    }
    expect(dataset(root, 'pages').read()).toEqual(numbers(5000));
    expect(dataset(root, 'short').read()).toEqual(Float64Array.from(Float32Array.from(numbers(4))));
    expect(root.find('nowhere/at/all')).toBeUndefined();
    expect(root.find('plain/inside')).toBeUndefined();
  });

  it('finds the file behind a user block', () => {
    const inner = written((file) => file.create_dataset({ name: 'a', data: numbers(3), shape: [3], dtype: '<d' }));
    const bytes = new Uint8Array(512 + inner.length);
    bytes.set(inner, 512);
    expect(isHdf5(bytes)).toBe(true);
    expect(dataset(openHdf5(bytes, 'w.h5'), 'a').read()).toEqual(numbers(3));
    expect(isHdf5(new TextEncoder().encode('HDF5, the story'))).toBe(false);
  });

  it('follows no links', () => {
    const root = openHdf5(
      written((file) => {
        file.create_soft_link('/elsewhere', 'soft');
        file.create_external_link('other.h5', '/kernel', 'out');
      }),
      'w.h5',
    );
    expect(problemOf(() => root.find('out'))).toMatchObject({
      code: 'hdf5-external-link',
      message: 'out in w.h5 is only a link to another file (other.h5); links are not followed.',
    });
    expect(problemOf(() => root.find('soft')).code).toBe('hdf5-soft-link');
  });

  it('says how much of a cut-off file is there', () => {
    const whole = written(fillWithEverything);
    expect(problemOf(() => openHdf5(whole.slice(0, -100), 'w.h5')).message).toBe(
      `w.h5 is cut off: it should be ${whole.length} bytes long, but only ${whole.length - 100} are there.`,
    );
  });

  it('refuses kinds of elements and of storage it does not read', () => {
    const root = openHdf5(
      written((file) => {
        file.create_dataset({ name: 'text', data: ['a', 'bc'], shape: [2], dtype: 'S2' });
        file.create_dataset({
          name: 'grow',
          data: numbers(9),
          shape: [9],
          maxshape: [null],
          chunks: [2],
          dtype: '<d',
        });
      }, 'v110'),
      'w.h5',
    );
    expect(problemOf(() => dataset(root, 'text').read()).code).toBe('hdf5-unsupported');
    expect(problemOf(() => dataset(root, 'grow').read()).message).toContain('data sets that can grow');
  });

  it.each<Bounds>([undefined, 'v110'])('never throws anything but problems and never runs on (%s)', (libver) => {
    const whole = written(fillWithEverything, libver);
    const visit = (group: Hdf5Group, depth: number): void => {
      for (const name of group.names.slice(0, 100)) {
        const member = group.find(name);
        if (member?.kind === 'dataset') member.read();
        else if (member && depth < 3) visit(member, depth + 1);
      }
    };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = whole.slice();
          for (const [at, value] of changes) bytes[at] = value;
          try {
            visit(openHdf5(bytes, 'w.h5'), 0);
          } catch (error) {
            expect(error).toBeInstanceOf(ProblemError);
          }
        },
      ),
      { numRuns: 120, seed: 7 },
    );
  });
});
