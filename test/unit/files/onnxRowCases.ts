import type { OperatorCase } from './onnxElementwiseCases';
import { Floats, matrix, vector, whole, type TestAttribute, type TestTensor } from './onnxModel';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const ml = 'ai.onnx.ml';
const scalar = (number: number): TestTensor => ({ shape: [], numbers: [number] });
const float = (number: number): TestAttribute => ({ float: number });
const channel = { x: [1, 3, 2, 6], shape: [2, 2] };

/** Products with weights and reductions. */
export const linearAndReducing: readonly OperatorCase[] = [
  { op: 'MatMul', x: [1, 2], y: [7, 10], more: [matrix([1, 2], [3, 4])] },
  { op: 'MatMul', about: 'vector', x: [1, 2], y: [11], more: [vector(3, 4)] },
  {
    op: 'Gemm',
    x: [1, 2],
    y: [4.5, 7],
    more: [matrix([1, 2], [3, 4]), vector(1, 2)],
    attributes: { alpha: float(0.5) },
  },
  { op: 'Gemm', about: 'transposed', x: [1, 2], y: [5, 11], more: [matrix([1, 2], [3, 4])], attributes: { transB: 1 } },
  { op: 'Einsum', x: [1, 2], y: [5, 11], more: [matrix([1, 2], [3, 4])], attributes: { equation: 'bi,oi->bo' } },
  { op: 'Einsum', about: 'diagonal', x: [1, 2, 3, 4], shape: [2, 2], y: [1, 4], attributes: { equation: 'bii->bi' } },
  {
    op: 'Einsum',
    about: 'three operands',
    x: [1, 2],
    y: [3, 8],
    more: [vector(3, 4), scalar(1)],
    attributes: { equation: '...i,i,->...i' },
  },
  { op: 'CumSum', x: [1, 2, 3], y: [1, 3, 6], more: [whole(1)] },
  {
    op: 'CumSum',
    about: 'backwards',
    x: [1, 2, 3],
    y: [5, 3, 0],
    more: [whole(1)],
    attributes: { exclusive: 1, reverse: 1 },
  },
  { op: 'CumProd', x: [2, 3, 4], y: [2, 6, 24], more: [whole(1)] },
  { op: 'ReduceSum', x: [1, 2, 3], y: [6], more: [whole(1)] },
  { op: 'ReduceSum', about: 'attribute', opset: 11, x: [1, 2, 3], y: [6], attributes: { axes: [-1], keepdims: 0 } },
  { op: 'ReduceMean', x: [1, 2, 6], y: [3], more: [whole(1)] },
  { op: 'ReduceMax', x: [1, 5, 3], y: [5], more: [whole(1)] },
  { op: 'ReduceMin', x: [1, 5, 3], y: [1], more: [whole(1)] },
  { op: 'ReduceProd', x: [2, 5, 3], y: [30], more: [whole(1)] },
  { op: 'ReduceL1', x: [-2, 5], y: [7], more: [whole(1)] },
  { op: 'ReduceL2', x: [3, -4], y: [5], more: [whole(1)] },
  { op: 'ReduceLogSum', x: [1, 2], y: [Math.log(3)], more: [whole(1)] },
  { op: 'ReduceLogSumExp', x: [1, 900], y: [900], more: [whole(1)] },
  { op: 'ReduceSumSquare', x: [3, 4], y: [25], more: [whole(1)] },
  { op: 'ReduceSum', about: 'nothing to do', x: [1, 2], y: [1, 2], attributes: { noop_with_empty_axes: 1 } },
  { op: 'ArgMax', x: [1, 5, 5], y: [1], attributes: { axis: 1 }, steps: true },
  { op: 'ArgMin', x: [1, 5, 1], y: [2], attributes: { axis: 1, select_last_index: 1 }, steps: true },
  {
    op: 'Attention',
    x: [1, 2],
    shape: [2, 1],
    y: [sigmoid(1), sigmoid(2)],
    more: [
      { shape: [1, 2, 1], numbers: [0, 1] },
      { shape: [1, 2, 1], numbers: [0, 1] },
    ],
    attributes: { q_num_heads: 1, kv_num_heads: 1 },
  },
  {
    op: 'Attention',
    about: 'causal, capped, two heads on one',
    x: [1, 2, 3, 4],
    shape: [2, 2, 1],
    y: [0, sigmoid(Math.tanh(2)), 0, sigmoid(Math.tanh(4))],
    more: [
      { shape: [1, 1, 2, 1], numbers: [0, 1] },
      { shape: [1, 1, 2, 1], numbers: [0, 1] },
    ],
    attributes: { is_causal: 1, softcap: float(1) },
  },
];

