/** What an operator takes and must give: the nodes up to `y`, the row `x`, and the value at it. */
export interface GraphCase {
  readonly op: string;
  readonly about?: string;
  /** Lines after the placeholder `x`; the last one names `y`. */
  readonly nodes: string;
  /** The row's shape; a vector if not given. */
  readonly shape?: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** The slope is 0 although the value jumps with x, so differences would tell nothing. */
  readonly steps?: boolean;
}

const row = [0.3, -0.7, 1.6];
const inside = [0.3, -0.7, 0.6];
const positive = [0.3, 2.5, 1.6];
const { exp, sqrt, log, tanh, abs } = Math;

function unary(op: string, f: (x: number) => number, x: readonly number[] = row, attributes = ''): GraphCase {
  return { op, nodes: `y = ${op}(x) ${attributes}`, x, y: x.map(f), ...(attributes ? { about: attributes } : {}) };
}

function steps(entry: GraphCase): GraphCase {
  return { ...entry, steps: true };
}

/** An operator on x and a constant vector. */
function binary(
  op: string,
  f: (x: number, c: number) => number,
  c = [2, -3, 0.5],
  x: readonly number[] = row,
): GraphCase {
  return { op, nodes: `c = f64[3] ${c.join(' ')}\ny = ${op}(x, c)`, x, y: x.map((value, i) => f(value, c[i]!)) };
}

/** An operator on two parts of the row. */
function both(op: string, f: (a: number, b: number) => number, x: readonly number[] = [0.4, 1.3, 0.7, 2.1]): GraphCase {
  const nodes = `axis = i32[] 1\np = Split(axis, x) num_split:2\ny = ${op}(p, p:1)`;
  return { op, about: 'of two parts', nodes, x, y: [f(x[0]!, x[2]!), f(x[1]!, x[3]!)] };
}

const selu = (x: number) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
const sigmoid = (x: number) => 1 / (1 + exp(-x));
const erf = (x: number) => {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / sqrt(Math.PI)) * sum;
};

