import type { Case, Cause } from './case';
import type { Reason } from './finding';
import { rowsOf } from './caseRows';
import { count, counted, listed, number, signed } from './words';

/** A part of a forecast is named when it counts for at least this share of the largest. */
const worthNaming = 0.25;
const mostNamed = 3;

/** Causes of forecasts beyond their limits. */
export const forecastCauses: readonly Cause[] = [unbounded, target, pulls];

/** Whether the output's last step keeps it within the limit at all. */
function unbounded({ checked, found, side, rule }: Case): Reason | undefined {
  if (rule.units === 'model' || checked.outputBounds === undefined) return undefined;
  const limit = side < 0 ? found.demand.low : found.demand.high;
  const { low, high, step } = checked.outputBounds;
  const reach = side < 0 ? low : high;
  if (!Number.isFinite(limit) || (side < 0 ? low >= limit : high <= limit)) return undefined;
  const where = side < 0 ? 'at or above' : 'at or below';
  const why = Number.isFinite(reach)
    ? `${step ?? 'its last step'} lets it go to ${number(reach)}`
    : step === undefined
      ? 'its last step is linear'
      : `${step} has no bound on this side`;
  const atZero = side < 0 && limit === 0;
  return {
    kind: 'unbounded',
    message: `Nothing at the output keeps the forecast ${where} ${number(limit)}: ${why}.`,
    remedy: atZero
      ? 'End the network with softplus or ReLU and train again, or train on the logarithm of the target.'
      : 'End the network with a step that has this bound, such as a scaled sigmoid, and train again.',
  };
}

/** What the true values say: whether they keep the limit, and what they are where the forecast does not. */
function target({ checked, found, side, rule }: Case): Reason | undefined {
  const { actual, rows, output, forecast } = checked;
  if (!actual || rule.units === 'model') return undefined;
  const limit = side < 0 ? found.demand.low : found.demand.high;
  const all = valuesAt(actual, rows, found.positions);
  const there = valuesAt(actual, rows, found.failing);
  if (all.length === 0 || there.length === 0 || !Number.isFinite(limit)) return undefined;
  const beyond = all.filter((value) => (side < 0 ? value < limit : value > limit)).length;
  const [least, most] = extremes(all);
  const [low, high] = extremes(there);
  const name = output.name;
  const unit = output.unit === '' ? '' : ` ${output.unit}`;
  const extreme = side < 0 ? `${number(least)}${unit}` : `${number(most)}${unit}`;
  if (beyond > 0) {
    const go = side < 0 ? 'below' : 'above';
    return {
      kind: 'target',
      message: `The true ${name} itself is ${go} ${number(limit)} in ${counted(beyond, 'row')}, ${side < 0 ? 'lowest' : 'highest'} ${extreme}.`,
      remedy: 'Correct these true values, or the rule.',
    };
  }
  const missed = meanOf(
    Array.from(found.failing).flatMap((position) => {
      const miss = forecast[position]! - actual[rows[position]!]!;
      return Number.isNaN(miss) ? [] : [miss];
    }),
  );
  return {
    kind: 'target',
    message: `The true ${name} never goes ${side < 0 ? 'below' : 'above'} ${extreme}; in ${rowsOf(found.failing.length, found)} it is ${low === high ? number(low) : `${number(low)} to ${number(high)}`}${unit}, and the forecast misses it by ${signed(missed)}${unit} on average.`,
  };
}

/** The inputs that carry the forecast from the average row beyond the limit at the worst row. */
function pulls({ checked, worst, side, rows, rule }: Case): Reason | undefined {
  const made = rule.units === 'model' ? undefined : checked.pulls?.(worst);
  if (!made) return undefined;
  const pulling = checked.inputs
    .map(({ name }, input) => ({ name, part: made.parts[input]! }))
    .filter(({ part }) => part * side > 0)
    .sort((a, b) => side * (b.part - a.part));
  const largest = Math.abs(pulling[0]?.part ?? 0);
  const named = pulling.filter(({ part }) => Math.abs(part) >= worthNaming * largest).slice(0, mostNamed);
  if (named.length === 0) return undefined;
  const parts = listed(named.map(({ name, part }) => `${name} (${signed(part)})`));
  const verb = named.length === 1 ? (side < 0 ? 'pulls' : 'pushes') : side < 0 ? 'pull' : 'push';
  const row = count((rows.worstRows[0] ?? 0) + 1);
  return {
    kind: 'pulls',
    message: `At row ${row} ${parts} ${verb} the forecast ${side < 0 ? 'down' : 'up'} from ${number(made.from)} at the average row to ${number(checked.forecast[worst]!)}.`,
  };
}

function valuesAt(values: Float64Array, rows: Uint32Array, positions: Uint32Array): Float64Array {
  return Float64Array.from(positions, (position) => values[rows[position]!]!).filter((value) => !Number.isNaN(value));
}

function extremes(values: Float64Array): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
