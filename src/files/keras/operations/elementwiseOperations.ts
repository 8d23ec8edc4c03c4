import type { Tensor } from '../../../network/builder';
import { angleOf, hypotenuse } from '../../../network/compositions';
import type { Combination, Comparison, PlainActivation } from '../../../network/network';
import { elements } from '../../../network/tensor';
import { applyActivation, gatedLinear, leakyRelu } from '../activations';
import { reluOf } from '../layers/activationLayers';
import type { Operation, OperationArguments } from './operationArguments';

const functions: Readonly<Record<string, PlainActivation>> = {
  exp: 'exponential',
  expm1: 'expm1',
  log: 'log',
  log1p: 'log1p',
  sqrt: 'sqrt',
  square: 'square',
  reciprocal: 'reciprocal',
  absolute: 'abs',
  negative: 'negative',
  sin: 'sin',
  cos: 'cos',
  tan: 'tan',
  arcsin: 'asin',
  arccos: 'acos',
  arctan: 'atan',
  sinh: 'sinh',
  cosh: 'cosh',
  arcsinh: 'asinh',
  arccosh: 'acosh',
  arctanh: 'atanh',
  erf: 'erf',
  sign: 'sign',
  floor: 'floor',
  ceil: 'ceil',
  rint: 'round',
  trunc: 'truncate',
  logical_not: 'not',
};

const activations = [
  ...[
    'relu6',
    'sigmoid',
    'log_sigmoid',
    'tanh',
    'tanh_shrink',
    'softplus',
    'softsign',
    'silu',
    'swish',
    'selu',
    'mish',
  ],
  ...['hard_sigmoid', 'hard_silu', 'hard_swish', 'hard_tanh', 'sparse_plus', 'sparse_sigmoid', 'linear', 'relu'],
];

const combinations: Readonly<Record<string, Combination>> = {
  add: 'add',
  subtract: 'subtract',
  multiply: 'multiply',
  divide: 'divide',
  true_divide: 'divide',
  maximum: 'max',
  minimum: 'min',
  power: 'pow',
};

const comparisons: Readonly<Record<string, Comparison>> = {
  equal: 'equal',
  not_equal: 'notEqual',
  less: 'less',
  less_equal: 'lessOrEqual',
  greater: 'greater',
  greater_equal: 'greaterOrEqual',
};

