import { isIdentity, toModel } from '../table/scaling';
import type { Case, Cause } from './case';
import type { Checked, CheckedInput } from './checked';
import { isForecastRule, isSlopeRule } from './expectations';
import type { Reason } from './finding';
import { forecastCauses } from './forecastReasons';
import { partnerReason } from './partner';
import { countWhere, rowsOf } from './caseRows';
import type { Rule } from './rule';
import { fewNeighbours } from './sparseRows';
import { summaryOf, type SlopeSummary } from './summary';
import { dead, units } from './unitReasons';
import { count, number, percent, signed } from './words';

/** Causes in the order they are told; each states its evidence in numbers. */
const slopeCauses: readonly Cause[] = [
  cutOff,
  dead,
  rounding,
  small,
  scaling,
  linear,
  kink,
  partnerReason,
  saturation,
  units,
  fewNeighbours,
  extrapolation,
];

/** What is said where no cause shows. */
const unexplained: Reason = { kind: 'unexplained', message: 'Nothing that Slopescope looks for explains it.' };

/** Why a rule fails, as far as it shows: every cause with evidence, the most telling first; one that says so where none is found. */
export function reasonsFor(it: Case): Reason[] {
  const reasons = causesFor(it.rule).flatMap((cause) => cause(it) ?? []);
  return reasons.length > 0 ? reasons : [unexplained];
}

function causesFor(rule: Rule): readonly Cause[] {
  if (isSlopeRule(rule)) return slopeCauses;
  if (rule.expect === 'forecast can reach the target') return [reach, scaling];
  const first = isForecastRule(rule) ? forecastCauses : rule.expect === 'levels in order' ? [levelSteps] : [effects];
  return [...first, scaling, fewNeighbours, extrapolation];
}

/** How far the forecast can get at all. */
function reach({ checked, side }: Case): Reason | undefined {
  const { reach: span, output, outputBounds } = checked;
  if (!span) return undefined;
  const unit = output.unit === '' ? '' : ` ${output.unit}`;
  const { step } = outputBounds ?? {};
  return {
    kind: 'reach',
    message: `While the inputs stay within their columns' values, no forecast goes ${side < 0 ? 'below' : 'above'} ${number(side < 0 ? span.low : span.high)}${unit}: proven by interval arithmetic through the network${step === undefined ? '' : `, whose last step is ${step}`}.`,
    remedy: 'Connect the scaler of the target if it was scaled for training; else end the network with a linear step.',
  };
}

/** Between which levels the forecast falls, row by row. */
function levelSteps({ rule, checked, found }: Case): Reason | undefined {
  const changes = checked.levelChanges?.get(rule);
  const { levels = [] } = rule;
  if (!changes || levels.length < 3) return undefined;
  const counts = new Uint32Array(levels.length);
  for (const position of found.failing) counts[changes.from[position]!]!++;
  const from = counts.indexOf(Math.max(...counts));
  return {
    kind: 'levels',
    message: `In ${rowsOf(counts[from]!, found)} it falls most from ${levels[from]!} to ${levels[from + 1]!}.`,
  };
}

/** What both inputs of a comparison do on average: |slope| × spread, or |slope|. */
function effects({ rule, checked, input, found }: Case): Reason | undefined {
  const other = checked.inputs.findIndex(({ name }) => name === rule.other);
  if (other < 0 || rule.units === 'model') return undefined;
  const [own, compared] = [input, other].map((each) => {
    const { slopes } = checked.inputs[each]!;
    const spread = rule.per === 'one' ? 1 : (summaryOf(checked).inputs[each]!.values?.deviation ?? 0);
    let sum = 0;
    for (const position of found.positions) sum += Math.abs(slopes[position]!);
    return (spread * sum) / found.positions.length;
  });
  const unit = checked.output.unit || checked.output.name;
  const per = rule.per === 'one' ? 'one' : 'spread';
  return {
    kind: 'effects',
    message: `Over all rows one ${per} of ${held({ checked, input }).name} moves ${checked.output.name} by ${number(own!)} ${unit} on average, one of ${checked.inputs[other]!.name} by ${number(compared!)} ${unit}.`,
  };
}

/** The output does not move at all where the rule wants it to: it stands at its lowest or highest value. */
function cutOff({ checked, found }: Case): Reason | undefined {
  const slopes = slopesOf(checked);
  const isStill = (position: number) => slopes.every((each) => each[position] === 0);
  const still = countWhere(found.failing, isStill);
  if (still < found.failing.length / 2) return undefined;
  const level = checked.forecast[found.failing.find(isStill)!]!;
  const { min, max } = summaryOf(checked).forecast;
  if (level !== min && level !== max) return undefined;
  if (countWhere(found.failing, (position) => isStill(position) && checked.forecast[position] !== level) > 0)
    return undefined;
  return {
    kind: 'cut off',
    message: `The output is cut off at ${number(level)} in ${rowsOf(still, found)}: no input moves it there.`,
    remedy: 'End the network with softplus, which keeps a slope everywhere, and train again.',
  };
}

