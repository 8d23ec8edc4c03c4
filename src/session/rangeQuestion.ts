import type { View } from './service';

/** The range of the forecasts, with the limits the user moved. */
export interface RangeRequest extends View {
  readonly lower?: number;
  readonly upper?: number;
}

/** The Range tab (ui.md §11). */
export interface RangeView {
  readonly sentence: string;
  readonly unit: string;
  readonly histogram: {
    /** One more than bars. */
    readonly edges: Float64Array;
    readonly forecast: Uint32Array;
    /** True values in the same bars, where there are any. */
    readonly actual?: Uint32Array;
  };
  readonly forecast: { readonly min: number; readonly max: number; readonly rows: number };
  readonly actual?: { readonly min: number; readonly max: number; readonly rows: number };
  readonly lower?: number;
  readonly upper?: number;
  /** Forecasts beyond the limits, worst first, at most 100. */
  readonly beyond: {
    readonly below: number;
    readonly above: number;
    readonly rows: readonly { readonly row: number; readonly line: number; readonly forecast: number }[];
  };
  readonly diagnoses: readonly Diagnosis[];
  /** A rule that would hold the limits: the words to add. */
  readonly ruleWords?: string;
}

/** Something the output's last step does to the forecasts. */
export interface Diagnosis {
  readonly kind: 'bounded' | 'cut off' | 'saturated' | 'unbounded';
  readonly message: string;
  readonly rows: number;
  /** What to do, and for bare weights the code that does it (numpy, forward and backward). */
  readonly repair?: { readonly message: string; readonly code?: string };
}
