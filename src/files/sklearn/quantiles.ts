import type { NetworkBuilder, Tensor } from '../../network/builder';
import { fittedNumbers, fittedVector, setting, unsupported, unusable, type Fitted } from './fitted';
import { asNumbers, frameOf, namesOf, type Frame, type Lowering } from './frame';
import { interpolation, piecewise } from './piecewise';

/** Where scikit-learn takes a share of the data for 0 or 1 (its BOUNDS_THRESHOLD). */
const edge = 1e-7;

/**
 * QuantileTransformer to a uniform distribution: the share of the data below x, by straight lines between the learned
 * quantiles, the middle of equal ones.
 */
export function quantileTransformer(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  if (setting(fitted, 'output_distribution') === 'normal') {
    unsupported(
      fitted,
      `QuantileTransformer "${fitted.label}" maps to a normal distribution, whose inverse is none of a network's operations`,
      'Use output_distribution="uniform" or a PowerTransformer, and save the model again.',
    );
  }
  const builder = lowering.builder.at(fitted.label);
  const x = asNumbers(frame, lowering, fitted.label);
  const { references, columns } = learned(fitted, frame.columns.length);
  const parts = columns.map((quantiles, at) => {
    const column = builder.take(x, 0, [at]);
    return withEnds(builder, column, quantiles, piecewise(builder, column, interpolation(quantiles, references)));
  });
  return frameOf(builder.concat(parts, 0), namesOf(frame));
}

/** The least value is the share 0 and the greatest 1, also where many rows have it. */
function withEnds(builder: NetworkBuilder, x: Tensor, quantiles: readonly number[], share: Tensor): Tensor {
  const number = (value: number): Tensor => builder.constant(Float64Array.of(value), [1]);
  const fixed = (value: number, end: number, otherwise: Tensor): Tensor =>
    builder.select(builder.compare('equal', x, number(value)), number(end), otherwise);
  const [least, greatest] = [quantiles[0]!, quantiles.at(-1)!];
  const upper = quantiles.at(-2) === greatest ? fixed(greatest, 1, share) : share;
  return quantiles[1] === least ? fixed(least, 0, upper) : upper;
}

/** The quantile of a share: what a transformed target means in its own units. */
export function quantileInverse(fitted: Fitted, y: Tensor, lowering: Lowering): Tensor {
  const builder = lowering.builder.at(fitted.label);
  const { references, columns } = learned(fitted, y.shape[0]!);
  const normal = setting(fitted, 'output_distribution') === 'normal';
  const parts = columns.map((quantiles, at) => {
    const given = builder.take(y, 0, [at]);
    const share = normal ? normalShare(given, lowering) : given;
    const lines = interpolation(references, quantiles);
    const bounds = normal
      ? lines.bounds.map((bound, i, all) => (i === 0 ? edge : i === all.length - 1 ? 1 - edge : bound))
      : lines.bounds;
    return piecewise(builder, share, { ...lines, bounds });
  });
  return builder.concat(parts, 0);
}

/** The share of a standard normal distribution below x: (1 + erf(x / √2)) / 2. */
function normalShare(x: Tensor, { builder }: Lowering): Tensor {
  const scaled = builder.scale(x, Float64Array.of(Math.SQRT1_2), Float64Array.of(0));
  return builder.scale(builder.activation(scaled, { kind: 'erf' }), Float64Array.of(0.5), Float64Array.of(0.5));
}

/** `references_` and, for each column, its ascending `quantiles_`. */
function learned(
  fitted: Fitted,
  count: number,
): { readonly references: readonly number[]; readonly columns: readonly (readonly number[])[] } {
  const { values, shape } = fittedNumbers(fitted, 'quantiles_');
  const [rows = 0, width = 0] = shape;
  if (width !== count || rows < 2) unusable(fitted, 'quantiles_', `is for ${width} columns, but ${count} come in`);
  const references = Array.from(fittedVector(fitted, 'references_', rows));
  const columns = Array.from({ length: count }, (_, at) =>
    Array.from({ length: rows }, (_unused, row) => values[row * width + at]!),
  );
  if ([references, ...columns].some((list) => list.some((value, i) => i > 0 && value < list[i - 1]!)))
    unusable(fitted, 'quantiles_', 'do not ascend');
  return { references, columns };
}