/** The slopes by every input that has some. */
function slopesOf({ inputs }: Checked): readonly CheckedInput['slopes'][] {
  return inputs.flatMap(({ kind, slopes }) => (kind === 'switched' ? [] : [slopes]));
}

function rounding(it: Case): Reason | undefined {
  const { low, high } = heldSlopes(it);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const worst = it.found.numbers(it.worst);
  if (it.rule.check === 'step' || worst === 0 || Math.abs(worst) > 1e-12 * largest) return undefined;
  return {
    kind: 'rounding',
    message: `The worst slope, ${number(worst)}, is within rounding of 0.`,
    remedy: 'Give the rule a small tolerance.',
  };
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
    remedy: `Give the rule a tolerance of ${number(Math.abs(worst))}.`,
  };
}

/** An input that goes into the network as more than so many spreads was scaled by the wrong numbers or is in another unit. */
const farSpreads = 10;
/** Under the scaler of its own table a column has average 0 and spread 1, or lies between −1 and 1. */
const farAverage = 3;
const wideSpread = 3;

function scaling(it: Case): Reason | undefined {
  for (const input of it.checked.inputs.keys()) {
    const what = misfit(it, input);
    if (what === undefined) continue;
    return {
      kind: 'scaling',
      message: `${what}: the scaler or the unit may be another one.`,
      remedy: 'Connect the scaler that the network was trained with, and compare the units of the columns.',
    };
  }
  return undefined;
}

/** How an input's column does not fit its scaling, in words; undefined when it does. */
function misfit({ checked, found }: Case, input: number): string | undefined {
  const { name, values, scaling: own } = checked.inputs[input]!;
  const range = summaryOf(checked).inputs[input]!.values;
  if (!values || !range || isIdentity(own)) return undefined;
  if (own.kind === 'affine' && checked.rows.length >= 20) {
    const [average, spread] = [toModel(own, range.mean), range.deviation / Math.abs(own.spread)];
    if (Math.abs(average) > farAverage || spread > wideSpread) {
      return `${name} goes into the network with average ${number(average)} and spread ${number(spread)}, where its scaler would give 0 and 1`;
    }
  }
  // Scalings are monotone: when neither end of the column lies far out, no row does.
  if ([range.min, range.max].every((end) => Math.abs(toModel(own, end)) <= farSpreads)) return undefined;
  let many = 0;
  let most = 0;
  for (const position of found.failing) {
    const spreads = Math.abs(toModel(own, values[checked.rows[position]!]!));
    if (spreads > farSpreads) many++;
    if (spreads > most) most = spreads;
  }
  if (many < found.failing.length / 2) return undefined;
  return `In ${rowsOf(many, found)} ${name} goes into the network as up to ${number(most)} spreads from its average`;
}

function linear(it: Case): Reason | undefined {
  const { low, high } = heldSlopes(it);
  if (it.checked.rows.length < 2 || low === 0 || high - low > 1e-6 * Math.abs(low)) return undefined;
  return {
    kind: 'linear',
    message: `The network is a straight line in ${held(it).name} on all rows: one slope, ${signed(low)}.`,
    remedy:
      'One slope has one sign: look for a partner it moves together with, or train with a constraint on its weight.',
  };
}

function kink({ checked, found }: Case): Reason | undefined {
  const { atKink } = checked;
  const many = atKink ? countWhere(found.failing, (position) => atKink[position] === 1) : 0;
  if (many === 0 || many < found.failing.length / 2) return undefined;
  const who = many === 1 ? 'One failing row lies' : `${rowsOf(many, found, true)} lie`;
  return {
    kind: 'kink',
    message: `${who} at a kink of a hidden unit, where the slope jumps.`,
    remedy: 'Check the exact +1 step instead of the slope.',
  };
}

/** All slopes nearly vanish where the rule fails: the hidden units no longer react. */
function saturation({ checked, found }: Case): Reason | undefined {
  const flat = summaryOf(checked).inputs.map(({ slopes }) => 0.01 * slopes.rootMeanSquare);
  if (flat.every((limit) => limit === 0)) return undefined;
  const slopes = checked.inputs.flatMap(({ kind, slopes: own }, index) =>
    kind === 'switched' ? [] : [{ own, limit: flat[index]! }],
  );
  const many = countWhere(found.failing, (position) =>
    slopes.every(({ own, limit }) => Math.abs(own[position]!) <= limit),
  );
  if (many === 0 || many < found.failing.length / 2) return undefined;
  return {
    kind: 'saturation',
    message: `In ${rowsOf(many, found)} the slopes of all inputs are nearly 0: the hidden units are saturated there. A missing or wrong scaler is the usual cause.`,
    remedy: 'Connect the scaler that the network was trained with.',
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
    remedy: 'Collect more rows like it, or make no forecasts there.',
  };
}

function held({ checked, input }: Pick<Case, 'checked' | 'input'>): CheckedInput {
  return checked.inputs[input]!;
}

function heldSlopes({ checked, input }: Case): SlopeSummary {
  return summaryOf(checked).inputs[input]!.slopes;
}
