import type { Tensor } from '../../../network/builder';
import type { Combination, Comparison } from '../../../network/network';
import { elements } from '../../../network/tensor';
import { align, type Aligned, jointType } from '../../rows/broadcasting';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import type { OperatorGroup } from './group';

/** Operators on two or more tensors, element by element. */
export const arithmetic: OperatorGroup = {
  domain: '',
  operators: {
    Add: binary('add'),
    And,
    Clip,
    Div,
    Equal,
    Greater: comparison('greater'),
    GreaterOrEqual: comparison('greaterOrEqual'),
    Less: comparison('less'),
    LessOrEqual: comparison('lessOrEqual'),
    Max: variadic('max'),
    Mean,
    Min: variadic('min'),
    Mod,
    Mul: binary('multiply'),
    Or,
    Pow,
    Sub: binary('subtract'),
    Sum: variadic('add'),
    Where,
    Xor,
  },
  notes: {
    Equal: 'texts of a column against texts that stand in the file',
  },
};

/** Whole numbers are divided towards zero. */
function Div(call: Call): Value {
  const values = pair(call);
  const aligned = align(call, values);
  const type = jointType(values);
  const [a, b] = both(aligned);
  if (type === 'real') return call.give(call.builder.combine('divide', a, b), aligned.batch, type);
  return call.give(wholeQuotient(call, a, b, 'truncate'), aligned.batch, 'whole');
}

/** The rest of a division: with `fmod` it has the sign of the dividend, otherwise that of the divisor. */
function Mod(call: Call): Value {
  const values = pair(call);
  const aligned = align(call, values);
  const type = jointType(values);
  const [a, b] = both(aligned);
  const { builder } = call;
  const kind = call.integer('fmod', 0) === 1 ? 'truncate' : 'floor';
  const quotient =
    type === 'real' ? builder.activation(builder.combine('divide', a, b), { kind }) : wholeQuotient(call, a, b, kind);
  const times = builder.combine('multiply', quotient, b);
  // No times infinity is nothing here.
  const zero = builder.constant(Float64Array.of(0), []);
  const infinite = type === 'real' && !b.constant?.every(Number.isFinite);
  const taken = infinite ? builder.select(builder.compare('equal', quotient, zero), zero, times) : times;
  return call.give(builder.combine('subtract', a, taken), aligned.batch, type);
}

/** The result has the type of the base, whatever the exponent is. */
function Pow(call: Call): Value {
  const values = pair(call);
  const aligned = align(call, values);
  const [a, b] = both(aligned);
  const power = call.builder.combine('pow', a, b);
  const rounds = values[0].type === 'whole' && values[1].type === 'real';
  const tensor = rounds ? call.builder.activation(power, { kind: 'truncate' }) : power;
  return call.give(tensor, aligned.batch, values[0].type);
}

function Mean(call: Call): Value {
  const { tensor, batch } = folded(call, 'add');
  const size = elements(tensor.shape);
  const share = new Float64Array(size).fill(1 / call.inputs.length);
  return call.give(call.builder.scale(tensor, share, new Float64Array(size)), batch);
}

/** Texts can only be compared with texts that stand in the file. */
function Equal(call: Call): Value {
  const [a, b] = [call.anyValue(0), call.anyValue(1)];
  if (a.type !== 'text' && b.type !== 'text') return compared(call, 'equal');
  return equalTexts(call, a, b);
}

function And(call: Call): Value {
  return logic(call, 'multiply');
}

function Or(call: Call): Value {
  return logic(call, 'max');
}

function Xor(call: Call): Value {
  return compared(call, 'notEqual');
}

function Where(call: Call): Value {
  if (call.anyValue(1).type === 'text') return chosenTexts(call);
  const [condition, then, otherwise] = [call.value(0), call.value(1), call.value(2)];
  const { tensors, batch } = align(call, [condition, then, otherwise]);
  const type = jointType([then, otherwise]);
  return call.give(call.builder.select(tensors[0]!, tensors[1]!, tensors[2]!), batch, type);
}

/** Bounds are attributes before operator set 11, later inputs; either may be left out. */
function Clip(call: Call): Value {
  const x = call.value(0);
  const attributes = call.version < 11;
  const low = attributes ? bound(call, 'min') : call.optional(1);
  const high = attributes ? bound(call, 'max') : call.optional(2);
  const lowest = constantBound(low, -Infinity);
  const highest = constantBound(high, Infinity);
  if (lowest !== undefined && highest !== undefined) {
    // Where the bounds cross, the upper one wins.
    const activation = { kind: 'clip', low: Math.min(lowest, highest), high: highest } as const;
    return call.give(call.builder.activation(x.tensor, activation), x.batch, x.type);
  }
  const bounds = [low, high].filter((value) => value !== undefined);
  const { batch } = align(call, [x, ...bounds]);
  const raised = low ? call.builder.combine('max', x.tensor, low.tensor) : x.tensor;
  const clipped = high ? call.builder.combine('min', raised, high.tensor) : raised;
  return call.give(clipped, batch, x.type);
}

