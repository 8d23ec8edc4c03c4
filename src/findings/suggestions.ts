import type { Checked } from './checked';
import { isForecastRule } from './expectations';
import { inputOf } from './ruleInput';
import type { Rule } from './rule';

/**
 * Rules that would follow the average slopes, for inputs without a rule; never applied by themselves. An input is left
 * out where the slopes of half of the rows contradict their average; the forecast gets a lower limit of 0 when no true
 * value lies below 0.
 */
export function suggestRules(checked: Checked, rules: readonly Rule[]): Rule[] {
  const ruled = new Set(rules.map((rule) => inputOf(rule, checked)));
  const slopeRules = checked.inputs.flatMap((input, index): Rule[] => {
    if (input.kind === 'switched' || ruled.has(index)) return [];
    const { mean, below, above, count } = signs(input.slopes);
    if (mean > 0 && below < count / 2) return [{ expect: 'never falls', input: input.name, level: 'warning' }];
    if (mean < 0 && above < count / 2) return [{ expect: 'never rises', input: input.name, level: 'warning' }];
    return [];
  });
  return [...slopeRules, ...forecastSuggestion(checked, rules)];
}

function signs(slopes: Float32Array | Float64Array) {
  let sum = 0;
  let below = 0;
  let above = 0;
  for (const slope of slopes) {
    sum += slope;
    if (slope < 0) below++;
    else if (slope > 0) above++;
  }
  return { mean: sum / slopes.length, below, above, count: slopes.length };
}

function forecastSuggestion({ actual, rows, forecast }: Checked, rules: readonly Rule[]): Rule[] {
  if (!actual || rules.some(isForecastRule)) return [];
  const trueBelow = rows.some((row) => actual[row]! < 0);
  const forecastBelow = forecast.some((value) => value < 0);
  return !trueBelow && forecastBelow ? [{ expect: 'forecast at least', low: 0, level: 'warning' }] : [];
}
