/** What each choice of a scaling makes of the forecasts, on the table's first 1 000 rows. */
import { describe, expect, it } from 'vitest';
import type { Folder } from '../../../src/files/reading';
import { exactSlopes } from '../../../src/session/exactSlopes';
import { chooseScaling } from '../../../src/session/scalings';
import { scalingPreviews } from '../../../src/session/scalingPreviews';
import type { ScalingChoice } from '../../../src/session/connection';
import type { Session } from '../../../src/session/session';
import { columnStatistics } from '../../../src/table/columns';
import { multilayer } from '../slopes/networks';
import { csvOf, sessionOf } from './sessions';

const nothingBeside: Folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };
const scaler = JSON.stringify({ mean: [100, 7], std: [10, 2] });
const scalerBeside: Folder = {
  list: () => Promise.resolve(['scaler.json']),
  read: (name) => Promise.resolve(name === 'scaler.json' ? new TextEncoder().encode(scaler) : undefined),
};

/** 1 000 rows around 100 and 7, and then some that lie far away; the output is a hundred times what the network gives. */
const rows = Array.from({ length: 1200 }, (_, row) => {
  const [a, b] = [100 + 10 * Math.sin(row), 7 + 2 * Math.cos(1.3 * row)];
  return row < 1000 ? [a, b, 200 + a] : [1e6, -1e6, 1e6];
});
const network = multilayer([2, 4, 1], undefined, 3);

function opened(): Promise<Session> {
  return sessionOf(network, csvOf(['a', 'b', 'y'], rows), undefined, {});
}

async function scale(session: Session, said: ScalingChoice): Promise<void> {
  const { given, choice } = session.connected();
  session.scalingChoice = said;
  session.setScaling((await chooseScaling(session, given, choice, nothingBeside, said, undefined)).scaling);
}

describe('the preview of scalings', () => {
  it('is computed on the first 1 000 rows, for each choice that there is (A8)', async () => {
    const session = await opened();
    const start = performance.now();
    const alone = (await scalingPreviews(session, nothingBeside, undefined))!;
    console.log(`Preview of all scalings: ${(performance.now() - start).toFixed(0)} ms`);
    expect(alone.inputs.map(({ choice }) => choice)).toEqual(['table', 'none']);
    const beside = (await scalingPreviews(session, scalerBeside, undefined))!;
    expect(beside.inputs.map(({ choice }) => choice)).toEqual(['found', 'table', 'none']);
    for (const { forecast, actual } of beside.inputs) {
      expect(Math.max(Math.abs(forecast.min), Math.abs(forecast.max))).toBeLessThan(1e3);
      expect(actual!.max).toBeLessThan(311);
    }
    expect(beside.inputs.find(({ choice }) => choice === 'none')?.forecast).toEqual((await session.data())!.forecast);
  });

  it('asks about the output where forecasts and true values differ in scale', async () => {
    const session = await opened();
    await scale(session, { inputs: 'table' });
    const asked = (await scalingPreviews(session, nothingBeside, undefined))!;
    expect(asked.isOutputAsked).toBe(true);
    expect(asked.outputs.map(({ choice }) => choice)).toEqual(['table', 'none']);
    await scale(session, { inputs: 'table', outputs: 'table' });
    const data = (await session.data())!;
    expect(data.scaling).toEqual({ inputs: 'table', outputs: 'table', isOpen: false });
    expect(data.forecast).toEqual(asked.outputs[0]!.forecast);
    expect(data.scaler).toBe('mean and spread of data.csv; the output by mean and spread of data.csv');
    await scale(session, { outputs: 'none' });
    expect(session.scaling).toBeUndefined();
  });

  it('is open while nothing says it, and not for columns that look scaled', async () => {
    expect((await (await opened()).data())!.scaling).toEqual({ inputs: 'found', outputs: 'found', isOpen: true });
    const scaled = rows.slice(0, 1000).map(([a, b]) => [(a! - 100) / 7, (b! - 7) / 1.4]);
    const session = await sessionOf(network, csvOf(['a', 'b'], scaled), undefined, {});
    expect((await session.data())!.scaling.isOpen).toBe(false);
  });
});

describe('units of the data and of the model', () => {
  it('differ by the spreads of output and input alone (A7)', async () => {
    const session = await opened();
    await scale(session, { inputs: 'table', outputs: 'table' });
    const deviations = [0, 1, 2].map(
      (column) => columnStatistics(Float64Array.from(rows, (row) => row[column]!)).deviation,
    );
    const all = async (units: 'original' | 'model'): Promise<Float64Array[]> => {
      const found: Float64Array[] = [];
      for await (const chunk of exactSlopes(session, [0], units)) found.push(...chunk.map(({ slopes }) => slopes));
      return found;
    };
    const model = await all('model');
    for (const [row, slopes] of (await all('original')).entries())
      slopes.forEach((slope, input) => {
        const wanted = (model[row]![input]! * deviations[2]!) / deviations[input]!;
        expect(Math.abs(slope - wanted)).toBeLessThanOrEqual(1e-12 * Math.abs(wanted));
      });
  });
});
