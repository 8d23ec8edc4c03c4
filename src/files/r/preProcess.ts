import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { Problem } from '../../problem';
import type { Scaling, ScalingSet } from '../../table/scaling';
import { rNull, type RValue } from '../containers/rValues';
import { refuse } from '../refuse';
import { bendOf, type ColumnBend } from './bends';
import {
  attribute,
  field,
  matrixOf,
  namedNumbers,
  namedValue,
  namesOf,
  numbersOf,
  textsOf,
  type RMatrix,
} from './fields';
import type { Preparation, RContext } from './model';
import { isInvertible, notInvertible, targetScaled } from './scaler';

/** What caret's preProcess does between the table and the network. */
export interface PreProcessing {
  readonly scalings?: ScalingSet;
  readonly prepare?: Preparation;
  readonly problems: readonly Problem[];
}

/** Steps that change nothing in a row without gaps. */
const harmless: ReadonlySet<string> = new Set(['ignore', 'remove', 'keep', 'zv', 'nzv', 'corr', 'conditionalX']);
const imputing: ReadonlySet<string> = new Set(['knnImpute', 'bagImpute', 'medianImpute']);
const understood: ReadonlySet<string> = new Set([
  'center',
  'scale',
  'range',
  'BoxCox',
  'YeoJohnson',
  'expoTrans',
  'invHyperbolicSine',
  'pca',
  'ica',
  'spatialSign',
]);

/**
 * An object of caret's class `preProcess`, applied in caret's order: what bends a column, centre and scale or range,
 * principal or independent components, the spatial sign. Centre, scale, range and logarithms are scalings, so that both
 * units can be shown; all else becomes part of the graph. Steps that are not known are refused by name. `outputs` are
 * scaled too where the object knows them.
 */
export function readPreProcess(
  object: RValue,
  features: readonly string[],
  context: RContext,
  outputs: readonly string[] = [],
): PreProcessing {
  const methods = methodsOf(object);
  const foreign = methods.find((name) => ![harmless, imputing, understood].some((names) => names.has(name)));
  if (foreign !== undefined)
    return refuse(context.file, {
      code: 'r-preprocess-unknown',
      message: `The preProcess step "${foreign}" in ${context.file} is not supported.`,
      remedy: `Train with one of ${[...understood].join(', ')}, or save the network without preProcess and scale the data yourself.`,
    });
  const gaps = methods.filter((name) => imputing.has(name));
  const problems = gaps.map((name): Problem => ({
    code: 'r-imputation-left-out',
    message: `The preProcess step "${name}" in ${context.file} fills gaps; rows with gaps are left out instead.`,
    file: context.file,
    severity: 'info',
  }));
  const rotation = rotationOf(object, methods, features, context);
  const columns = rotation?.columns ?? features;
  const bends = columns.map((column) => bendOf(object, column));
  const sign = signedColumns(object, features, rotation !== undefined);
  const scalings = columns.map((column, i) => scalingOf(object, column, bends[i] === 'log'));
  const origin = `preProcess (${methods.filter((name) => understood.has(name)).join(', ')})`;
  if (!scalings.every(isInvertible)) return { problems: [...problems, notInvertible(context.file, origin)] };
  const inGraph = rotation !== undefined || sign.length > 0 || bends.some((bend) => typeof bend === 'function');
  if (inGraph) return { prepare: preparation(columns, bends, scalings, rotation, sign), problems };
  if (scalings.every((scaling) => scaling.kind === 'identity')) return { problems };
  const targets = outputs.map((output) => scalingOf(object, output, bendOf(object, output) === 'log'));
  const known = targets.some((scaling) => scaling.kind !== 'identity') && targets.every(isInvertible);
  return {
    scalings: { inputs: scalings, names: columns, origin, ...(known ? { outputs: targets } : {}) },
    problems: known ? [...problems, targetScaled(context.file, origin, outputs)] : problems,
  };
}

/** The names of the columns an object of class `preProcess` was made for, in their order. */
export function preProcessColumns(object: RValue): readonly string[] {
  const steps = field(object, 'method');
  const lists = steps?.kind === 'list' ? steps.items.map((item) => textsOf(item) ?? []) : [];
  const named = namedNumbers(field(object, 'mean') ?? rNull)?.names ?? matrixOf(field(object, 'ranges'))?.columnNames;
  return named ?? lists.reduce((longest, names) => (names.length > longest.length ? names : longest), []);
}

/** Adds the scalings to a graph, for inputs that cannot be scaled before it. */
export function lowerScalings(builder: NetworkBuilder, x: Tensor, scalings: readonly Scaling[]): Tensor {
  const bent = lowerBends(
    builder,
    x,
    scalings.map((scaling) => (scaling.kind === 'logAffine' ? 'log' : undefined)),
  );
  const spread = scalings.map((scaling) => (scaling.kind === 'identity' ? 1 : scaling.spread));
  const centre = scalings.map((scaling) => (scaling.kind === 'identity' ? 0 : scaling.centre));
  return builder.scale(
    bent,
    Float64Array.from(spread, (value) => 1 / value),
    Float64Array.from(centre, (value, i) => -value / spread[i]!),
  );
}

function lowerBends(builder: NetworkBuilder, x: Tensor, bends: readonly ColumnBend[]): Tensor {
  if (bends.every((bend) => bend === undefined)) return x;
  const columns = bends.map((bend, i) => {
    const column = builder.take(x, 0, [i]);
    if (bend === 'log') return builder.activation(column, { kind: 'log' });
    return bend ? bend(builder, column) : column;
  });
  return builder.concat(columns, 0);
}

