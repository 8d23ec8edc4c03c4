import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { RValue } from '../containers/rValues';
import { entriesOf, field, namedNumbers, numberOf, textsOf } from './fields';

/** A function of one column that is not a straight line. */
export type Bend = (builder: NetworkBuilder, x: Tensor) => Tensor;

/** What a step of caret's preProcess does to a column; `log` apart, for that one is a scaling too. */
export type ColumnBend = 'log' | Bend | undefined;

/** R's recipes takes a Yeo-Johnson power this near to 0 (or to 2 below zero) for the logarithm. */
const yeoJohnsonLimit = 0.001;

/**
 * How caret bends a column before it scales it: inverse hyperbolic sine, Box-Cox, Yeo-Johnson or Manly's exponential
 * transformation; undefined where it leaves it as it is.
 */
export function bendOf(object: RValue, column: string): ColumnBend {
  const names = textsOf(field(field(object, 'method'), 'invHyperbolicSine'));
  if (names?.includes(column)) return (builder, x) => builder.activation(x, { kind: 'asinh' });
  return boxCox(object, column) ?? yeoJohnson(object, column) ?? exponential(object, column);
}

/** Box-Cox within `fudge` of λ = 0 is the logarithm and of λ = 1 nothing, else (x^λ − 1) / λ. */
function boxCox(object: RValue, column: string): ColumnBend {
  const transform = entryOf(field(object, 'bc'), column);
  const lambda = lambdaOf(transform);
  const fudge = (typeof transform === 'object' ? numberOf(field(transform, 'fudge')) : undefined) ?? 0.2;
  if (lambda === undefined || Math.abs(lambda - 1) < fudge) return undefined;
  return Math.abs(lambda) < fudge ? 'log' : (builder, x) => power(builder, x, lambda);
}

function yeoJohnson(object: RValue, column: string): Bend | undefined {
  const lambda = lambdaOf(entryOf(field(object, 'yj'), column));
  return lambda === undefined ? undefined : yeoJohnsonBend(lambda);
}

/** ((x + 1)^λ − 1) / λ from 0 on, −((1 − x)^(2 − λ) − 1) / (2 − λ) below, or the logarithms they tend to. */
export function yeoJohnsonBend(lambda: number): Bend {
  return (builder, x) => {
    // Each half sees 0 on the other side, where it gives 0, so the halves are added.
    const above = builder.activation(x, { kind: 'relu' });
    const below = builder.combine('subtract', above, x);
    return builder.combine('subtract', grown(builder, above, lambda), grown(builder, below, 2 - lambda));
  };
}

/** ((x + 1)^λ − 1) / λ of x from 0 on. */
function grown(builder: NetworkBuilder, x: Tensor, lambda: number): Tensor {
  if (Math.abs(lambda) < yeoJohnsonLimit) return builder.activation(x, { kind: 'log1p' });
  return power(builder, builder.scale(x, Float64Array.of(1), Float64Array.of(1)), lambda);
}

/** (exp(λ x) − 1) / λ. */
function exponential(object: RValue, column: string): Bend | undefined {
  const lambda = lambdaOf(entryOf(field(object, 'et'), column));
  if (lambda === undefined || lambda === 0) return undefined;
  return (builder, x) => {
    const inner = builder.scale(x, Float64Array.of(lambda), Float64Array.of(0));
    return builder.scale(builder.activation(inner, { kind: 'expm1' }), Float64Array.of(1 / lambda), Float64Array.of(0));
  };
}

/** (x^λ − 1) / λ. */
export function power(builder: NetworkBuilder, x: Tensor, lambda: number): Tensor {
  const raised = builder.activation(x, { kind: 'power', exponent: lambda });
  return builder.scale(raised, Float64Array.of(1 / lambda), Float64Array.of(-1 / lambda));
}

/** The transformation of a column: an object with its power, or one of several named powers. */
function entryOf(transforms: RValue | undefined, column: string): RValue | number | undefined {
  const numbers = transforms?.kind === 'double' ? namedNumbers(transforms) : undefined;
  if (numbers) return numbers.values[numbers.names?.indexOf(column) ?? -1];
  return transforms && entriesOf(transforms).find((entry) => entry.name === column)?.value;
}

/** The power of a transformation; none where R found none. */
function lambdaOf(transform: RValue | number | undefined): number | undefined {
  const lambda = typeof transform === 'number' ? transform : numberOf(field(transform, 'lambda'));
  return lambda === undefined || Number.isNaN(lambda) ? undefined : lambda;
}
