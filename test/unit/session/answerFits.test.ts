import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/files/csv/readCsv';
import { readModel } from '../../../src/files/read';
import type { Folder } from '../../../src/files/reading';
import { answerFits, type AnswerFits } from '../../../src/session/answerFits';
import { matrix, npz, vector, type TestArray } from '../files/numpyWriter';
import { csvOf, testEngine } from './sessions';

const nothingBeside: Folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };

/** The fits of everything that the file leaves open. */
async function fitsOf(bytes: Uint8Array, csv: string, target?: string): Promise<AnswerFits | undefined> {
  const file = { name: 'model.npz', bytes };
  const { table } = readCsv(new TextEncoder().encode(csv), { name: 'data.csv' });
  const columns = table!.columns.map(({ name }) => name);
  const read = (answers: ReadonlyMap<string, string>) => readModel(file, { folder: nothingBeside, answers, columns });
  const { questions } = await read(new Map());
  const choice = target === undefined ? {} : { target };
  return answerFits({
    file,
    folder: nothingBeside,
    questions,
    read,
    table: table!,
    choice,
    scaling: {},
    engine: await testEngine(),
  });
}

const functions = {
  relu: (z: number) => Math.max(0, z),
  tanh: Math.tanh,
  sigmoid: (z: number) => 1 / (1 + Math.exp(-z)),
  softplus: (z: number) => Math.log1p(Math.exp(z)),
  linear: (z: number) => z,
};

/** A network of 3 inputs, 4 hidden units and 1 output, and rows whose last column is what it forecasts. */
function made(
  hidden: keyof typeof functions,
  output: keyof typeof functions,
  shift = 0,
  more: Readonly<Record<string, TestArray>> = {},
) {
  const [W1, b1, W2, b2] = [matrix(3, 4, 2), vector(4, 3), matrix(4, 1, 5), { shape: [1], values: [shift] }];
  const rows = Array.from({ length: 60 }, (_, row) => {
    const x = [0, 1, 2].map((input) => 3 * Math.sin(row * 1.7 + input * 2.3));
    const a = b1.values.map((bias, unit) =>
      functions[hidden](x.reduce((sum, value, input) => sum + value * W1.values[input * 4 + unit]!, bias)),
    );
    return [...x, functions[output](a.reduce((sum, value, unit) => sum + value * W2.values[unit]!, shift))];
  });
  return { bytes: npz({ W1, b1, W2, b2, ...more }), rows };
}

function meanAndSpread(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))];
}

function standard(values: readonly number[]): number[] {
  const [mean, spread] = meanAndSpread(values);
  return values.map((value) => (value - mean) / spread);
}

function best(fits: AnswerFits | undefined): Record<string, string> {
  return Object.fromEntries(fits?.questions.map((question) => [question.id, question.best]) ?? []);
}

function missOf(fits: AnswerFits | undefined, id: string, choice: string): number {
  const question = fits?.questions.find((each) => each.id === id);
  return question?.choices.find((each) => each.choice === choice)?.averageMiss ?? NaN;
}

