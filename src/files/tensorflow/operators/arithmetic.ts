import type { Tensor } from '../../../network/builder';
import type { Combination, Comparison } from '../../../network/network';
import { angleOf } from '../../../network/compositions';
import { elements } from '../../../network/tensor';
import { align, jointType } from '../../rows/broadcasting';
import type { ElementType, Value } from '../../rows/value';
import type { Call, Operator } from '../call';

/** Operators on two or more tensors, element by element. */
export const arithmetic: Readonly<Record<string, Operator>> = {
  Add: binary('add'),
  AddN,
  AddV2: binary('add'),
  ApproximateEqual,
  Atan2,
  BiasAdd,
  BiasAddV1: BiasAdd,
  Bucketize,
  ClipByValue,
  Div: quotient('truncate'),
  DivNoNan,
  Equal: comparison('equal'),
  FloorDiv: quotient('floor', true),
  FloorMod: remainder('floor'),
  Greater: comparison('greater'),
  GreaterEqual: comparison('greaterOrEqual'),
  Less: comparison('less'),
  LessEqual: comparison('lessOrEqual'),
  LogicalAnd: logic('multiply'),
  LogicalOr: logic('max'),
  Maximum: binary('max'),
  Minimum: binary('min'),
  Mod: remainder('truncate'),
  Mul: binary('multiply'),
  MulNoNan,
  NotEqual: comparison('notEqual'),
  Pow: binary('pow'),
  RealDiv: binary('divide'),
  Select,
  SelectV2,
  SquaredDifference,
  Sub: binary('subtract'),
  TruncateDiv: quotient('truncate'),
  TruncateMod: remainder('truncate'),
  Xdivy: zeroSafe((call, x, y) => call.builder.combine('divide', x, y)),
  Xlog1py: zeroSafe((call, x, y) => call.builder.combine('multiply', x, call.builder.activation(y, { kind: 'log1p' }))),
  Xlogy: zeroSafe((call, x, y) => call.builder.combine('multiply', x, call.builder.activation(y, { kind: 'log' }))),
};

/** The sum of any number of tensors of one shape. */
function AddN(call: Call): Value {
  const values = call.values();
  const { tensors, batch } = align(call, values);
  return call.give(
    tensors.reduce((sum, tensor) => call.builder.combine('add', sum, tensor)),
    batch,
    jointType(values),
  );
}

/** One number per channel: the last axis, or the second one where the data are laid out channels first. */
function BiasAdd(call: Call): Value {
  const [x, bias] = [call.value(0), call.value(1)];
  const places = Math.max(x.tensor.shape.length - 2, 0);
  const first = call.text('data_format', 'NHWC') === 'NCHW';
  return plusBias(call, x, bias, first ? places : 0);
}

/** A bias whose channels have so many axes of places behind them. */
export function plusBias(call: Call, x: Value, bias: Value, places: number): Value {
  const shape = [...bias.tensor.shape, ...new Array<number>(places).fill(1)];
  const spread = { ...bias, tensor: call.builder.reshape(bias.tensor, shape) };
  const { tensors, batch } = align(call, [x, spread]);
  return call.give(call.builder.combine('add', tensors[0]!, tensors[1]!), batch, x.type);
}

function SquaredDifference(call: Call): Value {
  const values = call.values(0, 2);
  const { tensors, batch } = align(call, values);
  const difference = call.builder.combine('subtract', tensors[0]!, tensors[1]!);
  return call.give(call.builder.activation(difference, { kind: 'square' }), batch, jointType(values));
}

/** Bounds that are the same number everywhere make a clip, others a maximum and a minimum. */
function ClipByValue(call: Call): Value {
  const values = call.values(0, 3);
  const { tensors, batch } = align(call, values);
  const [x, low, high] = [tensors[0]!, tensors[1]!, tensors[2]!];
  const { builder } = call;
  const bounds = low.constant?.length === 1 && high.constant?.length === 1 && [low.constant[0]!, high.constant[0]!];
  const clipped =
    bounds && bounds[0]! <= bounds[1]!
      ? builder.activation(x, { kind: 'clip', low: bounds[0]!, high: bounds[1]! })
      : builder.combine('max', builder.combine('min', x, high), low);
  return call.give(clipped, batch, values[0]!.type);
}

/** How many of the ascending boundaries a number has reached; its slope is 0. */
function Bucketize(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  const boundaries = call.attributes.floats('boundaries');
  call.expectRoom([elements(x.tensor.shape), boundaries.length + 1]);
  const flat = builder.reshape(x.tensor, [...x.tensor.shape, 1]);
  if (boundaries.length === 0) return { ...x, tensor: scaled(call, x.tensor, 0), type: 'whole' };
  const reached = builder.compare('greaterOrEqual', flat, builder.constant(boundaries, [boundaries.length]));
  const count = builder.reduce('sum', reached, [x.tensor.shape.length], false);
  return { ...x, tensor: count, type: 'whole' };
}

/** a / b, and 0 where b is 0. */
function DivNoNan(call: Call): Value {
  const values = call.values(0, 2);
  const { tensors, batch } = align(call, values);
  const { builder } = call;
  const [a, b] = [tensors[0]!, tensors[1]!];
  const zero = builder.compare('equal', b, call.scalar(0));
  // The quotient that is not taken must still be a number: its slope would be infinite.
  const safe = builder.select(zero, call.scalar(1), b);
  const divided = builder.select(zero, call.scalar(0), builder.combine('divide', a, safe));
  return call.give(divided, batch, jointType(values));
}

