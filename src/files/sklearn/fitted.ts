import { numbersOf, textsOf } from '../containers/arrayNumbers';
import { attribute, isKind, itemsOf, numberOf, type PickleObject, type PickleValue } from '../containers/pickleValues';
import { maxNesting } from '../limits';
import { refuse } from '../refuse';

/** An estimator or transformer of scikit-learn as the file holds it, with what messages call it. */
export interface Fitted {
  readonly object: PickleObject;
  readonly file: string;
  /** Its name in the pipeline; at the top the class name in small letters, as `make_pipeline` names. */
  readonly label: string;
  /** How deep it lies in others. */
  readonly depth: number;
  readonly budget: Budget;
}

/**
 * How many more parts, numbers and columns one reading may make. A pickle can name the same part again and again at two
 * bytes each, so that a small file stands for more than any memory holds.
 */
export interface Budget {
  left: number;
}

/** A budget for a file: no honest one stands for more elements than it has bytes. */
export function budgetFor(bytes: number): Budget {
  return { left: bytes + smallBudget };
}

/** What small files may make beyond their size: columns of steps, names of columns. */
const smallBudget = 2 ** 20;

/** Takes elements from the budget. */
export function spend(fitted: Fitted, count: number): void {
  fitted.budget.left -= count;
  if (fitted.budget.left >= 0) return;
  refuse(fitted.file, {
    code: 'sklearn-too-large',
    message: `${fitted.file} names the same parts so often that the model would be far larger than the file.`,
    remedy: 'Save the fitted model again; if the file came from somebody else, do not trust it.',
    part: fitted.label,
  });
}

/** The object at the top of a file. */
export function topLevel(object: PickleObject, file: string, budget: Budget): Fitted {
  return { object, file, label: object.name.toLowerCase(), depth: 0, budget };
}

/** An object within another one; a text (`passthrough`, `drop`) or None is none. */
export function within(outer: Fitted, value: PickleValue | undefined, label?: string): Fitted | undefined {
  if (!isKind(value, 'object')) return undefined;
  if (outer.depth >= maxNesting) {
    refuse(outer.file, {
      code: 'sklearn-too-deep',
      message: `${outer.file} holds estimators within estimators without end.`,
      remedy: 'Save the fitted model again.',
      part: outer.label,
    });
  }
  spend(outer, 1);
  return { ...outer, object: value, label: label ?? value.name.toLowerCase(), depth: outer.depth + 1 };
}

/** A fitted part that must be there (`regressor_`, `best_estimator_`). */
export function partOf(outer: Fitted, name: string): Fitted {
  return within(outer, attribute(outer.object, name)) ?? notFitted(outer, name);
}

/** A list of fitted parts that must be there and not be empty (`estimators_`). */
export function partsOf(outer: Fitted, name: string): readonly Fitted[] {
  const items = itemsOf(attribute(outer.object, name)) ?? [];
  const found = items.flatMap((item, i) => within(outer, item, `${name}[${i}]`) ?? []);
  return found.length > 0 && found.length === items.length ? found : notFitted(outer, name);
}

/** An attribute that fitting leaves behind, as numbers with their shape; all must be finite. */
export function fittedNumbers(
  fitted: Fitted,
  name: string,
): { readonly values: Float64Array; readonly shape: readonly number[] } {
  const value = attribute(fitted.object, name);
  if (value === undefined || value === null) return notFitted(fitted, name);
  return finite(fitted, name, value);
}

/** The same, undefined when the attribute is missing or None. */
export function optionalNumbers(fitted: Fitted, name: string): Float64Array | undefined {
  const value = attribute(fitted.object, name);
  return value === undefined || value === null ? undefined : finite(fitted, name, value).values;
}

/** A fitted vector of the given length; a single number stands for all elements. */
export function fittedVector(fitted: Fitted, name: string, length: number): Float64Array {
  const { values } = fittedNumbers(fitted, name);
  return spread(fitted, name, values, length);
}

/** A vector that may be missing or None. */
export function optionalVector(fitted: Fitted, name: string, length: number): Float64Array | undefined {
  const values = optionalNumbers(fitted, name);
  return values && spread(fitted, name, values, length);
}

/** A list of arrays, one per layer or per feature. */
export function fittedArrays(
  fitted: Fitted,
  name: string,
): readonly { readonly values: Float64Array; readonly shape: readonly number[] }[] {
  const value = attribute(fitted.object, name);
  if (value === undefined || value === null) return notFitted(fitted, name);
  const items =
    itemsOf(value) ?? (isKind(value, 'array') && !(value.content instanceof Uint8Array) ? value.content : []);
  return items.map((item, i) => finite(fitted, `${name}[${i}]`, item));
}

/** A setting that is true or false. */
export function flag(fitted: Fitted, name: string, otherwise: boolean): boolean {
  const value = attribute(fitted.object, name);
  return value === undefined || value === null ? otherwise : numberOf(value) !== 0;
}

