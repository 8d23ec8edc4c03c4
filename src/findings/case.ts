import type { Checked } from './checked';
import type { Demand } from './expectations';
import type { FailingRows, Reason } from './finding';
import type { Rule } from './rule';

/** What a check of one rule found. */
export interface Failing {
  readonly demand: Demand;
  readonly numbers: (position: number) => number;
  /** Positions, ascending. */
  readonly failing: Uint32Array;
  /** All positions the rule was checked at. */
  readonly positions: Uint32Array;
}

/** Everything a cause is looked for in. */
export interface Case {
  readonly rule: Rule;
  readonly checked: Checked;
  /** Number of the flat input; of a rule on the forecast 0, which nothing looks at. */
  readonly input: number;
  readonly found: Failing;
  readonly rows: FailingRows;
  /** Position of the worst row. */
  readonly worst: number;
  /** −1 where the number is too low, 1 where it is too high. */
  readonly side: -1 | 1;
}

/** One thing that may explain a finding; undefined where nothing speaks for it. */
export type Cause = (it: Case) => Reason | undefined;

/** A rule that fails, as its causes look at it. */
export function caseOf(
  rule: Rule,
  checked: Checked,
  input: number | undefined,
  found: Failing,
  rows: FailingRows,
  worst: number,
): Case {
  const side = found.numbers(worst) > found.demand.high ? 1 : -1;
  return { rule, checked, input: input ?? 0, found, rows, worst, side };
}
