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
