import type { Condition } from '../../findings/rule';
import type { BoundInput } from '../../table/binding';
import type { Scaling } from '../../table/scaling';
import type { Table } from '../../table/table';

/** What a mending program is told, whatever the framework. */
export interface MendPlan {
  /** The model's file without its folder. */
  readonly model: string;
  readonly table: Table;
  /** The table as the program opens it. */
  readonly tablePath: string;
  /** What the program must find in the table, so that it does not train on numbers read in another way. */
  readonly seen: SeenNumbers;
  /** Number of the flat output. */
  readonly output: number;
  readonly inputs: readonly BoundInput[];
  /** Of the output. */
  readonly scaling: Scaling;
  /** Column of true values. */
  readonly target?: string;
  readonly rules: readonly MendRule[];
}

/** Counts and averages of the numbers in a table. */
export interface SeenNumbers {
  /** Rows in which every input has a number. */
  readonly rows: number;
  /** Of each input over these rows, in original units. */
  readonly averages: readonly number[];
  /** Of the true values there are in these rows; NaN where there is none. */
  readonly target: number;
}

/** A rule as limits of a slope or, without an input, of the forecast. */
export interface MendRule {
  readonly words: string;
  readonly input?: number;
  readonly low: number;
  readonly high: number;
  readonly strict: boolean;
  readonly tolerance: number;
  readonly inModelUnits: boolean;
  readonly where: readonly Condition[];
}

/** The parts of a mending program that depend on the framework, as lines of Python. */
export interface PythonNetwork {
  /** "tensorflow": what must be installed beside numpy. */
  readonly needs: string;
  readonly imports: readonly string[];
  /** The name of the mended file. */
  readonly saveAs: string;
  /** Loads or builds the network. */
  readonly build: readonly string[];
  /**
   * Defines `look(x)`: forecasts [n, outputs] and slopes of output OUTPUT [n, inputs] in model units, as numpy arrays; and
   * `step(x, targets, scales, masks, strength)`: one step of training.
   */
  readonly train: readonly string[];
  /** Defines `weights()` and `restore(kept)`, and the lines that write the network to SAVE_AS. */
  readonly keep: readonly string[];
  readonly save: readonly string[];
  /** The module whose functions take the network's tensors. */
  readonly library: 'tf' | 'torch';
}
