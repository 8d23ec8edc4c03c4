import type { Coverage } from './coverage';
import type { InputDescription, RuleStatus, LaneStatistics, View } from './service';

/** A number with the words it is shown by: `label` above, `text` large, `detail` below. */
export interface Figure {
  readonly label: string;
  /** "+2.83 min per call" */
  readonly text: string;
  /** "shorter in 31 rows"; empty when there is nothing to add. */
  readonly detail: string;
  readonly value: number;
}

/** One input of one output. Everything is over the view's rows. */
export interface InputRequest extends View {
  readonly input: number;
  /** `average`: partial dependence with single rows; `accumulated`: accumulated local effects. */
  readonly curve?: 'average' | 'accumulated';
  /** Another flat input whose value colours the dots. */
  readonly colourBy?: number;
  /** The row whose slope is taken apart; the worst row when absent. */
  readonly row?: number;
  /** A custom step for the effects, in the input's units. */
  readonly step?: number;
  /** Two values of the input, or two levels of a category, between which the change is asked for at every row. */
  readonly between?: readonly [number, number] | readonly [string, string];
  /** False where nothing is drawn: dots, worst rows, parts of the slope and a curve that is not asked for are left out. */
  readonly drawn?: false;
  /** Name of a column of the table by whose values (or quarters) effects are told apart. */
  readonly groupBy?: string;
}

/** The Input tab (ui.md §8). */
export interface InputView {
  readonly input: number;
  readonly name: string;
  readonly kind: InputDescription['kind'];
  /** "5th of 8 by effect · 0 to 24 in the data, whole numbers" */
  readonly title: string;
  /** What one more of it, or its switch, does, in words; absent for what has neither. */
  readonly answer?: string;
  /** From 1. */
  readonly place: number;
  readonly inputs: number;
  /** "min per call" */
  readonly unit: string;
  readonly inputUnit: string;
  readonly outputUnit: string;
  readonly outputName: string;
  readonly rule?: RuleStatus;
  /** Five figures; for a yes/no input or a category fewer, about the switch. */
  readonly figures: readonly Figure[];
  /** Said below the figures: where slope and +1 step disagree in sign, or what the input cannot tell. Empty when nothing is to be said. */
  readonly sentence: string;
  /** Absent for switched inputs. */
  readonly scatter?: Scatter;
  /** Absent for categories and constant inputs. */
  readonly curve?: Curve;
  /** Yes/no inputs: the forecast with 0 and with 1 for at most 60 rows (instead of scatter and curve). */
  readonly paired?: readonly { readonly row: number; readonly off: number; readonly on: number }[];
  /** Categories: each level against the commonest. */
  readonly levels?: {
    readonly commonest: string;
    readonly over: Coverage;
    /** Levels beyond those listed. */
    readonly more: number;
    readonly lines: readonly {
      readonly level: string;
      readonly rows: number;
      readonly error: number;
      /** Average change of the forecast against the commonest level, with its lowest and highest over the rows. */
      readonly average: number;
      readonly lowest: number;
      readonly highest: number;
    }[];
  };
  readonly statistics?: LaneStatistics;
  readonly worst?: WorstRows;
  readonly parts?: SlopeParts;
  readonly effects: readonly EffectLine[];
  readonly groups?: { readonly column: string; readonly lines: readonly GroupLine[] };
  readonly measures?: Measures;
}

/** Slope at each value: a dot per row, or square bins above 20,000 rows. */
export type Scatter =
  | {
      readonly kind: 'dots';
      readonly rows: Uint32Array;
      /** The value of the input; `shown` is where the dot stands (whole numbers shaken by at most ± 0.28, always the same way). */
      readonly values: Float64Array;
      readonly shown: Float64Array;
      readonly slopes: Float32Array;
      /** 1 where the slope is on the side the rule forbids (below 0 without a rule). */
      readonly beyond: Uint8Array;
      readonly colour?: {
        readonly name: string;
        readonly values: Float64Array;
        readonly min: number;
        readonly max: number;
      };
      /** Values at which the average slope (over rows ordered by value) changes its sign. */
      readonly turns: Float64Array;
    }
  | {
      readonly kind: 'bins';
      readonly columns: number;
      readonly lines: number;
      /** [line][column], lines from the lowest slope up. */
      readonly counts: Uint32Array;
      readonly beyond: Uint32Array;
      readonly x: { readonly min: number; readonly max: number };
      readonly y: { readonly min: number; readonly max: number };
      readonly turns: Float64Array;
    };

