import type { Progress } from '../src/ask';
import type { Expectation } from '../src/findings/rule';
import type {
  DataDescription,
  FileAlone,
  Findings,
  Lanes,
  MapLane,
  ModelDescription,
  RowFilter,
  RowOrder,
  RowReading,
  TableRows,
  Units,
  UsualRange,
} from '../src/session/service';
import type { ScalingPreviews } from '../src/session/scalingPreviews';
import type { FittedQuestion } from '../src/session/answerFits';
import type { ComparedWhatIf, Comparison, NotCompared } from '../src/session/compareQuestion';
import type { FormulaView } from '../src/session/formulaQuestion';
import type { InputView } from '../src/session/inputQuestion';
import type { NetworkPicture } from '../src/session/networkQuestion';
import type { PairsView, Surface } from '../src/session/pairsQuestion';
import type { RangeView } from '../src/session/rangeQuestion';
import type { WhatIf, WhatIfRequest } from '../src/session/whatIfQuestion';
import type { PanelState, TableCandidate } from '../src/views/panelService';

/** Everything the page shows is drawn from this one value. */
export interface PageState {
  readonly choices: Choices;
  readonly answers: Answers;
  readonly screen: Screen;
}

/** What the user chose. Kept by the host while the panel is hidden and after a reload; never any data. */
interface Choices {
  readonly tab: string;
  readonly view: 'map' | 'table';
  readonly output: number;
  /** Absent: as VS Code's settings say. So for `order` and `colours`. */
  readonly units?: Units;
  readonly order?: RowOrder;
  readonly colours?: 'each' | 'one';
  readonly logOdds: boolean;
  readonly lanesBy: LaneOrder;
  /** The chosen flat input. */
  readonly input?: number;
  /** The row that is read, from 0. */
  readonly row?: number;
  readonly filter?: RowFilter;
  /** Number of the open finding. */
  readonly finding?: number;
  readonly only: 'all' | 'failing';
  readonly descending: boolean;
  readonly scroll: number;
  /** Input: which curves are drawn, whose values colour the dots, and the row whose slope is taken apart. */
  readonly curves?: CurveChoice;
  readonly colourBy?: number;
  /** Input: changes of this input asked for by hand, and the column by whose groups effects are told apart. */
  readonly change?: {
    readonly input: number;
    readonly step?: number;
    readonly from?: number;
    readonly to?: number;
    /** Two levels of a category. */
    readonly levels?: readonly [string, string];
  };
  readonly groupBy?: string;
  /** Pairs: places of the chosen pair, what its surface shows, and where the other inputs stand. */
  readonly pair?: { readonly first: number; readonly second: number };
  readonly surface?: 'slope' | 'forecast';
  readonly othersAt?: 'average' | 'row';
  /** Network: the chosen unit, and how strong weights must be to be drawn, of 1. */
  readonly unit?: { readonly layer: number; readonly place: number };
  readonly weightsAbove?: number;
  /** Formula: significant digits shown. */
  readonly digits?: number;
  /** Range: the limits of the forecast. */
  readonly limits?: { readonly lower?: number; readonly upper?: number };
  /** What if: the changes made by hand to one row, and where the bars start. */
  readonly edits?: { readonly row: number; readonly changes: WhatIfRequest['changes'] };
  readonly barsFrom?: 'average' | 'before';
  readonly apart?: { readonly input: number; readonly row: number };
  /** Input: the hidden layer (`h2`) whose units the slope is taken apart by; absent: where few units explain most. */
  readonly layer?: string;
}

/** Curves of the Input tab: the average with single rows, one of both, or accumulated effects. */
export type CurveChoice = 'both' | 'average' | 'singles' | 'accumulated';

/** How lanes are sorted. */
export type LaneOrder = 'effect' | 'reach' | 'below' | 'name' | 'model';

/** What the host has answered so far. */
export interface Answers {
  readonly state?: PanelState;
  readonly model?: ModelDescription;
  readonly data?: DataDescription;
  readonly lanes?: Lanes;
  readonly findings?: Findings;
  readonly candidates?: readonly TableCandidate[];
  readonly fileAlone?: FileAlone;
  /** The open questions with how well their choices fit. */
  readonly fittedQuestions?: readonly FittedQuestion[] | undefined;
  /** What each choice of a scaling makes of the forecasts; for the data page. */
  readonly scalingPreviews?: ScalingPreviews | undefined;
  readonly raster?: Raster;
  readonly reading?: RowReading;
  readonly table?: TableWindow;
  readonly progress?: Progress;
  readonly input?: InputView;
  readonly pairs?: PairsView;
  readonly surface?: Surface;
  readonly networkPicture?: NetworkPicture;
  readonly formula?: FormulaView;
  /** With what was compared, so that it is shown for nothing else. */
  readonly comparison?: { readonly key: string; readonly answer: Comparison | NotCompared };
  /** One row in both models of the comparison, with which second model and output it is about. */
  readonly comparedWhatIf?: { readonly key: string; readonly answer: ComparedWhatIf | NotCompared };
  readonly range?: RangeView;
  readonly whatIf?: WhatIf;
  /** The last answer that brought response curves. */
  readonly whatIfCurves?: WhatIf;
  /** A question that failed, in the host's words. */
  readonly trouble?: string;
}

