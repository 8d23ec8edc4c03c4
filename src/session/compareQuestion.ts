import type { Call } from '../ask';
import type { Severity } from '../problem';
import type { MapLane } from './service';
import type { WhatIfRequest } from './whatIfQuestion';

/** Two models on the same rows of the same table; every pair holds the first model's and the second's. */
export interface Comparison {
  /** The files, and the outputs compared. */
  readonly models: Pair<string>;
  readonly outputs: Pair<string>;
  /** "Same average miss (21.4 and 21.9 min), but 3 inputs differ in sign in 84 rows." */
  readonly sentence: string;
  /** Rows that both models can use; averages and misses are over these. */
  readonly rows: number;
  /** Rows in which any input's slopes have opposite signs. */
  readonly oppositeRows: number;
  readonly forecast: {
    /** Average |difference| of the forecasts, and the largest; in the first model's unit. */
    readonly average: number;
    readonly largest: number;
    readonly unit: string;
    /** Average |forecast − true value| of each, where there are true values. */
    readonly misses?: Pair<number>;
  };
  /** The rows whose forecasts differ most, the largest difference first; none where none differ. */
  readonly moved: readonly MovedRow[];
  readonly inputs: readonly ComparedInput[];
  /** Inputs that only one of them takes. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
  /** Inputs of both that have no slope in one of them. */
  readonly withoutSlope: readonly string[];
  /** What is found in either under the first model's rules. */
  readonly findings: Pair<readonly ComparedFinding[]>;
}

/** One row with what both models forecast. */
export interface MovedRow {
  /** From 0. */
  readonly row: number;
  /** Line in the table's file, from 1. */
  readonly line: number;
  readonly forecasts: Pair<number>;
  /** The true value, where there is one. */
  readonly actual?: number;
}

/** A rule that fails in one of the models, and how it stands in the other one. */
export interface ComparedFinding {
  readonly message: string;
  readonly severity: Severity;
  /** Number of the rule among the first model's rules. */
  readonly rule: number;
  /** `unchecked`: the other model lacks what the rule is about, so whether it holds there is not known. */
  readonly other: 'fails' | 'holds' | 'unchecked';
}

/** The first model's and the second's. */
export type Pair<T> = readonly [T, T];

/** One input that both models take. */
export interface ComparedInput {
  readonly name: string;
  readonly unit: string;
  /** Average slope over the common rows, typical effect over a model's own, and place by effect (from 1). */
  readonly averages: Pair<number>;
  readonly effects: Pair<number>;
  readonly places: Pair<number>;
  /** Rows in which the slopes have opposite signs, and their share. */
  readonly oppositeRows: number;
  readonly opposite: number;
  /** Slope of the second less that of the first, in cells of rows ordered by the first's forecast; where cells were asked for. */
  readonly lane?: MapLane;
}

/** One row with the same changes made in both models. */
export type ComparedWhatIfRequest = Pick<WhatIfRequest, 'output' | 'row' | 'changes'>;

/** What both models forecast for one row, and how their slopes are there; in original units. */
export interface ComparedWhatIf {
  readonly row: number;
  /** Forecasts of the row as it is in the table, and as it is changed. */
  readonly before: Pair<number>;
  readonly after: Pair<number>;
  /** Slopes at the changed row of the inputs that both take, by the first model's flat input; NaN for switched inputs. */
  readonly slopes: readonly { readonly input: number; readonly slopes: Pair<number> }[];
  /** Changed inputs that the second model does not take, or takes otherwise: it stays where it is. */
  readonly unmoved: readonly string[];
}

/** The second model of a comparison: everything that is asked of it beside the first. */
export interface SecondModel {
  /** Its file, or "the version before 17:04". */
  readonly name: string;
  /** The first digits of its file's SHA-256. */
  readonly hash: string;
  compare(output: number, call: Call): Promise<Comparison | NotCompared>;
  whatIf(request: ComparedWhatIfRequest, call: Call): Promise<ComparedWhatIf | NotCompared>;
}

/** Why the second model cannot be compared. */
export interface NotCompared {
  readonly message: string;
  readonly remedy: string;
}
