import type { Severity } from '../problem';
import type { MapLane } from './service';

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
  readonly inputs: readonly ComparedInput[];
  /** Inputs that only one of them takes. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
  /** Inputs of both that have no slope in one of them. */
  readonly withoutSlope: readonly string[];
  /** What is found in either under the first model's rules. */
  readonly findings: Pair<readonly { readonly message: string; readonly severity: Severity }[]>;
}

/** The first model's and the second's. */
type Pair<T> = readonly [T, T];

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

/** A comparison as a report holds it: what the second model is called, and the answer. */
export interface ReportedComparison {
  readonly name: string;
  readonly answer: Comparison | NotCompared;
}

/** Why the second model cannot be compared. */
export interface NotCompared {
  readonly message: string;
  readonly remedy: string;
}