/** Operators that work on each element by itself, or on pairs of elements. */
export const elementwiseOperations: Readonly<Record<string, Operation>> = {
  ...mapEntries(functions, (kind) => unary((given, x) => given.builder.activation(x, { kind }))),
  ...Object.fromEntries(activations.map((name) => [name, unary((given, x) => named(given, name, x))])),
  ...mapEntries(combinations, (how) => binary((given, a, b) => given.builder.combine(how, a, b))),
  ...mapEntries(comparisons, (how) => binary((given, a, b) => given.builder.compare(how, a, b))),
  add_n: {
    takes: ['xs'],
    lower: (given) => given.tensors('xs').reduce((sum, x) => given.builder.combine('add', sum, x)),
  },
  // x log y, and 0 where x is 0 whatever y is.
  xlogy: binary((given, x, y) => {
    const isZero = given.builder.compare('equal', x, scalar(given, 0, x));
    const safe = given.builder.select(isZero, scalar(given, 1, y), y);
    return given.builder.combine('multiply', x, given.builder.activation(safe, { kind: 'log' }));
  }),
  erfc: unary((given, x) => scalarMinus(given, 1, given.builder.activation(x, { kind: 'erf' }))),
  cbrt: unary((given, x) => {
    const size = given.builder.activation(given.builder.activation(x, { kind: 'abs' }), {
      kind: 'power',
      exponent: 1 / 3,
    });
    return given.builder.combine('multiply', given.builder.activation(x, { kind: 'sign' }), size);
  }),
  isnan: unary(isNotANumber),
  isinf: unary((given, x) => sizeAgainstInfinity(given, 'equal', x)),
  isfinite: unary((given, x) => sizeAgainstInfinity(given, 'less', x)),
  sinc: unary(lowerSinc),
  round: { takes: ['x', 'decimals'], lower: lowerRound },
  nan_to_num: { takes: ['x', 'nan', 'posinf', 'neginf'], lower: lowerNanToNumber },
  identity: unary((_, x) => x),
  copy: unary((_, x) => x),
  stop_gradient: unary((_, x) => x),
  cast: unary(lowerCast),
  full_like: {
    takes: ['x', 'fill_value'],
    lower: (given) => scalar(given, given.number('fill_value', 0), given.tensor('x')),
  },
  saturate_cast: unary(lowerCast),
  zeros_like: unary((given, x) => scalar(given, 0, x)),
  ones_like: unary((given, x) => scalar(given, 1, x)),
  rsqrt: unary((given, x) => given.builder.activation(x, { kind: 'power', exponent: -0.5 })),
  exp2: unary((given, x) => given.builder.activation(times(given, x, Math.LN2), { kind: 'exponential' })),
  log2: unary((given, x) => times(given, given.builder.activation(x, { kind: 'log' }), 1 / Math.LN2)),
  log10: unary((given, x) => times(given, given.builder.activation(x, { kind: 'log' }), 1 / Math.LN10)),
  deg2rad: unary((given, x) => times(given, x, Math.PI / 180)),
  rad2deg: unary((given, x) => times(given, x, 180 / Math.PI)),
  elu: unary((given, x) => given.builder.activation(x, { kind: 'elu', alpha: given.number('alpha', 1) })),
  celu: unary((given, x) => given.builder.activation(x, { kind: 'celu', alpha: given.number('alpha', 1) })),
  leaky_relu: unary((given, x) => given.builder.activation(x, leakyRelu(given.number('negative_slope', 0.2)))),
  gelu: unary((given, x) =>
    given.builder.activation(x, { kind: given.flag('approximate', true) ? 'geluTanh' : 'gelu' }),
  ),
  squareplus: unary((given, x) => given.builder.activation(x, { kind: 'squareplus', b: given.number('b', 4) })),
  soft_shrink: unary((given, x) =>
    given.builder.activation(x, { kind: 'softShrink', threshold: given.number('threshold', 0.5) }),
  ),
  hard_shrink: unary((given, x) =>
    given.builder.activation(x, { kind: 'hardShrink', threshold: given.number('threshold', 0.5) }),
  ),
  glu: {
    takes: ['x', 'axis'],
    lower: (given) => {
      const x = given.tensor('x');
      return gatedLinear(given.builder, x, given.axis('axis', x.shape.length, -1));
    },
  },
  relu_general: unary((given, x) => {
    const most = given.integers('max_value')?.[0];
    return reluOf(given, x, given.number('negative_slope', 0), given.number('threshold', 0), most);
  }),
  threshold: unary(lowerThreshold),
  select: { takes: ['condlist', 'choicelist', 'default'], lower: lowerSelect },
  clip: { takes: ['x', 'x_min', 'x_max'], lower: lowerClip },
  where: { takes: ['condition', 'x1', 'x2'], lower: lowerWhere },
  squared_difference: binary((given, a, b) =>
    given.builder.activation(given.builder.combine('subtract', a, b), { kind: 'square' }),
  ),
  floor_divide: binary(floorOfQuotient),
  mod: binary((given, a, b) => {
    const { builder } = given;
    return builder.combine('subtract', a, builder.combine('multiply', floorOfQuotient(given, a, b), b));
  }),
  divide_no_nan: binary((given, a, b) => {
    const { builder } = given;
    const zero = builder.constant(Float64Array.of(0), [1]);
    const isZero = builder.compare('equal', b, zero);
    const safe = builder.combine('divide', a, builder.combine('add', b, isZero));
    return builder.select(isZero, builder.combine('multiply', safe, zero), safe);
  }),
  logaddexp: binary(lowerLogAddExp),
  logaddexp2: binary((given, a, b) =>
    times(given, lowerLogAddExp(given, times(given, a, Math.LN2), times(given, b, Math.LN2)), 1 / Math.LN2),
  ),
  arctan2: binary((given, y, x) => angleOf(given.builder, y, x)),
  hypot: binary((given, a, b) => hypotenuse(given.builder, a, b)),
  fmax: binary((given, a, b) => ofNumbers(given, 'max', a, b)),
  fmin: binary((given, a, b) => ofNumbers(given, 'min', a, b)),
  fmod: binary((given, a, b) => {
    const { builder } = given;
    const whole = builder.activation(builder.combine('divide', a, b), { kind: 'truncate' });
    return builder.combine('subtract', a, builder.combine('multiply', whole, b));
  }),
  heaviside: binary((given, a, b) => {
    const { builder } = given;
    const zero = scalar(given, 0, a);
    return builder.select(builder.compare('equal', a, zero), b, builder.compare('greater', a, zero));
  }),
  logical_and: binary((given, a, b) => given.builder.combine('min', truth(given, a), truth(given, b))),
  logical_or: binary((given, a, b) => given.builder.combine('max', truth(given, a), truth(given, b))),
  logical_xor: binary((given, a, b) => given.builder.compare('notEqual', truth(given, a), truth(given, b))),
};

