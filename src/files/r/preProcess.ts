import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { Problem } from '../../problem';
import type { Scaling, ScalingSet } from '../../table/scaling';
import type { RValue } from '../containers/rValues';
import { refuse } from '../refuse';
import { attribute, entriesOf, field, matrixOf, namedNumbers, namesOf, numberOf, numbersOf, textsOf } from './fields';
import type { Preparation, RContext } from './model';
import { isInvertible, notInvertible } from './scaler';

/** What caret's preProcess does between the table and the network. */
export interface PreProcessing {
  readonly scalings?: ScalingSet;
  readonly prepare?: Preparation;
  readonly problems: readonly Problem[];
}

/** Steps that change nothing in a row without gaps. */
const harmless: ReadonlySet<string> = new Set(['ignore', 'remove', 'zv', 'nzv', 'corr', 'conditionalX']);
const imputing: ReadonlySet<string> = new Set(['knnImpute', 'bagImpute', 'medianImpute']);
const understood: ReadonlySet<string> = new Set(['center', 'scale', 'range', 'pca', 'BoxCox']);

/**
 * An object of caret's class `preProcess`, applied in caret's order: Box-Cox, centre and scale, range, principal
 * components. Anything else that would change the numbers is refused by name.
 */
export function readPreProcess(object: RValue, features: readonly string[], context: RContext): PreProcessing {
  const methods = methodsOf(object);
  const foreign = methods.find((name) => ![harmless, imputing, understood].some((names) => names.has(name)));
  if (foreign !== undefined)
    return refuse(context.file, {
      code: 'r-preprocess-unknown',
      message: `The preProcess step "${foreign}" in ${context.file} is not supported; center, scale, range, pca and logarithms are.`,
      remedy:
        'Train with preProcess = c("center", "scale"), or save the network without preProcess and scale the data yourself.',
    });
  const gaps = methods.filter((name) => imputing.has(name));
  const problems = gaps.map((name): Problem => ({
    code: 'r-imputation-left-out',
    message: `The preProcess step "${name}" in ${context.file} fills gaps; rows with gaps are left out instead.`,
    file: context.file,
    severity: 'info',
  }));
  const rotation = methods.includes('pca') ? rotationOf(object, features, context) : undefined;
  const columns = rotation?.columns ?? features;
  const scalings = columns.map((column) => scalingOf(object, column, context));
  const origin = `preProcess (${methods.filter((name) => understood.has(name)).join(', ')})`;
  if (!scalings.every(isInvertible)) return { problems: [...problems, notInvertible(context.file, origin)] };
  if (rotation) return { prepare: withScaling(rotation, scalings, context), problems };
  if (scalings.every((scaling) => scaling.kind === 'identity')) return { problems };
  return { scalings: { inputs: scalings, names: columns, origin }, problems };
}

/** Adds the scalings to a graph, for inputs that cannot be scaled before it. */
export function lowerScalings(
  builder: NetworkBuilder,
  x: Tensor,
  scalings: readonly Scaling[],
  context: RContext,
): Tensor {
  if (scalings.some((scaling) => scaling.kind === 'logAffine'))
    return refuse(context.file, {
      code: 'r-preprocess-unknown',
      message: `${context.file} takes logarithms of columns before it mixes them; that is not supported.`,
      remedy: 'Train without BoxCox in preProcess.',
    });
  const spread = scalings.map((scaling) => (scaling.kind === 'affine' ? scaling.spread : 1));
  const centre = scalings.map((scaling) => (scaling.kind === 'affine' ? scaling.centre : 0));
  return builder.scale(
    x,
    Float64Array.from(spread, (value) => 1 / value),
    Float64Array.from(centre, (value, i) => -value / spread[i]!),
  );
}

/** Old versions of caret keep the names of the steps, newer ones a list from step to columns. */
function methodsOf(object: RValue): readonly string[] {
  const method = field(object, 'method');
  return (method && (textsOf(method) ?? namesOf(method))) ?? [];
}

function scalingOf(object: RValue, column: string, context: RContext): Scaling {
  const power = boxCox(object, column, context);
  let scaling: Scaling = power;
  const then = (centre: number | undefined, spread: number | undefined): void => {
    if (centre === undefined && spread === undefined) return;
    const inner = scaling.kind === 'identity' ? { centre: 0, spread: 1 } : scaling;
    const affine = {
      centre: inner.centre + (centre ?? 0) * inner.spread,
      spread: inner.spread * (spread ?? 1),
    };
    scaling = power.kind === 'logAffine' ? { ...power, ...affine } : { kind: 'affine', ...affine };
  };
  then(namedValue(field(object, 'mean'), column), namedValue(field(object, 'std'), column));
  const range = rangeOf(object, column);
  if (range) then(range.centre, range.spread);
  return scaling;
}

function namedValue(value: RValue | undefined, column: string): number | undefined {
  const numbers = value && namedNumbers(value);
  const at = numbers?.names?.indexOf(column) ?? -1;
  return at < 0 ? undefined : numbers?.values[at];
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

/** Box-Cox within `fudge` of λ = 0 is the logarithm and of λ = 1 nothing; other powers are refused. */
function boxCox(object: RValue, column: string, context: RContext): Scaling {
  const transforms = field(object, 'bc');
  const transform = transforms && entriesOf(transforms).find((entry) => entry.name === column)?.value;
  const lambda = numberOf(field(transform, 'lambda'));
  const fudge = numberOf(field(transform, 'fudge')) ?? 0.2;
  if (lambda === undefined || Number.isNaN(lambda) || Math.abs(lambda - 1) < fudge) return { kind: 'identity' };
  if (Math.abs(lambda) < fudge) return { kind: 'logAffine', shift: 0, centre: 0, spread: 1 };
  return refuse(context.file, {
    code: 'r-preprocess-unknown',
    message: `${context.file} raises ${column} to the power ${lambda} (Box-Cox) before the network; only logarithms are supported.`,
    remedy: 'Train with preProcess = c("center", "scale"), or transform the column yourself.',
    part: column,
  });
}

interface Rotation {
  readonly columns: readonly string[];
  /** [component][column] */
  readonly weights: Float64Array;
}

function rotationOf(object: RValue, features: readonly string[], context: RContext): Rotation {
  const stored = field(object, 'rotation');
  const matrix = matrixOf(stored);
  const names = stored && attribute(stored, 'dimnames');
  const columns = names?.kind === 'list' ? textsOf(names.items[0]) : undefined;
  if (!matrix || columns?.length !== matrix.rows || matrix.columns !== features.length)
    return refuse(context.file, {
      code: 'r-preprocess-unknown',
      message: `The principal components in ${context.file} do not fit the network's ${features.length} inputs.`,
      remedy: 'Train with preProcess = c("center", "scale").',
    });
  return { columns, weights: matrix.values };
}

function withScaling(rotation: Rotation, scalings: readonly Scaling[], context: RContext): Preparation {
  return {
    columns: rotation.columns,
    lower: (builder, columns) => {
      const scaled = lowerScalings(builder.at('preProcess'), columns, scalings, context);
      return builder.dense(scaled, rotation.weights);
    },
  };
}
