import { ShapeError } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { reshapeValue, spreadShape, transposeValue } from '../../rows/shapes';
import { manyRows, mentionsRows, rowNumber, type Value } from '../../rows/value';
import type { Call } from '../call';
import { elementTypeOf, type TensorData } from '../tensorData';
import type { OperatorGroup } from './group';

/** Operators on shapes: they move no numbers, or make constants. */
export const shapes: OperatorGroup = {
  domain: '',
  operators: {
    Cast,
    CastLike,
    Constant,
    ConstantOfShape,
    Dropout,
    EyeLike,
    Flatten,
    Identity,
    Range,
    Reshape,
    Shape,
    Size,
    Squeeze,
    Transpose,
    Unsqueeze,
  },
  notes: {
    Cast: 'to whole numbers and truth values the slope is 0',
    Range: 'constant',
    Reshape: 'to a constant shape, or one computed from the number of rows',
  },
};

function Identity(call: Call): Value {
  return call.anyValue(0);
}

/** At inference nothing is dropped; the optional second output is a mask of ones. */
function Dropout(call: Call): readonly Value[] {
  const x = call.value(0);
  const training = call.optional(2)?.tensor.constant?.[0] ?? 0;
  if (training !== 0)
    return call.refuse(
      'onnx-training',
      'is in training mode: it drops values at random',
      'Export the network for inference.',
    );
  const mask = call.constant(new Float64Array(elements(x.tensor.shape)).fill(1), x.tensor.shape, 'truth');
  return [x, { ...mask, batch: x.batch }];
}

/** Element types matter only for division and rounding: numbers become whole, truth values 0 or 1. */
function Cast(call: Call): Value {
  const target = call.integer('to', 1);
  const type = elementTypeOf(target);
  return type === undefined ? refuseType(call) : castTo(call, call.anyValue(0), type);
}

function CastLike(call: Call): Value {
  const { tensor, type } = call.anyValue(1);
  if (tensor.constant && call.around.narrow.has(tensor.constant)) return refuseType(call);
  return castTo(call, call.anyValue(0), type);
}

function refuseType(call: Call): never {
  return call.refuse(
    'onnx-data-type',
    'casts to a type that Slopescope does not compute with',
    'Export the network in float or double.',
  );
}

function Constant(call: Call): Value {
  const tensor = call.tensor('value') ?? call.tensor('sparse_value');
  if (tensor) return storedValue(call, tensor);
  const { attributes } = call.node;
  if (attributes.has('value_float')) return call.constant(Float64Array.of(call.float('value_float', 0)), []);
  if (attributes.has('value_int')) return call.constant(Float64Array.of(call.integer('value_int', 0)), [], 'whole');
  const floats = call.floats('value_floats');
  if (attributes.has('value_floats')) return call.constant(floats, [floats.length]);
  const integers = Float64Array.from(call.integers('value_ints') ?? []);
  if (attributes.has('value_ints')) return call.constant(integers, [integers.length], 'whole');
  const single = attributes.has('value_string');
  const texts = single ? [call.text('value_string', '')] : call.labels('value_strings');
  if (!single && !attributes.has('value_strings'))
    return call.refuse('onnx-constant', 'has no value', 'Save the model again.');
  const shape = single ? [] : [texts.length];
  return storedValue(call, { shape, type: 'text', numbers: new Float64Array(), texts });
}

/** A stored tensor as a value; its texts become entries of the graph's table. */
export function storedValue({ around }: Pick<Call, 'around'>, data: TensorData): Value {
  const numbers = data.texts ? Float64Array.from(data.texts, (text) => around.texts.literal(text)) : data.numbers;
  if (data.isNarrow) around.narrow.add(numbers);
  return { tensor: around.builder.constant(numbers, data.shape), batch: undefined, type: data.type };
}

/** A tensor of one number; a length of as many as there are rows is spread over the rows. */
function ConstantOfShape(call: Call): Value {
  const data = call.tensor('value');
  const { shape, batch } = spreadShape(call, Array.from(call.numbers(0, 'shape')));
  call.expectRoom(shape);
  const numbers = new Float64Array(elements(shape)).fill(data?.numbers[0] ?? 0);
  return { ...call.constant(numbers, shape, data?.type ?? 'real'), batch };
}

function EyeLike(call: Call): Value {
  const x = call.anyValue(0);
  const [rows = 0, columns = 0] = x.tensor.shape;
  if (x.batch !== undefined) return call.refuseMixedRows('treats different rows differently');
  call.expectRoom(x.tensor.shape);
  const shift = call.integer('k', 0);
  const numbers = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const column = row + shift;
    if (column >= 0 && column < columns) numbers[row * columns + column] = 1;
  }
  return call.constant(numbers, [rows, columns]);
}

/** start, start + delta, … before limit. Counted up to the number of rows, it is the number of each row. */
function Range(call: Call): Value {
  const [start = 0, limit = 0, delta = 1] = [0, 1, 2].map((index) => call.numbers(index, 'range')[0]);
  if (mentionsRows(Float64Array.of(limit, start)) && call.around.rows === manyRows) {
    if (start !== 0 || limit !== manyRows || delta !== 1) return call.refuseMixedRows('numbers the rows of a table');
    return { ...call.constant(Float64Array.of(rowNumber), [1], 'whole'), batch: 0 };
  }
  const count = Math.max(Math.ceil((limit - start) / delta), 0);
  call.expectRoom([count]);
  return call.constant(
    Float64Array.from({ length: count }, (_, i) => start + i * delta),
    [count],
    call.value(0).type,
  );
}

