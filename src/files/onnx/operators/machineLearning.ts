import { ShapeError, type Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { joined } from '../../rows/joining';
import { expectDenseRoom } from '../../rows/products';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';
import { dividedByNorm } from './normalisation';

/** The operators of `ai.onnx.ml` on numbers, as scikit-learn's converters write them. */
export const machineLearning: OperatorGroup = {
  domain: 'ai.onnx.ml',
  operators: {
    ArrayFeatureExtractor,
    Binarizer,
    FeatureVectorizer,
    Imputer,
    LinearClassifier,
    LinearRegressor,
    Normalizer,
    Scaler,
    ZipMap,
  },
  notes: {
    ArrayFeatureExtractor: 'constant columns',
    Binarizer: 'its slope is 0',
    LinearClassifier: 'the scores, not the label; not with PROBIT',
    LinearRegressor: 'not with PROBIT',
    ZipMap: 'gives the names of the output',
  },
};

/** (x − offset) · scale, one number per column or one for all. */
function Scaler(call: Call): Value {
  const x = call.value(0);
  const size = elements(x.tensor.shape);
  const offset = perColumn(call, call.floats('offset'), x, 0);
  const scale = perColumn(call, call.floats('scale'), x, 1);
  const shift = Float64Array.from({ length: size }, (_, i) => -offset[i]! * scale[i]!);
  return { ...x, tensor: call.builder.scale(x.tensor, scale, shift), type: 'real' };
}

/** Each row divided by its largest element, its sum of sizes or its length. */
function Normalizer(call: Call): Value {
  const x = call.value(0);
  const norm = call.text('norm', 'MAX');
  if (norm !== 'MAX' && norm !== 'L1' && norm !== 'L2') throw new ShapeError(`there is no norm "${norm}"`);
  return dividedByNorm(call, x, x.tensor.shape.length - 1, norm);
}

function LinearRegressor(call: Call): Value {
  const targets = call.integer('targets', 1);
  return transformed(call, linearScores(call, targets));
}

/**
 * The label (which has no slope) and the scores. One row of coefficients for two classes stands for the second one;
 * the first gets 1 − z, or σ(−z) with LOGISTIC, as ONNX Runtime has it.
 */
function LinearClassifier(call: Call): readonly Value[] {
  const count = Math.max(call.floats('intercepts').length, 1);
  const labels = Math.max(call.labels('classlabels_strings').length, call.integers('classlabels_ints')?.length ?? 0);
  const scores = linearScores(call, count);
  if (count > 1 || labels !== 2) return [label(scores), transformed(call, scores)];
  const logistic = call.text('post_transform', 'NONE') === 'LOGISTIC';
  const { builder } = call;
  const second = logistic ? builder.activation(scores.tensor, { kind: 'sigmoid' }) : scores.tensor;
  const ones = new Float64Array(elements(second.shape)).fill(1);
  const first = builder.scale(
    second,
    ones.map((one) => -one),
    ones,
  );
  const both = joined(
    call,
    [
      { ...scores, tensor: first },
      { ...scores, tensor: second },
    ],
    second.shape.length - 1,
  );
  return [label(scores), both];
}

/** 1 above the threshold, else 0; its slope is 0. */
function Binarizer(call: Call): Value {
  const x = call.value(0);
  const threshold = call.builder.constant(Float64Array.of(call.float('threshold', 0)), []);
  return { ...x, tensor: call.builder.compare('greater', x.tensor, threshold) };
}

/** Replaces a value that stands for a missing one, NaN or a number, by that of its column. */
function Imputer(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  const floats = call.floats('imputed_value_floats');
  const integers = Float64Array.from(call.integers('imputed_value_int64s') ?? []);
  const whole = floats.length === 0 && integers.length > 0;
  const missing = whole ? call.integer('replaced_value_int64', 0) : call.float('replaced_value_float', 0);
  const filling = builder.constant(perColumn(call, whole ? integers : floats, x, 0), x.tensor.shape);
  const isMissing = Number.isNaN(missing)
    ? builder.compare('notEqual', x.tensor, x.tensor)
    : builder.compare('equal', x.tensor, builder.constant(Float64Array.of(missing), []));
  return { ...x, tensor: builder.select(isMissing, filling, x.tensor) };
}

/** All inputs side by side. */
function FeatureVectorizer(call: Call): Value {
  const parts = call.values().map((value): Value => {
    if (value.tensor.shape.length !== 1) return value;
    const column = value.batch === undefined ? [1, value.tensor.shape[0]!] : [value.tensor.shape[0]!, 1];
    return { ...value, tensor: call.builder.reshape(value.tensor, column) };
  });
  return joined(call, parts, 1);
}

/** Chosen columns of the last axis. */
function ArrayFeatureExtractor(call: Call): Value {
  const x = call.anyValue(0);
  const axis = x.tensor.shape.length - 1;
  if (axis === x.batch) return call.refuseMixedRows('takes some of the rows');
  const tensor = call.builder.take(x.tensor, axis, Array.from(call.numbers(1, 'columns')));
  // The specification gives a vector back as a matrix of one row.
  if (axis === 0) return { ...x, tensor: call.builder.reshape(tensor, [1, ...tensor.shape]) };
  return { ...x, tensor };
}

/** The probabilities stay a tensor; their names become those of the output's elements. */
function ZipMap(call: Call): Value {
  return call.value(0);
}

/** One number per element of x from one per column, or from a single one. */
function perColumn(call: Call, given: Float64Array, x: Value, otherwise: number): Float64Array {
  const { shape } = x.tensor;
  const numbers = given.length === 0 ? Float64Array.of(otherwise) : given;
  const spread = call.builder.broadcastTo(call.builder.constant(numbers, [numbers.length]), shape).constant;
  if (!spread || (numbers.length > 1 && x.batch === shape.length - 1)) return call.refuseMixedRows();
  return spread;
}

function linearScores(call: Call, count: number): Value {
  const x = call.value(0);
  const { shape } = x.tensor;
  const coefficients = call.floats('coefficients');
  const width = shape.at(-1) ?? 1;
  if (x.batch === shape.length - 1 && width === 1 && coefficients.length === count) {
    // A vector of one number per row is a table of one column.
    const column = { ...x, tensor: call.builder.reshape(x.tensor, [...shape, 1]) };
    return scoresOf(call, column, coefficients, count);
  }
  if (x.batch === shape.length - 1) return call.refuseMixedRows('adds up over the rows of a table');
  return scoresOf(call, x, coefficients, count);
}

function scoresOf(call: Call, x: Value, coefficients: Float64Array, count: number): Value {
  const width = x.tensor.shape.at(-1) ?? 1;
  if (coefficients.length !== count * width)
    throw new ShapeError(`${coefficients.length} coefficients are not for ${width} columns and ${count} results`);
  const intercepts = call.floats('intercepts');
  expectDenseRoom(call, elements(x.tensor.shape) / Math.max(width, 1), count, width);
  const bias = intercepts.length === count ? intercepts : new Float64Array(count);
  return { ...x, tensor: call.builder.dense(x.tensor, coefficients, bias), type: 'real' };
}

function transformed(call: Call, scores: Value): Value {
  const { builder } = call;
  const last = scores.tensor.shape.length - 1;
  const map = (tensor: Tensor): Value => ({ ...scores, tensor });
  const transform = call.text('post_transform', 'NONE');
  switch (transform) {
    case 'NONE':
      return scores;
    case 'LOGISTIC':
      return map(builder.activation(scores.tensor, { kind: 'sigmoid' }));
    case 'SOFTMAX':
      return map(builder.softmax('softmax', scores.tensor, [last]));
    default:
      return call.refuse(
        'onnx-post-transform',
        `ends in the transformation ${transform}, which Slopescope does not know`,
        'Export the model with post_transform NONE, LOGISTIC or SOFTMAX.',
      );
  }
}

/** A label is a choice, not a number: whoever computes with it is refused. */
function label(scores: Value): Value {
  return { ...scores, type: 'text' };
}
