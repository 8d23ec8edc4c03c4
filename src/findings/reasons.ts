import { isIdentity, toModel } from '../table/scaling';
import type { Case, Failing } from './case';
import type { Checked, CheckedInput } from './checked';
import { isForecastRule } from './expectations';
import type { FailingRows, Reason } from './finding';
import { partnerReason } from './partner';
import type { Rule } from './rule';
import { summaryOf, type SlopeSummary } from './summary';
import { count, counted, listed, number, percent, signed } from './words';

type Cause = (it: Case) => Reason | undefined;

/** Causes in the order they are told; each states its evidence in numbers. */
const slopeCauses: readonly Cause[] = [
  cutOff,
  rounding,
  small,
  scaling,
  linear,
  kink,
  partnerReason,
  saturation,
  units,
  extrapolation,
];

/**
 * Why a rule fails, as far as it shows: every cause with evidence, the most telling first; one that says so where none
 * is found. Nothing is claimed for rules on forecasts but that the inputs lie outside the usual.
 */
export function reasonsFor(
  rule: Rule,
  checked: Checked,
  input: number | undefined,
  found: Failing,
  rows: FailingRows,
): Reason[] {
  const worst = found.failing.find((position) => checked.rows[position] === rows.worstRows[0]) ?? found.failing[0]!;
  const side = found.numbers(worst) > found.demand.high ? 1 : -1;
  const it: Case = { rule, checked, input: input ?? 0, found, rows, worst, side };
  const causes = isForecastRule(rule) || input === undefined ? [scaling, extrapolation] : slopeCauses;
  const reasons = causes.flatMap((cause) => cause(it) ?? []);
  if (reasons.length > 0) return reasons;
  return [{ kind: 'unexplained', message: 'Nothing that Slopescope looks for explains it.' }];
}

/** The output does not move at all where the rule wants it to: it stands at its lowest or highest value. */
function cutOff({ checked, found }: Case): Reason | undefined {
  const still = found.failing.filter((position) => isStill(checked, position));
  if (still.length < found.failing.length / 2) return undefined;
  const levels = new Set(Array.from(still, (position) => checked.forecast[position]!));
  const [level] = levels;
  if (levels.size !== 1 || level === undefined) return undefined;
  const { min, max } = summaryOf(checked).forecast;
  if (level !== min && level !== max) return undefined;
  return {
    kind: 'cut off',
    message: `The output is cut off at ${number(level)} in ${rowsOf(still.length, found)}: no input moves it there.`,
  };
}

function isStill({ inputs }: Checked, position: number): boolean {
  return inputs.every(({ kind, slopes }) => kind === 'switched' || slopes[position] === 0);
}

function rounding(it: Case): Reason | undefined {
  const { low, high } = heldSlopes(it);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const worst = it.found.numbers(it.worst);
  if (it.rule.check === 'step' || worst === 0 || Math.abs(worst) > 1e-12 * largest) return undefined;
  return { kind: 'rounding', message: `The worst slope, ${number(worst)}, is within rounding of 0.` };
}

/** The whole effect is tiny beside the input's usual one. */
function small(it: Case): Reason | undefined {
  const { demand, numbers } = it.found;
  const worst = numbers(it.worst);
  const limit = it.side < 0 ? demand.low : demand.high;
  const average = Math.abs(heldSlopes(it).mean);
  if (worst === 0 || limit !== 0 || !(Math.abs(worst) < 0.02 * average)) return undefined;
  return {
    kind: 'small',
    message: `The worst slope is only ${percent(Math.abs(worst) / average)} of the average slope: small, it may be noise.`,
  };
}

/** An input that goes into the network as more than so many spreads was scaled by the wrong numbers or is in another unit. */
const farSpreads = 10;

function scaling({ checked, found }: Case): Reason | undefined {
  for (const [index, { name, values, scaling: own }] of checked.inputs.entries()) {
    const range = summaryOf(checked).inputs[index]!.values;
    if (!values || !range || isIdentity(own)) continue;
    // Scalings are monotone: when neither end of the column lies far out, no row does.
    if ([range.min, range.max].every((end) => Math.abs(toModel(own, end)) <= farSpreads)) continue;
    let many = 0;
    let most = 0;
    for (const position of found.failing) {
      const spreads = Math.abs(toModel(own, values[checked.rows[position]!]!));
      if (spreads > farSpreads) many++;
      if (spreads > most) most = spreads;
    }
    if (many < found.failing.length / 2) continue;
    return {
      kind: 'scaling',
      message: `In ${rowsOf(many, found)} ${name} goes into the network as up to ${number(most)} spreads from its average: the scaler or the unit may be another one.`,
    };
  }
  return undefined;
}

