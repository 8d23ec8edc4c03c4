import type { Progress } from '../ask';
import type { Rule } from '../findings/rule';
import type { Problem } from '../problem';
import type { GivenDialect } from '../table/table';
import type { ScalingPreviews } from '../session/scalingPreviews';
import type { FittedQuestion } from '../session/answerFits';
import type { ComparedWhatIf, ComparedWhatIfRequest, Comparison, NotCompared } from '../session/compareQuestion';
import type { SessionService, Units } from '../session/service';
import type { ReportContents, ReportTab } from '../storedAnswers';

/**
 * What a page may ask of its host: everything a session answers, and the actions that need VS Code. The page pulls: it
 * says nothing until it is ready, then asks. The stored report answers the same questions from its own file.
 */
export interface PanelService extends SessionService {
  /** What is to be shown right now. */
  state(): Promise<PanelState>;
  /** Tables of the workspace that fit, best first; may take a while and can be cancelled. */
  tablesThatFit(): Promise<readonly TableCandidate[]>;
  useTable(request: { readonly id: string }): Promise<void>;
  /** VS Code's own file dialog or quick pick. */
  chooseTable(): Promise<void>;
  chooseScaler(): Promise<void>;
  chooseWeights(): Promise<void>;
  /** The open questions, with how well each answer fits a table's true values; undefined where there are none. */
  answerFits(): Promise<readonly FittedQuestion[] | undefined>;
  /** What each choice of a scaling makes of the forecasts; undefined without a table. */
  scalingPreviews(): Promise<ScalingPreviews | undefined>;
  /** Answers a question of the model file. */
  answer(request: { readonly id: string; readonly value: string }): Promise<void>;
  /** How columns, target and scalings are connected; only what is given changes. */
  connect(request: ConnectRequest): Promise<void>;
  setRules(request: { readonly rules: readonly Rule[] }): Promise<void>;
  /** Writes rules, columns and answers into slopescope.json. */
  saveRules(): Promise<void>;
  /** Opens the program that mends a model, so that a rule of an output holds, as a new document. */
  mend(request: { readonly output: number; readonly rule: Rule }): Promise<void>;
  openLine(request: { readonly line: number }): Promise<void>;
  exportAs(request: ExportRequest): Promise<void>;
  /** Asks what to export, as the command does. */
  chooseExport(): Promise<void>;
  copy(request: { readonly text: string }): Promise<void>;
  /** Compares an output with the second model, while a comparison is open. */
  compare(request: { readonly output: number }): Promise<Comparison | NotCompared>;
  /** One row with the same changes in both models, while a comparison is open. */
  compareWhatIf(request: ComparedWhatIfRequest): Promise<ComparedWhatIf | NotCompared>;
  closeComparison(): Promise<void>;
  /** Tells which output the page shows: what is exported is about that one. */
  showing(request: { readonly output: number }): Promise<void>;
  /** Dismisses a hint for good. */
  dismiss(request: { readonly hint: string }): Promise<void>;
  showLog(): Promise<void>;
  /** Stops the computation; everything then covers the rows computed so far. */
  stop(): Promise<void>;
  /** Goes on after a stop, or computes again after a file has changed. */
  recompute(): Promise<void>;
  /** Opens an untitled CSV with the columns the model needs. */
  makeTable(): Promise<void>;
  /** Opens an untitled CSV with this text: the row changed in What if. */
  newTable(request: { readonly text: string }): Promise<void>;
  /** Makes Slopescope the editor of files with this model's ending. */
  alwaysOpenHere(): Promise<void>;
}

/** The panel's phase and settings. `settings` are VS Code's; what the user chose in the page is kept by the page. */
export interface PanelState {
  readonly phase: 'reading' | 'refused' | 'no table' | 'questions' | 'ready';
  readonly model: string;
  readonly table?: string;
  /** The second model while a comparison is open: its file, or "the version before 17:04". */
  readonly compared?: string;
  readonly problems: readonly Problem[];
  readonly restricted: boolean;
  /** A file that has changed on disk since what is shown was computed. */
  readonly changed?: string;
  /** The model's slopescope.json cannot be read at the moment: why, and from when the rules in use are. */
  readonly rulesBroken?: string;
  readonly settings: {
    readonly units: Units;
    readonly rowOrder: 'forecast' | 'row';
    readonly colourScale: 'each' | 'one';
    readonly singleKeys: boolean;
  };
  /** Hints the user has not dismissed: `always-open`. */
  readonly hints: readonly string[];
  /** What a stored report holds: actions that need VS Code or the model are absent. False in VS Code. */
  readonly stored: false | ReportContents;
}

/** A table that could be used with the model. */
export interface TableCandidate {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly matched: number;
  readonly of: number;
  /** "500 rows" or "about 41 000 rows" */
  readonly rows: string;
  readonly target?: string;
  /** The first input without a column. */
  readonly lacks?: string;
  /** Matched by number of numeric columns only: the model has no names. */
  readonly byPosition: boolean;
}

/** Changes to the connection of a table. */
export interface ConnectRequest {
  /** Flat input name → column name, a fixed number, or nothing. */
  readonly columns?: Readonly<Record<string, string | number>>;
  readonly byPosition?: boolean;
  readonly target?: string | null;
  /** Category → its yes/no columns; all that are treated as one. */
  readonly categories?: Readonly<Record<string, readonly string[]>>;
  readonly scaler?: 'none' | 'table' | 'found';
  readonly outputScaler?: 'none' | 'table' | 'found';
  /** How the table's file is written, against what was found. */
  readonly dialect?: GivenDialect;
}

/** What to export; pictures and the numbers of a view come from the page. */
export type ExportRequest =
  | { readonly kind: 'slopes' | 'npy' | 'findings' | 'json' | 'sarif' | 'junit' | 'markdown' }
  | { readonly kind: 'report'; readonly tabs: readonly ReportTab[] }
  | { readonly kind: 'picture'; readonly name: string; readonly bytes: Uint8Array }
  /** A file per chart and table of the view. */
  | { readonly kind: 'numbers'; readonly files: readonly { readonly name: string; readonly text: string }[] };

/** What the host tells the page without being asked. */
export type PanelNotice =
  | { readonly kind: 'changed'; readonly what: 'state' | 'data' | 'slopes' | 'rules' }
  | { readonly kind: 'progress'; readonly progress: Progress | null }
  /** A command of VS Code that acts in the page: `nextFinding`, `previousFinding`, `goToWorstRow`, `setRule`, `exportPng`, `exportSvg`, `exportNumbers`, `showComparison`. */
  | { readonly kind: 'command'; readonly command: string }
  | PanelGoal;

/** What a page is opened for: the rows in which a rule fails, beside the finding's input and worst row, or one row in What if. */
export type PanelGoal =
  | {
      readonly kind: 'failing rows';
      readonly output: number;
      /** Number of the rule among the model's rules. */
      readonly rule: number;
      readonly row: number;
      readonly input?: number;
    }
  | { readonly kind: 'what if'; readonly output: number; readonly row: number };
