import type { Value } from '../rows/value';
import type { StoredTensor } from './tensorProto';

/** What stands on an output of a node: numbers, a handle of a variable, or nothing. */
export type Held =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'variable'; readonly read: () => StoredTensor }
  /** Texts of a constant, or a text input (of which none are known): no operator here computes with them. */
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** Numbers whose rows are dealt out to several (SpaceToBatchND). */
  | { readonly kind: 'blocks'; readonly value: Value }
  /** A whole number that all rows decide together; of what is known of it, `openSizes.ts` makes use. */
  | { readonly kind: 'open'; readonly atLeast: number; readonly refuse: () => never }
  /** The side of a conditional that is not taken. */
  | { readonly kind: 'dead' };

/** Numbers as what stands on an output. */
export function heldValue(value: Value): Held {
  return { kind: 'value', value };
}

/** The numbers on an output, if there are any; a variable's are only read where they are needed. */
export function valueOf(held: Held | undefined): Value | undefined {
  return held?.kind === 'value' || held?.kind === 'blocks' ? held.value : undefined;
}

/**
 * Operators that may stand between SpaceToBatchND and BatchToSpaceND. Between them the parts of one row stand apart, one after those of all other
 * rows, so that an operator that splits up the axis of the rows would take it for something else.
 */
export const keepsBlocks: ReadonlySet<string> = new Set([
  'BatchToSpaceND',
  'Conv2D',
  'Conv3D',
  'DepthwiseConv2dNative',
  'ExpandDims',
  'Identity',
  'Squeeze',
]);
