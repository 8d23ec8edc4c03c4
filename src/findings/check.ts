import type { Problem } from '../problem';
import { matchNames } from '../table/matching';
import { partWords } from '../table/rowsTaken';
import { caseOf, type Failing } from './case';
import { positionsWhere } from './caseRows';
import type { Checked } from './checked';
import { comparisonOf, smallestNormal } from './comparison';
import { rowsMeeting } from './conditions';
import { beyond, breaks, codeOf, demandOf, isForecastRule, isSlopeRule, type Demand } from './expectations';
import type { FailingRows, Finding } from './finding';
import { findingMessage, slopeUnitOf } from './findingWords';
import { rowParts } from './layerParts';
import { reasonsFor } from './reasons';
import { findRegion } from './region';
import type { Rule } from './rule';
import { inputOf } from './ruleInput';
import { summaryOf } from './summary';
import { toldParts } from './unitReasons';
import { uncheckable, withoutRows } from './uncheckable';

/** How one rule stands. */
export interface RuleResult {
  readonly rule: Rule;
  /** No more rows fail than the rule allows; a rule that cannot be checked does not hold. */
  readonly holds: boolean;
  /** Positions at which it fails, ascending, also where so many are allowed. */
  readonly failing: Uint32Array;
  /** How many rows it was checked on. */
  readonly of: number;
  readonly finding?: Finding;
  /** Why it cannot be checked. */
  readonly problem?: Problem;
}

/** A result with the rule's number in the list that was checked. */
export interface NumberedResult extends RuleResult {
  readonly number: number;
}

/** Which parts of a finding are worked out beside the counts. */
export interface CheckOptions {
  /** Where and why; without them a check is one pass over the slopes. */
  readonly explain: boolean;
}

/** Checks every rule that speaks of this output; rules for other outputs are left out. Results in the rules' order. */
export function checkRules(rules: readonly Rule[], checked: Checked, options: CheckOptions): NumberedResult[] {
  return rules.flatMap((rule, number) =>
    isFor(rule, checked) ? { ...checkRule(rule, checked, options), number } : [],
  );
}

/** The findings of results, worst first: by weight, then by share. */
export function findingsOf(results: readonly RuleResult[]): Finding[] {
  return results
    .flatMap(({ finding }) => finding ?? [])
    .sort((a, b) => b.weight - a.weight || b.rows.share - a.rows.share);
}

/** Whether a rule speaks of this output. */
export function isFor(rule: Rule, { output, outputs }: Pick<Checked, 'output' | 'outputs'>): boolean {
  if (rule.output !== undefined) return matchNames([rule.output], outputs)[0] === outputs.indexOf(output.name);
  return !isForecastRule(rule) || outputs.length < 2 || output.name === outputs[0];
}

/** Checks one rule. */
export function checkRule(rule: Rule, checked: Checked, options: CheckOptions): RuleResult {
  const input = inputOf(rule, checked);
  const problem = uncheckable(rule, checked, input);
  if (problem) return { rule, holds: false, failing: new Uint32Array(), of: 0, problem };
  const numbers = numbersFor(rule, checked, input ?? 0);
  const positions = positionsFor(rule, checked);
  if (positions.length === 0 && checked.rows.length > 0)
    return { rule, holds: false, failing: positions, of: 0, problem: withoutRows(rule, checked) };
  const demand = rule.expect === 'forecast can reach the target' ? reachDemand(rule, checked) : demandOf(rule);
  const failing = brokenAt(positions, demand, numbers);
  const of = positions.length;
  const allowed = isAllowed(rule, failing.length, of);
  if (failing.length === 0 || allowed) return { rule, holds: true, failing, of };
  const found = { demand, numbers: numberAt(numbers), failing, positions };
  const finding = findingFor(rule, checked, input, found, options);
  return { rule, holds: false, failing, of, finding };
}

/** A true value must lie where the forecast can get. */
function reachDemand(rule: Rule, { reach }: Checked): Demand {
  return {
    ...demandOf(rule),
    low: reach?.low ?? Number.NEGATIVE_INFINITY,
    high: reach?.high ?? Number.POSITIVE_INFINITY,
  };
}

function isAllowed({ allowRows, allowShare }: Rule, failing: number, of: number): boolean {
  if (allowRows === undefined && allowShare === undefined) return failing === 0;
  return failing <= (allowRows ?? failing) && failing <= (allowShare ?? 1) * of;
}

