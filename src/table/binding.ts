import type { FlatInput, FlatOutput } from '../network/features';
import type { Problem } from '../problem';
import type { InputSource } from './inputSource';
import type { Scaling } from './scaling';
import type { Table } from './table';

/** Which column feeds which input, and how: everything needed to fill a network's inputs from a table. */
export interface Binding {
  readonly table: Table;
  /** In the order of the flat inputs. */
  readonly inputs: readonly BoundInput[];
  /** In the order of the flat outputs. */
  readonly outputs: readonly BoundOutput[];
  /** Numbers of the table's rows in which every input has a value, ascending. */
  readonly rows: Uint32Array;
  /** Rows that cannot be used, by reason; each row counts once. */
  readonly leftOut: readonly LeftOutRows[];
}

/** Rows that cannot be used, for one reason. */
export interface LeftOutRows {
  /** "no number in approvals" */
  readonly reason: string;
  readonly count: number;
  /** Lines of the first of them in the table's file. */
  readonly lines: readonly number[];
}

/** One flat input and where its values come from. */
export interface BoundInput {
  readonly input: FlatInput;
  /** What people call it: the model's name for it, or the column's where the model has none of its own. */
  readonly name: string;
  readonly how: 'name' | 'position' | 'chosen' | 'fixed';
  readonly scaling: Scaling;
  readonly source: InputSource;
}

/** One flat output with its scaling and the column of true values, where there is one. */
export interface BoundOutput {
  readonly output: FlatOutput;
  readonly scaling: Scaling;
  /** Number of the column in the table. */
  readonly target?: number;
}

/** How a table is to be connected; what is not given is matched by names. */
export interface ColumnChoice {
  /** Flat input name → column name, or a fixed number. */
  readonly columns?: Readonly<Record<string, string | number>>;
  /** Columns in the order of the inputs, whatever their names. */
  readonly byPosition?: boolean;
  /** These columns, in the order of the inputs. */
  readonly order?: readonly string[];
  /** The column with the true values of the first output; null for none. */
  readonly target?: string | null;
  /** Only these rows of the table, from 0, `to` not included. */
  readonly rows?: { readonly from: number; readonly to: number };
}

/** A binding, or what stands in its way; both where the user should know something. */
export interface BindResult {
  readonly binding?: Binding;
  /** Flat inputs without a column, with the most similar column names, nearest first. */
  readonly missing: readonly { readonly input: string; readonly similar: readonly string[] }[];
  readonly problems: readonly Problem[];
}
