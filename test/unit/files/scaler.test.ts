import fc from 'fast-check';
import { gzipSync, zipSync } from 'fflate';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Folder } from '../../../src/files/reading';
import { findScalers } from '../../../src/files/scalers/find';
import { readScaler, type ScalerReading } from '../../../src/files/scalers/readScaler';
import { NetworkBuilder } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import { toModel } from '../../../src/table/scaling';
import type { RValue } from '../../../src/files/containers/rValues';
import { list, matrix, numbers, rData, rds, texts } from './rWriter';
import { arrayOf, dictOf, instanceOf, listOf, pickle, valueOf } from './pickleWriter';

const fixtures = path.join(import.meta.dirname, '../../fixtures');
const json = (value: unknown, name = 'scaler.json'): ScalerReading =>
  readScaler({ name, bytes: new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)) });
const affine = (centre: number, spread: number): object => ({ kind: 'affine', centre, spread });

describe('scaler files of the fixtures', () => {
  const folders = ['keras/activity', 'keras/activity_target_scaled', 'keras/diabetes_minmax'].concat(
    readdirSync(path.join(fixtures, 'sklearn'))
      .filter((name) => name.startsWith('scaler-'))
      .map((name) => `sklearn/${name}`),
  );
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(fixtures, folder))
      .filter((name) => name.startsWith('scaler.'))
      .map((name) => [folder, name] as const),
  );

  it.each(files)('%s/%s scales as the golden values say', (folder, name) => {
    const golden = JSON.parse(readFileSync(path.join(fixtures, folder, 'golden.json'), 'utf8')) as {
      readonly x: readonly (readonly number[])[];
      readonly x_raw: readonly (readonly number[])[];
    };
    const { scalings } = readScaler({ name, bytes: new Uint8Array(readFileSync(path.join(fixtures, folder, name))) });
    golden.x_raw.forEach((row, at) =>
      row.forEach((raw, i) => expect(toModel(scalings!.inputs[i]!, raw)).toBeCloseTo(golden.x[at]![i]!, 9)),
    );
  });
});

describe('JSON', () => {
  it.each([
    ['lists', { mean: [1, 2], std: [3, 4] }, [affine(1, 3), affine(2, 4)]],
    ['variances', { mean: [1], variance: [9] }, [affine(1, 3)]],
    ['columns of numbers', { means: [[1], [2]], sds: [[3, 4]] }, [affine(1, 3), affine(2, 4)]],
    ['a deviation of 0', { mean: [1], std: [0] }, [affine(1, 1)]],
    ['minima and maxima', { min: [1], max: [5] }, [affine(1, 4)]],
    ['a range', { min: [0], max: [10], feature_range: [-1, 1] }, [affine(5, 5)]],
    [
      'a MinMaxScaler',
      { min_: [0], scale_: [0.1], data_min_: [0], data_max_: [10], data_range_: [10], feature_range: [0, 1] },
      [affine(0, 10)],
    ],
    ['min_ and scale_ alone', { min_: [-1], scale_: [0.5] }, [affine(2, 2)]],
    ['a RobustScaler', { center_: [1], scale_: [2] }, [affine(1, 2)]],
    ['a MaxAbsScaler', { max_abs_: [4], scale_: [4], n_features_in_: 1 }, [affine(0, 4)]],
    ['with_mean false', { mean_: [1], scale_: [2], with_mean: false }, [affine(0, 2)]],
    ['a kind', { kind: 'minmax', mean: [1], std: [2], min: [0], max: [3] }, [affine(0, 3)]],
    ['the normalisation of a larger file', { normalization: { mean: [1], std: [2] }, layers: [8, 4] }, [affine(1, 2)]],
  ])('%s', (_, content, inputs) => {
    expect(json(content)).toMatchObject({ scalings: { inputs }, problems: [] });
  });

  it.each([
    ['by column', { age: { mean: 1, std: 3 }, bmi: { mean: 2, std: 4 } }],
    ['by measure', { mean: { age: 1, bmi: 2 }, std: { bmi: 4, age: 3 } }],
    [
      'in records',
      [
        { name: 'age', mean: 1, std: 3 },
        { name: 'bmi', mean: 2, std: 4 },
      ],
    ],
    ['beside', { feature_names: ['age', 'bmi'], mean: [1, 2], std: [3, 4] }],
    ['nested', { inputs: { age: { mean: 1, std: 3 }, bmi: { mean: 2, std: 4 } } }],
  ])('names %s', (_, content) => {
    expect(json(content).scalings).toMatchObject({ names: ['age', 'bmi'], inputs: [affine(1, 3), affine(2, 4)] });
  });

  it.each([
    ['x and y', { x: { mean: [1], std: [2] }, y: { mean: [3], std: [4] } }],
    ['input and target', { input: { mean: [1], std: [2] }, target: { mean: 3, std: 4 } }],
    ['prefixes', { X_mean: [1], X_std: [2], y_mean: 3, y_std: 4 }],
    ['suffixes', { meanX: [1], stdX: [2], meanY: 3, stdY: 4 }],
    ['scalers', { x_scaler: { mean_: [1], scale_: [2] }, y_scaler: { mean_: [3], scale_: [4] } }],
  ])('inputs and target as %s', (_, content) => {
    expect(json(content).scalings).toMatchObject({ inputs: [affine(1, 2)], outputs: [affine(3, 4)] });
  });

  it('a logarithm before the scaling', () => {
    expect(json({ x: { mean: [1], std: [2] }, y: { log: true, mean: [3], std: [4] } }).scalings?.outputs).toEqual([
      { kind: 'logAffine', shift: 0, centre: 3, spread: 4 },
    ]);
  });

  it('a file named for the target scales only the target', () => {
    expect(json({ mean: [3], std: [4] }, 'scaler_y.json').scalings).toEqual({
      inputs: [],
      outputs: [affine(3, 4)],
      origin: 'scaler_y.json (means and standard deviations)',
    });
  });

  it.each([
    [
      { mean: [1], std: [2], min: [0], max: [3] },
      'scaler.json holds means with deviations and minima with maxima: either can be the scaling.',
    ],
    [
      { min: [1], scale: [2] },
      'scaler.json holds "min" and "scale", which can mean x · scale + min or (x − min) / scale.',
    ],
    [{ mean: [1, 2], std: [3] }, 'scaler.json holds lists of different lengths (2 and 1 numbers).'],
    ['{"mean": [1, NaN], "std": [1, 2]}', 'scaler.json holds numbers that are missing or infinite.'],
    [
      { epochs: 3 },
      'scaler.json is not a scaler that can be read: it holds no means and deviations and no minima and maxima.',
    ],
    ['{"mean": [1', 'scaler.json is not valid JSON: it is cut off or damaged.'],
    ['age,bmi', 'scaler.json is not a scaler that can be read: it is no JSON, joblib, pickle, npz or R file.'],
  ])('%j is refused', (content, message) => {
    const reading = json(content);
    expect(reading.scalings).toBeUndefined();
    expect(reading.problems[0]?.message).toBe(message);
    expect(reading.problems[0]?.remedy).toBeTruthy();
  });

  it('anything else is a scaling or a problem', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { scalings, problems } = json(value);
        expect(scalings !== undefined || problems.length > 0).toBe(true);
      }),
    );
  });
});

