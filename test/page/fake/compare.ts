import type {
  ComparedWhatIf,
  ComparedWhatIfRequest,
  Comparison,
  NotCompared,
} from '../../../src/session/compareQuestion';
import type { MapLane } from '../../../src/session/service';
import type { FakeHost } from './service';
import { whatIfAnswer } from './whatIf';

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
    moved: [
      { row: 359, line: 361, forecasts: [464, 424], actual: 400 },
      { row: 7, line: 9, forecasts: [120, 131.5] },
    ],
    inputs: table.inputs.slice(0, -1).map(({ name, unit }, place) => ({
      name,
      unit: `${table.outputUnit} per ${unit}`,
      averages: [2.83, place === 1 ? -1.5 : 2.8],
      effects: [12.1, 11.9],
      places: [place + 1, place + 1],
      oppositeRows: place === 1 ? 84 : 0,
      opposite: place === 1 ? 84 / rows : 0,
      lane: laneOf(place),
    })),
    onlyFirst: table.inputs.slice(-1).map(({ name }) => name),
    onlySecond: ['weekday'],
    withoutSlope: ['region'],
    findings: [
      [{ message: 'calls_made: slope below 0 in 33 of 500 rows.', severity: 'warning', rule: 0, other: 'holds' }],
      [{ message: 'forms_filled: slope below 0 in 84 of 500 rows.', severity: 'warning', rule: 1, other: 'holds' }],
    ],
  };
}

/** The second model gives 10 more wherever it is asked, and twice the slopes; it does not take the last input. */
export function comparedWhatIfAnswer(host: FakeHost, request: ComparedWhatIfRequest): ComparedWhatIf | NotCompared {
  if (host.state.compared === 'unread.onnx')
    return { message: 'unread.onnx cannot be compared on this table.', remedy: 'Open it on its own with this table.' };
  const { before, after, inputs } = whatIfAnswer(host, { ...request, from: 'average', curves: false });
  const taken = inputs.slice(0, -1);
  return {
    row: request.row,
    before: [before, before + 10],
    after: [after, after + 10],
    slopes: taken.map(({ input, slope }) => ({ input, slopes: [slope, 2 * slope] })),
    unmoved: request.changes.some(({ input }) => input === taken.length) ? [inputs.at(-1)!.name] : [],
  };
}

/** Sixty cells that turn their sign in the middle of the second input, and stay above 0 elsewhere. */
function laneOf(input: number): MapLane {
  const cells = Float32Array.from({ length: 60 }, (_, cell) => (input === 1 ? 30 - cell : 5 + (cell % 7)));
  const share = cells.map((value) => (value < 0 ? 1 : 0));
  const none = cells.map(() => NaN);
  const below = cells.map((value, cell) => (value < 0 ? value : none[cell]!));
  const rest = cells.map((value, cell) => (value < 0 ? none[cell]! : value));
  return { input, share, below, rest, lowest: cells, highest: cells, largest: 30 };
}
