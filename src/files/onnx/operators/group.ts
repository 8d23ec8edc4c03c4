import type { Operator } from '../call';

/** Operators of one kind, by their exact names in the specification. */
export interface OperatorGroup {
  /** The operator set they belong to; the default one is the empty name. */
  readonly domain: string;
  readonly operators: Readonly<Record<string, Operator>>;
  /** What an operator does not do here, for the table in the README. */
  readonly notes?: Readonly<Record<string, string>>;
}
