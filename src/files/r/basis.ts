import type { NetworkBuilder, Tensor } from '../../network/builder';
import { cellsOf, type RPair, type RValue } from '../containers/rValues';
import { expressionOf, type Expression } from './expression';
import { entriesOf, field, isTrue, numberOf, numbersOf } from './fields';

/** A variable of a formula that makes several numbers of its columns, or one by numbers R has noted. */
export interface Basis {
  /** What R adds to the variable's name for each number; one empty text for a single number. */
  readonly suffixes: readonly string[];
  /** What the numbers are made of. */
  readonly expressions: readonly Expression[];
  /** From the values of the expressions to one vector. */
  readonly lower: (builder: NetworkBuilder, values: readonly Tensor[]) => Tensor;
}

/** Degrees beyond this are not met and would only make a huge graph. */
const maxDegree = 20;

/**
 * The variables `poly()`, `scale()` and `cbind()` as R keeps them for forecasts (attribute `predvars` of the terms): with
 * the numbers they took from the training data. Undefined for other calls and for forms that are not understood.
 */
export function basisOf(call: RValue): Basis | undefined {
  if (call.kind !== 'language' || call.car.kind !== 'symbol') return undefined;
  const [, ...cells] = cellsOf(call, 100);
  const named = new Map(cells.flatMap((cell) => (cell.tag === undefined ? [] : [[cell.tag, cell.car] as const])));
  if (call.car.name === 'poly') return polynomials(cells, named);
  if (call.car.name === 'scale') return scaled(cells, named);
  return call.car.name === 'cbind' ? bound(cells) : undefined;
}

/** cbind(): columns under their tags or, for plain names, under those. */
function bound(cells: readonly RPair[]): Basis | undefined {
  const expressions = cells.flatMap((cell) => expressionOf(cell.car) ?? []);
  const names = cells.map((cell) => cell.tag ?? (cell.car.kind === 'symbol' ? cell.car.name : ''));
  if (expressions.length !== cells.length || cells.length < 2 || names.includes('')) return undefined;
  return { suffixes: names, expressions, lower: (builder, values) => builder.concat(values, 0) };
}

/** scale() of one column: (x − center) / scale. */
function scaled(cells: readonly RPair[], named: ReadonlyMap<string, RValue>): Basis | undefined {
  const [first] = cells;
  const expression = first && (first.tag ?? 'x') === 'x' ? expressionOf(first.car) : undefined;
  const constant = (name: string, none: number): number | undefined => {
    const value = named.get(name);
    return value?.kind === 'logical' && !isTrue(value) ? none : numberOf(value);
  };
  const centre = constant('center', 0);
  const spread = constant('scale', 1);
  if (!expression || centre === undefined || spread === undefined || spread === 0) return undefined;
  return {
    suffixes: [''],
    expressions: [expression],
    lower: (builder, [x]) => builder.scale(x!, Float64Array.of(1 / spread), Float64Array.of(-centre / spread)),
  };
}

/** poly(): orthogonal polynomials by the recursion of R's predict.poly, or powers with `raw`; products for several columns. */
function polynomials(cells: readonly RPair[], named: ReadonlyMap<string, RValue>): Basis | undefined {
  const unnamed = cells.filter((cell) => cell.tag === undefined || cell.tag === 'x').map((cell) => cell.car);
  const last = unnamed.length > 1 ? numberOf(unnamed.at(-1)) : undefined;
  const degree = numberOf(named.get('degree')) ?? last ?? 1;
  const columns = last === undefined ? unnamed : unnamed.slice(0, -1);
  const expressions = columns.flatMap((column) => expressionOf(column) ?? []);
  if (expressions.length !== columns.length || columns.length === 0) return undefined;
  if (!Number.isInteger(degree) || degree < 1 || degree > maxDegree || columns.length > 3) return undefined;
  const recursions = columns.map((_, i) => recursionOf(named, i, columns.length, degree));
  if (recursions.includes(undefined)) return undefined;
  const powers = exponents(columns.length, degree);
  const single = columns.length === 1 && degree === 1;
  return {
    suffixes: single ? [''] : powers.map((each) => each.join('.')),
    expressions,
    lower: (builder, values) => {
      const each = values.map((x, i) => series(builder, x, degree, recursions[i]!));
      const products = powers.map((exponent) =>
        exponent
          .flatMap((power, i) => (power === 0 ? [] : [each[i]![power - 1]!]))
          .reduce((a, b) => builder.combine('multiply', a, b)),
      );
      return builder.concat(products, 0);
    },
  };
}

/** alpha and norm2 of orthogonal polynomials; `raw` has none. */
type Recursion = 'raw' | { readonly alpha: Float64Array; readonly norm2: Float64Array };

function recursionOf(
  named: ReadonlyMap<string, RValue>,
  column: number,
  columns: number,
  degree: number,
): Recursion | undefined {
  if (isTrue(named.get('raw'))) return 'raw';
  const stored = named.get('coefs');
  const coefficients = columns === 1 ? stored : stored && entriesOf(stored)[column]?.value;
  const alpha = numbersOf(field(coefficients, 'alpha'));
  const norm2 = numbersOf(field(coefficients, 'norm2'));
  if (!alpha || alpha.length < degree || !norm2 || norm2.length < degree + 2) return undefined;
  return norm2.every((value) => value > 0) ? { alpha, norm2 } : undefined;
}

/** The polynomials of degree 1 … `degree` at x. */
function series(builder: NetworkBuilder, x: Tensor, degree: number, recursion: Recursion): Tensor[] {
  const parts: Tensor[] = [];
  for (let order = 1; order <= degree; order++) {
    const before = parts[order - 2];
    const shifted = recursion === 'raw' ? x : shift(builder, x, -recursion.alpha[order - 1]!);
    const product = before ? builder.combine('multiply', shifted, before) : shifted;
    if (recursion === 'raw' || !before) {
      parts.push(product);
      continue;
    }
    const factor = recursion.norm2[order]! / recursion.norm2[order - 1]!;
    const twoBefore = parts[order - 3];
    const less = twoBefore && builder.scale(twoBefore, Float64Array.of(factor), Float64Array.of(0));
    parts.push(less ? builder.combine('subtract', product, less) : shift(builder, product, -factor));
  }
  if (recursion === 'raw') return parts;
  return parts.map((part, i) =>
    builder.scale(part, Float64Array.of(1 / Math.sqrt(recursion.norm2[i + 2]!)), Float64Array.of(0)),
  );
}

function shift(builder: NetworkBuilder, x: Tensor, offset: number): Tensor {
  return builder.scale(x, Float64Array.of(1), Float64Array.of(offset));
}

/** All exponents of `count` columns that sum to 1 … `degree`; the first column's vary fastest. */
function exponents(count: number, degree: number): number[][] {
  const all = Array.from({ length: (degree + 1) ** count }, (_, at) =>
    Array.from({ length: count }, (_each, i) => Math.floor(at / (degree + 1) ** i) % (degree + 1)),
  );
  return all.filter((each) => {
    const sum = each.reduce((total, power) => total + power, 0);
    return sum >= 1 && sum <= degree;
  });
}
