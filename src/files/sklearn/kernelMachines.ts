import type { Tensor } from '../../network/builder';
import { transposed } from '../../network/tensor';
import {
  classNames,
  fittedNumbers,
  fittedVector,
  numberSetting,
  setting,
  unsupported,
  unusable,
  type Fitted,
} from './fitted';
import { asNumbers, type Frame, type Lowering } from './frame';
import type { Prediction } from './prediction';

/** SVR, NuSVR and the decision of an SVC of two classes: Σ dual_coef_ · K(support vector, x) + intercept_. */
export function supportVectors(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const x = asNumbers(frame, lowering, fitted.label);
  const { values: vectors, shape } = fittedNumbers(fitted, 'support_vectors_');
  const [count = 0, width = 0] = shape;
  if (shape.length !== 2 || width !== x.shape[0])
    unusable(fitted, 'support_vectors_', `of shape [${shape.join(', ')}] do not fit ${x.shape[0] ?? 0} inputs`);
  const duals = fittedNumbers(fitted, 'dual_coef_');
  if (duals.values.length !== count) {
    unsupported(
      fitted,
      `${fitted.object.name} "${fitted.label}" decides among more than two classes by counting votes, which move in steps`,
      'Open a model of two classes, or a network.',
    );
  }
  const intercept = fittedVector(fitted, 'intercept_', 1);
  lowering.layers.push({
    name: fitted.label,
    kind: fitted.object.name,
    size: 1,
    parameters: vectors.length + count + 1,
  });
  const tensor =
    setting(fitted, 'kernel') === 'linear'
      ? lowering.builder.at(fitted.label).dense(x, combined(vectors, duals.values, width), intercept)
      : lowering.builder.dense(kernel(fitted, x, vectors, count, lowering), duals.values, intercept);
  if (!fitted.object.name.endsWith('SVC')) return { tensor };
  const classes = classNames(fitted);
  return { tensor, decision: tensor, classes, names: [`score of ${classes.at(-1) ?? ''}`] };
}

function combined(vectors: Float64Array, duals: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: width }, (_, at) =>
    duals.reduce((sum, dual, i) => sum + dual * vectors[i * width + at]!, 0),
  );
}

/** K(v, x) for every support vector v: exp(−γ|x − v|²), (γ v·x + c)^degree or tanh(γ v·x + c). */
function kernel(fitted: Fitted, x: Tensor, vectors: Float64Array, count: number, lowering: Lowering): Tensor {
  const builder = lowering.builder.at(fitted.label);
  const width = x.shape[0]!;
  const gamma = numberSetting(fitted, '_gamma') ?? numberSetting(fitted, 'gamma');
  if (gamma === undefined) return unusable(fitted, '_gamma', 'is not a number');
  const name = setting(fitted, 'kernel');
  const coefficient = numberSetting(fitted, 'coef0') ?? 0;
  if (name === 'rbf') {
    const columns = transposed(vectors, count, width);
    const squares = Array.from({ length: width }, (_, at) => {
      const distance = builder.dense(
        builder.take(x, 0, [at]),
        new Float64Array(count).fill(1),
        columns.subarray(at * count, (at + 1) * count).map((value) => -value),
      );
      return builder.activation(distance, { kind: 'square' });
    });
    const sum = squares.reduce((total, square) => builder.combine('add', total, square));
    const scaled = builder.scale(sum, new Float64Array(count).fill(-gamma), new Float64Array(count));
    return builder.activation(scaled, { kind: 'exponential' });
  }
  const products = builder.dense(
    x,
    vectors.map((value) => gamma * value),
    new Float64Array(count).fill(coefficient),
  );
  if (name === 'sigmoid') return builder.activation(products, { kind: 'tanh' });
  if (name === 'poly')
    return builder.combine(
      'pow',
      products,
      builder.constant(Float64Array.of(numberSetting(fitted, 'degree') ?? 3), [1]),
    );
  return unsupported(
    fitted,
    `${fitted.object.name} "${fitted.label}" has a kernel of its own, whose code is not in the file`,
  );
}