describe('pickles', () => {
  const scaler = (mean: readonly number[], more: Record<string, Uint8Array> = {}): Uint8Array =>
    instanceOf(
      'sklearn.preprocessing._data',
      'StandardScaler',
      dictOf({ mean_: arrayOf(mean), scale_: arrayOf(mean.map(() => 2)), ...more }),
    );
  const read = (content: Uint8Array, name = 'scaler.pkl'): ScalerReading =>
    readScaler({ name, bytes: pickle(0x80, 4, content, '.') });

  it('a dictionary of scalers for inputs and target', () => {
    const reading = read(dictOf({ input_scaler: scaler([1, 2]), target_scaler: scaler([3]) }));
    expect(reading.scalings).toMatchObject({ inputs: [affine(1, 2), affine(2, 2)], outputs: [affine(3, 2)] });
  });

  it('a pair of scalers, the one of a single column for the target', () => {
    for (const pair of [listOf(scaler([1, 2]), scaler([3])), listOf(scaler([3]), scaler([1, 2]))])
      expect(read(pair).scalings).toMatchObject({ inputs: [affine(1, 2), affine(2, 2)], outputs: [affine(3, 2)] });
  });

  it('a dictionary that holds itself under many keys ends', () => {
    const itself = Array.from({ length: 200 }, (_, key) => pickle(valueOf(`k${key}`), 'h', 0, 's'));
    const reading = read(pickle('}', 'q', 0, ...itself));
    expect(reading.problems[0]?.message).toContain('it holds no means and deviations');
  });

  it('a dictionary of arrays', () => {
    expect(read(dictOf({ mean: arrayOf([1]), std: arrayOf([2]) })).scalings?.inputs).toEqual([affine(1, 2)]);
  });

  it('names of its own, or names beside it', () => {
    expect(read(scaler([1], { feature_names_in_: listOf(valueOf('age')) })).scalings?.names).toEqual(['age']);
    expect(read(pickle(scaler([1]), listOf(valueOf('age')), 0x86)).scalings?.names).toEqual(['age']);
  });

  it('a scaler that is not fitted, or damaged', () => {
    expect(read(instanceOf('sklearn.preprocessing._data', 'StandardScaler', dictOf({}))).problems[0]?.message).toBe(
      'scaler.pkl holds a StandardScaler that is not fitted: no scale_.',
    );
    expect(read(scaler([NaN])).problems[0]?.message).toContain('holds numbers that are not finite');
  });
});

