import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/files/csv/readCsv';
import { exportFile } from '../../../src/session/exports/exportFile';
import { mapLane, spreadHistogram } from '../../../src/session/slopeMap';
import { quantileLevels, quantiles, slopeStatistics } from '../../../src/slopes/statistics';
import { activitySession, call } from './sampleSession';

const foot = { date: '', version: '', modelHash: '', tableHash: '' };

describe('slopes as CSV', () => {
  it('read back give every figure of the map (A24)', async () => {
    const session = await activitySession();
    const wish = { kind: 'slopes', outputs: [0], units: 'original', assets: { script: '', style: '', foot } } as const;
    const { name, bytes } = await exportFile(session, wish, call);
    expect(name).toBe('model.slopes.csv');
    const [rows, lines, forecasts, ...columns] = readCsv(bytes, { name }).table!.columns.map((column) =>
      column.kind === 'number' ? column.values : expect.fail(`${column.name} holds text`),
    );
    const { binding, table } = session.connected();
    expect(rows).toEqual(Float64Array.from(binding.rows, (row) => row + 1));
    expect(lines).toEqual(Float64Array.from(binding.rows, (row) => table.lines[row]!));

    const view = { output: 0, units: 'original' } as const;
    const { lanes, forecast } = await session.lanes(view, call);
    expect([Math.min(...forecasts!), Math.max(...forecasts!)]).toEqual([forecast.min, forecast.max]);
    const inputs = columns.map((_, input) => input);
    const map = await session.map({ ...view, order: { by: 'forecast' }, cells: 60, inputs }, call);
    const order = Uint32Array.from(rows!.keys()).sort((a, b) => forecasts![a]! - forecasts![b]! || a - b);
    map.forecast.forEach((average, cell) => {
      const own = order.subarray(map.starts[cell], map.starts[cell + 1]);
      const sum = own.reduce((total, position) => total + forecasts![position]!, 0);
      expect(average).toBe(Math.fround(sum / own.length));
    });
    expect(lanes).toHaveLength(8);
    for (const { input, statistics, spread } of lanes) {
      const slopes = Float32Array.from(columns[input]!);
      expect(statistics).toMatchObject({ ...slopeStatistics(slopes), quantiles: quantiles(slopes, quantileLevels) });
      expect(spreadHistogram(slopes, statistics.min, statistics.max, spread.counts.length)).toEqual(spread);
      expect(mapLane(input, slopes, order, map.starts, (slope) => slope < 0)).toEqual(map.lanes[input]);
    }
  });
});