/** Operators on single numbers. */
export const elementwise: readonly GraphCase[] = [
  unary('Abs', abs),
  unary('Acos', Math.acos, inside),
  unary('Acosh', Math.acosh, [1.3, 2.5, 1.6]),
  unary('Asin', Math.asin, inside),
  unary('Asinh', Math.asinh),
  unary('Atan', Math.atan),
  unary('Atanh', Math.atanh, inside),
  steps(unary('Ceil', Math.ceil)),
  unary('Cos', Math.cos),
  unary('Cosh', Math.cosh),
  unary('Elu', (x) => (x > 0 ? x : Math.expm1(x))),
  unary('Erf', erf),
  unary('Erfc', (x) => 1 - erf(x)),
  unary('Exp', exp),
  unary('Expm1', Math.expm1),
  steps(unary('Floor', Math.floor)),
  unary('Inv', (x) => 1 / x),
  unary('LeakyRelu', (x) => (x > 0 ? x : 0.2 * x)),
  unary('LeakyRelu', (x) => (x > 0 ? x : 0.5 * x), row, 'alpha:0.5'),
  unary('Log', log, positive),
  unary('Log1p', Math.log1p, inside),
  unary('Neg', (x) => -x),
  unary('Reciprocal', (x) => 1 / x),
  unary('Relu', (x) => Math.max(x, 0)),
  unary('Relu6', (x) => Math.min(Math.max(x, 0), 6), [7, -1, 3]),
  steps(unary('Rint', (x) => Math.round(x))),
  steps(unary('Round', (x) => Math.round(x))),
  unary('Rsqrt', (x) => 1 / sqrt(x), positive),
  unary('Selu', selu),
  unary('Sigmoid', sigmoid),
  steps(unary('Sign', Math.sign)),
  unary('Sin', Math.sin),
  unary('Sinh', Math.sinh),
  unary('Softplus', (x) => Math.log1p(exp(x))),
  unary('Softsign', (x) => x / (1 + abs(x))),
  unary('Sqrt', sqrt, positive),
  unary('Square', (x) => x * x),
  unary('Tan', Math.tan),
  unary('Tanh', tanh),
  steps(unary('IsFinite', () => 1)),
  steps(unary('IsInf', () => 0)),
  steps(unary('IsNan', () => 0)),
  { op: 'Prelu', nodes: 'c = f64[3] 0.1 0.2 0.3\ny = Prelu(x, c)', x: row, y: [0.3, -0.14, 1.6] },
  steps({ op: 'LogicalNot', nodes: 'z = f64[] 0\nt = Less(x, z)\ny = LogicalNot(t)', x: row, y: [1, 0, 1] }),
  binary('Add', (x, c) => x + c),
  binary('AddV2', (x, c) => x + c),
  binary('Sub', (x, c) => x - c),
  binary('Mul', (x, c) => x * c),
  binary('Div', (x, c) => x / c),
  binary('RealDiv', (x, c) => x / c),
  binary('DivNoNan', (x, c) => (c === 0 ? 0 : x / c), [2, 0, 4]),
  binary('MulNoNan', (x, c) => (c === 0 ? 0 : x * c), [2, 0, 4]),
  binary('Maximum', Math.max),
  binary('Minimum', Math.min),
  binary('Pow', (x, c) => x ** c, [2, 3, 2], positive),
  binary('SquaredDifference', (x, c) => (x - c) ** 2),
  binary('Xdivy', (x, c) => x / c),
  binary('Xlogy', (x, c) => x * log(c), [2, 3, 0.5]),
  binary('Xlog1py', (x, c) => x * Math.log1p(c), [2, 3, 0.5]),
  binary('FloorMod', (x, c) => x - Math.floor(x / c) * c),
  binary('Mod', (x, c) => x % c),
  binary('TruncateMod', (x, c) => x % c),
  steps(binary('FloorDiv', (x, c) => Math.floor(x / c))),
  binary('TruncateDiv', (x, c) => x / c),
  both('Mul', (a, b) => a * b),
  both('RealDiv', (a, b) => a / b),
  both('DivNoNan', (a, b) => a / b),
  both('MulNoNan', (a, b) => a * b),
  both('Pow', (a, b) => a ** b),
  both('Maximum', Math.max),
  both('Atan2', Math.atan2),
  both('Atan2', Math.atan2, [0.4, -1.3, -0.7, -2.1]),
  both('SquaredDifference', (a, b) => (a - b) ** 2),
  both('Xlogy', (a, b) => a * log(b)),
  both('Xlog1py', (a, b) => a * Math.log1p(b)),
  both('Xdivy', (a, b) => a / b),
  { op: 'AddN', nodes: 'c = f64[3] 1 2 3\ny = AddN(x, c, x)', x: row, y: [1.6, 0.6, 6.2] },
  { op: 'BiasAdd', nodes: 'c = f64[3] 1 2 3\ny = BiasAdd(x, c)', x: row, y: [1.3, 1.3, 4.6] },
  { op: 'BiasAddV1', nodes: 'c = f64[3] 1 2 3\ny = BiasAddV1(x, c)', x: row, y: [1.3, 1.3, 4.6] },
  {
    op: 'BiasAdd',
    about: 'channels first',
    nodes: 'c = f64[2] 1 2\ny = BiasAdd(x, c) data_format:NCHW',
    shape: [2, 1, 2],
    x: [1, 2, 3, 4],
    y: [2, 3, 5, 6],
  },
  { op: 'ClipByValue', nodes: 'a = f64[] -0.5\nb = f64[] 1\ny = ClipByValue(x, a, b)', x: row, y: [0.3, -0.5, 1] },
  {
    op: 'ClipByValue',
    about: 'with a bound per element',
    nodes: 'a = f64[3] -1 -0.5 0\nb = f64[] 1\ny = ClipByValue(x, a, b)',
    x: row,
    y: [0.3, -0.5, 1],
  },
  steps({ op: 'Bucketize', nodes: 'y = Bucketize(x) boundaries:[0.5,1.5,2.5]', x: [0.5, -0.7, 1.6], y: [1, 0, 2] }),
  ...(
    [
      ['Equal', 0],
      ['NotEqual', 1],
      ['Less', 1],
      ['LessEqual', 1],
      ['Greater', 0],
      ['GreaterEqual', 0],
      ['ApproximateEqual', 0],
    ] as const
  ).map(([op, y]) => steps({ op, nodes: `c = f64[] 2\ny = ${op}(x, c)`, x: [1.5], y: [y] })),
  steps({
    op: 'LogicalAnd',
    nodes: 'z = f64[] 0\no = f64[] 1\na = Greater(x, z)\nb = Less(x, o)\ny = LogicalAnd(a, b)',
    x: row,
    y: [1, 0, 0],
  }),
  steps({
    op: 'LogicalOr',
    nodes: 'z = f64[] 0\no = f64[] 1\na = Less(x, z)\nb = Greater(x, o)\ny = LogicalOr(a, b)',
    x: row,
    y: [0, 1, 1],
  }),
  {
    op: 'SelectV2',
    nodes: 'z = f64[] 0\na = Less(x, z)\nb = Neg(x)\nc = Square(x)\ny = SelectV2(a, b, c)',
    x: row,
    y: [0.09, 0.7, 2.56],
  },
  {
    op: 'Select',
    about: 'of whole rows',
    nodes: 'z = f64[] 0\ni = i32[] 1\nm = Max(x, i)\na = Greater(m, z)\nb = Neg(x)\ny = Select(a, b, x)',
    x: row,
    y: [-0.3, 0.7, -1.6],
  },
];

const dy = [2, 3, -1];
const gradient = (op: string, f: (x: number) => number, first: boolean, x: readonly number[] = row): GraphCase => ({
  op,
  nodes: `g = f64[3] ${dy.join(' ')}\ny = ${op}(${first ? 'g, x' : 'x, g'})`,
  x,
  y: x.map((value, i) => dy[i]! * f(value)),
});

/** Derivatives the graph computes itself. */
export const gradientCases: readonly GraphCase[] = [
  gradient('EluGrad', (y) => (y < 0 ? y + 1 : 1), true),
  gradient('InvGrad', (y) => -y * y, false),
  gradient('ReciprocalGrad', (y) => -y * y, false),
  steps(gradient('LeakyReluGrad', (x) => (x > 0 ? 1 : 0.2), true)),
  steps(gradient('Relu6Grad', (x) => (x > 0 && x < 6 ? 1 : 0), true)),
  steps(gradient('ReluGrad', (x) => (x > 0 ? 1 : 0), true)),
  gradient('RsqrtGrad', (y) => -0.5 * y ** 3, false),
  gradient('SeluGrad', (y) => (y < 0 ? y + 1.0507009873554805 * 1.6732632423543772 : 1.0507009873554805), true),
  gradient('SigmoidGrad', (y) => y * (1 - y), false),
  gradient('SoftplusGrad', sigmoid, true),
  gradient('SoftsignGrad', (x) => 1 / (1 + abs(x)) ** 2, true),
  gradient('SqrtGrad', (y) => 0.5 / y, false),
  gradient('TanhGrad', (y) => 1 - y * y, false),
];
