import type { FittedQuestion } from '../session/answerFits';
import type { GivenDialect } from '../table/table';
import type { ScalingPreviews } from '../session/scalingPreviews';
import type { ScalingChoice, TableChoice } from '../session/connection';
import type { Rule } from '../findings/rule';
import type { TableMatch } from '../table/matching';
import type { ComparedWhatIf, ComparedWhatIfRequest, Comparison, NotCompared } from '../session/compareQuestion';
import type { DataDescription, ModelDescription, SessionService } from '../session/service';
import type { ExportedFile, ExportKind } from '../session/exports/exportFile';
import type { Mend, MendFiles } from '../session/mend/mendCode';
import type { ReportTab } from '../storedAnswers';

/**
 * What the host asks of a model's thread: everything a session answers, and the changes that make the session what it
 * is. One thread serves one model; files are named by path (read inside the thread) or handed over as bytes.
 */
export interface ThreadService extends SessionService {
  openModel(request: OpenModelRequest): Promise<ModelDescription>;
  /** Reads a table and connects it; the rest of the choice is kept from before where it is not given. */
  connectTable(request: ConnectTableRequest): Promise<DataDescription>;
  /** Changes how the present table is connected. */
  reconnect(request: TableChoice): Promise<DataDescription>;
  disconnect(): Promise<void>;
  setScaling(request: ScalingChoice): Promise<void>;
  /** Scaler files in the model's folder, best first, with the reason each could be it. */
  scalersBeside(): Promise<readonly { readonly name: string; readonly reason: string }[]>;
  setRules(request: { readonly rules: readonly Rule[] }): Promise<void>;
  exportAs(request: ExportRequest): Promise<ExportedFile>;
  /** The program that trains the model again so that these rules of one output hold. */
  mend(request: MendRequest): Promise<Mend>;
  /** Compares with another model on the connected table; the other stays open until it is closed or another is named. */
  compare(request: CompareRequest): Promise<Comparison | NotCompared>;
  /** One row with the same changes in both models of the comparison. */
  compareWhatIf(request: CompareWhatIfRequest): Promise<ComparedWhatIf | NotCompared>;
  closeComparison(): Promise<void>;
  /** Stops the slopes that are being computed; the rows that are there stay, and everything then covers these. */
  stop(): Promise<void>;
  /** Keeps the model as it was read, before it is read again; tells whether it did. */
  keepVersion(request: KeepRequest): Promise<boolean>;
  /** Tables that fit the model, best first, by the first 64 KB of each. */
  tablesThatFit(request: TablesRequest): Promise<readonly FittingTable[]>;
  /**
   * The open questions, each with how well its choices fit the first rows of the first table that the model can be tried
   * on; undefined when it can be tried on none.
   */
  answerFits(request: AnswerFitsRequest): Promise<readonly FittedQuestion[] | undefined>;
  /** What each choice of a scaling makes of the forecasts; undefined without a table. */
  scalingPreviews(): Promise<ScalingPreviews | undefined>;
}

/** How much of a table is looked at before it is chosen. */
export const headBytes = 65_536;

/** A file by path on this machine, or by its content where it has none. */
export type FileSource =
  | { readonly kind: 'path'; readonly path: string; readonly name: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly name: string; readonly size?: number };

/** A model to open; `virtualFolder` says that its neighbours must be asked of the host (`HostFiles`). */
export interface OpenModelRequest {
  readonly model: FileSource;
  readonly answers: Readonly<Record<string, string>>;
  readonly weights?: FileSource;
  readonly virtualFolder: boolean;
  /** Folders of a trusted workspace: a package installed there may run a model that Slopescope cannot follow. */
  readonly trusted?: readonly string[];
}

/** A table to read and connect. */
export interface ConnectTableRequest {
  readonly table: FileSource;
  readonly choice: TableChoice;
  /** How the file is written, and which of its rows are read, where the user says it. */
  readonly dialect?: GivenDialect;
}

/** Tables with true values, the likeliest first, and how they would be connected. */
export interface AnswerFitsRequest {
  readonly tables: readonly FileSource[];
  readonly choice: TableChoice;
  readonly dialect?: GivenDialect;
}

/** A second model to compare one output with. */
export interface CompareRequest {
  readonly output: number;
  /** The same id is the same file as before, still open. */
  readonly id: string;
  /** What it is called: its file, or "the version before 17:04". */
  readonly name: string;
  readonly other: OpenModelRequest;
  /** How its inputs are connected, where this was chosen for it. */
  readonly choice: TableChoice;
  /** An earlier version of the first model: it is connected and scaled as that is. */
  readonly isEarlier: boolean;
}

/** A changed row of the first model, and the second model it is compared with. */
export interface CompareWhatIfRequest extends Omit<ComparedWhatIfRequest, 'output'> {
  readonly compared: CompareRequest;
}

/** Where the model as it was read is to be kept, unless its file still holds the same. */
export interface KeepRequest {
  readonly present: FileSource;
  readonly place: string;
}

/** Rules of one output that are to hold again, and where the code finds the files. */
export interface MendRequest {
  readonly output: number;
  readonly rules: readonly Rule[];
  readonly files: MendFiles;
}

/** An export with what it depends on. */
export interface ExportRequest {
  readonly kind: ExportKind;
  /** The outputs of a report; of anything else the first of them. */
  readonly outputs: readonly number[];
  readonly units: 'original' | 'model';
  /** Tabs of a report beside Slopes and Rules. */
  readonly tabs?: readonly ReportTab[];
  /** The comparison that a report holds. */
  readonly compared?: CompareRequest;
}

/** Tables among which those that fit are looked for, newest first. */
export interface TablesRequest {
  readonly tables: readonly { readonly source: FileSource; readonly sameFolder: boolean }[];
  /** No more than these are wanted. */
  readonly most: number;
}

/** A table that fits, as its first lines tell it. */
export interface FittingTable extends TableMatch {
  /** How many inputs the model has. */
  readonly of: number;
  /** The first input without a column. */
  readonly lacks?: string;
  readonly rows: { readonly count: number; readonly exact: boolean };
}

/** What the thread asks of the host: files of workspaces that have no path on this machine. Paths are relative to the model's folder. */
export interface HostFiles {
  list(request: { readonly path: string }): Promise<readonly string[]>;
  read(request: { readonly path: string }): Promise<Uint8Array | undefined>;
}