/** The cells of the lanes in view. */
export interface Raster {
  /** What it was asked with: view, order, cells. */
  readonly key: string;
  readonly cells: number;
  readonly starts: Uint32Array;
  readonly forecast: Float32Array;
  readonly lanes: ReadonlyMap<number, MapLane>;
}

/** The rows of the Table view in memory. */
export interface TableWindow {
  readonly key: string;
  readonly from: number;
  readonly inputs: readonly number[];
  readonly rows: TableRows;
}

/** What lives only as long as the page: sizes, cursors, open fields. */
interface Screen {
  readonly width: number;
  readonly stripWidth: number;
  /** Counts changes of theme, so that pictures are drawn anew. */
  readonly theme: number;
  /** The cell under the pointer or the keyboard. */
  readonly cell?: number;
  /** The lane that has the keyboard. */
  readonly active?: number;
  readonly brush?: { readonly from: number; readonly to: number };
  readonly lanesTop: number;
  readonly lanesHeight: number;
  readonly table: { readonly top: number; readonly height: number; readonly left: number; readonly width: number };
  /** The row of the Table view that has the keyboard. */
  readonly tableRow: number;
  readonly find?: string;
  readonly goTo: boolean;
  readonly keys: boolean;
  readonly busy: boolean;
  /** All tabs of a report stand one after the other, for paper. */
  readonly isPrinting: boolean;
  /** Lines of the rules table drawn so far. */
  readonly ruleLines: number;
  /** What the rules tab would set for many inputs at once. */
  readonly bulk: { readonly group: InputGroup; readonly expect: Expectation };
  /** The input whose slider is being dragged. */
  readonly sliding?: number;
  /** Sliders drawn so far. */
  readonly sliders: number;
  /** The row of the dot under the pointer in a chart. */
  readonly pointed?: number;
  /** Charts shown as tables. */
  readonly asTable: readonly string[];
  /** Questions of the data page that the files answer, opened to be answered otherwise. */
  readonly changing: readonly ('scaler' | 'dialect')[];
  /** Ranges the user gives on the first screen when the file has no scaler. */
  readonly ranges: readonly UsualRange[];
  /** Whether the fields for them stand open beside known ranges. */
  readonly askRanges: boolean;
}

/** Inputs that can be given a rule together. */
type InputGroup = 'all' | 'counts' | 'numbers';

/** The state before anything is known. */
export function firstState(remembered: unknown): PageState {
  return {
    choices: { ...firstChoices, ...rememberedChoices(remembered) },
    answers: {},
    screen: {
      width: 0,
      stripWidth: 0,
      theme: 0,
      lanesTop: 0,
      lanesHeight: 600,
      table: { top: 0, height: 600, left: 0, width: 900 },
      tableRow: 0,
      goTo: false,
      keys: false,
      busy: false,
      isPrinting: false,
      ruleLines: 200,
      bulk: { group: 'all', expect: 'never falls' },
      ranges: [],
      askRanges: false,
      changing: [],
      asTable: [],
      sliders: 30,
    },
  };
}

const firstChoices: Choices = {
  tab: 'slopes',
  view: 'map',
  output: 0,
  logOdds: false,
  lanesBy: 'effect',
  only: 'all',
  descending: false,
  scroll: 0,
};

/** What the host kept of an earlier life of this page; anything else is as good as nothing. */
function rememberedChoices(remembered: unknown): Partial<Choices> {
  return isChoices(remembered) ? remembered : {};
}

function isChoices(value: unknown): value is Choices {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(firstChoices).every(([key, first]) => typeof Reflect.get(value, key) === typeof first);
}

/** Holds the state; tells its followers of every change. */
export class Store {
  #state: PageState;
  readonly #followers: ((now: PageState, before: PageState) => void)[] = [];

  constructor(state: PageState) {
    this.#state = state;
  }

  get state(): PageState {
    return this.#state;
  }

  follow(follower: (now: PageState, before: PageState) => void): void {
    this.#followers.push(follower);
  }

  choose(change: Changes<Choices>): void {
    this.#set({ ...this.#state, choices: changed(this.#state.choices, change) });
  }

  answer(change: Changes<Answers>): void {
    this.#set({ ...this.#state, answers: changed(this.#state.answers, change) });
  }

  show(change: Changes<Screen>): void {
    this.#set({ ...this.#state, screen: changed(this.#state.screen, change) });
  }

  #set(state: PageState): void {
    const before = this.#state;
    this.#state = state;
    for (const follower of this.#followers) follower(state, before);
  }
}

/** New values for some keys; `undefined` takes an optional one away. */
type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

function changed<T extends object>(value: T, change: Changes<T>): T {
  const result = { ...value, ...change };
  for (const key of Object.keys(change)) {
    if (Reflect.get(change, key) === undefined) Reflect.deleteProperty(result, key);
  }
  return result;
}
