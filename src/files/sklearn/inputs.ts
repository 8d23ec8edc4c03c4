import { attribute, isKind, itemsOf } from '../containers/pickleValues';
import { numbersOf } from '../containers/arrayNumbers';
import { calibratedInner } from './calibration';
import { baggedColumns } from './ensembles';
import { categoriesOf, encodesUnknown } from './categories';
import { branchesOf, stepsOf } from './composites';
import {
  featureNames,
  fittedArrays,
  flag,
  numberSetting,
  partsOf,
  unsupported,
  unusable,
  within,
  type Fitted,
} from './fitted';
import type { Column, Frame, Lowering } from './frame';

/** How many columns an estimator takes, and their names if it knows them. */
export interface InputColumns {
  readonly count: number;
  readonly names?: readonly string[];
}

/** Attributes that hold one element per input column, with the axis that counts them. */
const widthAttributes: readonly (readonly [string, 0 | -1])[] = [
  ['scale_', -1],
  ['mean_', -1],
  ['center_', -1],
  ['statistics_', -1],
  ['components_', -1],
  ['coef_', -1],
  ['lambdas_', -1],
  ['variances_', -1],
];

/** The columns an estimator of any depth takes: its own record of them, or that of the first step inside it. */
export function inputColumns(fitted: Fitted): InputColumns {
  const names = featureNames(fitted);
  const declared = names?.length ?? numberSetting(fitted, 'n_features_in_') ?? numberSetting(fitted, '_n_features');
  if (declared !== undefined) {
    if (!Number.isSafeInteger(declared) || declared < 1 || declared > 2 ** 20)
      return unusable(fitted, 'n_features_in_', 'is not a number of columns');
    return names ? { count: declared, names } : { count: declared };
  }
  const first = innerOf(fitted);
  if (first) return inputColumns(first);
  return { count: storedWidth(fitted) };
}

function storedWidth(fitted: Fitted): number {
  const { object } = fitted;
  if (attribute(object, 'coefs_') !== undefined) return fittedArrays(fitted, 'coefs_')[0]?.shape[0] ?? 0;
  if (attribute(object, 'categories_') !== undefined) return categoriesOf(fitted).length;
  for (const [name, axis] of widthAttributes) {
    const value = attribute(object, name);
    const width = isKind(value, 'array') ? numbersOf(value)?.shape.at(axis) : undefined;
    if (width !== undefined && width > 0) return width;
  }
  // Nothing learned: the reader of this class says which attribute is missing.
  return 1;
}

/** What the columns of a wrapper go to first. */
function innerOf(fitted: Fitted): Fitted | undefined {
  const { object } = fitted;
  if (object.name === 'Pipeline') return itemsOf(attribute(object, 'steps')) ? stepsOf(fitted)[0] : undefined;
  const held = ['best_estimator_', 'regressor_', 'estimators_', 'estimator_'].find((name) => attribute(object, name));
  if (held !== undefined && held !== 'estimators_') return within(fitted, attribute(object, held));
  if (object.name === 'FrozenEstimator') return within(fitted, attribute(object, 'estimator'));
  if (object.name === 'CalibratedClassifierCV') return calibratedInner(partsOf(fitted, 'calibrated_classifiers_')[0]!);
  const [member] = itemsOf(attribute(object, 'estimators_')) ?? itemsOf(attribute(object, 'transformer_list')) ?? [];
  return within(fitted, itemsOf(member)?.[1] ?? member);
}

/** A column that holds texts, and where a text outside the levels goes. */
interface TextColumn {
  readonly levels: readonly string[];
  readonly unknown: 'last' | 'zeros';
}

/** What the first steps do with the columns. */
interface FirstUses {
  readonly texts: Map<number, TextColumn>;
  readonly used: Set<number>;
}

/**
 * The input columns as ports: one for all numbers, in their order, and one for each column that an encoder of texts
 * takes first. Columns with a name that a ColumnTransformer drops are no inputs: they may hold anything.
 */
