import { ShapeError, type Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** The operators of `ai.onnx.ml` that turn categories, texts or whole numbers, into numbers. Their slope is 0. */
export const categories: OperatorGroup = {
  domain: 'ai.onnx.ml',
  operators: { CategoryMapper, LabelEncoder, OneHotEncoder },
  notes: {
    CategoryMapper: 'texts to numbers; its slope is 0',
    LabelEncoder: 'texts or numbers to numbers; its slope is 0',
    OneHotEncoder: 'texts and whole numbers; its slope is 0',
  },
};

/** A new last axis with 1 at the category. */
function OneHotEncoder(call: Call): Value {
  const x = call.anyValue(0);
  if (x.type === 'text') return encodedTexts(call, x, call.labels('cats_strings'));
  const categories = Float64Array.from(call.integers('cats_int64s') ?? []);
  const { builder } = call;
  call.expectRoom([...x.tensor.shape, categories.length]);
  const spread = builder.reshape(x.tensor, [...x.tensor.shape, 1]);
  const hot = builder.compare('equal', spread, builder.constant(categories, [categories.length]));
  return { ...x, tensor: hot, type: 'real' };
}

/** A table from keys to values, with a default for everything else. */
function LabelEncoder(call: Call): Value {
  const x = call.anyValue(0);
  const texts = labelTexts(call);
  if (texts) return mappedToTexts(call, x, texts);
  const values = labelValues(call);
  if (x.type === 'text') {
    const keys = keyTexts(call);
    return mappedTexts(call, x, keys, values);
  }
  return mappedNumbers(call, x, keyNumbers(call), values);
}

/** Texts to whole numbers. */
function CategoryMapper(call: Call): Value {
  const x = call.anyValue(0);
  if (x.type !== 'text') return noTexts(call);
  const numbers = Float64Array.from(call.integers('cats_int64s') ?? []);
  return mappedTexts(call, x, call.labels('cats_strings'), { numbers, otherwise: call.integer('default_int64', -1) });
}

/** What a LabelEncoder gives for its keys, in their order. */
interface LabelValues {
  readonly numbers: Float64Array;
  readonly otherwise: number;
}

/** The texts a LabelEncoder gives for its keys, if it gives texts. */
function labelTexts(call: Call): readonly string[] | undefined {
  const listed = call.labels('values_strings');
  if (listed.length > 0) return listed;
  // Version 1 of the operator has one list for both ways: whole numbers are places in it.
  const places = call.attribute('classes_strings') && call.anyValue(0).type !== 'text';
  return places ? call.labels('classes_strings') : call.tensor('values_tensor')?.texts;
}

/** Texts for texts of a column, or for numbers that stand in the file. */
function mappedToTexts(call: Call, x: Value, given: readonly string[]): Value {
  const { texts } = call.around;
  const otherwise = call.text('default_string', call.tensor('default_tensor')?.texts?.[0] ?? '_Unused');
  const entries = x.tensor.constant ?? noTexts(call);
  const named = call.attribute('classes_strings') ? Float64Array.from(given.keys()) : keyNumbers(call);
  const found = entries.map((entry) =>
    x.type === 'text'
      ? texts.mapped(entry, keyTexts(call), given, otherwise)
      : texts.literal(given[named.indexOf(entry)] ?? otherwise),
  );
  return { ...x, tensor: call.builder.constant(found, x.tensor.shape), type: 'text' };
}

function labelValues(call: Call): LabelValues {
  // Version 1 of the operator numbers a list of texts.
  const numbered = call.labels('classes_strings');
  if (call.attribute('classes_strings'))
    return { numbers: Float64Array.from(numbered.keys()), otherwise: call.integer('default_int64', -1) };
  const tensor = call.tensor('values_tensor');
  if (tensor && tensor.type !== 'text')
    return {
      numbers: tensor.numbers,
      otherwise: call.tensor('default_tensor')?.numbers[0] ?? (tensor.type === 'real' ? 0 : -1),
    };
  if (call.attribute('values_floats'))
    return { numbers: call.floats('values_floats'), otherwise: call.float('default_float', 0) };
  if (call.attribute('values_int64s')) {
    const numbers = Float64Array.from(call.integers('values_int64s') ?? []);
    return { numbers, otherwise: call.integer('default_int64', -1) };
  }
  return noTexts(call);
}

function keyTexts(call: Call): readonly string[] {
  const given = ['keys_strings', 'classes_strings'].map((name) => call.labels(name)).find((list) => list.length > 0);
  return given ?? call.tensor('keys_tensor')?.texts ?? [];
}

function keyNumbers(call: Call): Float64Array {
  if (call.attribute('keys_floats')) return call.floats('keys_floats');
  const integers = call.integers('keys_int64s');
  return integers ? Float64Array.from(integers) : (call.tensor('keys_tensor')?.numbers ?? new Float64Array());
}

function mappedNumbers(call: Call, x: Value, keys: Float64Array, values: LabelValues): Value {
  const { builder } = call;
  call.expectRoom([...x.tensor.shape, Math.max(keys.length, 1)]);
  const spread = builder.reshape(x.tensor, [...x.tensor.shape, 1]);
  const key = builder.constant(keys, [keys.length]);
  const same = builder.compare('equal', spread, key);
  // Not a number is a key that equals nothing, not even itself.
  const hits = keys.some(Number.isNaN)
    ? builder.select(builder.compare('notEqual', key, key), builder.compare('notEqual', spread, spread), same)
    : same;
  return { ...x, tensor: weighted(call, hits, x.tensor.shape, values), type: 'real' };
}

function mappedTexts(call: Call, x: Value, keys: readonly string[], values: LabelValues): Value {
  const hot = encodedTexts(call, x, keys);
  return { ...hot, tensor: weighted(call, hot.tensor, x.tensor.shape, values) };
}

/** default + Σ hit · (value − default): for no hit at all the default stays. */
function weighted(call: Call, hits: Tensor, shape: readonly number[], { numbers, otherwise }: LabelValues): Tensor {
  if (hits.shape.at(-1) !== numbers.length) throw new ShapeError('there is not one value per key');
  const { builder } = call;
  const weights = numbers.map((number) => number - otherwise);
  return builder.reshape(builder.dense(hits, weights, Float64Array.of(otherwise)), shape);
}

/** Texts as one-hot vectors on a new last axis. */
function encodedTexts(call: Call, x: Value, levels: readonly string[]): Value {
  const entries = x.tensor.constant;
  if (!entries) return noTexts(call);
  const { texts } = call.around;
  call.expectRoom([...x.tensor.shape, levels.length]);
  const vectors = Array.from(entries, (entry) => texts.encode(entry, levels, call.builder));
  if (vectors.length === 0 || levels.length === 0) throw new ShapeError('there are no categories to encode');
  const joined = call.builder.concat(vectors, 0);
  const tensor = call.builder.reshape(joined, [...x.tensor.shape, levels.length]);
  return { tensor, batch: x.batch, type: 'real' };
}

function noTexts(call: Call): never {
  const size = elements(call.anyValue(0).tensor.shape);
  return call.refuse(
    'onnx-text',
    `gives texts, or takes ${size} values that are no texts`,
    'Slopescope needs numbers: export the model with its probabilities or its number as the output.',
  );
}
