import type { NetworkBuilder, Tensor } from '../../network/builder';
import { rNull, type RValue } from '../containers/rValues';
import { refuse } from '../refuse';
import { power, yeoJohnsonBend } from './bends';
import { contrastCoding, dummyCoding, polynomialCoding } from './contrasts';
import {
  attribute,
  classesOf,
  entriesOf,
  field,
  isTrue,
  matrixOf,
  namedNumbers,
  numberOf,
  textsOf,
  type RMatrix,
} from './fields';
import type { RContext } from './model';

/** The columns of a table on their way through a recipe. */
export interface RecipeColumns {
  readonly builder: NetworkBuilder;
  /** Columns of numbers, each a vector of one element. */
  readonly numbers: Map<string, Tensor>;
  /** Columns of texts as one-hot vectors over their levels. */
  readonly texts: Map<string, Tensor>;
  readonly levels: Map<string, readonly string[]>;
}

/** Applies a trained step as `bake` does. What it does to a target is said elsewhere. */
export function applyStep(columns: RecipeColumns, step: RValue, outcomes: readonly string[], context: RContext): void {
  const kind = (classesOf(step)[0] ?? '').replace(/^step_/, '');
  if (inert.test(kind)) return;
  const apply = steps.get(kind);
  if (!apply) return refuseStep(kind, context);
  if (!apply(columns, step)) return refuseStep(kind, context);
  const bent = !/^(center|scale|normalize)$/.test(kind) && outcomes.find((name) => namedBy(step).includes(name));
  if (bent)
    return refuse(context.file, {
      code: 'r-recipe-step',
      message: `The recipe step "${kind}" in ${context.file} changes the target ${bent} for new rows too, which Slopescope does not undo.`,
      remedy: `Change ${bent} before the recipe, or give that step skip = TRUE, and train again.`,
    });
}

/** Steps that change nothing in the rows and columns a network gets: gaps are left out, and removed columns not taken. */
const inert = /^(rm|zv|nzv|corr|lincomb|select|impute_\w+|naomit|string2factor|factor2string|filter_missing|shuffle)$/;

type Step = (columns: RecipeColumns, step: RValue) => boolean;

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['center', (columns, step) => scaled(columns, field(step, 'means'), (mean) => [1, -mean])],
  ['scale', (columns, step) => scaled(columns, field(step, 'sds'), (deviation) => [1 / deviation, 0])],
  ['normalize', normalize],
  ['range', range],
  ['log', logarithm],
  ['sqrt', (columns, step) => eachNamed(columns, step, (builder, x) => builder.activation(x, { kind: 'sqrt' }))],
  ['inverse', inverse],
  [
    'YeoJohnson',
    (columns, step) => eachPower(columns, step, (builder, x, lambda) => yeoJohnsonBend(lambda)(builder, x)),
  ],
  ['BoxCox', (columns, step) => eachPower(columns, step, boxCox)],
  ['dummy', dummies],
  ['pca', components],
]);

/** x · factor + offset for every column that is named among the numbers. */
function scaled(
  { builder, numbers }: RecipeColumns,
  stored: RValue | undefined,
  line: (number: number) => readonly [factor: number, offset: number],
): boolean {
  const named = namedNumbers(stored ?? rNull);
  named?.names?.forEach((name, i) => {
    const x = numbers.get(name);
    const [factor, offset] = line(named.values[i]!);
    if (x) numbers.set(name, builder.scale(x, Float64Array.of(factor), Float64Array.of(offset)));
  });
  return true;
}

function normalize(columns: RecipeColumns, step: RValue): boolean {
  scaled(columns, field(step, 'means'), (mean) => [1, -mean]);
  return scaled(columns, field(step, 'sds'), (deviation) => [1 / deviation, 0]);
}

/** (x − low) (max − min) / (high − low) + min, held between min and max unless `clipping` is off. */
function range({ builder, numbers }: RecipeColumns, step: RValue): boolean {
  const stored = matrixOf(field(step, 'ranges'));
  const [min, max] = [numberOf(field(step, 'min')) ?? 0, numberOf(field(step, 'max')) ?? 1];
  const clipping = isTrue(field(step, 'clipping'));
  stored?.columnNames?.forEach((name, i) => {
    const x = numbers.get(name);
    const [low = NaN, high = NaN] = stored.values.subarray(2 * i, 2 * i + 2);
    const factor = (max - min) / (high - low);
    if (!x) return;
    const moved = builder.scale(x, Float64Array.of(factor), Float64Array.of(min - low * factor));
    numbers.set(name, clipping ? builder.activation(moved, { kind: 'clip', low: min, high: max }) : moved);
  });
  return true;
}

/** log(x + offset) to the step's base. */
function logarithm(columns: RecipeColumns, step: RValue): boolean {
  if (isTrue(field(step, 'signed'))) return false;
  const offset = numberOf(field(step, 'offset')) ?? 0;
  const base = numberOf(field(step, 'base')) ?? Math.E;
  return eachNamed(columns, step, (builder, x) => {
    const moved = builder.scale(x, Float64Array.of(1), Float64Array.of(offset));
    const natural = builder.activation(moved, { kind: 'log' });
    return builder.scale(natural, Float64Array.of(1 / Math.log(base)), Float64Array.of(0));
  });
}

function inverse(columns: RecipeColumns, step: RValue): boolean {
  const offset = numberOf(field(step, 'offset')) ?? 0;
  return eachNamed(columns, step, (builder, x) =>
    builder.activation(builder.scale(x, Float64Array.of(1), Float64Array.of(offset)), { kind: 'reciprocal' }),
  );
}