/** Operators that set the elements of a row in relation. */
export const normalising: readonly OperatorCase[] = [
  { op: 'Softmax', x: [0, Math.log(3)], y: [0.25, 0.75] },
  {
    op: 'Softmax',
    about: 'over all that follows',
    opset: 11,
    x: [0, 0, 0, 0],
    shape: [2, 2],
    y: [0.25, 0.25, 0.25, 0.25],
  },
  { op: 'LogSoftmax', x: [0, Math.log(3)], y: [Math.log(0.25), Math.log(0.75)] },
  { op: 'Hardmax', x: [1, 3, 3], y: [0, 1, 0], steps: true },
  {
    op: 'BatchNormalization',
    x: [3, 5],
    y: [7, 0],
    more: [vector(2, 1), vector(3, 0), vector(1, 5), vector(1, 1)],
    attributes: { epsilon: float(0) },
  },
  {
    op: 'LayerNormalization',
    x: [1, 3],
    y: [-2, 5],
    more: [vector(2, 4), vector(0, 1)],
    attributes: { epsilon: float(0) },
  },
  { op: 'LayerNormalization', about: 'its mean', output: 1, x: [1, 3], y: [2], more: [vector(2, 4)] },
  {
    op: 'RMSNormalization',
    opset: 23,
    x: [3, 4],
    y: [3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)],
    more: [vector(1, 1)],
    attributes: { epsilon: float(0) },
  },
  {
    op: 'InstanceNormalization',
    ...channel,
    y: [-1, 1, -2, 2],
    more: [vector(1, 2), vector(0, 0)],
    attributes: { epsilon: float(0) },
  },
  {
    op: 'GroupNormalization',
    ...channel,
    y: [-1, 1, -2, 2],
    more: [vector(1, 2), vector(0, 0)],
    attributes: { epsilon: float(0), num_groups: 2 },
  },
  {
    op: 'GroupNormalization',
    about: 'scale per group',
    opset: 18,
    ...channel,
    y: [-1, 1, -2, 2],
    more: [vector(1, 2), vector(0, 0)],
    attributes: { epsilon: float(0), num_groups: 2 },
  },
  { op: 'LpNormalization', x: [3, -4], y: [0.6, -0.8] },
  { op: 'LpNormalization', about: 'sizes', x: [3, -1], y: [0.75, -0.25], attributes: { p: 1 } },
  { op: 'MeanVarianceNormalization', x: [1, 3], y: [-1, 1], attributes: { axes: [1] } },
  {
    op: 'LRN',
    x: [1, 2],
    shape: [2, 1],
    y: [1 / 3.5, 2 / 3.5],
    attributes: { size: 3, alpha: float(1.5), beta: float(1) },
  },
];

/** Operators of `ai.onnx.ml` on numbers. */
export const machineLearning: readonly OperatorCase[] = [
  { op: 'Scaler', domain: ml, x: [3, 4], y: [4, 12], attributes: { offset: new Floats(1), scale: new Floats(2, 4) } },
  { op: 'Normalizer', domain: ml, x: [1, 4], y: [0.25, 1] },
  { op: 'Normalizer', about: 'sum', domain: ml, x: [1, -3], y: [0.25, -0.75], attributes: { norm: 'L1' } },
  {
    op: 'LinearRegressor',
    domain: ml,
    x: [1, 2],
    y: [6, 12],
    attributes: { coefficients: new Floats(1, 2, 3, 4), intercepts: new Floats(1, 1), targets: 2 },
  },
  {
    op: 'LinearClassifier',
    domain: ml,
    output: 1,
    x: [1, 2],
    y: [sigmoid(5), sigmoid(11)],
    attributes: {
      coefficients: new Floats(1, 2, 3, 4),
      intercepts: new Floats(0, 0),
      classlabels_ints: [0, 1],
      post_transform: 'LOGISTIC',
    },
  },
  {
    op: 'LinearClassifier',
    about: 'one row for two classes',
    domain: ml,
    output: 1,
    x: [1, 2],
    y: [sigmoid(-5), sigmoid(5)],
    attributes: {
      coefficients: new Floats(1, 2),
      intercepts: new Floats(0),
      classlabels_ints: [0, 1],
      post_transform: 'LOGISTIC',
    },
  },
  {
    op: 'Imputer',
    domain: ml,
    x: [NaN, 2],
    y: [7, 2],
    attributes: { imputed_value_floats: new Floats(7), replaced_value_float: float(NaN) },
    steps: true,
  },
  { op: 'Binarizer', domain: ml, x: [0.5, 2], y: [0, 1], attributes: { threshold: float(1) } },
  { op: 'FeatureVectorizer', domain: ml, x: [1, 2], y: [1, 2, 9], more: [matrix([9])] },
  { op: 'ArrayFeatureExtractor', domain: ml, x: [1, 2, 3], y: [3, 1], more: [whole(2, 0)] },
  { op: 'OneHotEncoder', domain: ml, x: [2], y: [0, 1, 0], attributes: { cats_int64s: [1, 2, 3] }, steps: true },
  {
    op: 'LabelEncoder',
    domain: ml,
    x: [2, 9],
    y: [20, -5],
    attributes: { keys_int64s: [1, 2], values_floats: new Floats(10, 20), default_float: float(-5) },
    steps: true,
  },
  { op: 'ZipMap', domain: ml, x: [1, 2], y: [1, 2] },
];
