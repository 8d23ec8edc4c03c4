import type { PairsView, Surface, SurfaceRequest } from '../../../src/session/pairsQuestion';
import type { FakeHost } from './service';

/** As for y = x1·x2: the first pair alone is strong; others fade by a cosine. */
export function pairsAnswer({ table }: FakeHost): PairsView {
  const inputs = table.inputs.map(({ name }, input) => ({ input, name }));
  const pairs = inputs.flatMap((_, first) =>
    inputs.slice(0, first).map((__, second) => {
      const signed = first === 1 ? 4.29 : 3 * Math.cos(first * 5 + second * 3);
      return {
        first,
        second,
        strength: Math.abs(signed),
        signed,
        mixed: signed / 10,
        sentence: `The effect of ${inputs[second]!.name} changes by ${signed.toFixed(1)} per ${inputs[first]!.name}.`,
      };
    }),
  );
  const strongest = [...pairs.keys()].sort((a, b) => pairs[b]!.strength - pairs[a]!.strength).slice(0, 5);
  return {
    sentence: 'calls_made and forms_filled work together most.',
    caption: 'Exact mixed slopes.',
    method: 'exact',
    inputs,
    pairs,
    strongest,
    unit: table.outputUnit,
    leftOut: [],
    rows: table.forecast.length,
    of: table.forecast.length,
  };
}

/** A tilted plane with a line of zero through its middle. */
export function surfaceAnswer({ table }: FakeHost, { first, second, show }: SurfaceRequest): Surface {
  const [a, b] = [table.inputs[first]!, table.inputs[second]!];
  const grid = (count: number, most: number): Float64Array =>
    Float64Array.from({ length: count }, (_, at) => (at / (count - 1)) * most);
  const [x, y] = [grid(48, 24), grid(30, 36)];
  const value = (across: number, up: number): number =>
    show === 'slope' ? 6 - across / 4 - up / 6 : 100 + across * up;
  const values = Float64Array.from({ length: 48 * 30 }, (_, at) => value(x[at % 48]!, y[Math.floor(at / 48)]!));
  const some = { x: Float64Array.of(2, 6, 12, 18), y: Float64Array.of(4, 10, 18, 26) };
  return {
    first: a.name,
    second: b.name,
    unit: show === 'slope' ? `${table.outputUnit} per ${a.unit}` : table.outputUnit,
    x,
    y,
    values,
    min: Math.min(...values),
    max: Math.max(...values),
    distance: Float32Array.from({ length: 48 * 30 }, (_, at) => (at % 48 > 40 ? 1.5 : 0.2)),
    zero: show === 'slope' ? Float64Array.of(24, 0, 12, 18, 12, 18, 0, 36) : new Float64Array(),
    dots: {
      rows: Uint32Array.from({ length: 200 }, (_, row) => row),
      x: a.values.slice(0, 200),
      y: b.values.slice(0, 200),
    },
    table: {
      ...some,
      values: Float64Array.from({ length: 16 }, (_, at) => value(some.x[at % 4]!, some.y[Math.floor(at / 4)]!)),
    },
    caption: 'Other inputs at their average. Orange: falls. Line: slope 0. Dots: rows. Pale: no rows near.',
  };
}
