import type { Answering } from '../../../src/ask';
import type { InputRequest, InputView, Scatter } from '../../../src/session/inputQuestion';
import type { UnderstandingService } from '../../../src/session/understanding';
import type { FakeHost } from './service';
import { pairsAnswer, surfaceAnswer } from './pairs';
import { rangeAnswer } from './range';
import { formulaAnswer, pictureAnswer } from './structure';
import { whatIfAnswer } from './whatIf';
import { effectOf, forecastOf, numbersOf } from './curved';

/** Answers what the tabs below Slopes ask, from the invented table and a curved function that can be followed by hand. */
export function fakeUnderstanding(host: FakeHost): Answering<UnderstandingService> {
  return {
    input: (request) => inputView(host, request),
    pairs: () => pairsAnswer(host),
    surface: (request) => surfaceAnswer(host, request),
    networkPicture: (request) => pictureAnswer(host, request),
    formula: (request) => formulaAnswer(host, request),
    range: (request) => rangeAnswer(host, request),
    whatIf: (request) => whatIfAnswer(host, request),
  };
}

/** The parts of the chosen row's slope: seven fixed shares, and an eighth that makes the sum exact. */
const shares = [1.0773, 0.5023, 0.2407, 0.1472, 0.0841, 0.028, -0.4533];

function inputView(host: FakeHost, request: InputRequest): InputView {
  const { table } = host;
  const input = table.inputs[request.input]!;
  const place = host.rules.findIndex((rule) => rule.input === input.name);
  const rows = [...input.slopes.keys()];
  const failing = rows.filter((row) => input.slopes[row]! < 0).sort((a, b) => input.slopes[a]! - input.slopes[b]!);
  const worst = request.row ?? failing[0] ?? 0;
  const slope = input.slopes[worst]!;
  const unit = `${table.outputUnit} per ${input.unit}`;
  const mean = input.slopes.reduce((sum, each) => sum + each, 0) / rows.length;
  const base = {
    input: request.input,
    name: input.name,
    kind: input.kind,
    title: `${request.input + 1}th of ${table.inputs.length} by effect · 0 to 24 in the data, whole numbers`,
    place: request.input + 1,
    inputs: table.inputs.length,
    unit,
    inputUnit: input.unit,
    outputUnit: table.outputUnit,
    outputName: table.output,
    ...(place < 0
      ? {}
      : {
          rule: {
            rule: place,
            words: 'never falls',
            holds: failing.length === 0,
            failing: failing.length,
            share: failing.length / rows.length,
          },
        }),
    answer: `+1 ${input.unit} changes duration by +2.97 min on average over 500 rows.`,
    sentence: `The slope is below 0 in ${failing.length} rows; one more ${input.unit} shortens the forecast in ${failing.length - 2}.`,
  };
  if (host.shape === 'yes/no') return { ...base, kind: 'yes/no', ...pairedAnswer(host) };
  if (host.shape === 'category') return { ...base, kind: 'switched', ...levelsAnswer(request) };
  return {
    ...base,
    figures: [
      { label: 'Average slope', text: `+${mean.toFixed(2)} ${unit}`, detail: 'over 500 rows', value: mean },
      {
        label: `One more ${input.unit}`,
        text: `+2.97 ${table.outputUnit}`,
        detail: `shorter in ${failing.length - 2} rows`,
        value: 2.97,
      },
      { label: 'Lowest to highest', text: `−4.28 to +6.52 ${unit}`, detail: 'rows 360 and 79', value: -4.28 },
      {
        label: 'Slope below 0',
        text: `${failing.length} rows (6.6\u2009%)`,
        detail: 'the rule says never',
        value: failing.length,
      },
      {
        label: `1\u2009% more ${input.unit}s`,
        text: `+0.09\u2009% ${table.output}`,
        detail: 'average elasticity',
        value: 0.09,
      },
    ],
    scatter: host.shape === 'bins' ? bins() : dots(host, request),
    curve: curve(host, request, worst),
    worst: {
      heading: 'Where it falls',
      sentence: `${input.name} > 15 covers 15 of the ${failing.length} rows.`,
      columns: [input.name, 'forms_filled', 'visits_made'],
      rows: failing.slice(0, 6).map((row) => ({
        row,
        line: row + 2,
        values: [input.values[row]!, table.inputs[1]!.values[row]!, table.inputs[3]!.values[row]!],
        slope: input.slopes[row]!,
        step: input.slopes[row]! * 1.05,
        forecast: table.forecast[row]!,
      })),
      failing: failing.length,
    },
    parts: {
      row: worst,
      line: worst + 2,
      over: { rows: 200, of: 500 },
      slope,
      told: 1,
      layers: [
        {
          name: 'h1',
          origin: 'dense',
          sentence: 'h1_1 is off.',
          units: [
            { name: 'h1_1', part: 0, average: 0.1 },
            { name: 'h1_2', part: 0.75 * slope, average: 0.3 },
          ],
          around: { joins: 'add', part: 0.25 * slope, average: 0.2 },
        },
        {
          name: 'h2',
          origin: 'dense_1',
          sentence: 'The slope is the sum of 8 hidden units. h2_7 pulls down more than usual.',
          units: [...shares, 1 - shares.reduce((sum, share) => sum + share, 0)].map((share, at) => ({
            name: `h2_${8 - at}`,
            part: share * slope,
            average: share * mean * 0.4,
          })),
        },
      ],
    },
    effects: (['unit', 'spread', 'middle'] as const).map((kind, at) => ({
      change: [`+1 ${input.unit}`, '+1 spread (4.2)', 'from 3 to 12 (middle half)'][at]!,
      kind,
      average: 2.97 * (at + 1),
      error: 0.08,
      interval: [2.8, 3.1],
      lowest: -4.55,
      highest: 6.6,
      atAverage: 3.1,
      unit: table.outputUnit,
    })),
    measures: {
      alphas: [1, 2, 3],
      alphaMeans: Float64Array.of(2.8, 3.1, 3.3),
      dgsm: 9.6,
      dgsmBound: 0.3,
      share: 0.2,
      overOrder: Float64Array.of(1, 2, 1.5, 1),
      sentences: [`${input.name} holds 20\u2009% of all effects.`],
    },
  };
}

