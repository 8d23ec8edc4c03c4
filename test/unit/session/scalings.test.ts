import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/files/csv/readCsv';
import { readModel } from '../../../src/files/read';
import { chooseScaling, type ChosenScaling } from '../../../src/session/scalings';
import { Session } from '../../../src/session/session';
import { npz } from '../files/numpyWriter';
import { referenceEngine } from './sampleSession';

const nowhere = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };

const fixtures = path.join(__dirname, '../../fixtures/keras');

/** What is chosen for a linear model of two unnamed inputs, with the table a 100 … 200 and b 0 … 1. */
async function chosenWith(scaler: unknown): Promise<ChosenScaling> {
  const file = { name: 'm.npz', bytes: npz({ W: { shape: [2, 1], values: [1, 2] }, b: { shape: [1], values: [0] } }) };
  const reading = await readModel(file, { folder: nowhere, answers: new Map([['output', 'linear']]) });
  const lines = Array.from({ length: 20 }, (_, i) => `${100.5 + 5 * i},${i / 19}`);
  const { table } = readCsv(new TextEncoder().encode(`a,b\n${lines.join('\n')}\n`), { name: 't.csv' });
  if (!reading.network || !table) throw new Error('The model cannot be read.');
  const session = new Session(file, reading, referenceEngine(reading.network));
  const bytes = new TextEncoder().encode(JSON.stringify(scaler));
  const folder = { list: () => Promise.resolve(['scaler.json']), read: () => Promise.resolve(bytes) };
  return chooseScaling(session, table, {}, folder, {}, undefined);
}

describe('a scaler beside a model whose inputs have no names', () => {
  it('in the order of the table is used', async () => {
    const { scaling, problems } = await chosenWith({ names: ['a', 'b'], mean: [148, 0.5], std: [29, 0.3] });
    expect(scaling?.inputs.length).toBe(2);
    expect(problems.map(({ code }) => code)).toEqual(['scaler-found']);
  });

  it('in another order is held against its own columns, and the order is doubted aloud', async () => {
    const { scaling, problems } = await chosenWith({ names: ['b', 'a'], mean: [0.5, 148], std: [0.3, 29] });
    expect(scaling?.inputs.length).toBe(2);
    expect(problems.map(({ code, remedy }) => [code, remedy])).toContainEqual([
      'scaler-order',
      'Give the order of the inputs (--columns b,a) if so.',
    ]);
  });

  it('is left out where the table holds what it gives', async () => {
    const { scaling, problems } = await chosenWith({ names: ['a', 'b'], mean: [9e4, -300], std: [1e-3, 1e-3] });
    expect(scaling).toBeUndefined();
    expect(problems.map(({ code }) => code)).toEqual(['scaler-left-out']);
  });
});

describe('a scaler beside a model that scales its inputs itself', () => {
  it('is not used, and said', async () => {
    const folder = path.join(fixtures, 'activity_norm_inside');
    const file = { name: 'model.keras', bytes: readFileSync(path.join(folder, 'model.keras')) };
    const reading = await readModel(file, { folder: nowhere, answers: new Map() });
    const { table } = readCsv(readFileSync(path.join(folder, 'data.csv')), { name: 'data.csv' });
    const scaler = readFileSync(path.join(__dirname, '../../../media/sample/duration.scaler.json'));
    const session = new Session(file, reading, referenceEngine(reading.network!));
    const beside = { list: () => Promise.resolve(['scaler.json']), read: () => Promise.resolve(scaler) };
    const { scaling, problems } = await chooseScaling(session, table!, {}, beside, {}, undefined);
    expect(scaling).toBeUndefined();
    expect(problems[0]?.message).toMatch(/^model\.keras scales its inputs itself, by the layer \w+, so scaler\.json/);
    expect((await chooseScaling(session, table!, {}, beside, {}, 'scaler.json')).scaling?.inputs).toHaveLength(8);
  });
});