function linear(it: Case): Reason | undefined {
  const { low, high } = heldSlopes(it);
  if (it.checked.rows.length < 2 || low === 0 || high - low > 1e-6 * Math.abs(low)) return undefined;
  return {
    kind: 'linear',
    message: `The network is a straight line in ${held(it).name} on all rows: one slope, ${signed(low)}.`,
  };
}

function kink({ checked, found }: Case): Reason | undefined {
  const { atKink } = checked;
  const many = atKink ? found.failing.filter((position) => atKink[position] === 1).length : 0;
  if (many === 0 || many < found.failing.length / 2) return undefined;
  const who = many === 1 ? 'One failing row lies' : `${rowsOf(many, found, true)} lie`;
  return { kind: 'kink', message: `${who} at a kink of a hidden unit, where the slope jumps.` };
}

/** All slopes nearly vanish where the rule fails: the hidden units no longer react. */
function saturation({ checked, found }: Case): Reason | undefined {
  const typical = summaryOf(checked).inputs.map(({ slopes }) => slopes.rootMeanSquare);
  const isFlat = (position: number) =>
    checked.inputs.every(
      ({ kind, slopes }, index) => kind === 'switched' || Math.abs(slopes[position]!) <= 0.01 * typical[index]!,
    );
  const many = found.failing.filter((position) => isFlat(position) && typical.some((size) => size > 0)).length;
  if (many === 0 || many < found.failing.length / 2) return undefined;
  return {
    kind: 'saturation',
    message: `In ${rowsOf(many, found)} the slopes of all inputs are nearly 0: the hidden units are saturated there. A missing or wrong scaler is the usual cause.`,
  };
}

/** The two units of the last hidden layer that pull most at the worst row. */
function units({ rule, checked, input, worst, side, rows }: Case): Reason | undefined {
  const made = rule.check === 'step' ? undefined : checked.unitParts?.(input, worst);
  if (!made) return undefined;
  const pulling = made.names
    .map((name, index) => ({ name, part: made.parts[index]! }))
    .filter(({ part }) => part * side > 0)
    .sort((a, b) => side * (b.part - a.part))
    .slice(0, 2);
  if (pulling.length === 0) return undefined;
  const named = listed(pulling.map(({ name, part }) => `${name} (${signed(part)})`));
  const how = side < 0 ? ['pulls', 'pull', 'down'] : ['pushes', 'push', 'up'];
  const verb = pulling.length === 1 ? how[0] : how[1];
  const row = count((rows.worstRows[0] ?? 0) + 1);
  return {
    kind: 'units',
    message: `${pulling.length === 1 ? 'Hidden unit' : 'Hidden units'} ${named} ${verb} the slope ${how[2]} at row ${row}`,
  };
}

/** The worst row lies far from the rest in some input. */
function extrapolation({ checked, worst, rows }: Case): Reason | undefined {
  let farthest: { readonly name: string; readonly value: number; readonly spreads: number } | undefined;
  for (const [index, { name, values }] of checked.inputs.entries()) {
    const statistics = summaryOf(checked).inputs[index]!.values;
    if (!values || !statistics) continue;
    const { mean: average, deviation } = statistics;
    const value = values[checked.rows[worst]!]!;
    const spreads = deviation > 0 ? Math.abs(value - average) / deviation : 0;
    if (spreads > Math.max(3, farthest?.spreads ?? 0)) farthest = { name, value, spreads };
  }
  if (!farthest) return undefined;
  const row = count((rows.worstRows[0] ?? 0) + 1);
  return {
    kind: 'extrapolation',
    message: `Row ${row} lies outside most of your data: ${farthest.name} is ${number(farthest.value)} there, ${number(farthest.spreads)} spreads from its average.`,
  };
}

function held({ checked, input }: Case): CheckedInput {
  return checked.inputs[input]!;
}

function heldSlopes({ checked, input }: Case): SlopeSummary {
  return summaryOf(checked).inputs[input]!.slopes;
}

/** "12 of the 33 rows", "the failing row". */
function rowsOf(many: number, { failing }: Failing, capital = false): string {
  if (failing.length === 1) return capital ? 'The failing row' : 'the failing row';
  return many === failing.length
    ? `${capital ? 'All' : 'all'} ${counted(many, 'failing row')}`
    : `${count(many)} of the ${count(failing.length)} failing rows`;
}