/** R's recipes takes a power this near to 0 for the logarithm. */
const boxCoxLimit = 0.001;

function boxCox(builder: NetworkBuilder, x: Tensor, lambda: number): Tensor {
  return Math.abs(lambda) < boxCoxLimit ? builder.activation(x, { kind: 'log' }) : power(builder, x, lambda);
}

function eachPower(
  { builder, numbers }: RecipeColumns,
  step: RValue,
  bend: (builder: NetworkBuilder, x: Tensor, lambda: number) => Tensor,
): boolean {
  const powers = namedNumbers(field(step, 'lambdas') ?? rNull);
  powers?.names?.forEach((name, i) => {
    const x = numbers.get(name);
    const lambda = powers.values[i]!;
    if (x && !Number.isNaN(lambda)) numbers.set(name, bend(builder, x, lambda));
  });
  return true;
}

function eachNamed(
  { builder, numbers }: RecipeColumns,
  step: RValue,
  bend: (builder: NetworkBuilder, x: Tensor) => Tensor,
): boolean {
  for (const name of textsOf(field(step, 'columns')) ?? []) {
    const x = numbers.get(name);
    if (x) numbers.set(name, bend(builder, x));
  }
  return true;
}

/** A column for each level but the first, for every level with `one_hot`; polynomials where the levels are ordered. */
function dummies({ builder, numbers, texts }: RecipeColumns, step: RValue): boolean {
  return entriesOf(field(step, 'levels') ?? rNull).every(({ name, value }) => {
    const x = texts.get(name);
    const levels = textsOf(attribute(value, 'values')) ?? [];
    if (!x) return true;
    if (levels.length !== x.shape[0]) return false;
    const ordered = textsOf(attribute(value, 'dataClasses'))?.[0] === 'ordered';
    const coding = isTrue(field(step, 'one_hot'))
      ? dummyCoding(levels)
      : ordered
        ? polynomialCoding(levels.length)
        : contrastCoding(undefined, levels);
    if (!coding) return false;
    const made = builder.dense(x, coding.weights);
    coding.names.forEach((level, i) => {
      const word = ordered ? String(i + 1).padStart(String(coding.names.length).length, '0') : madeName(level);
      numbers.set(`${name}_${word}`, builder.take(made, 0, [i]));
    });
    return true;
  });
}

/** R's make.names(): a name that R takes without quotes. */
function madeName(text: string): string {
  const letters = text.replace(/[^\p{L}\p{N}._]/gu, '.');
  const started = /^(\p{L}|\.(?!\p{N}))/u.test(letters) ? letters : `X${letters}`;
  return reserved.has(started) ? `${started}.` : started;
}

const reserved: ReadonlySet<string> = new Set(
  'if else repeat while function for next break TRUE FALSE NULL Inf NaN NA in'.split(' '),
);

/** Principal components of columns that were centred and scaled as the components were found. */
function components({ builder, numbers }: RecipeColumns, step: RValue): boolean {
  const result = field(step, 'res');
  const rotation = matrixOf(field(result, 'rotation'));
  const names = rowNames(field(result, 'rotation'));
  const count = numberOf(field(step, 'num_comp')) ?? 0;
  const parts = names?.flatMap((name) => numbers.get(name) ?? []) ?? [];
  if (count === 0) return true;
  if (parts.length !== rotation?.rows || count > rotation.columns) return false;
  const joined = builder.concat(parts, 0);
  const centres = lineOf(field(result, 'center'), parts.length, 0);
  const spreads = lineOf(field(result, 'scale'), parts.length, 1);
  const moved = builder.scale(
    joined,
    spreads.map((spread) => 1 / spread),
    centres.map((centre, i) => -centre / spreads[i]!),
  );
  const made = builder.dense(moved, rotation.values.slice(0, rotation.rows * count));
  const prefix = textsOf(field(step, 'prefix'))?.[0] ?? 'PC';
  for (let i = 0; i < count; i++) {
    const digits = String(count).length;
    numbers.set(prefix + String(i + 1).padStart(digits, '0'), builder.take(made, 0, [i]));
  }
  return true;
}

function rowNames(matrix: RValue | undefined): readonly string[] | undefined {
  const names = matrix && attribute(matrix, 'dimnames');
  return names?.kind === 'list' ? textsOf(names.items[0]) : undefined;
}

/** Numbers of prcomp, or FALSE where it did not centre or scale. */
function lineOf(value: RValue | undefined, length: number, otherwise: number): Float64Array {
  const matrix: RMatrix | undefined = value?.kind === 'double' ? matrixOf(value) : undefined;
  return matrix?.values.length === length ? matrix.values : new Float64Array(length).fill(otherwise);
}

/** All columns a trained step names. */
function namedBy(step: RValue): readonly string[] {
  const numbers = ['means', 'sds', 'lambdas'].flatMap((key) => namedNumbers(field(step, key) ?? rNull)?.names ?? []);
  const ranges = matrixOf(field(step, 'ranges'))?.columnNames ?? [];
  return [...numbers, ...ranges, ...(textsOf(field(step, 'columns')) ?? [])];
}

function refuseStep(kind: string, { file }: RContext): never {
  return refuse(file, {
    code: 'r-recipe-step',
    message: `The recipe step "${kind}" in ${file} cannot be followed.`,
    remedy: `Save the network with a recipe of ${[...steps.keys()].join(', ')}, or with the baked columns alone: saveRDS(extract_fit_engine(workflow), "net.rds").`,
  });
}