/** The shape of a tensor, or a part of it, as a constant; the number of rows stands in it as `manyRows`. */
function Shape(call: Call): Value {
  const shape = call.shapeOf(call.anyValue(0));
  const bound = (at: number) => Math.min(Math.max(at < 0 ? at + shape.length : at, 0), shape.length);
  const part = shape.slice(bound(call.integer('start', 0)), bound(call.integer('end', shape.length)));
  return call.constant(Float64Array.from(part), [part.length], 'whole');
}

function Size(call: Call): Value {
  return call.constant(Float64Array.of(elements(call.shapeOf(call.anyValue(0)))), [], 'whole');
}

/** A length of 0 copies that of x (unless zeros are allowed), −1 takes what is left. */
function Reshape(call: Call): Value {
  const x = call.anyValue(0);
  const shape = call.shapeOf(x);
  const copies = call.integer('allowzero', 0) !== 1;
  const target = call.listing('shape', 1) ?? [];
  const lengths = target.map((length, axis) => (length === 0 && copies ? (shape[axis] ?? 0) : length));
  return reshapeValue(call, x, lengths, true);
}

/** To a matrix: the axes before `axis` against those from it on. */
function Flatten(call: Call): Value {
  const x = call.anyValue(0);
  const shape = call.shapeOf(x);
  const given = call.integer('axis', 1);
  const axis = given < 0 ? given + shape.length : given;
  if (axis < 0 || axis > shape.length) throw new ShapeError(`axis ${given} is not among the ${shape.length} axes`);
  return reshapeValue(call, x, [elements(shape.slice(0, axis)), elements(shape.slice(axis))]);
}

/** Drops axes of length 1: the named ones, or all but that of the rows. */
function Squeeze(call: Call): Value {
  const x = call.anyValue(0);
  const { shape } = x.tensor;
  const listed = call.listing('axes', 1)?.map((axis) => call.axis(axis, shape.length));
  const dropped = listed ?? shape.flatMap((length, axis) => (length === 1 && axis !== x.batch ? [axis] : []));
  if (dropped.some((axis) => shape[axis] !== 1)) throw new ShapeError(`[${shape.join(', ')}] has longer axes than 1`);
  const kept = shape.map((_, axis) => axis).filter((axis) => !dropped.includes(axis));
  const tensor = call.builder.reshape(
    x.tensor,
    kept.map((axis) => shape[axis]!),
  );
  // A graph that drops the axis of the rows can only run on one row at a time; from here on there are no rows.
  return {
    ...x,
    tensor,
    batch: x.batch === undefined || dropped.includes(x.batch) ? undefined : kept.indexOf(x.batch),
  };
}

/** New axes of length 1 at places of the result. */
function Unsqueeze(call: Call): Value {
  const x = call.anyValue(0);
  const listed = call.listing('axes', 1) ?? [];
  const rank = x.tensor.shape.length + listed.length;
  const added = new Set(listed.map((axis) => call.axis(axis, rank)));
  const old = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !added.has(axis));
  const shape = new Array<number>(rank).fill(1);
  old.forEach((axis, k) => (shape[axis] = x.tensor.shape[k]!));
  return {
    ...x,
    tensor: call.builder.reshape(x.tensor, shape),
    batch: x.batch === undefined ? undefined : old[x.batch],
  };
}

function Transpose(call: Call): Value {
  const x = call.anyValue(0);
  const { length } = x.tensor.shape;
  const order = call.integers('perm')?.map((axis) => call.axis(axis, length));
  return transposeValue(call, x, order ?? Array.from({ length }, (_, axis) => length - 1 - axis));
}

function castTo(call: Call, x: Value, type: Value['type']): Value {
  const { builder } = call;
  if (x.type === type || (type === 'real' && x.type !== 'text')) return { ...x, type };
  if (type === 'whole' && x.type === 'real')
    return { ...x, type, tensor: builder.activation(x.tensor, { kind: 'truncate' }) };
  if (type === 'whole' && x.type === 'truth') return { ...x, type };
  if (type === 'truth' && x.type !== 'text') {
    const zero = builder.constant(Float64Array.of(0), []);
    return { ...x, type, tensor: builder.compare('notEqual', x.tensor, zero) };
  }
  return castTexts(call, x, type);
}

/** Between numbers and texts only constants can be cast. */
function castTexts(call: Call, x: Value, type: Value['type']): Value {
  const { texts } = call.around;
  const { constant, shape } = x.tensor;
  const cast = constant?.map((entry) => {
    if (type === 'text') return texts.literal(String(entry));
    const text = texts.textOf(entry);
    return text === undefined ? NaN : Number(text);
  });
  if (!cast || cast.some(Number.isNaN))
    return call.refuse(
      'onnx-text',
      'turns data into texts or texts into numbers',
      'Encode the texts before the network.',
    );
  return call.constant(cast, shape, type);
}