function positionsFor(rule: Rule, checked: Checked): Uint32Array {
  const { rows, table } = checked;
  const { actual } = checked;
  const all = summaryOf(checked).positions;
  const positions =
    rule.expect === 'forecast can reach the target'
      ? positionsWhere(all, (position) => !Number.isNaN(actual![rows[position]!]!))
      : all;
  if (!rule.where || rule.where.length === 0) return positions;
  const meets = rowsMeeting(rule.where, table, rows);
  return positions.filter((position) => meets[position] === 1);
}

/** The number a rule speaks of, exact wherever the verdict depends on it: as they are stored by position, or worked out. */
type Numbers = Float32Array | Float64Array | ((position: number) => number);

function numberAt(numbers: Numbers): (position: number) => number {
  return typeof numbers === 'function' ? numbers : (position) => numbers[position]!;
}

/** The positions at which numbers break a demand; stored numbers are compared in one plain loop. */
function brokenAt(positions: Uint32Array, demand: Demand, numbers: Numbers): Uint32Array {
  if (typeof numbers === 'function') return positionsWhere(positions, (position) => breaks(demand, numbers(position)));
  const found = new Uint32Array(positions.length);
  let many = 0;
  for (const position of positions) {
    if (breaks(demand, numbers[position]!)) found[many++] = position;
  }
  return found.slice(0, many);
}

function numbersFor(rule: Rule, checked: Checked, input: number): Numbers {
  const { actual, rows } = checked;
  if (rule.expect === 'forecast can reach the target') return (position) => actual![rows[position]!]!;
  if (isForecastRule(rule)) {
    if (rule.units !== 'model') return checked.forecast;
    return (position) => checked.modelForecast?.(position) ?? checked.forecast[position]!;
  }
  if (rule.expect === 'levels in order') return levelNumbers(rule, checked);
  if (rule.expect === 'matters at least as much as') return comparedNumbers(rule, checked, input);
  const { slopes, steps } = checked.inputs[input]!;
  const factor = rule.units === 'model' ? checked.modelFactor?.bind(checked) : undefined;
  if (rule.check === 'step') return factor ? (position) => steps![position]! / factor(input, position) : steps!;
  const exact = exactDoubtful(demandOf(rule), checked, input, factor);
  if (exact.size === 0 && !factor) return slopes;
  const slope = (position: number) => exact.get(position) ?? slopes[position]!;
  return factor ? (position) => slope(position) / factor(input, position) : slope;
}

function levelNumbers(rule: Rule, { levelChanges }: Checked): Float64Array {
  const changes = levelChanges?.get(rule);
  if (!changes) throw new Error(`The changes over the levels of ${rule.input ?? ''} were not computed.`);
  return changes.smallest;
}

/** How much more the input matters than the other; from exact slopes wherever rounding could turn its sign. */
function comparedNumbers(rule: Rule, checked: Checked, input: number): (position: number) => number {
  const names = checked.inputs.map(({ name }) => name);
  const other = matchNames([rule.other ?? ''], names)[0]!;
  const { value, size } = comparisonOf(rule, checked, input, other);
  const limit = demandOf(rule).tolerance;
  const doubtful = summaryOf(checked).positions.filter(
    // Slopes beyond float32 leave no number to compare.
    (position) => !(Math.abs(value(position) + limit) > rounding * (size(position) + limit)),
  );
  const [own, compared] = [input, other].map((each) => checked.exactSlopes(each, doubtful));
  const exact = new Map(
    Array.from(doubtful, (position, index) => [position, value(position, [own![index]!, compared![index]!])]),
  );
  return (position) => exact.get(position) ?? value(position);
}

/** One part in 2^23: more than rounding to float32 changes. */
const rounding = 2 ** -23;
/** The smallest number float32 has: it stands for any slope that is smaller, of which the reference may say that it is 0. */
const smallest = 2 ** -149;

/**
 * Exact slopes at the positions whose stored slope lies so near a limit that rounding could decide. Rounding keeps the
 * sign, so a limit of 0 leaves no doubt unless the stored slopes have an error of their own.
 */
