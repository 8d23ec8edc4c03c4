import { alphaMean } from './statistics';

/** The α that curves are drawn at, as NeuralSens' AlphaSensAnalysis shows them: from the mean |slope| to the largest. */
export const alphaLevels: readonly number[] = [1, 2, 3, 5, 10, 15, Infinity];

/**
 * The α-curve of an input's slopes: ms_α = ((1/N) Σ |s|^α)^(1/α) (Pizarroso, Portela and Muñoz, "Interpretability of neural
 * networks with α-curves", 2023). A curve that climbs steeply says that a few rows react far more than the rest.
 */
export function alphaCurve(slopes: Float32Array | Float64Array, alphas: readonly number[] = alphaLevels): Float64Array {
  return Float64Array.from(alphas, (alpha) => alphaMean(slopes, alpha));
}

/** The derivative-based global sensitivity measure ν = (1/N) Σ s² (Sobol and Kucherenko 2009), with exact slopes on the rows given. */
export function derivativeSensitivity(slopes: Float32Array | Float64Array): number {
  let squares = 0;
  for (const slope of slopes) squares += slope * slope;
  return squares / slopes.length;
}

/**
 * The upper bound of the total Sobol index that ν gives for an input evenly spread over its range (Sobol and Kucherenko
 * 2009, theorem 3): S_total ≤ ν · range² ÷ (π² · variance of the forecast). It may exceed 1, for it is a bound and no share.
 */
export function totalIndexBound(nu: number, range: number, forecastVariance: number): number {
  return (nu * range * range) / (Math.PI * Math.PI * forecastVariance);
}

/**
 * Each input's share of the movement to first order: mean (slope² · spread²) over the sum of all inputs. Shares of 1 in
 * total; inputs that move together share what belongs to both.
 */
export function movementShares(
  inputs: readonly { readonly meanSquare: number; readonly spread: number }[],
): Float64Array {
  const parts = Float64Array.from(inputs, ({ meanSquare, spread }) => meanSquare * spread * spread);
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => (total === 0 ? 0 : part / total));
}

/** Average slopes of consecutive rows, for sensitivities over the rows' order (time): at most `most` stretches of equal length. */
export function slopesOverOrder(slopes: Float32Array | Float64Array, most = 200): Float64Array {
  const stretches = Math.min(most, slopes.length);
  return Float64Array.from({ length: stretches }, (_, stretch) => {
    const from = Math.round((stretch * slopes.length) / stretches);
    const to = Math.round(((stretch + 1) * slopes.length) / stretches);
    let sum = 0;
    for (let row = from; row < to; row++) sum += slopes[row]!;
    return sum / (to - from);
  });
}
