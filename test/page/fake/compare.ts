import type { Comparison, NotCompared } from '../../../src/session/compareQuestion';
import type { FakeHost } from './service';

/** A second model whose second slope is turned round; it lacks the last input, and has one of its own. */
export function comparisonAnswer({ table, state }: FakeHost): Comparison | NotCompared {
  if (state.compared === 'unread.onnx')
    return { message: 'unread.onnx cannot be compared on this table.', remedy: 'Open it on its own with this table.' };
  const rows = table.forecast.length;
  return {
    models: [state.model, state.compared ?? ''],
    outputs: [table.output, table.output],
    sentence: 'Same average miss (21.4 and 21.9 min), but 1 input differs in sign in 84 rows.',
    rows,
    oppositeRows: 84,
    forecast: { average: 3.1, largest: 40, unit: table.outputUnit, misses: [21.4, 21.9] },
    inputs: table.inputs.slice(0, -1).map(({ name, unit }, place) => ({
      name,
      unit: `${table.outputUnit} per ${unit}`,
      averages: [2.83, place === 1 ? -1.5 : 2.8],
      effects: [12.1, 11.9],
      places: [place + 1, place + 1],
      oppositeRows: place === 1 ? 84 : 0,
      opposite: place === 1 ? 84 / rows : 0,
    })),
    onlyFirst: table.inputs.slice(-1).map(({ name }) => name),
    onlySecond: ['weekday'],
    withoutSlope: ['region'],
    findings: [[{ message: 'calls_made: slope below 0 in 33 of 500 rows.', severity: 'warning' }], []],
  };
}
