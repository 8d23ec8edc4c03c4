import type { Coverage } from './coverage';
import type { InputDescription, UsualRange } from './service';

/** One row with some inputs changed. */
export interface WhatIfRequest {
  readonly output: number;
  readonly row: number;
  /** Changed inputs, in original units; a category takes one of its levels. */
  readonly changes: readonly { readonly input: number; readonly value: number | string }[];
  /** What the bars start from. */
  readonly from: 'average' | 'before' | { readonly row: number };
  /** Response curves are asked for with the first question about a row and after a change; leave out while a slider moves. */
  readonly curves: boolean;
  /** The inputs whose curves are wanted; absent, the 60 that weigh most at the row, which are all of most models. */
  readonly curvesOf?: readonly number[];
  /** Without a table: the row is the middle of these ranges, and `row` says nothing. */
  readonly ranges?: readonly UsualRange[];
}

/** The What if tab (ui.md §10), in original units. */
export interface WhatIf {
  readonly row: number;
  readonly line: number;
  /** "Row 360: 464 min becomes 470 min (+5.97 min)." */
  readonly sentence: string;
  readonly before: number;
  readonly after: number;
  readonly actual?: number;
  readonly inputs: readonly WhatIfInput[];
  readonly parts: {
    readonly heading: string;
    readonly from: number;
    readonly to: number;
    /** One bar per input; they sum to `to − from` but for `error`. */
    readonly bars: readonly { readonly input: number; readonly name: string; readonly part: number }[];
    /** |sum of the bars − (to − from)| ÷ |to − from|. */
    readonly error: number;
    /** Said when the error is above 0.1 %; empty otherwise. */
    readonly note: string;
  };
  /** The rows of the table nearest to the changed row, in spreads. */
  readonly nearest: readonly { readonly row: number; readonly line: number; readonly distance: number }[];
  /** The rows `nearest` was looked for in: all of them with `curves`. */
  readonly searched: Coverage;
  /** Warns of values outside the data: "calls_made 30 is above every row." */
  readonly warnings: readonly string[];
  /** A line of CSV with its header for `Add as new row`: the row's other columns are kept. */
  readonly newRow: { readonly header: string; readonly line: string };
}

/** One slider. */
export interface WhatIfInput {
  readonly input: number;
  readonly name: string;
  readonly kind: InputDescription['kind'];
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** One key press: 1 for whole numbers, else a hundredth of the range. */
  readonly step: number;
  readonly inTable: number | string;
  readonly value: number | string;
  /** Slope at the changed row; NaN for switched inputs. */
  readonly slope: number;
  /** "min per call" */
  readonly slopeUnit: string;
  readonly levels?: readonly string[];
  /** Forecast over the slider's range with the other inputs as they are now (60 places); when curves were asked for. */
  readonly curve?: { readonly at: Float64Array; readonly forecast: Float64Array };
  /** The value nearest to the present one at which the slope turns its sign, within the range; with curves. */
  readonly turns?: number;
}
