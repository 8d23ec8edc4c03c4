import type { Severity } from '../problem';

/** What the user expects of a slope or a forecast; the words of `slopescope.json` and of `--rule`. */
export type Expectation =
  | 'never falls'
  | 'never rises'
  | 'always rises'
  | 'always falls'
  | 'slope at least'
  | 'slope at most'
  | 'slope between'
  | 'no effect'
  | 'matters at least as much as'
  | 'levels in order'
  | 'forecast at least'
  | 'forecast at most'
  | 'forecast between'
  /** Every true value lies where the network's forecasts can get at all. */
  | 'forecast can reach the target';

/** One rule for one input or for the forecast (no input). Limits are in original units unless `units` says model. */
export interface Rule {
  readonly expect: Expectation;
  /** The input's name; absent for forecast rules. */
  readonly input?: string;
  /** The output's name; absent: every output (slope rules), the first (forecast rules of a single-output model). */
  readonly output?: string;
  /** `slope at least` and `forecast at least`, and the lower limit of `between`. */
  readonly low?: number;
  /** `slope at most` and `forecast at most`, and the upper limit of `between`. */
  readonly high?: number;
  /** `matters at least as much as`: the name of the input it is compared with. */
  readonly other?: string;
  /** `matters at least as much as`: |slope| times the spread of its input (unless said), or |slope| as it is. */
  readonly per?: 'spread' | 'one';
  /** `levels in order`: levels of the category, or values of the number, from the lowest forecast to the highest. */
  readonly levels?: readonly string[];
  readonly units?: 'original' | 'model';
  /** Per row by the slope, by the exact +1 step of a whole-number input, or by the slope and a search beside the rows. */
  readonly check?: 'rows' | 'step' | 'ranges';
  /** Where `ranges` searches, by input: lowest and highest value; the others move within their column's values. */
  readonly ranges?: Readonly<Record<string, readonly [number, number]>>;
  /** A slope may go beyond the limit by this much without counting. */
  readonly tolerance?: number;
  /** The rule holds as long as no more rows than this fail. */
  readonly allowRows?: number;
  /** The rule holds as long as no more than this share of the rows fails, 0 … 1. */
  readonly allowShare?: number;
  /** Only rows that meet all these conditions are checked. */
  readonly where?: readonly Condition[];
  readonly level: Severity;
  /** The user's own sentence, shown with the finding. */
  readonly why?: string;
  /** Where it is written, for Problems: the file and the line (from 1). */
  readonly written?: { readonly file: string; readonly line: number; readonly column: number };
}

/** A condition on one column of the table, in original units: a numeric range (inclusive bounds unless `open`) or a list of levels. */
export interface Condition {
  readonly column: string;
  readonly above?: number;
  readonly atLeast?: number;
  readonly below?: number;
  readonly atMost?: number;
  readonly levels?: readonly string[];
}