/** Old versions of caret keep the names of the steps, newer ones a list from step to columns. */
function methodsOf(object: RValue): readonly string[] {
  const method = field(object, 'method');
  return (method && (textsOf(method) ?? namesOf(method))) ?? [];
}

function scalingOf(object: RValue, column: string, isLog: boolean): Scaling {
  let scaling: Scaling = isLog ? { kind: 'logAffine', shift: 0, centre: 0, spread: 1 } : { kind: 'identity' };
  const then = (centre: number | undefined, spread: number | undefined): void => {
    if (centre === undefined && spread === undefined) return;
    const inner = scaling.kind === 'identity' ? { centre: 0, spread: 1 } : scaling;
    const affine = {
      centre: inner.centre + (centre ?? 0) * inner.spread,
      spread: inner.spread * (spread ?? 1),
    };
    scaling = isLog ? { kind: 'logAffine', shift: 0, ...affine } : { kind: 'affine', ...affine };
  };
  const range = rangeOf(object, column);
  if (range) then(range.centre, range.spread);
  then(namedValue(field(object, 'mean'), column), namedValue(field(object, 'std'), column));
  return scaling;
}

/** range: (x − low) / (high − low) · (to − from) + from, with from, to = rangeBounds, normally 0 and 1. */
function rangeOf(object: RValue, column: string): { readonly centre: number; readonly spread: number } | undefined {
  const ranges = matrixOf(field(object, 'ranges'));
  const at = ranges?.columnNames?.indexOf(column) ?? -1;
  if (!ranges || at < 0 || ranges.rows !== 2) return undefined;
  const [low = NaN, high = NaN] = ranges.values.subarray(2 * at, 2 * at + 2);
  const [from = 0, to = 1] = numbersOf(field(object, 'rangeBounds')) ?? [];
  const spread = (high - low) / (to - from);
  return { centre: low - from * spread, spread };
}

/** Components: what the columns are multiplied with. */
interface Rotation {
  readonly columns: readonly string[];
  /** [component][column] */
  readonly weights: Float64Array;
}

function rotationOf(
  object: RValue,
  methods: readonly string[],
  features: readonly string[],
  context: RContext,
): Rotation | undefined {
  const step = methods.find((name) => name === 'pca' || name === 'ica');
  if (step === undefined) return undefined;
  const stored = field(object, 'rotation');
  const names = stored && attribute(stored, 'dimnames');
  const listed = textsOf(field(field(object, 'method'), step));
  const columns = listed ?? (names?.kind === 'list' ? textsOf(names.items[0]) : undefined);
  const weights = step === 'pca' ? matrixOf(stored) : independentComponents(field(object, 'ica'));
  if (!weights || columns?.length !== weights.rows || weights.columns !== features.length)
    return refuse(context.file, {
      code: 'r-preprocess-unknown',
      message: `The components (${step}) in ${context.file} do not fit the network's ${features.length} inputs.`,
      remedy: 'Train with preProcess = c("center", "scale").',
    });
  return { columns, weights: weights.values };
}

/** The product of the matrices K [column, component] and W [component, component] of fastICA. */
function independentComponents(object: RValue | undefined): RMatrix | undefined {
  const whitening = matrixOf(field(object, 'K'));
  const unmixing = matrixOf(field(object, 'W'));
  if (!whitening || unmixing?.rows !== whitening.columns) return undefined;
  const { rows, columns: inner } = whitening;
  const values = new Float64Array(rows * unmixing.columns);
  values.forEach((_, at) => {
    const row = at % rows;
    const column = Math.floor(at / rows);
    for (let k = 0; k < inner; k++)
      values[at]! += whitening.values[k * rows + row]! * unmixing.values[column * inner + k]!;
  });
  return { rows, columns: unmixing.columns, values };
}

/** Which of the network's inputs are divided by their common length; components only where caret says so. */
function signedColumns(object: RValue, features: readonly string[], rotated: boolean): readonly number[] {
  const named = textsOf(field(field(object, 'method'), 'spatialSign')) ?? [];
  const wildcards = field(object, 'wildcards');
  const ofComponents = ['PCA', 'ICA'].some((kind) => textsOf(field(wildcards, kind))?.includes('spatialSign'));
  return features.flatMap((name, i) => (named.includes(name) || (rotated && ofComponents) ? [i] : []));
}

function preparation(
  columns: readonly string[],
  bends: readonly ColumnBend[],
  scalings: readonly Scaling[],
  rotation: Rotation | undefined,
  sign: readonly number[],
): Preparation {
  return {
    columns,
    lower: (builder, x) => {
      const bent = lowerBends(builder.at('preProcess'), x, bends);
      const straight = scalings.map((scaling): Scaling =>
        scaling.kind === 'logAffine' ? { ...scaling, kind: 'affine' } : scaling,
      );
      const scaled = lowerScalings(builder, bent, straight);
      const rotated = rotation ? builder.dense(scaled, rotation.weights) : scaled;
      return sign.length === 0 ? rotated : spatialSign(builder, rotated, sign);
    },
  };
}

/** Divides the chosen elements by their common length. */
function spatialSign(builder: NetworkBuilder, x: Tensor, chosen: readonly number[]): Tensor {
  const parts = builder.take(x, 0, chosen);
  const squares = builder.activation(parts, { kind: 'square' });
  const length = builder.activation(builder.reduce('sum', squares, [0], true), { kind: 'sqrt' });
  const signed = builder.combine('divide', parts, length);
  const size = x.shape[0]!;
  const order = Array.from({ length: size }, (_, i) => (chosen.includes(i) ? size + chosen.indexOf(i) : i));
  return builder.take(builder.concat([x, signed], 0), 0, order);
}
