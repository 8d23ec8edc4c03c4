import type { Severity } from '../problem';
import type { Condition, Rule } from './rule';

/** A rule that fails: how many, how much, where and why. Plain data, the same in panel, Problems, tests and command line. */
export interface Finding {
  readonly rule: Rule;
  /** `never-falls`, `forecast-at-least`, …: the expectation in kebab case. */
  readonly code: string;
  readonly input?: string;
  readonly output: string;
  readonly severity: Severity;
  readonly rows: FailingRows;
  /** How far the worst row lies beyond the limit, in the rule's units. */
  readonly size: number;
  /** Σ|slope beyond the limit| × spread of the input ÷ spread of the output; findings are ordered by it. */
  readonly weight: number;
  /** The unit of `rows.worst` in words: `min per call`. */
  readonly unit: string;
  readonly where?: Region;
  readonly why: readonly Reason[];
  /** "calls_made: slope below 0 in 33 of 500 rows (6.6 %), worst −4.28 min per call at row 360, 15 of them where calls_made > 15." */
  readonly message: string;
}

/** The rows in which a rule fails. */
export interface FailingRows {
  readonly count: number;
  /** How many rows the rule was checked on. */
  readonly of: number;
  /** `count / of`. */
  readonly share: number;
  /** Row numbers (from 0) of the worst rows, worst first, at most 10. */
  readonly worstRows: readonly number[];
  /** Lines of the table's file for `worstRows`. */
  readonly worstLines: readonly number[];
  /** Slope or forecast at the worst row. */
  readonly worst: number;
}

/** The smallest readable region that holds the failing rows. */
export interface Region {
  /** At most three; empty: no simple region. */
  readonly conditions: readonly Condition[];
  /** "calls_made > 15" */
  readonly words: string;
  /** Failing rows inside ÷ rows inside, on the half of the rows not used to find it. */
  readonly precision: number;
  /** Failing rows inside ÷ failing rows, on that half. */
  readonly coverage: number;
  /** Failing rows inside, over all rows. */
  readonly failing: number;
  /** Rows inside, over all rows. */
  readonly rows: number;
}

/** One cause, with its evidence in numbers. */
export interface Reason {
  readonly kind:
    | 'units'
    | 'partner'
    | 'saturation'
    | 'cut off'
    | 'kink'
    | 'scaling'
    | 'linear'
    | 'rounding'
    | 'small'
    | 'extrapolation'
    | 'unexplained';
  readonly message: string;
}
