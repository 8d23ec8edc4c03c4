import type { RangeRequest, RangeView } from '../../../src/session/rangeQuestion';
import type { FakeHost } from './service';

/** Counts of the invented forecasts in thirty bars, with limits as asked. */
export function rangeAnswer({ table }: FakeHost, { lower, upper }: RangeRequest): RangeView {
  const { forecast, actual, outputUnit: unit } = table;
  const [min, max] = [Math.min(...forecast), Math.max(...forecast)];
  const edges = Float64Array.from({ length: 31 }, (_, place) => min + (place / 30) * (max - min));
  const counts = (values: Float64Array): Uint32Array => {
    const bars = new Uint32Array(30);
    for (const value of values) {
      const bar = Math.min(29, Math.max(0, Math.floor((30 * (value - min)) / (max - min))));
      bars[bar] = (bars[bar] ?? 0) + 1;
    }
    return bars;
  };
  const below = [...forecast.keys()].filter((row) => forecast[row]! < (lower ?? -Infinity));
  const above = [...forecast.keys()].filter((row) => forecast[row]! > (upper ?? Infinity));
  return {
    sentence: `${below.length + above.length} of ${forecast.length} forecasts lie beyond the limits.`,
    unit,
    histogram: { edges, forecast: counts(forecast), actual: counts(actual) },
    forecast: { min, max, rows: forecast.length },
    actual: { min: Math.min(...actual), max: Math.max(...actual), rows: actual.length },
    ...(lower === undefined ? {} : { lower }),
    ...(upper === undefined ? {} : { upper }),
    beyond: {
      below: below.length,
      above: above.length,
      rows: [...below, ...above].slice(0, 100).map((row) => ({ row, line: row + 2, forecast: forecast[row]! })),
    },
    diagnoses: [
      {
        kind: 'cut off',
        message: '96 rows are cut off at 0: their slopes are all 0.',
        rows: 96,
        repair: { message: 'Use ReLU or softplus at the output.', code: 'y = np.logaddexp(0, z)' },
      },
    ],
    ...(lower === undefined && upper === undefined ? {} : { ruleWords: `forecast at least ${lower ?? 0}` }),
  };
}
