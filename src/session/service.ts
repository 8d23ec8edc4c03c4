import type { Between, Finding } from '../findings/finding';
import type { Rule } from '../findings/rule';
import type { LargeTable } from '../files/csv/largeTable';
import type { Question } from '../files/reading';
import type { Problem } from '../problem';
import type { SlopeStatistics } from '../slopes/statistics';
import type { Category } from '../table/binding';
import type { Dialect } from '../table/table';
import type { UnderstandingService } from './understanding';

/**
 * Everything a view or the command line can ask about one open model with its data. A view never gets all rows: it asks
 * for what it draws. All numbers are in the units asked for; typed arrays cross threads and webviews as they are.
 */
export interface SessionService extends UnderstandingService {
  describe(): Promise<ModelDescription>;
  /** The connected table as it is bound now; undefined without one. */
  data(): Promise<DataDescription | undefined>;
  /** One lane per input: what the map's left and right side show. Starts the computation when it has not run. */
  lanes(request: View): Promise<Lanes>;
  map(request: MapRequest): Promise<SlopeMap>;
  row(request: RowRequest): Promise<RowReading>;
  tableRows(request: TableRequest): Promise<TableRows>;
  findings(request: View): Promise<Findings>;
  /** Slopes over the model's usual ranges when there is no table. */
  fromFileAlone(request: FileAloneRequest): Promise<FileAlone>;
}

/** Units of slopes and forecasts. */
export type Units = 'original' | 'model';

/** What every question about slopes names: one output, units, and the rows that are looked at. */
export interface View {
  /** Number of the flat output. */
  readonly output: number;
  readonly units: Units;
  readonly filter?: RowFilter;
  /** Forecasts and slopes before the last sigmoid or softmax (`lastStep`), so in log-odds; absent: as the network gives them. */
  readonly logOdds?: boolean;
  /** Without a table: points spread evenly over these ranges, one per flat input, stand in for rows. */
  readonly ranges?: readonly UsualRange[];
}

/** Values of one input that count as usual. */
export interface UsualRange {
  readonly low: number;
  readonly high: number;
}

/** Rows looked at: the rows in which a rule fails, or the positions `from` … `to − 1` under an order. */
export type RowFilter =
  | { readonly kind: 'failing'; readonly rule: number }
  | { readonly kind: 'positions'; readonly order: RowOrder; readonly from: number; readonly to: number };

/** The order in which rows run to the right; ties by row. */
export type RowOrder =
  | { readonly by: 'forecast' }
  | { readonly by: 'row' }
  | { readonly by: 'slope'; readonly input: number }
  | { readonly by: 'value'; readonly input: number };

/** The model as the header, the first screen and `inspect` show it. */
export interface ModelDescription {
  readonly file: string;
  readonly format: string;
  readonly framework?: string;
  /** "8 inputs → 12 tanh → 8 tanh → 1 output" */
  readonly structure: string;
  readonly inputs: readonly InputDescription[];
  readonly outputs: readonly OutputDescription[];
  readonly layers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly size: number;
    readonly parameters: number;
  }[];
  readonly parameters: number;
  readonly bytes: number;
  /** Where the scaling in use comes from, in words; undefined when inputs go in as they are. */
  readonly scaler?: string;
  /** "sigmoid" or "softmax" when the last step is one: then log-odds can be asked for. */
  readonly lastStep?: 'sigmoid' | 'softmax';
  readonly questions: readonly Question[];
  readonly problems: readonly Problem[];
}

/** One flat input. */
export interface InputDescription {
  readonly name: string;
  /** `switched`: category, text or binned, it has no slope. */
  readonly kind: 'number' | 'whole number' | 'yes/no' | 'switched';
  /** `call`, `min`; empty when unknown. */
  readonly unit: string;
  /** The column that feeds it, when a table is connected. */
  readonly column?: string;
  /** Levels of a category, in the model's order. */
  readonly levels?: readonly string[];
  /** Its usual values, as far as the model's file or its scaler tells; while no table is connected. */
  readonly usual?: UsualRange;
}

/** One flat output. */
export interface OutputDescription {
  readonly name: string;
  readonly unit: string;
}

/** The connected table. */
export interface DataDescription {
  readonly file: string;
  readonly rows: number;
  /** Rows in which every input has a number. */
  readonly usable: number;
  /** Rows left out, by reason, with the first lines; never silent. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number; readonly lines: readonly number[] }[];
  /** For each flat input what feeds it. */
  readonly bindings: readonly {
    readonly input: string;
    readonly column?: string;
    readonly fixed?: number;
    readonly how: 'name' | 'position' | 'chosen' | 'fixed';
  }[];
  /** All columns of the table, to choose from. */
  readonly columns: readonly { readonly name: string; readonly kind: 'number' | 'text' }[];
  /** Yes/no columns that look like one category, or are taken as one. */
  readonly categories: readonly Category[];
  /** How the file was read. */
  readonly dialect?: Dialect;
  /** Where the scaling in use comes from, and whether the files leave it open. */
  readonly scaling: {
    readonly inputs: 'found' | 'none' | 'table' | 'file';
    readonly outputs: 'found' | 'none' | 'table';
    readonly isOpen: boolean;
  };
  readonly target?: string;
  readonly scaler?: string;
  /** Forecast and target ranges under the present scaling: "forecasts run from 50 to 582; the true values from 5 to 610". */
  readonly forecast: { readonly min: number; readonly max: number };
  readonly actual?: { readonly min: number; readonly max: number; readonly averageMiss: number };
  /** What is read of the file, in words, where it is not all. */
  readonly part?: string;
  /** The file is larger than what is read without a word: which rows are to be read is the first question. */
  readonly large?: LargeTable;
  readonly problems: readonly Problem[];
}