function dots({ table }: FakeHost, { input, colourBy }: InputRequest): Scatter {
  const { slopes, values } = table.inputs[input]!;
  const colour = colourBy === undefined ? undefined : table.inputs[colourBy]!;
  return {
    kind: 'dots',
    rows: Uint32Array.from(slopes, (_, row) => row),
    values,
    shown: values.map((value, row) => value + ((row * 0.618034) % 1) * 0.56 - 0.28),
    slopes,
    beyond: Uint8Array.from(slopes, (slope) => (slope < 0 ? 1 : 0)),
    ...(colour
      ? {
          colour: {
            name: colour.name,
            values: colour.values,
            min: Math.min(...colour.values),
            max: Math.max(...colour.values),
          },
        }
      : {}),
    turns: Float64Array.of(16),
  };
}

function bins(): Scatter {
  const [columns, lines] = [40, 24];
  const counts = Uint32Array.from({ length: columns * lines }, (_, cell) =>
    Math.round(4000 * Math.exp(-(((cell % columns) - 18) ** 2) / 90 - (Math.floor(cell / columns) - 14) ** 2 / 20)),
  );
  return {
    kind: 'bins',
    columns,
    lines,
    counts,
    beyond: counts.map((count, cell) => (cell < columns * 8 ? count : 0)),
    x: { min: 0, max: 24 },
    y: { min: -6, max: 12 },
    turns: new Float64Array(),
  };
}

function curve(
  host: FakeHost,
  { input, curve: kind = 'average' }: InputRequest,
  worst: number,
): NonNullable<InputView['curve']> {
  const at = Float64Array.from({ length: 25 }, (_, value) => value);
  const rows = [...Array.from({ length: 40 }, (_, place) => place * 12), worst].filter(
    (row) => row < host.table.forecast.length,
  );
  const along = (row: number): Float64Array =>
    at.map((value) => forecastOf(numbersOf(host.table, row).with(input, value)) + effectOf(row) * value);
  const singles = rows.map((row) => ({ row, worst: row === worst, forecast: along(row) }));
  const average = at.map(
    (_, place) => singles.reduce((sum, { forecast }) => sum + forecast[place]!, 0) / singles.length,
  );
  return {
    kind,
    at,
    average,
    singles: kind === 'average' ? singles : [],
    rug: host.table.inputs[input]!.values.slice(0, 2000),
    density: Uint32Array.from(at, () => 20),
    over: { rows: 500, of: 500 },
    note: 'Above 22 lies no row.',
  };
}

function pairedAnswer({ table }: FakeHost): Pick<InputView, 'figures' | 'paired' | 'effects'> {
  return {
    figures: [{ label: 'Switching on', text: `+12.4 ${table.outputUnit}`, detail: 'shorter in 4 rows', value: 12.4 }],
    paired: Array.from({ length: 30 }, (_, row) => ({
      row,
      off: table.forecast[row]!,
      on: table.forecast[row]! + (row % 7 === 0 ? -20 : 30),
    })),
    effects: [],
  };
}

function levelsAnswer({ between }: InputRequest): Pick<InputView, 'figures' | 'levels' | 'effects'> {
  const [from, to] = between ?? [];
  const effect = { kind: 'level', average: -31.2, error: 0.8, interval: [-33, -29], lowest: -60, highest: 12 } as const;
  return {
    figures: [{ label: 'Largest switch', text: '−31.2 min', detail: 'from Rome to Oslo', value: -31.2 }],
    levels: {
      commonest: 'Rome',
      over: { rows: 500, of: 500 },
      more: 0,
      lines: [
        { level: 'Rome', rows: 300, average: 0, error: 0, lowest: 0, highest: 0 },
        { level: 'Oslo', rows: 200, average: -31.2, error: 0.8, lowest: -60, highest: 12 },
      ],
    },
    effects: from && to ? [{ ...effect, change: `from ${from} to ${to}`, atAverage: -30, unit: 'min' }] : [],
  };
}
