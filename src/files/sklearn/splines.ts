import type { Tensor } from '../../network/builder';
import { attribute } from '../containers/pickleValues';
import {
  fittedNumbers,
  flag,
  numberSetting,
  partsOf,
  setting,
  spend,
  unsupported,
  unusable,
  type Fitted,
} from './fitted';
import { asNumbers, frameOf, joined, type Frame, type Lowering } from './frame';
import { piecewise, type Piece, type Piecewise } from './piecewise';

/** SplineTransformer: for each column the values of its B-splines, the last left out without `include_bias`. */
export function splineTransformer(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const splines = partsOf(fitted, 'bsplines_').map(knotsOf);
  if (splines.length !== frame.columns.length)
    unusable(fitted, 'bsplines_', `are for ${splines.length} columns, but ${frame.columns.length} come in`);
  const extrapolation = setting(fitted, 'extrapolation') ?? 'constant';
  if (extrapolation === 'linear' && splines.length > 1 && splines.some(({ degree }) => degree < 2)) {
    unsupported(
      fitted,
      `SplineTransformer "${fitted.label}" goes on linearly from splines of degree ${splines[0]!.degree}, which scikit-learn does differently from one column to the next`,
      'Use a degree of 2 or more, or extrapolation="continue", and save the model again.',
    );
  }
  const dropped = flag(fitted, 'include_bias', true) ? 0 : 1;
  const builder = lowering.builder.at(fitted.label);
  const x = asNumbers(frame, lowering, fitted.label);
  const parts = splines.map((spline, at) => {
    const column = builder.take(x, 0, [at]);
    const inside = extrapolation === 'periodic' ? wrapped(spline, column, lowering) : column;
    const values = piecewise(builder, inside, pieceFunctions(spline, extrapolation));
    const kept = Array.from({ length: values.shape[0]! - dropped }, (_, i) => i);
    const { name } = frame.columns[at]!;
    return frameOf(
      builder.take(values, 0, kept),
      kept.map((i) => `${name}_sp_${i}`),
    );
  });
  return joined(fitted, parts);
}

/** Knots t and degree k of a spline of scipy, and how its basis functions are put together (the identity, or cyclic). */
interface Spline {
  readonly knots: readonly number[];
  readonly degree: number;
  /** [basis function][output], row-major. */
  readonly mixing: Float64Array;
  readonly outputs: number;
}

function knotsOf(spline: Fitted): Spline {
  // SciPy 1.16 and later keep t and c under names with an underscore.
  const named = (name: string): string => (attribute(spline.object, name) === undefined ? `_${name}` : name);
  const knots = Array.from(fittedNumbers(spline, named('t')).values);
  const { values: mixing, shape } = fittedNumbers(spline, named('c'));
  const degree = numberSetting(spline, 'k') ?? 3;
  const [functions = 0, outputs = 0] = shape;
  const ascending = knots.every((knot, i) => i === 0 || knot >= knots[i - 1]!);
  const fits = shape.length === 2 && Number.isInteger(degree) && degree >= 0 && degree < 16;
  if (!fits || !ascending || functions < degree + 1 || knots.length !== functions + degree + 1)
    unusable(spline, named('t'), 'are no knots of a B-spline of this degree');
  spend(spline, outputs * knots.length * (degree + 1));
  return { knots, degree, mixing, outputs };
}

/** Polynomials between the inner knots, and beyond them what `extrapolation` says. */
function pieceFunctions(spline: Spline, extrapolation: string): Piecewise {
  const { knots, degree } = spline;
  const last = knots.length - degree - 1;
  const spans = Array.from({ length: last - degree }, (_, i) => degree + i).filter((i) => knots[i]! < knots[i + 1]!);
  const inner = spans.map((span) => pieceOf(spline, span));
  const [first, final] = [inner[0]!, inner.at(-1)!];
  const bounds = spans.map((span) => knots[span]!);
  const end = knots[last]!;
  if (extrapolation === 'constant' || extrapolation === 'linear') {
    const powers = extrapolation === 'constant' ? 1 : 2;
    const before = cut(first, first.from, powers);
    const after = cut(final, end, powers);
    return { bounds: [...bounds, end], pieces: [before, ...inner, after] };
  }
  return { bounds, pieces: [first, ...inner] };
}

/** The value of a piece at a point, and with two powers its slope there, going on as a straight line. */
function cut({ from, coefficients }: Piece, at: number, powers: number): Piece {
  const u = at - from;
  const line = (polynomial: readonly number[]): number[] => {
    const value = polynomial.reduceRight((sum, factor) => sum * u + factor, 0);
    const slope = polynomial.reduceRight((sum, factor, p) => (p === 0 ? sum : sum * u + p * factor), 0);
    return polynomial.map((_, p) => (p === 0 ? value : p === 1 && powers === 2 ? slope : 0));
  };
  // A spline of degree 0 has no power to hold a slope, and none to go on with.
  return { from: at, coefficients: coefficients.map(line) };
}

/** The outputs between knot `span` and the next, as polynomials of the distance from that knot. */
function pieceOf(spline: Spline, span: number): Piece {
  const { degree, mixing, outputs } = spline;
  const basis = basisPolynomials(spline, span);
  const coefficients = Array.from({ length: outputs }, (_, output) =>
    Array.from({ length: degree + 1 }, (_unused, p) =>
      basis.reduce(
        (sum, polynomial, i) => sum + (polynomial[p] ?? 0) * mixing[(span - degree + i) * outputs + output]!,
        0,
      ),
    ),
  );
  return { from: spline.knots[span]!, coefficients };
}

/**
 * The degree + 1 B-splines that are not 0 between knot `span` and the next, by the recursion of Cox and de Boor, as
 * polynomials of x − t[span]:
 * N(i,k) = (x − t[i]) / (t[i+k] − t[i]) N(i,k−1) + (t[i+k+1] − x) / (t[i+k+1] − t[i+1]) N(i+1,k−1).
 */
function basisPolynomials({ knots, degree }: Spline, span: number): readonly (readonly number[])[] {
  const origin = knots[span]!;
  let basis: number[][] = [[1]];
  for (let k = 1; k <= degree; k++) {
    const next = Array.from({ length: k + 1 }, () => new Array<number>(k + 1).fill(0));
    basis.forEach((polynomial, j) => {
      const i = span - k + 1 + j;
      const [low, high] = [knots[i]!, knots[i + k]!];
      const width = high - low;
      if (width === 0) return;
      polynomial.forEach((factor, p) => {
        // The falling half belongs to the function before, the rising half to the one itself.
        next[j]![p]! += (factor * (high - origin)) / width;
        next[j]![p + 1]! -= factor / width;
        next[j + 1]![p]! += (factor * (origin - low)) / width;
        next[j + 1]![p + 1]! += factor / width;
      });
    });
    basis = next;
  }
  return basis;
}

/** x moved by whole periods into the range of the inner knots. */
function wrapped({ knots, degree }: Spline, x: Tensor, { builder }: Lowering): Tensor {
  const [low, high] = [knots[degree]!, knots[knots.length - degree - 1]!];
  const period = high - low;
  const turns = builder.scale(x, Float64Array.of(1 / period), Float64Array.of(-low / period));
  const whole = builder.scale(
    builder.activation(turns, { kind: 'floor' }),
    Float64Array.of(period),
    Float64Array.of(0),
  );
  return builder.combine('subtract', x, whole);
}
