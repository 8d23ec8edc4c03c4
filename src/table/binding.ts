import type { FlatInput, FlatOutput } from '../network/features';
import type { Problem } from '../problem';
import type { Network } from '../network/network';
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

/**
 * Which yes/no columns are taken as one category: those that look like one, or by the category's name its columns, listed
 * or as a pattern (`city_*`). Without a choice all columns stay numbers.
 */
export type CategoryChoice = 'found' | Readonly<Record<string, string | readonly string[]>>;

/** Yes/no columns that look like one category, or are taken as one. */
export interface Category {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isFolded: boolean;
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
  /** Yes/no columns taken as one category. */
  readonly categories?: CategoryChoice;
  /** Only these rows of the table, from 0, `to` not included. */
  readonly rows?: { readonly from: number; readonly to: number };
}

/** What a network is bound as: itself, or with yes/no inputs taken together as categories. */
export interface Bound {
  readonly binding: Binding;
  /** The network that the binding fills. */
  readonly network: Network;
  /** The inputs as the model has them, none taken together. */
  readonly inputs: readonly BoundInput[];
  readonly categories: readonly Category[];
}

/** A binding, or what stands in its way; both where the user should know something. */
export interface BindResult extends Partial<Bound> {
  /** Flat inputs without a column, with the most similar column names, nearest first. */
  readonly missing: readonly { readonly input: string; readonly similar: readonly string[] }[];
  readonly problems: readonly Problem[];
}
