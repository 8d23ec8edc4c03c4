import { attribute, isKind, itemsOf } from '../containers/pickleValues';
import { numbersOf } from '../containers/arrayNumbers';
import { categoriesOf, encoderNames, encodesUnknown } from './categories';
import { branchesOf, stepsOf } from './composites';
import {
  featureNames,
  fittedArrays,
  numberSetting,
  partOf,
  unsupported,
  unusable,
  within,
  type Fitted,
} from './fitted';
import { frameOf, type Column, type Frame, type Lowering } from './frame';

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
  const held = ['best_estimator_', 'regressor_', 'estimator_'].find((name) => within(fitted, attribute(object, name)));
  if (held !== undefined) return partOf(fitted, held);
  const [member] = itemsOf(attribute(object, 'estimators_')) ?? itemsOf(attribute(object, 'transformer_list')) ?? [];
  return within(fitted, itemsOf(member)?.[1] ?? member);
}

/** A column that holds texts, and where a text outside the levels goes. */
interface TextColumn {
  readonly levels: readonly string[];
  readonly unknown: 'last' | 'zeros';
}

/**
 * The input columns as ports: one for all numbers, in their order, and one for each column that an encoder of texts
 * takes first.
 */
export function inputFrame(fitted: Fitted, columns: InputColumns, lowering: Lowering): Frame {
  const texts = new Map<number, TextColumn>();
  const names = columns.names ?? Array.from({ length: columns.count }, (_, i) => `x${i}`);
  findTexts(
    fitted,
    names.map((_, i) => i),
    names,
    texts,
  );
  const numbers = names.flatMap((_, i) => (texts.has(i) ? [] : [i]));
  const features = columns.names || texts.size > 0 ? numbers.map((at) => names[at]!) : undefined;
  const vector = numbers.length > 0 ? lowering.builder.input('input', [numbers.length], features) : undefined;
  const numeric = vector ? frameOf(vector, features ?? names).columns : [];
  return {
    columns: names.map((name, at): Column => {
      const text = texts.get(at);
      if (!text) return numeric[numbers.indexOf(at)]!;
      return {
        kind: 'text',
        name,
        tensor: lowering.builder.textInput(name, text.levels, text.unknown),
        levels: text.levels,
      };
    }),
  };
}

/** Follows the columns to the first step that changes them; `positions` are their numbers among the inputs. */
function findTexts(
  fitted: Fitted,
  positions: readonly number[],
  names: readonly string[],
  texts: Map<number, TextColumn>,
): 'unchanged' | 'changed' {
  const { name } = fitted.object;
  if (name === 'SimpleImputer') return 'unchanged';
  if (encoderNames.has(name)) return markTexts(fitted, positions, names, texts);
  if (name === 'Pipeline') {
    const changes = stepsOf(fitted).some((step) => findTexts(step, positions, names, texts) === 'changed');
    return changes ? 'changed' : 'unchanged';
  }
  if (name === 'ColumnTransformer') {
    for (const branch of branchesOf(
      fitted,
      positions.map((at) => names[at]!),
    )) {
      const taken = branch.positions.map((at) => positions[at]!);
      if (branch.fitted) findTexts(branch.fitted, taken, names, texts);
    }
    return 'changed';
  }
  if (name === 'FeatureUnion') {
    for (const entry of itemsOf(attribute(fitted.object, 'transformer_list')) ?? []) {
      const part = within(fitted, itemsOf(entry)?.[1]);
      if (part) findTexts(part, positions, names, texts);
    }
    return 'changed';
  }
  const inner = innerOf(fitted);
  return inner ? findTexts(inner, positions, names, texts) : 'changed';
}

function markTexts(
  encoder: Fitted,
  positions: readonly number[],
  names: readonly string[],
  texts: Map<number, TextColumn>,
): 'changed' {
  const unknown = encodesUnknown(encoder) ? 'last' : 'zeros';
  categoriesOf(encoder).forEach((categories, i) => {
    const at = positions[i];
    if (at === undefined || categories.kind !== 'text') return;
    const known = texts.get(at);
    if (known && known.levels.join('\n') !== categories.levels.join('\n'))
      unsupported(encoder, `the column ${names[at]!} is encoded twice, with different categories`);
    const place = known?.unknown === 'last' ? 'last' : unknown;
    texts.set(at, { levels: categories.levels, unknown: place });
  });
  return 'changed';
}