/** A setting that is a text. */
export function setting(fitted: Fitted, name: string): string | undefined {
  const value = attribute(fitted.object, name);
  return typeof value === 'string' ? value : undefined;
}

/** A setting that is a number. */
export function numberSetting(fitted: Fitted, name: string): number | undefined {
  return numberOf(attribute(fitted.object, name));
}

/** Names of the classes of a classifier. */
export function classNames(fitted: Fitted): readonly string[] {
  const value = attribute(fitted.object, 'classes_');
  if (value === undefined) return notFitted(fitted, 'classes_');
  const names = textsOf(value);
  if (!names)
    return unusable(fitted, 'classes_', 'is not a list of class names (several labels per row cannot be read)');
  return names;
}

/** The names of the columns it was fitted on, when it was fitted on a data frame. */
export function featureNames(fitted: Fitted): readonly string[] | undefined {
  return textsOf(attribute(fitted.object, 'feature_names_in_'));
}

/** `model.joblib holds an MLPRegressor that is not fitted: no coefs_.` */
export function notFitted(fitted: Fitted, name: string): never {
  return refuse(fitted.file, {
    code: 'sklearn-not-fitted',
    message: `${fitted.file} holds ${withArticle(fitted.object.name)} that is not fitted: no ${name}.`,
    remedy: 'Save the model after calling fit.',
    part: fitted.label,
  });
}

/** An attribute that is there but does not say what it must. */
export function unusable(fitted: Fitted, name: string, what: string): never {
  return refuse(fitted.file, {
    code: 'sklearn-attribute',
    message: `${name} of ${fitted.object.name} "${fitted.label}" in ${fitted.file} ${what}.`,
    remedy: 'Save the fitted model again with joblib.dump.',
    part: fitted.label,
  });
}

/** A setting or class with no counterpart among the operations of a network. */
export function unsupported(fitted: Fitted, what: string, remedy?: string): never {
  return refuse(fitted.file, {
    code: 'sklearn-unsupported',
    message: `${fitted.file}: ${what}.`,
    remedy: remedy ?? 'Apply this step to the table before, and save the model without it.',
    part: fitted.label,
  });
}

/** A class name with its article: `a StandardScaler`, `an MLPRegressor`. */
export function withArticle(name: string): string {
  return /^([AEIO]|[FHLMNRSX][A-Z]|U(?!ni))/.test(name) ? `an ${name}` : `a ${name}`;
}

function finite(fitted: Fitted, name: string, value: PickleValue): ReturnType<typeof fittedNumbers> {
  spend(fitted, heldElements(value));
  const numbers = numbersOf(value) ?? (isKind(value, 'object') ? sparseRows(fitted, value) : undefined);
  if (!numbers) {
    const sparse = isKind(value, 'object') && value.module.startsWith('scipy.sparse');
    return unusable(
      fitted,
      name,
      sparse ? 'is a sparse matrix (call densify before saving)' : 'is not made of numbers',
    );
  }
  if (numbers.values.length !== numbers.shape.reduce((product, length) => product * length, 1))
    return unusable(fitted, name, 'does not fill its shape');
  if (!numbers.values.every(Number.isFinite))
    return unusable(fitted, name, 'holds numbers that are not finite (NaN or Inf)');
  return numbers;
}

/** A matrix of scipy in compressed sparse rows: row i holds data[indptr[i] … indptr[i + 1]] at the columns `indices`. */
function sparseRows(fitted: Fitted, { module, name, state }: PickleObject): ReturnType<typeof numbersOf> {
  if (!module.startsWith('scipy.sparse') || !/^csr_(matrix|array)$/.test(name) || !isKind(state, 'dict'))
    return undefined;
  const held = (key: string): ReturnType<typeof numbersOf> => numbersOf(state.entries.get(key));
  const [rows = 0, columns = 0] = held('_shape')?.values ?? [];
  const [data, indices, starts] = [held('data')?.values, held('indices')?.values, held('indptr')?.values];
  if (!data || !indices || starts?.length !== rows + 1 || !(rows * columns < 2 ** 26)) return undefined;
  spend(fitted, rows * columns);
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let at = starts[row]!; at < Math.min(starts[row + 1]!, data.length); at++)
      values[row * columns + indices[at]!] = data[at]!;
  return { values, shape: [rows, columns] };
}

function heldElements(value: PickleValue): number {
  if (isKind(value, 'array')) return value.shape.reduce((product, length) => product * length, 1);
  return (itemsOf(value) ?? []).reduce<number>((sum, item) => sum + (itemsOf(item)?.length ?? 1), 1);
}

function spread(fitted: Fitted, name: string, values: Float64Array, length: number): Float64Array {
  if (values.length === length) return values;
  if (values.length === 1) return new Float64Array(length).fill(values[0]!);
  return unusable(fitted, name, `has ${values.length} numbers where ${length} are needed`);
}
