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
  /** Units by column or input name. */
  readonly units?: Readonly<Record<string, string>>;
  /** Only these rows of the table, from 0, `to` not included. */
  readonly rows?: { readonly from: number; readonly to: number };
}

/** Where the scaling comes from: nothing, the table's own mean and spread, a file, or whatever lies in or beside the model. */
export type ScalingChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'found' }
  | { readonly kind: 'table'; readonly outputs: boolean }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array };