function exactDoubtful(
  demand: Demand,
  checked: Checked,
  input: number,
  factor: ((input: number, position: number) => number) | undefined,
): ReadonlyMap<number, number> {
  const { slopes, slopeError = 0 } = checked.inputs[input]!;
  const relative = slopes instanceof Float32Array ? rounding : 0;
  const low = demand.low - demand.tolerance;
  const high = demand.high + demand.tolerance;
  // A slope and its rounding have the same sign: beside the smallest, only other limits than 0 leave a doubt.
  const isClear =
    slopeError === 0 && (relative === 0 || [low, high].every((limit) => limit === 0 || !Number.isFinite(limit)));
  if (isClear && (relative === 0 || summaryOf(checked).inputs[input]!.slopes.leastSize > smallest)) return new Map();
  const doubtful: number[] = [];
  for (let position = 0; position < slopes.length; position++) {
    const slope = slopes[position]!;
    const isSmallest = slope === smallest || slope === -smallest;
    if (isClear && !isSmallest) continue;
    const scale = factor && !isClear ? factor(input, position) : 1;
    const error = slopeError + (Math.abs(slope) + smallestNormal) * relative;
    const isNear = Math.abs(slope - low * scale) <= error || Math.abs(slope - high * scale) <= error;
    if (isSmallest || isNear) doubtful.push(position);
  }
  const exact = checked.exactSlopes(input, Uint32Array.from(doubtful));
  return new Map(doubtful.map((position, index) => [position, exact[index]!]));
}

function findingFor(
  rule: Rule,
  checked: Checked,
  input: number | undefined,
  found: Failing,
  { explain }: CheckOptions,
): Finding {
  const { output } = checked;
  const { rows, sum, worst } = failingRows(checked, found);
  const unit = slopeUnitOf(rule, checked, input);
  const where = explain ? findRegion(checked, found.positions, found.failing) : undefined;
  const name = input === undefined ? rule.input : checked.inputs[input]!.name;
  const base = {
    rule,
    code: codeOf(rule.expect),
    ...(name === undefined ? {} : { input: name }),
    output: output.name,
    severity: rule.level,
    rows,
    size: Math.max(0, beyond(found.demand, rows.worst)),
    weight: weightOf(checked, isSlopeRule(rule) ? input : undefined, sum),
    unit,
    ...(where ? { where } : {}),
    ...stepOf(rule, checked, rows.worstRows[0]!),
  };
  const message = findingMessage(base);
  if (!explain) return { ...base, why: [], message };
  const it = caseOf(rule, checked, input, found, rows, worst);
  const told = toldParts(it);
  const parts = told ? { parts: rowParts(rows.worstRows[0]!, told.layers, told.told) } : {};
  return { ...base, why: reasonsFor(it), ...parts, message };
}

/** Between which levels the forecast falls most at the worst row. */
function stepOf(rule: Rule, { levelChanges, rows }: Checked, worst: number): Pick<Finding, 'step'> {
  const from = levelChanges?.get(rule)?.from[rows.indexOf(worst)];
  const [level, next] = from === undefined ? [] : (rule.levels ?? []).slice(from, from + 2);
  return level === undefined || next === undefined ? {} : { step: { from: level, to: next } };
}

const mostWorst = 10;

/** The rows in which it fails, worst first, and how far they lie beyond the limit together. */
function failingRows({ rows, table }: Checked, { demand, numbers, failing, positions }: Failing) {
  const of = positions.length;
  const worst: { readonly position: number; readonly far: number }[] = [];
  let least = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const position of failing) {
    const distance = beyond(demand, numbers(position));
    // A number that is none says nothing of how much: it stands behind all others.
    const far = Number.isFinite(distance) ? distance : Number.NEGATIVE_INFINITY;
    if (far > least || worst.length < mostWorst) {
      const place = worst.findIndex((other) => far > other.far);
      worst.splice(place < 0 ? worst.length : place, 0, { position, far });
      worst.length = Math.min(worst.length, mostWorst);
      if (worst.length === mostWorst) least = worst[mostWorst - 1]!.far;
    }
    if (far > 0) sum += far;
  }
  const worstRows = worst.map(({ position }) => rows[position]!);
  const counted: FailingRows = {
    count: failing.length,
    of,
    share: failing.length / of,
    ...(table.part ? { part: partWords(table.part) } : {}),
    worstRows,
    worstLines: worstRows.map((row) => table.lines[row]!),
    worst: numbers(worst[0]!.position),
  };
  return { rows: counted, sum, worst: worst[0]!.position };
}

/** Σ|beyond the limit| × spread of the input ÷ spread of the forecast. */
function weightOf(checked: Checked, input: number | undefined, sum: number): number {
  const { inputs, forecast } = summaryOf(checked);
  const spread = (input === undefined ? undefined : inputs[input]!.values?.deviation) ?? 1;
  return (sum * spread) / (forecast.deviation > 0 ? forecast.deviation : 1);
}
