import type { Binding } from '../table/binding';
import { valuesAtRows } from '../table/inputSource';
import { modelPerOriginal, toModel, toOriginal } from '../table/scaling';
import type { Computation } from './computeSlopes';
import { chunkRows } from './computeSlopes';

/**
 * Points that need not be rows of the table: per flat input one line of `count` numbers in the binding's units; for a
 * category the number of the element that is 1 (−1 for none).
 */
export interface Points {
  readonly count: number;
  readonly lines: readonly Float64Array[];
}

/** The table's rows as points. */
export function pointsAtRows(binding: Binding, rows: Uint32Array): Points {
  return {
    count: rows.length,
    lines: binding.inputs.map(({ source }) => valuesAtRows(source, rows)),
  };
}

/** The same values at `count` points. */
export function repeated(values: Float64Array, count: number): Points {
  return { count, lines: Array.from(values, (value) => new Float64Array(count).fill(value)) };
}

/** Points with the lines of some inputs replaced. */
export function withLine(points: Points, input: number, line: Float64Array): Points {
  return { ...points, lines: points.lines.map((known, flat) => (flat === input ? line : known)) };
}

/** Forecasts of the computation's output at points, in the binding's units. */
export async function forecastsAt(computation: Computation, points: Points): Promise<Float64Array> {
  return (await run(computation, points, false)).forecast;
}

/** Forecasts and slopes, slopes per flat input; those of switched inputs are NaN. */
export async function slopesAt(
  computation: Computation,
  points: Points,
): Promise<{ readonly forecast: Float64Array; readonly slopes: readonly Float64Array[] }> {
  return run(computation, points, true);
}

async function run(computation: Computation, points: Points, wanted: boolean) {
  const { binding, plan, engine, switched } = computation;
  const { scaling } = binding.outputs[plan.outputs[0]!]!;
  const forecast = new Float64Array(points.count);
  const slopes = wanted ? binding.inputs.map(() => new Float64Array(points.count).fill(NaN)) : [];
  for (let first = 0; first < points.count; first += chunkRows) {
    const count = Math.min(chunkRows, points.count - first);
    const x = modelLines(computation, points, first, count);
    const { y, jacobian } = await engine.run(plan, { rows: count, x, slopes: wanted });
    for (let index = 0; index < count; index++) forecast[first + index] = toOriginal(scaling, y[index]!);
    slopes.forEach((line, flat) => {
      if (switched[flat]) return;
      const { input, scaling: own } = binding.inputs[flat]!;
      for (let index = 0; index < count; index++) {
        const at = first + index;
        const perX = modelPerOriginal(own, points.lines[flat]![at]!);
        line[at] = (jacobian[input.element * count + index]! * perX) / modelPerOriginal(scaling, forecast[at]!);
      }
    });
  }
  return { forecast, slopes };
}

/** What the network takes at points `first` to `first + count`, as lines [input element][point]. */
export function modelLines(
  computation: Computation,
  points: Points,
  first: number,
  count: number,
): Float64Array<ArrayBuffer> {
  const x = new Float64Array(computation.plan.inputs * count);
  points.lines.forEach((line, flat) => {
    writeLine(computation, x, flat, line.subarray(first, first + count));
  });
  return x;
}

/** Writes what the network takes for one input's values into its lines of `x`. */
export function writeLine({ binding, network }: Computation, x: Float64Array, flat: number, line: Float64Array): void {
  const { input, source, scaling } = binding.inputs[flat]!;
  const { levels, size } = network.inputs[input.port]!;
  const count = line.length;
  const start = input.element * count;
  if (source.kind !== 'levels' && levels === undefined) {
    for (let index = 0; index < count; index++) x[start + index] = toModel(scaling, line[index]!);
    return;
  }
  x.fill(0, start, start + size * count);
  for (let index = 0; index < count; index++) {
    const element = line[index]!;
    if (element >= 0) x[start + element * count + index] = 1;
  }
}
