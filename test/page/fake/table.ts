/** One invented input: slopes and values at every row. */
export interface FakeInput {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'number' | 'whole number' | 'switched';
  readonly slopes: Float32Array;
  readonly values: Float64Array;
}

/** An invented table with the slopes of an invented network. */
export interface FakeTable {
  readonly model: string;
  readonly file: string;
  readonly output: string;
  readonly outputUnit: string;
  readonly inputs: readonly FakeInput[];
  readonly forecast: Float64Array;
  readonly actual: Float64Array;
}

/** A row of random numbers that is the same on every machine: Park and Miller's minimal standard generator. */
export function randomNumbers(seed: number): { uniform: () => number; normal: () => number } {
  let state = seed;
  const uniform = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

const activities: readonly (readonly [name: string, unit: string, mean: number, deviation: number, spread: number])[] =
  [
    ['calls_made', 'call', 2.83, 1.9, 4.2],
    ['forms_filled', 'form', 5.66, 1.1, 5.4],
    ['emails_sent', 'email', 1.45, 0.6, 6.9],
    ['visits_made', 'visit', 26.3, 3.4, 1.5],
    ['scans_done', 'scan', 1.69, 1.3, 3.1],
    ['reviews_held', 'review', 12.4, 2.4, 2.1],
    ['files_moved', 'file', 0.94, 0.6, 5.2],
    ['approvals', 'approval', 8.5, 3.6, 1.6],
  ];

/** 500 activities with eight counts: the story of the sample, with invented slopes. */
export function activityTable(rows = 500): FakeTable {
  const { uniform, normal } = randomNumbers(2024);
  const inputs = activities.map(([name, unit, mean, deviation, spread]): FakeInput => {
    const values = Float64Array.from({ length: rows }, () => Math.max(0, Math.round(spread * (1.2 + normal()))));
    const slopes = Float32Array.from({ length: rows }, () => mean + deviation * normal());
    return { name, unit, kind: 'whole number', slopes, values };
  });
  const forecast = Float64Array.from({ length: rows }, (_, row) =>
    inputs.reduce((sum, { values }, input) => sum + values[row]! * (activities[input]?.[2] ?? 0), 40),
  );
  const actual = forecast.map((value) => value + 40 * (uniform() - 0.5));
  return {
    model: 'duration.keras',
    file: 'activities.csv',
    output: 'duration',
    outputUnit: 'min',
    inputs,
    forecast,
    actual,
  };
}

/** A million rows, three inputs; exactly one slope of the second is below 0. */
export function millionTable(): FakeTable {
  const rows = 1_000_000;
  const { uniform } = randomNumbers(7);
  const inputs = ['amount', 'age', 'distance'].map((name, input): FakeInput => ({
    name,
    unit: 'unit',
    kind: 'number',
    slopes: Float32Array.from({ length: rows }, () => (3 - input) * (0.2 + uniform())),
    values: Float64Array.from({ length: rows }, uniform),
  }));
  inputs[1]!.slopes[654_321] = -0.01;
  const forecast = Float64Array.from({ length: rows }, uniform);
  return {
    model: 'basket.onnx',
    file: 'transactions.csv',
    output: 'amount_spent',
    outputUnit: '€',
    inputs,
    forecast,
    actual: forecast,
  };
}
