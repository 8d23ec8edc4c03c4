import type { Severity } from '../problem';
import type { RowParts } from './layerParts';
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
  /** Of a rule on an order of levels: between which two the forecast falls most at the worst row. */
  readonly step?: { readonly from: string; readonly to: string };
  readonly why: readonly Reason[];
  /** Of a rule on a slope: how the slope at the worst row is made up of the units of each hidden layer. */
  readonly parts?: RowParts;
  /** The rule holds at the rows (`rows.count` of them are allowed) but fails at this point of the ranges it asks for. */
  readonly between?: Between;
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
  /** What the rows checked are of the file's, where they are not all: "every 8th row of 40 000 003". */
  readonly part?: string;
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
    | 'dead'
    | 'unbounded'
    | 'reach'
    | 'target'
    | 'pulls'
    | 'levels'
    | 'effects'
    | 'cut off'
    | 'kink'
    | 'scaling'
    | 'linear'
    | 'rounding'
    | 'small'
    | 'extrapolation'
    | 'unexplained';
  readonly message: string;
  /** What can be done about it. */
  readonly remedy?: string;
}

/** A point beside the rows at which a rule fails. */
export interface Between {
  /** The nearest row (from 0) and its line in the table's file. */
  readonly row: number;
  readonly line: number;
  /** How far the point lies from that row: √Σ(difference ÷ spread)² over the inputs. */
  readonly distance: number;
  /** Change of the forecast per one of the input, or the forecast, in the rule's units. */
  readonly value: number;
  /** The two points whose forecasts show it; for a rule on the forecast the row itself and the point. */
  readonly points: readonly [PointForecast, PointForecast];
  /** "falls by 0.55 min near row 500" */
  readonly words: string;
  /** "With 20 calls_made and the rest as in row 500: 36 forms_filled give 469.8 min, 37 give 469.2 min." */
  readonly message: string;
}

/** A point and its forecast. */
export interface PointForecast {
  /** By flat input, in original units; of a category the number of its element. */
  readonly values: Float64Array;
  readonly forecast: number;
}
