/**
 * An exact, invertible map of one column between the data's own units ("original") and what the network takes ("model").
 * `affine`: model = (original − centre) / spread. `logAffine`: the same after log(original + shift).
 */
export type Scaling =
  | { readonly kind: 'identity' }
  | { readonly kind: 'affine'; readonly centre: number; readonly spread: number }
  | { readonly kind: 'logAffine'; readonly shift: number; readonly centre: number; readonly spread: number };

/** Scalings for all inputs (in the order of the flat inputs, or by name) and, where known, for the outputs. */
export interface ScalingSet {
  readonly inputs: readonly Scaling[];
  /** Names the scaler knows its columns by; absent when it only knows their order. */
  readonly names?: readonly string[];
  readonly outputs?: readonly Scaling[];
  /** Where it was found, for people: `scaler.joblib (StandardScaler)`, `layer normalization`. */
  readonly origin: string;
}

/** The scaling of a column that goes in as it is. */
export const identity: Scaling = { kind: 'identity' };

/** What the network takes for a number of the table; NaN outside the scaling's domain (log of 0 or less). */
export function toModel(scaling: Scaling, original: number): number {
  switch (scaling.kind) {
    case 'identity':
      return original;
    case 'affine':
      return (original - scaling.centre) / scaling.spread;
    case 'logAffine': {
      const shifted = original + scaling.shift;
      return shifted > 0 ? (Math.log(shifted) - scaling.centre) / scaling.spread : Number.NaN;
    }
  }
}

/** The number in the data's own units for what the network takes or gives. */
export function toOriginal(scaling: Scaling, model: number): number {
  switch (scaling.kind) {
    case 'identity':
      return model;
    case 'affine':
      return model * scaling.spread + scaling.centre;
    case 'logAffine':
      return Math.exp(model * scaling.spread + scaling.centre) - scaling.shift;
  }
}

/** d(model) / d(original) at a number in original units; its reciprocal is d(original) / d(model). */
export function modelPerOriginal(scaling: Scaling, original: number): number {
  switch (scaling.kind) {
    case 'identity':
      return 1;
    case 'affine':
      return 1 / scaling.spread;
    case 'logAffine':
      return 1 / ((original + scaling.shift) * scaling.spread);
  }
}

/** Whether the scaling changes nothing, whatever its kind. */
export function isIdentity(scaling: Scaling): boolean {
  return scaling.kind === 'identity' || (scaling.kind === 'affine' && scaling.centre === 0 && scaling.spread === 1);
}

/** Why a scaling cannot be used, in words that follow the column's name; undefined when it can. */
export function scalingFault(scaling: Scaling): string | undefined {
  if (scaling.kind === 'identity') return undefined;
  if (scaling.spread === 0) return 'has a spread of 0';
  const numbers =
    scaling.kind === 'affine' ? [scaling.centre, scaling.spread] : [scaling.shift, scaling.centre, scaling.spread];
  return numbers.every(Number.isFinite) ? undefined : 'has a mean or spread that is not a number';
}