function unary(lower: (given: OperationArguments, x: Tensor) => Tensor): Operation {
  return { takes: ['x'], lower: (given) => lower(given, given.tensor('x')) };
}

function binary(lower: (given: OperationArguments, a: Tensor, b: Tensor) => Tensor): Operation {
  return { takes: ['x1', 'x2'], lower: (given) => lower(given, ...given.operands('x1', 'x2')) };
}

function mapEntries<From, To>(record: Readonly<Record<string, From>>, map: (from: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function named(given: OperationArguments, name: string, x: Tensor): Tensor {
  return applyActivation(given.builder, name, x, given.call.generation) ?? given.refuse('is not known');
}

function scalar(given: OperationArguments, value: number, x: Tensor): Tensor {
  return given.builder.constant(new Float64Array(elements(x.shape)).fill(value), x.shape);
}

function times(given: OperationArguments, x: Tensor, factor: number): Tensor {
  return given.builder.combine('multiply', x, scalar(given, factor, x));
}

function scalarMinus(given: OperationArguments, value: number, x: Tensor): Tensor {
  return given.builder.combine('subtract', scalar(given, value, x), x);
}

/** Only NaN differs from itself. */
function isNotANumber({ builder }: OperationArguments, x: Tensor): Tensor {
  return builder.compare('notEqual', x, x);
}

/** The greater or lesser of two; where one is NaN, the other. */
function ofNumbers(given: OperationArguments, how: 'max' | 'min', a: Tensor, b: Tensor): Tensor {
  const { builder } = given;
  const both = builder.select(isNotANumber(given, b), a, builder.combine(how, a, b));
  return builder.select(isNotANumber(given, a), b, both);
}

function sizeAgainstInfinity(given: OperationArguments, how: Comparison, x: Tensor): Tensor {
  return given.builder.compare(how, given.builder.activation(x, { kind: 'abs' }), scalar(given, Infinity, x));
}

/** sin(πx) / (πx), and 1 at 0. */
function lowerSinc(given: OperationArguments, x: Tensor): Tensor {
  const { builder } = given;
  const isZero = builder.compare('equal', x, scalar(given, 0, x));
  const angle = times(given, builder.select(isZero, scalar(given, 1, x), x), Math.PI);
  const ratio = builder.combine('divide', builder.activation(angle, { kind: 'sin' }), angle);
  return builder.select(isZero, scalar(given, 1, x), ratio);
}

/** To so many places behind the point. */
function lowerRound(given: OperationArguments): Tensor {
  const x = given.tensor('x');
  const unit = 10 ** given.number('decimals', 0);
  return times(given, given.builder.activation(times(given, x, unit), { kind: 'round' }), 1 / unit);
}

/** The greatest 32-bit number stands for infinity unless another is given. */
const greatest = 2 ** 128 - 2 ** 104;

function lowerNanToNumber(given: OperationArguments): Tensor {
  const { builder } = given;
  const x = given.tensor('x');
  const is = (value: number): Tensor => builder.compare('equal', x, scalar(given, value, x));
  const below = builder.select(is(-Infinity), scalar(given, given.number('neginf', -greatest), x), x);
  const finite = builder.select(is(Infinity), scalar(given, given.number('posinf', greatest), x), below);
  return builder.select(isNotANumber(given, x), scalar(given, given.number('nan', 0), x), finite);
}

function truth(given: OperationArguments, x: Tensor): Tensor {
  return given.builder.compare('notEqual', x, scalar(given, 0, x));
}

function floorOfQuotient(given: OperationArguments, a: Tensor, b: Tensor): Tensor {
  return given.builder.activation(given.builder.combine('divide', a, b), { kind: 'floor' });
}

/** A cast to whole numbers cuts the fraction off; to true and false it asks for "not zero". */
function lowerCast(given: OperationArguments, x: Tensor): Tensor {
  const dtype = given.text('dtype', 'float32');
  if (/float|double|half/.test(dtype)) return x;
  if (dtype.includes('bool')) return truth(given, x);
  if (dtype.includes('int')) return given.builder.activation(x, { kind: 'truncate' });
  return given.refuse(`turns numbers into ${dtype}`);
}

/** x above the threshold, else the default value. */
function lowerThreshold(given: OperationArguments, x: Tensor): Tensor {
  const { builder } = given;
  const level = scalar(given, given.number('threshold', 0), x);
  return builder.select(builder.compare('greater', x, level), x, scalar(given, given.number('default_value', 0), x));
}

function lowerClip(given: OperationArguments): Tensor {
  const { builder } = given;
  const x = given.tensor('x');
  const bounds = ['x_min', 'x_max'].map((name) => given.integers(name));
  if (bounds.some((bound) => bound && bound.length !== 1)) return given.refuse('clips each input at other bounds');
  const [low, high] = bounds.map((bound) => bound?.[0]);
  return builder.activation(x, { kind: 'clip', low: low ?? -Infinity, high: high ?? Infinity });
}

function lowerWhere(given: OperationArguments): Tensor {
  const condition = given.tensor('condition');
  const rank = condition.shape.length;
  const [then, otherwise] = [given.value('x1'), given.value('x2')];
  if (!then || !otherwise) return given.refuse('gives positions, not numbers');
  return given.builder.select(condition, given.operand(then, rank), given.operand(otherwise, rank));
}

/** The first choice whose condition holds. */
function lowerSelect(given: OperationArguments): Tensor {
  const [conditions, choices] = [given.tensors('condlist'), given.value('choicelist')];
  const items = choices?.kind === 'list' ? choices.items : [];
  const otherwise = given.value('default') ?? { kind: 'value', value: 0 };
  const rank = conditions[0]?.shape.length ?? 0;
  if (items.length !== conditions.length) return given.refuse('has not one choice for each condition');
  return conditions.reduceRight(
    (rest, condition, k) => given.builder.select(condition, given.operand(items[k], rank), rest),
    given.operand(otherwise, rank),
  );
}

/** log(eᵃ + eᵇ) = max + log1p(e^−|a − b|) */
function lowerLogAddExp(given: OperationArguments, a: Tensor, b: Tensor): Tensor {
  const { builder } = given;
  const distance = builder.activation(builder.combine('subtract', a, b), { kind: 'abs' });
  const tail = builder.activation(
    builder.activation(builder.activation(distance, { kind: 'negative' }), { kind: 'exponential' }),
    {
      kind: 'log1p',
    },
  );
  return builder.combine('add', builder.combine('max', a, b), tail);
}