function binary(how: Combination): Operator {
  return (call) => {
    const values = pair(call);
    const aligned = align(call, values);
    const [a, b] = both(aligned);
    return call.give(call.builder.combine(how, a, b), aligned.batch, jointType(values));
  };
}

function variadic(how: Combination): Operator {
  return (call) => folded(call, how);
}

function folded(call: Call, how: Combination): Value {
  const values = call.values();
  const { tensors, batch } = align(call, values);
  const joined = tensors.reduce((sum, tensor) => call.builder.combine(how, sum, tensor));
  return call.give(joined, batch, jointType(values));
}

function comparison(how: Comparison): Operator {
  return (call) => compared(call, how);
}

function compared(call: Call, how: Comparison): Value {
  const aligned = align(call, pair(call));
  const [a, b] = both(aligned);
  return call.give(call.builder.compare(how, a, b), aligned.batch, 'truth');
}

function logic(call: Call, how: Combination): Value {
  const aligned = align(call, pair(call));
  const [a, b] = both(aligned);
  return call.give(call.builder.combine(how, a, b), aligned.batch, 'truth');
}

/**
 * The two operands. Before operator set 7 the second one was spread by attributes: `axis` names the axis of the first
 * operand that the second one's first axis belongs to.
 */
function pair(call: Call): readonly [Value, Value] {
  const [a, b] = [call.value(0), call.value(1)];
  const axis = call.attribute('axis')?.integer;
  if (call.version >= 7 || axis === undefined || call.integer('broadcast', 0) !== 1) return [a, b];
  const first = call.axis(axis, a.tensor.shape.length);
  const missing = Math.max(a.tensor.shape.length - first - b.tensor.shape.length, 0);
  const ones = new Array<number>(missing).fill(1);
  return [a, { ...b, tensor: call.builder.reshape(b.tensor, [...b.tensor.shape, ...ones]) }];
}

function both({ tensors }: Aligned): readonly [Tensor, Tensor] {
  return [tensors[0]!, tensors[1]!];
}

/** a / b for whole numbers. Half a unit keeps the quotient off the whole numbers, where a rounding error would count. */
function wholeQuotient(call: Call, a: Tensor, b: Tensor, kind: 'truncate' | 'floor'): Tensor {
  const { builder } = call;
  if (a.constant && b.constant) return builder.activation(builder.combine('divide', a, b), { kind });
  const towards = kind === 'truncate' ? a : b;
  const size = elements(towards.shape);
  const sign = builder.activation(towards, { kind: 'sign' });
  const half = builder.scale(sign, new Float64Array(size).fill(0.5), new Float64Array(size));
  return builder.activation(builder.combine('divide', builder.combine('add', a, half), b), { kind });
}

function bound(call: Call, name: string): Value | undefined {
  const given = call.attribute(name)?.float;
  return given === undefined ? undefined : call.constant(Float64Array.of(given), []);
}

/** The bound as a number if it is one for all elements; undefined if it is not constant. */
function constantBound(value: Value | undefined, otherwise: number): number | undefined {
  if (!value) return otherwise;
  const { constant } = value.tensor;
  return constant?.length === 1 ? constant[0] : undefined;
}

/** Texts that stand in the file or in a column, of which the data choose. */
function chosenTexts(call: Call): Value {
  const { builder, around } = call;
  const [condition, then, otherwise] = [call.value(0), call.anyValue(1), call.anyValue(2)];
  const { tensors, shape, batch } = align(call, [condition, then, otherwise]);
  const [asked, yes, no] = tensors.map((tensor) => builder.broadcastTo(tensor, shape));
  const flat = builder.reshape(asked!, [elements(shape)]);
  const entries = yes!.constant?.map((entry, i) => {
    const other = no!.constant?.[i] ?? entry;
    return around.texts.choice(builder.take(flat, 0, [i]), entry, other);
  });
  if (!entries || otherwise.type !== 'text')
    return call.refuse('onnx-text', 'chooses between texts and numbers', 'Encode the texts before the network.');
  return call.give(builder.constant(entries, shape), batch, 'text');
}

function equalTexts(call: Call, a: Value, b: Value): Value {
  const { texts } = call.around;
  const [entries, others] = [a.tensor.constant, b.tensor.constant];
  const { shape, batch } = align(call, [a, b]);
  if (a.type !== 'text' || b.type !== 'text' || !entries || !others)
    return call.refuse('onnx-text', 'compares texts with numbers', 'Encode the texts before the network.');
  const spread = (value: Value) => call.builder.broadcastTo(value.tensor, shape).constant ?? new Float64Array();
  const right = spread(b);
  const results = Array.from(spread(a), (entry, i): Tensor => {
    const [column, literal] = texts.textOf(right[i]!) === undefined ? [right[i]!, entry] : [entry, right[i]!];
    const text =
      texts.textOf(literal) ??
      call.refuse('onnx-text', 'compares two text columns', 'Encode the texts before the network.');
    return texts.encode(column, [text], call.builder);
  });
  return call.give(call.builder.reshape(call.builder.concat(results, 0), shape), batch, 'truth');
}
