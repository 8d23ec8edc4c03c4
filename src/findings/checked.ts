import type { ColumnStatistics } from '../table/columns';
import type { Scaling } from '../table/scaling';
import type { Table } from '../table/table';
import type { LayerParts } from './layerParts';
import type { Rule } from './rule';

/**
 * One output of a model at the usable rows of a table: what rules are checked against. A *position* is a place in
 * `rows`; slopes and forecasts are in original units and stand by position.
 */
export interface Checked {
  readonly table: Table;
  /** Position → row of the table (from 0). */
  readonly rows: Uint32Array;
  readonly output: NamedUnit;
  /** Names of all outputs of the model: a forecast rule without a name is for the only one. */
  readonly outputs: readonly string[];
  readonly forecast: Float64Array;
  /** In the order of the flat inputs. */
  readonly inputs: readonly CheckedInput[];
  /** 1 where the row lies within 1e-6 of a kink of some unit. */
  readonly atKink?: Uint8Array;
  /** True values by row of the table. */
  readonly actual?: Float64Array;
  /** Slopes of one input in float64, for positions at which the stored ones leave a verdict open. */
  exactSlopes(input: number, positions: Uint32Array): Float64Array;
  /** The forecast in model units at a position. */
  modelForecast?(position: number): number;
  /** How the forecast changes from level to level, for the rules on an order of levels. */
  readonly levelChanges?: ReadonlyMap<Rule, LevelChanges>;
  /** d(model) / d(original) of the input ÷ that of the output at a position; model-unit slope = slope ÷ this. */
  modelFactor?(input: number, position: number): number;
  /** The exact parts of the slope by the units of each hidden layer, the same layers at every position. */
  layerParts?(input: number, position: number): readonly LayerParts[];
  /** So many rows parts may be averaged over, so that a wide network does not take long; none: the worst row alone. */
  readonly unitRows?: number;
  /** What the output's last step holds the forecast between, in original units; infinite where nothing does. */
  readonly outputBounds?: OutputBounds;
  /** What the forecast cannot leave while the inputs stay within their columns' values: proven, in original units. */
  readonly reach?: { readonly low: number; readonly high: number };
  /** What each input adds to the forecast on the way from the average row to the row at a position. */
  pulls?(position: number): Pulls | undefined;
}

/** The ends that an output's last step keeps it between, and which step that is; no step where it is linear. */
export interface OutputBounds {
  readonly low: number;
  readonly high: number;
  readonly step?: string;
}

/** The way from the average row to another one. */
export interface Pulls {
  /** The forecast at the average row. */
  readonly from: number;
  /** By flat input; they sum to the difference of the forecasts. */
  readonly parts: Float64Array;
}

/** A name and its unit, '' when it is not known. */
export interface NamedUnit {
  readonly name: string;
  readonly unit: string;
}

/** One flat input. */
export interface CheckedInput extends NamedUnit {
  /** A switched input has no slope. */
  readonly kind: 'number' | 'switched';
  /** Name of the table's column that feeds it, where it is not the input's own. */
  readonly column?: string;
  /** Levels of a category, in the model's order. */
  readonly levels?: readonly string[];
  /** Original values by row of the table; absent for texts and fixed values. */
  readonly values?: Float64Array;
  /** Of the values at `rows`, where they are known already. */
  readonly statistics?: ColumnStatistics;
  readonly scaling: Scaling;
  /** By position. Rounded to float32 they must keep their sign: what is not 0 never becomes 0. */
  readonly slopes: Float32Array | Float64Array;
  /** The stored slopes differ from the exact ones by no more than this (beside rounding to float32). */
  readonly slopeError?: number;
  /** Exact change of the forecast for +1 (for a yes/no input: for the switch), by position. */
  readonly steps?: Float64Array;
}

/** The change of the forecast from level to level, by position. */
export interface LevelChanges {
  /** f(next level) − f(level), the smallest over the order, everything else as in the row; in the rule's units. */
  readonly smallest: Float64Array;
  /** Place in the rule's order of the level that this change starts from. */
  readonly from: Uint16Array;
}
