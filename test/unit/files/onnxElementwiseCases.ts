import { vector, whole, type TestAttribute, type TestTensor } from './onnxModel';

/** An operator on one row: what it takes and what it must give. */
export interface OperatorCase {
  readonly op: string;
  readonly about?: string;
  /** The row: its shape without the rows is `shape`, or a vector. */
  readonly x: readonly number[];
  readonly shape?: readonly number[];
  readonly y: readonly number[];
  readonly attributes?: Readonly<Record<string, TestAttribute>>;
  /** Constant inputs after x, in order; `undefined` leaves one out. */
  readonly more?: readonly (TestTensor | undefined)[];
  readonly opset?: number;
  readonly domain?: string;
  /** Number of the output that is looked at, for operators with several. */
  readonly output?: number;
  /** Place of x among the inputs; constants come before and after. */
  readonly place?: number;
  /** The slope is 0 although the value depends on x, so differences would tell nothing. */
  readonly steps?: boolean;
}

const e = Math.exp;
const sigmoid = (x: number): number => 1 / (1 + e(-x));
const scalar = (number: number): TestTensor => ({ shape: [], numbers: [number] });
const float = (number: number): TestAttribute => ({ float: number });

/** Operators on single numbers. */
export const elementwise: readonly OperatorCase[] = [
  { op: 'BitShift', x: [12, 5], y: [3, 1], more: [whole(2, 2)], attributes: { direction: 'RIGHT' }, steps: true },
  ...(
    [
      ['Abs', Math.abs],
      ['Acos', Math.acos],
      ['Asin', Math.asin],
      ['Asinh', Math.asinh],
      ['Atan', Math.atan],
      ['Atanh', Math.atanh],
      ['Cos', Math.cos],
      ['Cosh', Math.cosh],
      ['Exp', Math.exp],
      ['Mish', (x) => x * Math.tanh(Math.log1p(e(x)))],
      ['Neg', (x) => -x],
      ['Reciprocal', (x) => 1 / x],
      ['Relu', (x) => Math.max(x, 0)],
      ['Sigmoid', sigmoid],
      ['Sin', Math.sin],
      ['Sinh', Math.sinh],
      ['Softplus', (x) => Math.log1p(e(x))],
      ['Softsign', (x) => x / (1 + Math.abs(x))],
      ['Tan', Math.tan],
      ['Tanh', Math.tanh],
      ['HardSwish', (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1)],
      ['HardSigmoid', (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1)],
      ['LeakyRelu', (x) => (x < 0 ? 0.01 * x : x)],
      ['Elu', (x) => (x < 0 ? e(x) - 1 : x)],
      ['Celu', (x) => Math.max(x, 0) + Math.min(0, e(x) - 1)],
      ['Selu', (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * (e(x) - 1) : x)],
      ['Swish', (x) => x * sigmoid(x)],
      ['ThresholdedRelu', (x) => (x > 1 ? x : 0)],
    ] as const satisfies readonly (readonly [string, (x: number) => number])[]
  ).map(([op, formula]) => ({ op, x: [-0.7, 0.3], y: [-0.7, 0.3].map(formula) })),
  { op: 'Acosh', x: [1.5], y: [Math.acosh(1.5)] },
  { op: 'Log', x: [0.5, 2], y: [Math.log(0.5), Math.log(2)] },
  { op: 'Sqrt', x: [4, 9], y: [2, 3] },
  { op: 'Erf', x: [-1, 0.5], y: [-0.8427007929497149, 0.5204998778130465] },
  { op: 'Gelu', x: [1], y: [0.8413447460685429] },
  { op: 'Gelu', about: 'tanh', x: [1], y: [0.8411919906082768], attributes: { approximate: 'tanh' } },
  { op: 'Swish', about: 'alpha', x: [1], y: [sigmoid(2)], attributes: { alpha: float(2) } },
  { op: 'Elu', about: 'alpha', x: [-1], y: [0.5 * (e(-1) - 1)], attributes: { alpha: float(0.5) } },
  { op: 'Celu', about: 'alpha', x: [-1], y: [2 * (e(-0.5) - 1)], attributes: { alpha: float(2) } },
  { op: 'PRelu', x: [-2, 3], y: [-0.5, 3], more: [vector(0.25)] },
  { op: 'Shrink', about: 'without bias', x: [-2, 0.2, 3], y: [-2, 0, 3] },
  {
    op: 'Shrink',
    about: 'with bias',
    x: [-2, 0.2, 3],
    y: [-1, 0, 2],
    attributes: { lambd: float(1.5), bias: float(1) },
  },
  { op: 'SwiGLU', x: [1], y: [3 * sigmoid(1)], more: [vector(3)] },
  { op: 'Sign', x: [-2, 3], y: [-1, 1] },
  { op: 'Floor', x: [-1.5, 1.5], y: [-2, 1] },
  { op: 'Ceil', x: [-1.5, 1.5], y: [-1, 2] },
  { op: 'Round', x: [0.5, 1.5, -2.5], y: [0, 2, -2], steps: true },
  { op: 'Not', x: [0, 1], y: [1, 0], steps: true },
  { op: 'IsNaN', x: [1, NaN], y: [0, 1], steps: true },
  { op: 'IsInf', x: [Infinity, -Infinity], y: [0, 1], attributes: { detect_positive: 0 }, steps: true },
  { op: 'Add', x: [1, 2], y: [11, 22], more: [vector(10, 20)] },
  {
    op: 'Add',
    about: 'the old broadcast by axis',
    opset: 6,
    x: [1, 2, 3, 4],
    shape: [2, 2],
    y: [11, 12, 23, 24],
    more: [vector(10, 20)],
    attributes: { broadcast: 1, axis: 1 },
  },
  { op: 'Sub', x: [1, 2], y: [9, 8], more: [scalar(10)], place: 1 },
  { op: 'Mul', x: [1, 2], y: [3, 8], more: [vector(3, 4)] },
  { op: 'Div', x: [1, 2], y: [0.25, 0.5], more: [scalar(4)] },
  { op: 'Div', about: 'by x', x: [1, 2], y: [4, 2], more: [scalar(4)], place: 1 },
  { op: 'Mod', x: [5.5, -5.5], y: [1.5, 0.5], more: [scalar(2)] },
  { op: 'Mod', about: 'with the sign of x', x: [-5.5], y: [-1.5], more: [scalar(2)], attributes: { fmod: 1 } },
  { op: 'Pow', x: [2, 3], y: [8, 27], more: [{ shape: [], numbers: [3], type: 7 }] },
  { op: 'Pow', about: 'of a number', x: [2, 3], y: [4, 8], more: [scalar(2)], place: 1 },
  { op: 'Max', x: [1, 5], y: [3, 5], more: [vector(3, 3), vector(2, 4)] },
  { op: 'Min', x: [1, 5], y: [1, 3], more: [vector(3, 3)] },
  { op: 'Sum', x: [1, 5], y: [6, 10], more: [vector(3, 3), vector(2, 2)] },
  { op: 'Mean', x: [1, 5], y: [2, 4], more: [vector(3, 3)] },
  { op: 'Clip', x: [-2, 0.5, 2], y: [-1, 0.5, 1], more: [scalar(-1), scalar(1)] },
  { op: 'Clip', about: 'attributes', opset: 6, x: [-2, 0.5], y: [-1, 0.5], attributes: { min: float(-1) } },
  { op: 'Clip', about: 'one bound per column', x: [-2, 0.5], y: [-2, 0.25], more: [undefined, vector(-1, 0.25)] },
  { op: 'Equal', x: [1, 2], y: [0, 1], more: [vector(2, 2)], steps: true },
  { op: 'Less', x: [1, 2], y: [1, 0], more: [scalar(2)], steps: true },
  { op: 'LessOrEqual', x: [1, 2], y: [1, 1], more: [scalar(2)], steps: true },
  { op: 'Greater', x: [1, 3], y: [0, 1], more: [scalar(2)], steps: true },
  { op: 'GreaterOrEqual', x: [1, 2], y: [0, 1], more: [scalar(2)], steps: true },
  { op: 'And', x: [1, 0], y: [1, 0], more: [vector(1, 1)] },
  { op: 'Or', x: [1, 0], y: [1, 0], more: [vector(0, 0)], steps: true },
  { op: 'Xor', x: [1, 0], y: [0, 1], more: [vector(1, 1)], steps: true },
  { op: 'Where', x: [1, 2], y: [1, 9], more: [vector(1, 0), vector(9, 9)], place: 1 },
];
