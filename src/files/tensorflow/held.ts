import type { Value } from '../rows/value';
import type { StoredTensor } from './tensorProto';

/** What stands on an output of a node: numbers, a handle of a variable, or nothing. */
export type Held =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'variable'; readonly name: string; readonly read: () => StoredTensor }
  /** Texts of a constant, or a text input: no operator here computes with them. */
  | { readonly kind: 'texts' }
  /** The side of a conditional that is not taken. */
  | { readonly kind: 'dead' };

/** Numbers as what stands on an output. */
export function heldValue(value: Value): Held {
  return { kind: 'value', value };
}