/** Forecast as the input changes. */
export interface Curve {
  readonly kind: 'average' | 'accumulated';
  /** Values of the input, ascending. */
  readonly at: Float64Array;
  /** Partial dependence, or accumulated effects centred on the average forecast. */
  readonly average: Float64Array;
  /** At most 60 single rows (none for accumulated effects), evenly by forecast, the worst row always among them. */
  readonly singles: readonly { readonly row: number; readonly worst: boolean; readonly forecast: Float64Array }[];
  /** Values of at most 2 000 rows for the rug; `density` counts rows per interval of `at`. */
  readonly rug: Float64Array;
  readonly density: Uint32Array;
  /** The rows the average is over. */
  readonly over: Coverage;
  /** Where no row lies, and which rows were drawn, in words. Empty where nothing is to be said. */
  readonly note: string;
}

/** Where it falls: the worst rows. */
export interface WorstRows {
  readonly heading: string;
  readonly sentence: string;
  /** Names of the columns between row and slope: the input and the two most related inputs. */
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly row: number;
    readonly line: number;
    readonly values: readonly (number | string)[];
    readonly slope: number;
    /** Exact change for one more unit. */
    readonly step: number;
    readonly forecast: number;
  }[];
  readonly failing: number;
}

/** Why it falls at a row: the slope by the units of each hidden layer; at every layer the parts sum to the slope. */
export interface SlopeParts {
  readonly row: number;
  readonly line: number;
  readonly slope: number;
  /** The rows that `average` is over. */
  readonly over: Coverage;
  /** Number in `layers` of the one in which a few units explain most. */
  readonly told: number;
  readonly layers: readonly LayerLines[];
}

/** The parts of one hidden layer. */
export interface LayerLines {
  /** `h2` */
  readonly name: string;
  /** The layer's name in the file. */
  readonly origin: string;
  readonly sentence: string;
  /** Largest part first. `average`: the same part on average. */
  readonly units: readonly PartLine[];
  /** Parts of units that are not listed (more than 24 units), summed. */
  readonly rest?: { readonly units: number; readonly part: number; readonly average: number };
  /** What goes around the layer, and where it joins what goes through; absent where everything goes through. */
  readonly around?: { readonly joins: string; readonly part: number; readonly average: number };
}

/** A unit's part of the slope at the row, and on average. */
export interface PartLine {
  readonly name: string;
  readonly part: number;
  readonly average: number;
}

/** One way to change the input, and what it does to the forecast. */
export interface EffectLine {
  /** "+1 call", "+1 spread (4.2)", "from 3 to 12 (middle half)", "from 0 to 24 (lowest to highest)", "slope" */
  readonly change: string;
  readonly kind:
    | 'slope'
    | 'eyex'
    | 'eydx'
    | 'dyex'
    | 'unit'
    | 'spread'
    | 'custom'
    | 'level'
    | 'around'
    | 'middle'
    | 'range'
    | 'switch';
  /** Average over the rows, of the exact change f(x + step) − f(x). */
  readonly average: number;
  /** Standard error of the average over rows: deviation ÷ √rows. */
  readonly error: number;
  /** 95 % interval by a seeded bootstrap over rows. */
  readonly interval: readonly [number, number];
  readonly lowest: number;
  readonly highest: number;
  /** At the average row. */
  readonly atAverage: number;
  /** f(x + step/2) − f(x − step/2), on average; absent for changes from level to level. */
  readonly centred?: number;
  /** Mean |exact change − slope × step| ÷ mean |exact change|: how far the slope is from the truth. */
  readonly nonLinearity?: number;
  /** Rows where slope and exact change have opposite signs. */
  readonly opposite?: number;
  readonly unit: string;
  /** The middle of the rows, where the average says little: `remark` says why. */
  readonly median?: number;
  /** Rows left out, as nothing is defined there. */
  readonly leftOut?: number;
  /** What must be known to read the line. */
  readonly remark?: string;
}

/** Effects of the rows of one group. */
export interface GroupLine {
  readonly group: string;
  readonly rows: number;
  readonly averageSlope: number;
  /** Standard error of the average slope. */
  readonly error: number;
  readonly averageStep: number;
  readonly stepError: number;
}

/** Measures of the field, each with a plain sentence. */
export interface Measures {
  /** "(mean |slope|^α)^(1/α)" at α = 1, 2, 3, 5, 10, 15 and Infinity (NeuralSens). */
  readonly alphas: readonly number[];
  readonly alphaMeans: Float64Array;
  /** Derivative-based global sensitivity: mean slope², and its upper bound on the total Sobol index. */
  readonly dgsm: number;
  readonly dgsmBound: number;
  /** Share of the input in the summed mean squared (slope × spread) of all inputs. */
  readonly share: number;
  /** Average slopes of at most 200 equal stretches of rows in the table's order: how the slope moves over time. */
  readonly overOrder: Float64Array;
  readonly sentences: readonly string[];
}
