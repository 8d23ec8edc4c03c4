import type { FakeTable } from './table';

/** What one more adds at 0, and how much less each further one adds: forecasts rise, turn and fall. */
const rise = [8, 9, 5, 30, 6, 20, 3, 14];
const bend = [0.3, 0.2, 0.15, 0.6, 0.25, 0.9, 0.1, 0.8];

/** The invented function behind the tabs below Slopes: Σ rise·x − bend·x² over the inputs. */
export function forecastOf(values: readonly number[]): number {
  return values.reduce(
    (sum, value, input) => sum + (rise[input] ?? 1) * value - (bend[input] ?? 0) * value * value,
    40,
  );
}

/** Its slope by one input. */
export function slopeOf(values: readonly number[], input: number): number {
  return (rise[input] ?? 1) - 2 * (bend[input] ?? 0) * values[input]!;
}

/** The values of one row. */
export function numbersOf({ inputs }: FakeTable, row: number): number[] {
  return inputs.map(({ values }) => values[row]!);
}

/** A little of its own for every row, so that lines of single rows differ. */
export function effectOf(row: number): number {
  return ((row * 7) % 11) / 4 - 1;
}