/** The lanes of the map, sorted by typical effect, strongest first. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly rows: number;
  /** Rows looked at under the view's filter. */
  readonly shown: number;
  /** The sentence of the page and the line below it (ui.md §6). */
  readonly sentence: string;
  readonly subline: string;
  readonly forecast: { readonly min: number; readonly max: number; readonly unit: string };
  /** How many rows are computed so far; less than `rows` while running. */
  readonly computed: number;
}

/** One input in the map. Slopes are dy/dx in the view's units. */
export interface Lane {
  /** Number of the flat input. */
  readonly input: number;
  readonly name: string;
  readonly kind: InputDescription['kind'];
  /** "min per call" */
  readonly unit: string;
  /** Mean |slope| × spread of the input, in the output's unit; of a switched input the typical size of the switch. */
  readonly typicalEffect: number;
  readonly statistics: LaneStatistics;
  /** Highest − lowest of the average forecast curve over the input's range, in the output's unit; absent when not computed. */
  readonly reach?: number;
  /** Counts per equal-width bin from `low` to `high`, zero at 30 % of the width. */
  readonly spread: { readonly low: number; readonly high: number; readonly counts: Uint32Array };
  readonly rule?: RuleStatus;
}

/** Statistics of one input's slopes over the rows, with what a lane draws of their distribution. */
export interface LaneStatistics extends SlopeStatistics {
  /** At 5, 25, 50, 75 and 95 %. */
  readonly quantiles: readonly number[];
  readonly atKink: number;
}

/** How the first rule on an input stands. */
export interface RuleStatus {
  readonly rule: number;
  readonly words: string;
  readonly holds: boolean;
  readonly failing: number;
  readonly share: number;
}

/** A raster of the map for the lanes in view. */
export interface MapRequest extends View {
  readonly order: RowOrder;
  /** Cells per lane; never more than rows. */
  readonly cells: number;
  /** Flat inputs in the order drawn. */
  readonly inputs: readonly number[];
}

/** Aggregates per cell; cell c holds the ordered rows `starts[c] … starts[c + 1] − 1`. */
export interface SlopeMap {
  readonly cells: number;
  readonly starts: Uint32Array;
  /** Mean forecast per cell. */
  readonly forecast: Float32Array;
  readonly lanes: readonly MapLane[];
}

/** One lane's cells. "Below" is the side the lane's rule forbids ("never falls" when it has none). */
export interface MapLane {
  readonly input: number;
  /** Share of rows below, mean slope of those rows, mean slope of the others; NaN where there are none. */
  readonly share: Float32Array;
  readonly below: Float32Array;
  readonly rest: Float32Array;
  /** Lowest and highest slope of the cell. */
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
  /** Largest |slope| of the lane: the end of its own colour scale. */
  readonly largest: number;
}

/** One row by its number, or one cell's row by its position under an order. */
export interface RowRequest extends View {
  readonly row?: number;
  readonly position?: number;
  readonly order?: RowOrder;
}

/** The reading line: exact float64 slopes of one row. */
export interface RowReading {
  /** From 0. */
  readonly row: number;
  /** Line in the table's file, from 1. */
  readonly line: number;
  readonly position: number;
  readonly forecast: number;
  readonly actual?: number;
  /** Per flat input: the table's value, the slope (NaN when switched) and, for whole numbers, the exact change for +1. */
  readonly values: readonly (number | string)[];
  readonly slopes: Float64Array;
  readonly steps: Float64Array;
  readonly atKink: boolean;
}

/** A window of the Table view. */
export interface TableRequest extends View {
  readonly order: RowOrder;
  readonly descending?: boolean;
  readonly from: number;
  readonly count: number;
  readonly inputs: readonly number[];
}

/** Rows of the Table view; `slopes` is [row][input]. */
export interface TableRows {
  readonly total: number;
  readonly rows: Uint32Array;
  readonly lines: Uint32Array;
  readonly forecast: Float64Array;
  readonly slopes: Float64Array;
}

/** All rules with how they stand, the findings (worst first), and rules that could be added. */
export interface Findings {
  readonly findings: readonly Finding[];
  readonly rules: readonly {
    readonly rule: Rule;
    readonly words: string;
    readonly holds: boolean;
    readonly finding?: number;
    /** There is a penalty that leads training towards the rule: a program can mend the model. */
    readonly isMendable?: true;
    readonly problem?: string;
    /** The rule holds at the rows, but fails at this point beside them; no finding unless the rule asks for ranges. */
    readonly between?: Between;
    /** The rule is for this other output and not checked here. */
    readonly elsewhere?: string;
  }[];
  /** Rules that would follow the average slopes; never applied by themselves. */
  readonly suggestions: readonly Rule[];
  readonly rowsFailing: number;
}

/** Ranges given by the user for models without a scaler; else the scaler's average ± 2 spreads. */
export interface FileAloneRequest {
  readonly output: number;
  readonly ranges?: readonly UsualRange[];
}

/** Slopes from the file alone, at 2 000 points of the usual ranges. */
export interface FileAlone {
  /** Undefined when neither a scaler nor the user says what is usual. */
  readonly lines?: readonly {
    readonly input: number;
    readonly name: string;
    readonly low: number;
    readonly high: number;
    readonly atAverage: number;
    readonly lowest: number;
    readonly highest: number;
    readonly verdict: 'rises and falls' | 'no fall found' | 'no rise found' | 'no effect found';
    readonly unit: string;
  }[];
}
