import type { Network } from '../network/network';
import type { Problem } from '../problem';
import type { ScalingSet } from '../table/scaling';
import type { Table } from '../table/table';

/** A file's name (last part of its path) and content. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The folder a model lies in, as far as a reader may look: paths are relative to it, with `/`, and never leave it.
 * `read` gives undefined for what is not there.
 */
export interface Folder {
  list(path?: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array | undefined>;
}

/** What a reader may know beside the file itself. */
export interface ReadOptions {
  readonly folder: Folder;
  /** Answers of the user to questions of this reader, by question id. */
  readonly answers: ReadonlyMap<string, string>;
  /** For an architecture file: its weights, when the user named them. */
  readonly weights?: NamedBytes;
  /** Runs a SavedModel whose graph cannot be followed; where it is missing, such a model is refused. */
  readonly blackBoxes?: BlackBoxes;
  /** Names of the columns of the table beside the model, when one is known: they settle orientation and input count. */
  readonly columns?: readonly string[];
}

/** Finds somebody who can run the SavedModel in the model's folder. */
export type BlackBoxes = (request: BoxRequest) => Promise<BoxAnswer>;

/** Which part of a SavedModel is to be run. */
export interface BoxRequest {
  readonly tags: readonly string[];
  readonly signature: string;
  readonly inputs: readonly BoxInput[];
  /** Names of the outputs wanted, in order. */
  readonly outputs: readonly string[];
}

/** An input tensor with the rows on its first axis. */
export interface BoxInput {
  readonly name: string;
  /** Of one row. */
  readonly shape: readonly number[];
  /** Whether it takes whole numbers. */
  readonly whole: boolean;
}

/** Somebody who runs it, or why nobody does. */
export type BoxAnswer =
  | { readonly kind: 'running'; readonly box: RunningBox }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string };

/** A SavedModel that another program runs. It throws where that program fails. */
export interface RunningBox {
  /** Name and version of that program. */
  readonly runner: string;
  /** One vector [row][element] per input to one per output wanted. */
  readonly values: (inputs: readonly Float64Array[], rows: number) => readonly Float64Array[];
  /** Lets others have a turn between batches of rows. */
  readonly pause: () => Promise<void>;
}

/** What a reader found. It never throws for a bad file; at least one of `network`, `questions` and `problems` is filled. */
export interface Reading {
  readonly network?: Network;
  /** Scalings that lie in the same file beside the network, not inside its graph (those are `scale` nodes). */
  readonly scalings?: ScalingSet;
  /** A table that lies in the same file (an R object's data). */
  readonly table?: Table;
  /** What another tool stored about its own slopes (R neuralnet's generalized weights): [row][output * inputs + input]. */
  readonly generalizedWeights?: readonly Float64Array[];
  /** What the file cannot say and the user has not answered yet. */
  readonly questions: readonly Question[];
  /** What the file itself says on matters that can be questions elsewhere; an answer that differs is refused. */
  readonly settled: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Something a file cannot say: typed, with the allowed answers and a best guess; never guessed silently. */
export interface Question {
  /** `hidden`, `output`, `orientation`, `object`, `repetition`, … as in `--answer ID=VALUE`. */
  readonly id: string;
  /** One sentence, ending in a question mark. */
  readonly ask: string;
  readonly choices: readonly string[];
  readonly guess?: string;
}

/** One file format. Formats are recognised by content, never by the file's ending alone. */
export interface Format {
  /** As in `Source.format`. */
  readonly name: string;
  /** Whether this reader wants the file; looks at the first bytes and cheap structure only. */
  matches(file: NamedBytes): boolean;
  read(file: NamedBytes, options: ReadOptions): Promise<Reading>;
}
