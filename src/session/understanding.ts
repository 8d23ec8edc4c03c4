import type { InputDescription, RuleStatus, SlopeStatistics, View } from './service';

/**
 * The questions below the Slopes page: one input, pairs of inputs, one row changed by hand, the network drawn and written
 * out, the range of the forecasts. Answers hold what is drawn and the sentences that say it; names, units and sentences are
 * for people, all numbers are in the view's units unless something else is said. `row` counts the table's rows from 0.
 */
export interface UnderstandingService {
  input(request: InputRequest): Promise<InputView>;
  pairs(request: PairsRequest): Promise<PairsView>;
  surface(request: SurfaceRequest): Promise<Surface>;
  whatIf(request: WhatIfRequest): Promise<WhatIf>;
  networkPicture(request: NetworkRequest): Promise<NetworkPicture>;
  formula(request: FormulaRequest): Promise<FormulaView>;
  range(request: RangeRequest): Promise<RangeView>;
}

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
    readonly lines: readonly {
      readonly level: string;
      readonly rows: number;
      /** Average change of the forecast against the commonest level, with its lowest and highest over the rows. */
      readonly average: number;
      readonly lowest: number;
      readonly highest: number;
    }[];
  };
  readonly statistics?: SlopeStatistics;
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
  /** Where no or hardly any data lies: "Below 3 lies no row." Empty otherwise. */
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

/** Why it falls at a row: the slope by units of the last hidden layer; the parts sum to the slope. */
export interface SlopeParts {
  readonly row: number;
  readonly line: number;
  readonly slope: number;
  readonly sentence: string;
  /** Largest part first. `average`: the same part averaged over (at most 500 evenly drawn) rows. */
  readonly units: readonly { readonly name: string; readonly part: number; readonly average: number }[];
  /** Parts of units that are not listed (more than 24 units), summed. */
  readonly rest?: { readonly units: number; readonly part: number; readonly average: number };
}

/** One way to change the input, and what it does to the forecast. */
export interface EffectLine {
  /** "+1 call", "+1 spread (4.2)", "from 3 to 12 (middle half)", "from 0 to 24 (lowest to highest)", "slope" */
  readonly change: string;
  readonly kind: 'slope' | 'unit' | 'spread' | 'middle' | 'range' | 'custom' | 'switch' | 'level' | 'elasticity';
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
}

/** Effects of the rows of one group. */
export interface GroupLine {
  readonly group: string;
  readonly rows: number;
  readonly averageSlope: number;
  readonly averageStep: number;
  readonly error: number;
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
  /** Rows the average is over: evenly drawn where there are many. */
  readonly rows: number;
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
  /** "The effect of x1 grows by 0.3 per unit of x2; it turns negative below x2 = 4." */
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
  /** At most 2 000 rows. */
  readonly dots: { readonly rows: Uint32Array; readonly x: Float64Array; readonly y: Float64Array };
  /** 4 × 4 numbers of the same: what a screen reader gets. [y][x] */
  readonly table: { readonly x: Float64Array; readonly y: Float64Array; readonly values: Float64Array };
  readonly caption: string;
}

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
  readonly levels?: readonly string[];
  /** Forecast over the slider's range with the other inputs as they are now (60 places); when curves were asked for. */
  readonly curve?: { readonly at: Float64Array; readonly forecast: Float64Array };
  /** The value nearest to the present one at which the slope turns its sign, within the range; with curves. */
  readonly turns?: number;
}

/** The network drawn, for one output. */
export interface NetworkRequest {
  readonly output: number;
  /** Activities and shares at this row; absent without one. */
  readonly row?: number;
  /** Units are chosen and paths lit by their share in this input's slope. */
  readonly input?: number;
}

/** The Network picture (ui.md §11). */
export interface NetworkPicture {
  readonly sentence: string;
  /** From inputs to outputs. */
  readonly layers: readonly PictureLayer[];
  readonly edges: readonly PictureEdge[];
  /** Said when the picture shows a part: "24 of 256 units of layer 1 …". */
  readonly notes: readonly string[];
}

/** A column of the picture. */
export interface PictureLayer {
  readonly kind: 'inputs' | 'hidden' | 'outputs';
  /** "12 tanh" */
  readonly title: string;
  readonly size: number;
  /** Ways of drawing: an active ReLU unit is solid, an inactive one hollow; others are filled by activity. */
  readonly fill: 'on or off' | 'activity' | 'none';
  /** At most 64, else the 24 with the largest share. */
  readonly units: readonly PictureUnit[];
  /** Units not shown. */
  readonly more: number;
}

/** A circle of the picture. */
export interface PictureUnit {
  /** From 0 within its layer. */
  readonly unit: number;
  /** `h2_7`, or the name of the input or output. */
  readonly name: string;
  /** Value at the row (original units for inputs and outputs); NaN without a row. */
  readonly activity: number;
  /** 0 … 1 within the layer, for the fill. */
  readonly brightness: number;
  readonly active: boolean;
  /** Part of the chosen slope (of the forecast itself without a chosen input: gradient × activity) that goes through it, in the slope's unit; NaN without a row. */
  readonly part: number;
  /** |part| ÷ Σ|part| of its layer. */
  readonly share: number;
  readonly bias: number;
}

/** A line of the picture: between units of neighbouring layers. */
export interface PictureEdge {
  /** Number of the layer it comes from, and places in that layer's and the next layer's `units`. */
  readonly layer: number;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** |weight| ÷ the largest |weight| between the two layers: what `Show weights above` compares. */
  readonly strength: number;
  /** The strongest weight into or out of one of its units: drawn whatever the slider says. */
  readonly keep: boolean;
}

/** The network written out. */
export interface FormulaRequest {
  readonly output: number;
  readonly units: View['units'];
  /** Significant digits of the shown text (not of the code to copy); 3 when absent. */
  readonly digits?: number;
  /** Also write the slope by this input. */
  readonly input?: number;
}

/** What a formula can be copied as. */
export type FormulaLanguage = 'LaTeX' | 'Python' | 'R' | 'Excel' | 'JavaScript' | 'Markdown';

/** The Formula tab (ui.md §11). */
export interface FormulaView {
  /** "There is no single number for +1 in x1: …" or "This network is a plain linear formula: Y = …". */
  readonly sentence: string;
  /** `linear`: everywhere; `linear on the rows`: every unit stays on one piece in all rows. */
  readonly form: 'linear' | 'linear on the rows' | 'written out' | 'by layers';
  /** Line by line, as shown. */
  readonly lines: readonly string[];
  /** The slope by the chosen input, written out; absent without one or beyond the size of a page. */
  readonly slope?: { readonly heading: string; readonly lines: readonly string[] };
  /** Coefficients per input when linear. */
  readonly coefficients?: {
    readonly intercept: number;
    readonly inputs: readonly { readonly name: string; readonly value: number }[];
  };
  /** Full precision, ready to run; absent languages cannot say it (Excel for networks by layers). */
  readonly code: Readonly<Partial<Record<FormulaLanguage, string>>>;
  /** What was rounded, left out or cannot be said. */
  readonly notes: readonly string[];
  /** Forecast of row 1 by the formula's model: what a copied text must give. */
  readonly check?: { readonly row: number; readonly forecast: number };
}

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
