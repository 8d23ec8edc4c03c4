import type { Answering } from '../../../src/ask';
import type { Lane, MapLane } from '../../../src/session/service';
import type { PageService } from '../../../webview/questions';
import { fakeService } from './service';
import type { FakeHost } from './service';
import { randomNumbers } from './table';

const ROWS = 1_000_000;
const INPUTS = 2399;

/** 2,399 inputs and a million rows, by aggregates alone: no row is ever held. */
export function wideService(host: FakeHost): Answering<PageService> {
  const lanes = Array.from({ length: INPUTS }, (_, input) => wideLane(input));
  const base = fakeService(host);
  return {
    ...base,
    describe: async (request, call) => ({
      ...(await base.describe(request, call)),
      structure: '2 399 inputs → 128 relu → 64 relu → 1 output',
      inputs: lanes.map(({ name, kind }) => ({ name, kind, unit: 'unit' })),
    }),
    lanes: async (request, call) => ({
      ...(await base.lanes(request, call)),
      lanes,
      rows: ROWS,
      shown: ROWS,
      computed: host.computed ?? ROWS,
    }),
    findings: () => ({ findings: [], rules: [], suggestions: [], rowsFailing: 0 }),
    map: ({ cells, inputs }) => ({
      cells,
      starts: Uint32Array.from({ length: cells + 1 }, (_, cell) => Math.round((cell * ROWS) / cells)),
      forecast: Float32Array.from({ length: cells }, (_, cell) => 20 + cell),
      lanes: inputs.map((input) => wideCells(input, cells)),
    }),
    row: ({ row = 0, position = row }) => ({
      row,
      line: row + 2,
      position,
      forecast: 25,
      values: lanes.map(() => 1),
      slopes: Float64Array.from(lanes, (lane) => lane.statistics.mean),
      steps: new Float64Array(INPUTS).fill(NaN),
      atKink: false,
    }),
    tableRows: ({ from, count, inputs }) => ({
      total: ROWS,
      rows: Uint32Array.from({ length: count }, (_, at) => from + at),
      lines: Uint32Array.from({ length: count }, (_, at) => from + at + 2),
      forecast: Float64Array.from({ length: count }, () => 25),
      slopes: Float64Array.from({ length: count * inputs.length }, (_, at) => Math.sin(at)),
    }),
  };
}

function wideLane(input: number): Lane {
  const mean = Math.cos(input) * (1 - input / INPUTS);
  const isSwitched = input % 7 === 2;
  return {
    input,
    name: `${isSwitched ? 'store' : 'basket'}_${input}`,
    kind: isSwitched ? 'switched' : 'number',
    unit: '€ per unit',
    typicalEffect: 38 * (1 - input / INPUTS),
    statistics: {
      count: ROWS,
      mean,
      deviation: 0.1,
      rootMeanSquare: Math.abs(mean),
      meanAbsolute: Math.abs(mean),
      min: mean - 0.3,
      max: mean + 0.3,
      below: mean < 0 ? ROWS : 0,
      zero: 0,
      above: mean < 0 ? 0 : ROWS,
      quantiles: [0, 0, 0, 0, 0],
      atKink: 0,
    },
    spread: {
      low: -1,
      high: 2,
      counts: Uint32Array.from({ length: 40 }, (_, bin) => 1000 * Math.exp(-((bin - 20) ** 2) / 20)),
    },
    ...(isSwitched || input % 3 === 0
      ? {}
      : {
          rule: {
            rule: 0,
            words: mean < 0 ? 'never rises' : 'never falls',
            holds: input % 5 > 0,
            failing: 408 * (input % 5 === 0 ? 1 : 0),
            share: 0.000408,
          },
        }),
  };
}

function wideCells(input: number, cells: number): MapLane {
  const { uniform } = randomNumbers(input + 1);
  const mean = Math.cos(input);
  const share = Float32Array.from({ length: cells }, () => (input % 5 === 0 && uniform() > 0.9 ? 0.01 : 0));
  const below = share.map((part) => (part > 0 ? -0.1 * Math.sign(mean) : NaN));
  const rest = Float32Array.from({ length: cells }, () => mean * (0.7 + 0.3 * uniform()));
  const lowest = rest.map((value, cell) => Math.min(value, Number.isNaN(below[cell]) ? value : below[cell]!));
  return { input, share, below, rest, lowest, highest: rest, largest: Math.abs(mean) || 1 };
}
