import type { NamedBytes } from '../files/reading';
import type { CategoryChoice } from '../table/binding';

/** How a table is connected to a model, as the user chose it; what is not given is matched by names. */
export interface TableChoice {
  /** Flat input name → column name, or a fixed number. */
  readonly columns?: Readonly<Record<string, string | number>>;
  /** Columns in the order of the inputs, whatever their names. */
  readonly byPosition?: boolean;
  /** These columns, in the order of the inputs. */
  readonly order?: readonly string[];
  /** The column with the true values; null for none. */
  readonly target?: string | null;
  /** Yes/no columns taken as one category. */
  readonly categories?: CategoryChoice;
  /** Units by column or input name. */
  readonly units?: Readonly<Record<string, string>>;
  /** Only these rows of the table, from 0, `to` not included. */
  readonly rows?: { readonly from: number; readonly to: number };
}

/**
 * What was said of the scaling. Inputs: a file, the table's own mean and spread, or none; not given: whatever lies in or
 * beside the model. Outputs: the true values' mean and spread, or none; not given: what comes with the inputs' scaler.
 */
export interface ScalingChoice {
  readonly inputs?: 'none' | 'table' | NamedBytes;
  readonly outputs?: 'none' | 'table';
}
