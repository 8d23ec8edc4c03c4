import type { NetworkBuilder, Tensor } from '../../network/builder';

/** One polynomial of x − `from` for each output, lowest power first, all of the same length. */
export interface Piece {
  readonly from: number;
  readonly coefficients: readonly (readonly number[])[];
}

/**
 * Functions of one number that are polynomials between ascending bounds: `pieces[0]` below the first bound, `pieces[i]`
 * from bound i − 1 on. At a bound (within the rounding of a score that comes from a sum) value and slope are the means
 * of both sides; `closed` gives it to the piece above.
 */
export interface Piecewise {
  readonly bounds: readonly number[];
  readonly pieces: readonly Piece[];
  readonly closed?: boolean;
}

/** The outputs [number of polynomials per piece] at x [1]. */
export function piecewise(builder: NetworkBuilder, x: Tensor, { bounds, pieces, closed }: Piecewise): Tensor {
  const count = pieces.length;
  const share = closed
    ? chosenPiece(builder, x, bounds, 'greaterOrEqual')
    : middle(
        builder,
        chosenPiece(builder, x, moved(bounds, -rounding), 'greaterOrEqual'),
        chosenPiece(builder, x, moved(bounds, rounding), 'greater'),
      );
  const from = Float64Array.from(pieces, (piece) => -piece.from);
  const distance = builder.dense(x, new Float64Array(count).fill(1), from);
  const nothing = builder.constant(new Float64Array(count), [count]);
  const powers = pieces[0]!.coefficients[0]!.length;
  const outputs = pieces[0]!.coefficients.length;
  const terms = Array.from({ length: powers }, (_, p) => {
    if (p === 0) return share;
    const power = builder.combine('pow', distance, builder.constant(Float64Array.of(p), [1]));
    // Chosen before it is weighted: far from its own piece a power may be infinite.
    return builder.combine('multiply', share, builder.select(share, power, nothing));
  });
  const weights = new Float64Array(outputs * count * powers);
  pieces.forEach(({ coefficients }, i) =>
    coefficients.forEach((polynomial, output) =>
      polynomial.forEach((factor, p) => (weights[(output * powers + p) * count + i] = factor)),
    ),
  );
  return builder.dense(builder.concat(terms, 0), weights);
}

/**
 * How far a sum of a few products may be off, of the greatest bound: calibrators keep the scores of their training rows
 * as bounds, and those were added up in another order.
 */
const rounding = 1e-13;

function moved(bounds: readonly number[], share: number): readonly number[] {
  const step = share * bounds.reduce((most, bound) => Math.max(most, Math.abs(bound)), 0);
  return bounds.map((bound) => bound + step);
}

/** 1 for the piece that x lies in and 0 for the others. */
function chosenPiece(
  builder: NetworkBuilder,
  x: Tensor,
  bounds: readonly number[],
  reaches: 'greater' | 'greaterOrEqual',
): Tensor {
  const reached = builder.compare(reaches, x, builder.constant(Float64Array.from(bounds), [bounds.length]));
  const entered = builder.concat([builder.constant(Float64Array.of(1), [1]), reached], 0);
  const left = builder.concat([reached, builder.constant(Float64Array.of(0), [1])], 0);
  return builder.combine('subtract', entered, left);
}

function middle(builder: NetworkBuilder, a: Tensor, b: Tensor): Tensor {
  const size = a.shape[0]!;
  return builder.scale(builder.combine('add', a, b), new Float64Array(size).fill(0.5), new Float64Array(size));
}

/** Straight lines between the points (x ascending, equal ones allowed) and the end values beyond them. */
export function interpolation(x: readonly number[], y: readonly number[]): Piecewise {
  const line = (from: number, value: number, slope: number): Piece => ({ from, coefficients: [[value, slope]] });
  const last = x.length - 1;
  const between = Array.from({ length: last }, (_, i): Piece => {
    const width = x[i + 1]! - x[i]!;
    return line(x[i]!, y[i]!, width > 0 ? (y[i + 1]! - y[i]!) / width : 0);
  });
  return { bounds: x, pieces: [line(x[0]!, y[0]!, 0), ...between, line(x[last]!, y[last]!, 0)] };
}

/** Constant between the bounds, a bound belonging to what is above it: one row of values for each piece. */
export function steps(bounds: readonly number[], values: readonly (readonly number[])[]): Piecewise {
  return {
    bounds,
    pieces: values.map((row) => ({ from: 0, coefficients: row.map((value) => [value]) })),
    closed: true,
  };
}