/** a · b, and 0 where b is 0, whatever a is. */
function MulNoNan(call: Call): Value {
  const values = call.values(0, 2);
  const { tensors, batch } = align(call, values);
  const { builder } = call;
  const zero = builder.compare('equal', tensors[1]!, call.scalar(0));
  const product = builder.combine('multiply', tensors[0]!, tensors[1]!);
  return call.give(builder.select(zero, call.scalar(0), product), batch, jointType(values));
}

function ApproximateEqual(call: Call): Value {
  const { tensors, batch } = align(call, call.values(0, 2));
  const { builder } = call;
  const size = builder.activation(builder.combine('subtract', tensors[0]!, tensors[1]!), { kind: 'abs' });
  const tolerance = call.scalar(call.float('tolerance', Math.fround(1e-5)));
  return call.give(builder.compare('less', size, tolerance), batch, 'truth');
}

function Atan2(call: Call): Value {
  const { tensors, batch } = align(call, call.values(0, 2));
  return call.give(angleOf(call.builder, tensors[0]!, tensors[1]!), batch);
}

/** The old form: a condition with one axis chooses whole rows of tensors with more. */
function Select(call: Call): Value {
  const [condition, then, otherwise] = [call.value(0), call.value(1), call.value(2)];
  const missing = then.tensor.shape.length - condition.tensor.shape.length;
  const shape = [...condition.tensor.shape, ...new Array<number>(Math.max(missing, 0)).fill(1)];
  const spread = condition.tensor.shape.length === 1 ? call.builder.reshape(condition.tensor, shape) : condition.tensor;
  return selected(call, [{ ...condition, tensor: spread }, then, otherwise]);
}

function SelectV2(call: Call): Value {
  return selected(call, call.values(0, 3));
}

function selected(call: Call, values: readonly Value[]): Value {
  const { tensors, batch } = align(call, values);
  const type = jointType(values.slice(1));
  return call.give(call.builder.select(tensors[0]!, tensors[1]!, tensors[2]!), batch, type);
}

function binary(how: Combination): Operator {
  return (call) => combined(call, how, jointType(call.values(0, 2)));
}

function comparison(how: Comparison): Operator {
  return (call) => {
    const { tensors, batch } = align(call, call.values(0, 2));
    return call.give(call.builder.compare(how, tensors[0]!, tensors[1]!), batch, 'truth');
  };
}

function logic(how: Combination): Operator {
  return (call) => combined(call, how, 'truth');
}

function combined(call: Call, how: Combination, type: ElementType): Value {
  const { tensors, batch } = align(call, call.values(0, 2));
  return call.give(call.builder.combine(how, tensors[0]!, tensors[1]!), batch, type);
}

/** Whole numbers are divided towards zero or down; real ones only where the operator says so. */
function quotient(rounding: 'truncate' | 'floor', roundsReals = false): Operator {
  return (call) => {
    const values = call.values(0, 2);
    const type = jointType(values);
    const { tensors, batch } = align(call, values);
    const [a, b] = [tensors[0]!, tensors[1]!];
    if (type !== 'real') return call.give(wholeQuotient(call, a, b, rounding), batch, 'whole');
    const divided = call.builder.combine('divide', a, b);
    return call.give(roundsReals ? call.builder.activation(divided, { kind: rounding }) : divided, batch);
  };
}

/** The rest of a division, with the sign of the divisor (floor) or of the dividend (truncate). */
function remainder(rounding: 'truncate' | 'floor'): Operator {
  return (call) => {
    const values = call.values(0, 2);
    const type = jointType(values);
    const { tensors, batch } = align(call, values);
    const [a, b] = [tensors[0]!, tensors[1]!];
    const { builder } = call;
    const times =
      type === 'real'
        ? builder.activation(builder.combine('divide', a, b), { kind: rounding })
        : wholeQuotient(call, a, b, rounding);
    return call.give(builder.combine('subtract', a, builder.combine('multiply', times, b)), batch, type);
  };
}

/** a / b for whole numbers. Half a unit keeps the quotient off the whole numbers, where a rounding error would count. */
function wholeQuotient(call: Call, a: Tensor, b: Tensor, kind: 'truncate' | 'floor'): Tensor {
  const { builder } = call;
  if (a.constant && b.constant) return builder.activation(builder.combine('divide', a, b), { kind });
  const sign = builder.activation(kind === 'truncate' ? a : b, { kind: 'sign' });
  return builder.activation(builder.combine('divide', builder.combine('add', a, scaled(call, sign, 0.5)), b), { kind });
}

/** 0 where x is 0, whatever y is. */
function zeroSafe(how: (call: Call, x: Tensor, y: Tensor) => Tensor): Operator {
  return (call) => {
    const { tensors, batch } = align(call, call.values(0, 2));
    const [x, y] = [tensors[0]!, tensors[1]!];
    const { builder } = call;
    const zero = builder.compare('equal', x, call.scalar(0));
    const safe = builder.select(zero, call.scalar(1), y);
    return call.give(builder.select(zero, call.scalar(0), how(call, x, safe)), batch);
  };
}

function scaled(call: Call, x: Tensor, factor: number): Tensor {
  const size = elements(x.shape);
  return call.builder.scale(x, new Float64Array(size).fill(factor), new Float64Array(size));
}