describe('the fit of answers to the true values', () => {
  it.each([
    ['relu', 'linear'],
    ['tanh', 'linear'],
    ['sigmoid', 'linear'],
    ['tanh', 'sigmoid'],
    ['softplus', 'sigmoid'],
    ['relu', 'softplus'],
  ] as const)('finds %s between the layers and %s at the end', async (hidden, output) => {
    const { bytes, rows } = made(hidden, output);
    const fits = await fitsOf(bytes, csvOf(['a', 'b', 'c', 'wait (min)'], rows));
    expect(best(fits)).toEqual({ hidden, output });
    expect(fits).toMatchObject({ table: 'data.csv', target: 'wait (min)', unit: 'min', rows: 60 });
    expect(missOf(fits, 'hidden', hidden)).toBeLessThan(1e-12);
    expect(missOf(fits, 'hidden', 'sin')).toBeGreaterThan(0.01);
    expect(fits!.questions[0]!.choices.length).toBeGreaterThan(15);
  });

  it('tries the mean and spread of the table where nothing says how the inputs were scaled', async () => {
    // A network whose inputs and output have mean 0 and spread 1 over the rows, and the rows in units of their own.
    const [W1, b1] = [matrix(3, 4, 2), vector(4, 3)];
    const inputs = [0, 1, 2].map((input) =>
      standard(Array.from({ length: 60 }, (_, row) => Math.sin(row * (input + 1.7)))),
    );
    const raw = Array.from({ length: 60 }, (_, row) =>
      b1.values.reduce(
        (sum, bias, unit) =>
          sum +
          (unit + 1) * Math.tanh(inputs.reduce((z, x, input) => z + x[row]! * W1.values[input * 4 + unit]!, bias)),
        0,
      ),
    );
    const [mean, spread] = meanAndSpread(raw);
    const W2 = { shape: [4, 1], values: [1, 2, 3, 4].map((weight) => weight / spread) };
    const bytes = npz({ W1, b1, W2, b2: { shape: [1], values: [-mean / spread] } });
    const columns = [...inputs, standard(raw)];
    const rows = raw.map((_, row) => columns.map((column, place) => [40, 7, 300, 25][place]! * (column[row]! + 6)));
    const fits = await fitsOf(bytes, csvOf(['a', 'b', 'c', 'y'], rows));
    expect(best(fits)).toEqual({ hidden: 'tanh', output: 'linear' });
    expect(fits?.scaledByTable).toBe('inputs and output');
  });

  it('leaves the scaling alone where the numbers fit as they are', async () => {
    const { bytes, rows } = made('tanh', 'linear');
    expect((await fitsOf(bytes, csvOf(['a', 'b', 'c', 'y'], rows)))?.scaledByTable).toBeUndefined();
  });

  it('leaves it alone too where no scaling explains the true values', async () => {
    const { bytes, rows } = made('tanh', 'linear');
    const chance = rows.map(([a, b, c], row) => [100 * a!, 100 * b!, 100 * c!, 9 + Math.sin(row * row)]);
    expect((await fitsOf(bytes, csvOf(['a', 'b', 'c', 'y'], chance)))?.scaledByTable).toBeUndefined();
  });

  it('finds the orientation of square matrices, over several outputs', async () => {
    const [W1, W2] = [matrix(3, 3, 2), matrix(3, 3, 5)];
    const times = (x: readonly number[], W: { readonly values: readonly number[] }): number[] =>
      [0, 1, 2].map((unit) => x.reduce((sum, value, input) => sum + value * W.values[unit * 3 + input]!, 0));
    const rows = made('tanh', 'linear').rows.map((row) => {
      const x = row.slice(0, 3);
      return [...x, ...times(times(x, W1).map(Math.tanh), W2)];
    });
    const bytes = npz({ W1, W2, output_names: ['p', 'q', 'r'] });
    const fits = await fitsOf(bytes, csvOf(['a', 'b', 'c', 'p', 'q', 'r'], rows));
    expect(best(fits)).toEqual({ orientation: 'out,in', hidden: 'tanh', output: 'linear' });
  });

  it('keeps the usual function at the output where another only cuts off what the truth never reaches', async () => {
    const { bytes, rows } = made('relu', 'linear', 1.8);
    const noisy = rows.map(([a, b, c, y = 0], row) => [a!, b!, c!, Math.max(0, y + 0.8 * Math.sin(row))]);
    const fits = await fitsOf(bytes, csvOf(['a', 'b', 'c', 'y'], noisy));
    expect(missOf(fits, 'output', 'relu')).toBeLessThan(missOf(fits, 'output', 'linear'));
    expect(best(fits)).toEqual({ hidden: 'relu', output: 'linear' });
  });

  it('says nothing without true values, or where several columns could hold them', async () => {
    const { bytes, rows } = made('tanh', 'linear');
    const inputs = rows.map((row) => row.slice(0, 3));
    expect(await fitsOf(bytes, csvOf(['a', 'b', 'c'], inputs))).toBeUndefined();
    expect(await fitsOf(bytes, csvOf(['a', 'b', 'c', 'y'], rows), 'd')).toBeUndefined();
  });

  it('looks at the first 1000 rows only', async () => {
    const { bytes, rows } = made('tanh', 'linear');
    const many = Array.from({ length: 1200 }, (_, row) => (row < 1000 ? rows[row % 60]! : [0, 0, 0, 1e6]));
    const fits = await fitsOf(bytes, csvOf(['a', 'b', 'c', 'y'], many));
    expect(fits?.rows).toBe(1000);
    expect(missOf(fits, 'hidden', 'tanh')).toBeLessThan(1e-12);
  });

  it('goes through the scalings that lie in the file', async () => {
    const { bytes, rows } = made('sigmoid', 'linear', 0, {
      x_mean: { shape: [3], values: [10, 20, 30] },
      x_std: { shape: [3], values: [2, 4, 8] },
      y_mean: { shape: [1], values: [100] },
      y_std: { shape: [1], values: [50] },
    });
    const raw = rows.map(([a, b, c, y]) => [10 + 2 * a!, 20 + 4 * b!, 30 + 8 * c!, 100 + 50 * y!]);
    const fits = await fitsOf(bytes, csvOf(['a', 'b', 'c', 'y'], raw));
    expect(best(fits)).toEqual({ hidden: 'sigmoid', output: 'linear' });
    expect(missOf(fits, 'hidden', 'sigmoid')).toBeLessThan(1e-9);
    expect(missOf(fits, 'hidden', 'relu')).toBeGreaterThan(1);
  });

  it('takes an unusual function only where it fits clearly better', async () => {
    const place = path.join(import.meta.dirname, '../../fixtures/numpy/demand-goes-negative');
    const csv = readFileSync(path.join(place, 'data.csv'), 'utf8');
    const fits = await fitsOf(readFileSync(path.join(place, 'model.npz')), csv);
    expect(missOf(fits, 'hidden', 'softplus')).toBeLessThan(missOf(fits, 'hidden', 'relu'));
    expect(best(fits)).toEqual({ hidden: 'relu', output: 'linear' });
  });
});
