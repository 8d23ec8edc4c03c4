import type { Expectation, Rule } from './rule';
import { number } from './words';

/** All expectations, in the order they are offered. */
export const expectations: readonly Expectation[] = [
  'never falls',
  'never rises',
  'always rises',
  'always falls',
  'slope at least',
  'slope at most',
  'slope between',
  'no effect',
  'matters at least as much as',
  'levels in order',
  'forecast at least',
  'forecast at most',
  'forecast between',
  'forecast can reach the target',
];

/** Which limits an expectation takes. */
export function limitsOf(expect: Expectation): 'none' | 'low' | 'high' | 'both' {
  if (expect.endsWith('at least')) return 'low';
  if (expect.endsWith('at most')) return 'high';
  return expect.endsWith('between') ? 'both' : 'none';
}

/** Whether a rule speaks of the forecast itself. */
export function isForecastRule({ expect }: Pick<Rule, 'expect'>): boolean {
  return expect.startsWith('forecast');
}

/** Whether a rule speaks of the slopes of one input alone: by them it can also be checked per step and in ranges. */
export function isSlopeRule(rule: Pick<Rule, 'expect'>): boolean {
  return !isForecastRule(rule) && rule.expect !== 'matters at least as much as' && rule.expect !== 'levels in order';
}

/** Whether training can lead towards a rule: it speaks of slopes or forecasts with limits that leave room. */
export function isMendable(rule: Pick<Rule, 'expect'>): boolean {
  if (rule.expect === 'no effect' || rule.expect === 'forecast can reach the target') return false;
  return isForecastRule(rule) || isSlopeRule(rule);
}

/** `never-falls`, `forecast-at-least`: the code of a finding. */
export function codeOf(expect: Expectation): string {
  return expect.replaceAll(' ', '-');
}

/** The rule as one writes it: "never falls", "slope at least 5", "levels in order small ≤ large". */
export function ruleWords(rule: Rule): string {
  const { expect, low = 0, high = 0, other = '', levels = [] } = rule;
  if (expect === 'matters at least as much as') return `${expect} ${other}${rule.per === 'one' ? ' per one' : ''}`;
  if (expect === 'levels in order') return `${expect} ${levels.join(' ≤ ')}`;
  const limits = {
    none: '',
    low: ` ${number(low)}`,
    high: ` ${number(high)}`,
    both: ` ${number(low)} and ${number(high)}`,
  };
  return `${expect}${limits[limitsOf(expect)]}`;
}

/** What is the matter in a row where the rule fails: "slope below 0", "forecast above 30 min". */
export function faultWords(rule: Rule, unit: string): string {
  const limit = (value = 0) => (value === 0 || unit === '' ? number(value) : `${number(value)} ${unit}`);
  const step = rule.check === 'step';
  switch (rule.expect) {
    case 'never falls':
      return step ? 'one more lowers the forecast' : 'slope below 0';
    case 'never rises':
      return step ? 'one more raises the forecast' : 'slope above 0';
    case 'always rises':
      return step ? 'one more does not raise the forecast' : 'slope not above 0';
    case 'always falls':
      return step ? 'one more does not lower the forecast' : 'slope not below 0';
    case 'no effect':
      return step ? 'one more changes the forecast' : 'slope not 0';
    case 'matters at least as much as':
      return `matters less than ${rule.other ?? ''}`;
    case 'levels in order':
      return 'forecast falls from one level to the next';
    case 'slope at least':
      return `${step ? 'one more gives less than' : 'slope below'} ${limit(rule.low)}`;
    case 'slope at most':
      return `${step ? 'one more gives more than' : 'slope above'} ${limit(rule.high)}`;
    case 'slope between':
      return `${step ? 'one more gives something outside' : 'slope outside'} ${number(rule.low ?? 0)} to ${limit(rule.high)}`;
    case 'forecast at least':
      return `forecast below ${limit(rule.low)}`;
    case 'forecast at most':
      return `forecast above ${limit(rule.high)}`;
    case 'forecast can reach the target':
      return 'true value beyond every possible forecast';
    case 'forecast between':
      return `forecast outside ${number(rule.low ?? 0)} to ${limit(rule.high)}`;
  }
}

/** What a rule demands of one number, as limits; a strict limit itself already fails. */
export interface Demand {
  readonly low: number;
  readonly high: number;
  readonly strict: boolean;
  readonly tolerance: number;
}

/** The limits of a rule: −∞ and ∞ where there is none. */
export function demandOf(rule: Rule): Demand {
  const tolerance = rule.tolerance ?? 0;
  const between = (low: number, high: number, strict = false): Demand => ({ low, high, strict, tolerance });
  switch (rule.expect) {
    case 'never falls':
    case 'matters at least as much as':
    case 'levels in order':
      return between(0, Number.POSITIVE_INFINITY);
    case 'never rises':
      return between(Number.NEGATIVE_INFINITY, 0);
    case 'always rises':
      return between(0, Number.POSITIVE_INFINITY, true);
    case 'always falls':
      return between(Number.NEGATIVE_INFINITY, 0, true);
    case 'no effect':
      return between(0, 0);
    default:
      return between(rule.low ?? Number.NEGATIVE_INFINITY, rule.high ?? Number.POSITIVE_INFINITY);
  }
}

/** How far a number lies beyond the limits (0 at a limit, negative inside); NaN is infinitely far. */
export function beyond({ low, high }: Demand, value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : Math.max(low - value, value - high);
}

/** Whether a number breaks the demand. */
export function breaks(demand: Demand, value: number): boolean {
  const far = beyond(demand, value);
  // With a tolerance the limit itself is no longer what decides, so that "always" and "never" meet there.
  return far > demand.tolerance || (demand.strict && demand.tolerance === 0 && far === 0);
}
