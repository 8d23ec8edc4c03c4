import type { View } from './service';

/** All pairs of inputs of one output. */
export interface PairsRequest extends View {
  /** Also compute Friedman's H for the five strongest pairs. */
  readonly friedman?: boolean;
}

/** The Pairs tab (ui.md §9). */
export interface PairsView {
  readonly sentence: string;
  /** "ReLU network: measured over one typical step." or "Exact mixed slopes." */
  readonly caption: string;
  readonly method: 'exact' | 'step';
  /** Flat inputs in the order drawn (strongest effect first), at most 30. */
  readonly inputs: readonly { readonly input: number; readonly name: string }[];
  /** Pairs in stair order: (1,0), (2,0), (2,1), …; numbers are places in `inputs`. */
  readonly pairs: readonly Pair[];
  /** Places in `pairs`, strongest first, at most five. */
  readonly strongest: readonly number[];
  readonly unit: string;
  /** Names of inputs beyond the 30, and of inputs that have no slope. */
  readonly leftOut: readonly string[];
  /** Rows the averages are over, evenly drawn from all of them where there are many; rows of Friedman's H. */
  readonly rows: number;
  readonly of: number;
  readonly friedmanRows?: number;
}

/** One pair. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  /** mean |∂²y/∂a∂b| × spread a × spread b, in the output's unit. */
  readonly strength: number;
  /** The same with the sign of the average: > 0 they strengthen each other, < 0 they weaken. */
  readonly signed: number;
  /** Average ∂²y/∂a∂b. */
  readonly mixed: number;
  /** "the effect of x1 grows by 0.3 min per call per form; it turns negative below x2 = 4." */
  readonly sentence: string;
  /** Friedman's H (0 … 1), when asked for. */
  readonly friedman?: number;
}

/** The surface of one pair over the data's range. */
export interface SurfaceRequest extends View {
  /** Flat inputs: to the right and upwards. */
  readonly first: number;
  readonly second: number;
  /** `slope`: of the first input. */
  readonly show: 'slope' | 'forecast';
  /** The other inputs: their averages, or this row's values. */
  readonly others: 'average' | { readonly row: number };
}

/** A raster with dots and the line of zero. */
export interface Surface {
  readonly first: string;
  readonly second: string;
  readonly unit: string;
  /** Grid places, ascending. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** [y][x] */
  readonly values: Float64Array;
  readonly min: number;
  readonly max: number;
  /** [y][x]: distance to the nearest row in spreads (at most 2); drawn pale from 0.5 to 1.1. */
  readonly distance: Float32Array;
  /** Segments of the line where the values are 0: x1, y1, x2, y2 each, in the inputs' units. Empty for forecasts. */
  readonly zero: Float64Array;
  /** At most 2 000 rows; whole numbers shaken by at most ± 0.28, always the same way. */
  readonly dots: { readonly rows: Uint32Array; readonly x: Float64Array; readonly y: Float64Array };
  /** 4 × 4 numbers of the same: what a screen reader gets. [y][x] */
  readonly table: { readonly x: Float64Array; readonly y: Float64Array; readonly values: Float64Array };
  readonly caption: string;
}