describe('npz', () => {
  it('arrays by their names', () => {
    const bytes = zipSync({ 'mean.npy': npy([1, 2]), 'scale.npy': npy([3, 4]) });
    expect(readScaler({ name: 'scaler.npz', bytes }).scalings?.inputs).toEqual([affine(1, 3), affine(2, 4)]);
  });
});

describe('R', () => {
  const read = (value: RValue): ScalerReading => readScaler({ name: 'scaling.rds', bytes: gzipSync(rds(value)) });
  const named = (...values: readonly number[]): RValue => numbers(values, { names: texts(['age', 'bmi']) });

  it.each([
    ['list(means, sds)', list({ means: numbers([1, 2]), sds: numbers([3, 4]) })],
    ['named minima and maxima', list({ maxs: named(4, 6), mins: named(1, 2) })],
    ['scale()', numbers([0, 0], { 'scaled:center': numbers([1, 2]), 'scaled:scale': numbers([3, 4]) })],
    [
      'preProcess',
      list({ mean: named(1, 2), std: named(3, 4), method: list({ center: texts(['age', 'bmi']) }) }, ['preProcess']),
    ],
    [
      'preProcess by range',
      list(
        {
          ranges: matrix(
            [
              [1, 2],
              [4, 6],
            ],
            ['age', 'bmi'],
          ),
          rangeBounds: numbers([0, 1]),
        },
        ['preProcess'],
      ),
    ],
  ])('%s', (_, value) => {
    expect(read(value).scalings?.inputs).toEqual([affine(1, 3), affine(2, 4)]);
  });

  it('objects of an .RData, with the target apart', () => {
    const bytes = rData({ x_mean: named(1, 2), x_sd: named(3, 4), y_mean: numbers([5]), y_sd: numbers([6]) });
    expect(readScaler({ name: 'scaling.RData', bytes }).scalings).toMatchObject({
      names: ['age', 'bmi'],
      inputs: [affine(1, 3), affine(2, 4)],
      outputs: [affine(5, 6)],
    });
  });
});

describe('scalers beside a model', () => {
  const model = network(['age', 'bmi']);

  it('are offered with the reason, by name before by number', async () => {
    const found = await findScalers(
      folder({
        'model.pt': '',
        'scaler.json': { mean: [1, 2], std: [3, 4] },
        'scaler_named.json': { age: { min: 0, max: 1 }, bmi: { min: 0, max: 2 } },
        'old_scaler.json': { mean: [1, 2, 3], std: [1, 1, 1] },
        'some.json': { bmi: { mean: 0, std: 1 }, height: { mean: 1, std: 2 }, weight: { mean: 3, std: 4 } },
        'scaler_y.json': { mean: [9], std: [1] },
        'readme.json': { title: 'x' },
      }),
      'model.pt',
      model,
    );
    expect(found.map(({ file, fit, reason }) => [file, fit, reason])).toEqual([
      ['scaler_named.json', 'names', '2 scaled columns match the 2 inputs by name'],
      ['scaler.json', 'count', '2 scaled columns for 2 inputs, by position'],
      ['some.json', 'some', '1 of 2 inputs match by name'],
      ['scaler_y.json', 'outputs', 'scales 1 output only'],
    ]);
  });

  it('say when the names are those of the table, or of something else', async () => {
    const files = { 'scaler.json': { Age: { mean: 1, std: 1 }, Size: { mean: 1, std: 1 } } };
    const [known] = await findScalers(folder(files), 'm.pt', network(undefined), ['age', 'size', 'y']);
    expect(known?.reason).toBe('2 scaled columns for 2 inputs, by position; all are columns of the table');
    const [other] = await findScalers(folder(files), 'm.pt', network(undefined), ['a', 'b']);
    expect(other?.reason).toBe('2 scaled columns for 2 inputs, by position; the names differ');
  });
});

function network(features: readonly string[] | undefined): Network {
  const builder = new NetworkBuilder();
  const x = builder.input('input', [2], features);
  builder.output('output', builder.dense(x, Float64Array.of(1, 1)));
  return builder.finish('m', { file: 'm.pt', format: 'test', layers: [] });
}

function folder(files: Readonly<Record<string, unknown>>): Folder {
  return {
    list: () => Promise.resolve(Object.keys(files)),
    read: (name) => Promise.resolve(name in files ? new TextEncoder().encode(JSON.stringify(files[name])) : undefined),
  };
}

function npy(values: readonly number[]): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${values.length},), }`.padEnd(117) + '\n';
  const length = header.length;
  return pickle(
    0x93,
    'NUMPY',
    1,
    0,
    length & 255,
    length >> 8,
    header,
    new Uint8Array(Float64Array.from(values).buffer),
  );
}
