import type { FormulaRequest, FormulaView } from '../../../src/session/formulaQuestion';
import type { NetworkPicture, NetworkRequest, PictureEdge, PictureLayer } from '../../../src/session/networkQuestion';
import { forecastOf, numbersOf } from './curved';
import type { FakeHost } from './service';

/** The invented network written out. */
export function formulaAnswer({ table }: FakeHost, { digits = 3, input }: FormulaRequest): FormulaView {
  const name = input === undefined ? undefined : table.inputs[input]?.name;
  return {
    sentence: `There is no single number for +1 in ${name ?? 'an input'}: it depends on all inputs.`,
    form: 'written out',
    lines: [`duration = ${(40.123456).toPrecision(digits)} + 8 calls_made − 0.3 calls_made²`, '  + 9 forms_filled'],
    ...(name === undefined ? {} : { slope: { heading: `Slope by ${name}`, lines: [`8 − 0.6 ${name}`] } }),
    coefficients: { intercept: 40, inputs: table.inputs.map((each, at) => ({ name: each.name, value: at - 2 })) },
    code: { Python: 'def duration(x): return 40.123456', R: 'duration <- function(x) 40.123456', LaTeX: 'y = 40' },
    notes: ['Weights below 0.001 are left out of the picture, not of the code.'],
    check: { row: 0, forecast: forecastOf(numbersOf(table, 0)) },
  };
}

/** Eight inputs, twelve and eight hidden units, one output, with weights from a sine. */
export function pictureAnswer({ table }: FakeHost, { row, input }: NetworkRequest): NetworkPicture {
  const sizes = [table.inputs.length, 12, 8, 1];
  const layers = sizes.map((size, at): PictureLayer => {
    const kind = at === 0 ? 'inputs' : at === 3 ? 'outputs' : 'hidden';
    const total = (size * (size + 1)) / 2;
    return {
      kind,
      title: kind === 'hidden' ? `${size} tanh` : `${size} ${kind}`,
      ...(kind === 'hidden' ? { layer: `dense_${at}` } : {}),
      size,
      fill: kind === 'hidden' ? (at === 1 ? 'on or off' : 'activity') : 'none',
      units: Array.from({ length: size }, (_, unit) => ({
        unit,
        name: kind === 'inputs' ? table.inputs[unit]!.name : kind === 'outputs' ? table.output : `h${at}_${unit + 1}`,
        activity: row === undefined ? NaN : Math.sin(unit + row),
        brightness: row === undefined ? 0 : Math.abs(Math.sin(unit + row)),
        active: unit % 3 !== 0,
        part: row === undefined ? NaN : unit + 1,
        share: input === undefined ? 0 : (unit + 1) / total,
        bias: Math.cos(unit),
      })),
      more: at === 1 ? 232 : 0,
    };
  });
  const edges = sizes.slice(1).flatMap((size, layer) =>
    Array.from({ length: size * sizes[layer]! }, (_, at): PictureEdge => {
      const [from, to] = [at % sizes[layer]!, Math.floor(at / sizes[layer]!)];
      const weight = Math.sin(from * 3 + to * 7 + layer);
      return { layer, from, to, weight, strength: Math.abs(weight), keep: from === to };
    }),
  );
  return {
    sentence: 'h2_7 and h2_8 carry most of the slope by calls_made.',
    layers,
    edges,
    ...(row === undefined ? {} : { partUnit: 'min per call' }),
    notes: ['12 of 244 units of layer 1 are shown.'],
  };
}