export function inputFrame(fitted: Fitted, columns: InputColumns, lowering: Lowering): Frame {
  const names = columns.names ?? Array.from({ length: columns.count }, (_, i) => `x${i}`);
  const uses: FirstUses = { texts: new Map(), used: new Set() };
  followColumns(fitted, [...names.keys()], names, uses);
  const { builder } = lowering;
  const taken = (at: number): boolean => uses.used.has(at) || columns.names === undefined;
  const numbers = names.flatMap((_, at) => (taken(at) && !uses.texts.has(at) ? [at] : []));
  const features = columns.names || uses.texts.size > 0 ? numbers.map((at) => names[at]!) : undefined;
  const vector = numbers.length > 0 ? builder.input('input', [numbers.length], features) : undefined;
  const places = new Map(numbers.map((at, place) => [at, place]));
  const unused = builder.constant(Float64Array.of(0), [1]);
  return {
    columns: names.map((name, at): Column => {
      const text = uses.texts.get(at);
      if (text) {
        const { levels, unknown } = text;
        return { kind: 'text', name, tensor: builder.textInput(name, levels, unknown), levels };
      }
      const place = places.get(at);
      return vector && place !== undefined
        ? { kind: 'number', name, tensor: vector, at: place }
        : { kind: 'number', name, tensor: unused, at: 0 };
    }),
  };
}

/** Follows the columns to the first steps that change them; `positions` are their numbers among the inputs. */
function followColumns(
  fitted: Fitted,
  positions: readonly number[],
  names: readonly string[],
  uses: FirstUses,
): 'unchanged' | 'changed' {
  switch (fitted.object.name) {
    case 'SimpleImputer':
    case 'IterativeImputer':
    case 'KNNImputer':
      return 'unchanged';
    case 'Pipeline': {
      const changes = stepsOf(fitted).some((step) => followColumns(step, positions, names, uses) === 'changed');
      return changes ? 'changed' : 'unchanged';
    }
    case 'ColumnTransformer':
      followBranches(fitted, positions, names, uses);
      return 'changed';
    case 'FeatureUnion':
      followUnion(fitted, positions, names, uses);
      break;
    case 'OneHotEncoder':
    case 'OrdinalEncoder':
    case 'TargetEncoder':
      markTexts(fitted, positions, names, uses.texts);
      break;
    case 'BaggingRegressor':
    case 'BaggingClassifier':
      partsOf(fitted, 'estimators_').forEach((member, i) => {
        const taken = baggedColumns(fitted, i, positions.length);
        followColumns(
          member,
          taken.map((at) => positions[at]!),
          names,
          uses,
        );
      });
      return 'changed';
    default:
      if (followMembers(fitted, positions, names, uses)) return 'changed';
  }
  positions.forEach((at) => uses.used.add(at));
  return 'changed';
}

/** What lies inside a wrapper or an ensemble takes the columns, each member all of them; false when there is nothing inside. */
function followMembers(
  fitted: Fitted,
  positions: readonly number[],
  names: readonly string[],
  uses: FirstUses,
): boolean {
  const inner = innerOf(fitted);
  if (!inner) return false;
  const members = attribute(fitted.object, 'estimators_') === undefined ? [inner] : partsOf(fitted, 'estimators_');
  members.forEach((member) => followColumns(member, positions, names, uses));
  // Stacking passes the columns on as they are, a chain hands them to estimators that take more.
  if (flag(fitted, 'passthrough', false)) positions.forEach((at) => uses.used.add(at));
  return true;
}

function followBranches(fitted: Fitted, positions: readonly number[], names: readonly string[], uses: FirstUses): void {
  const given = positions.map((at) => names[at]!);
  for (const branch of branchesOf(fitted, given)) {
    const taken = branch.positions.map((at) => positions[at]!);
    taken.forEach((at) => uses.used.add(at));
    if (branch.fitted) followColumns(branch.fitted, taken, names, uses);
  }
}

function followUnion(fitted: Fitted, positions: readonly number[], names: readonly string[], uses: FirstUses): void {
  for (const entry of itemsOf(attribute(fitted.object, 'transformer_list')) ?? []) {
    const part = within(fitted, itemsOf(entry)?.[1]);
    if (part) followColumns(part, positions, names, uses);
  }
}

function markTexts(
  encoder: Fitted,
  positions: readonly number[],
  names: readonly string[],
  texts: Map<number, TextColumn>,
): void {
  const unknown = encodesUnknown(encoder) ? 'last' : 'zeros';
  categoriesOf(encoder).forEach((categories, i) => {
    const at = positions[i];
    if (at === undefined || categories.kind !== 'text') return;
    const known = texts.get(at);
    if (known && known.levels.join('\n') !== categories.levels.join('\n'))
      unsupported(encoder, `the column ${names[at]!} is encoded twice, with different categories`);
    texts.set(at, { levels: categories.levels, unknown: known?.unknown === 'last' ? 'last' : unknown });
  });
}
