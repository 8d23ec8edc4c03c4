import type { Tensor } from '../../../network/builder';
import type { Reduction } from '../../../network/network';
import { elements, mapIndices } from '../../../network/tensor';
import { reduceAxes } from '../../rows/reductions';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import type { OperatorGroup } from './group';

/** Since which operator set the axes are an input; for ReduceSum since 13 already. */
const usualInputSince = 18;

/** Operators that put the elements along some axes together; over the rows of a table they are refused. */
export const reductions: OperatorGroup = {
  domain: '',
  operators: {
    ArgMax,
    ArgMin,
    ReduceL1,
    ReduceL2,
    ReduceLogSum,
    ReduceLogSumExp,
    ReduceMax: reduction('max'),
    ReduceMean: reduction('mean'),
    ReduceMin: reduction('min'),
    ReduceProd: reduction('product'),
    ReduceSum: reduction('sum', 13),
    ReduceSumSquare,
  },
  notes: { ArgMax: 'its slope is 0', ArgMin: 'its slope is 0' },
};

function ReduceL1(call: Call): Value {
  const x = call.value(0);
  return reduceBy(call, 'sum', { ...x, tensor: call.builder.activation(x.tensor, { kind: 'abs' }) });
}

function ReduceL2(call: Call): Value {
  return mapValue(ReduceSumSquare(call), (tensor) => call.builder.activation(tensor, { kind: 'sqrt' }));
}

function ReduceLogSum(call: Call): Value {
  return mapValue(reduceBy(call, 'sum', call.value(0)), (tensor) => call.builder.activation(tensor, { kind: 'log' }));
}

/** The largest element is taken out before the exponential, so that it cannot overflow. */
function ReduceLogSumExp(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  const axes = axesOf(call, x, usualInputSince);
  const top = reduceAxes(call, 'max', x, axes, true);
  const powers = builder.activation(builder.combine('subtract', x.tensor, top.tensor), { kind: 'exponential' });
  const sum = reduceAxes(call, 'sum', { ...x, tensor: powers }, axes, keepsAxes(call));
  const logarithm = builder.activation(sum.tensor, { kind: 'log' });
  return { ...sum, tensor: builder.combine('add', builder.reshape(top.tensor, sum.tensor.shape), logarithm) };
}

function ReduceSumSquare(call: Call): Value {
  const x = call.value(0);
  return reduceBy(call, 'sum', { ...x, tensor: call.builder.activation(x.tensor, { kind: 'square' }) });
}

function ArgMax(call: Call): Value {
  return positionOf(call, 'max');
}

function ArgMin(call: Call): Value {
  return positionOf(call, 'min');
}

/** 1 at the first (or last) largest or smallest element along one axis, 0 elsewhere; its slope is 0. */
export function extremePosition(call: Call, how: 'max' | 'min', x: Value, axis: number, last: boolean): Tensor {
  const { builder } = call;
  const extreme = reduceAxes(call, how, x, [axis], true);
  const hits = builder.compare('equal', x.tensor, extreme.tensor);
  // The hits are counted along the axis; the first one is the only hit whose count is 1.
  const rank = x.tensor.shape.length;
  const length = x.tensor.shape[axis]!;
  const weights = new Float64Array(length * length);
  for (let to = 0; to < length; to++)
    for (let from = 0; from < length; from++) if (last ? from >= to : from <= to) weights[to * length + from] = 1;
  const order = x.tensor.shape.map((_, k) => (k === axis ? rank - 1 : k === rank - 1 ? axis : k));
  const places = elements(x.tensor.shape) / Math.max(length, 1);
  if (places > 1) call.expectRoom([places, length, places, length]);
  const counts = builder.transpose(builder.dense(builder.transpose(hits, order), weights), order);
  const one = builder.constant(Float64Array.of(1), []);
  return builder.compare('equal', builder.combine('multiply', hits, counts), one);
}

function reduction(how: Reduction, inputSince = usualInputSince): Operator {
  return (call) => reduceBy(call, how, call.value(0), inputSince);
}

function reduceBy(call: Call, how: Reduction, x: Value, inputSince = usualInputSince): Value {
  return reduceAxes(call, how, x, axesOf(call, x, inputSince), keepsAxes(call));
}

function keepsAxes(call: Call): boolean {
  return call.integer('keepdims', 1) === 1;
}

/** The axes as attribute or input; without any, all of them or, if the node says so, none. */
function axesOf(call: Call, x: Value, inputSince: number): number[] {
  const rank = x.tensor.shape.length;
  const listed = call.version < inputSince ? call.integers('axes') : call.listing('axes', 1);
  if (listed && listed.length > 0) return [...new Set(listed.map((axis) => call.axis(axis, rank)))];
  return call.integer('noop_with_empty_axes', 0) === 1 ? [] : x.tensor.shape.map((_, axis) => axis);
}

function mapValue(value: Value, map: (tensor: Tensor) => Tensor): Value {
  return { ...value, tensor: map(value.tensor) };
}

function positionOf(call: Call, how: 'max' | 'min'): Value {
  const x = call.value(0);
  const axis = call.axis(call.integer('axis', 0), x.tensor.shape.length);
  if (axis === x.batch) return call.refuseMixedRows();
  const position = extremePosition(call, how, x, axis, call.integer('select_last_index', 0) === 1);
  const numbers = Float64Array.from(mapIndices(x.tensor.shape, (index) => index[axis]!));
  const weighted = call.builder.scale(position, numbers, new Float64Array(numbers.length));
  return reduceAxes(call, 'sum', { ...x, tensor: weighted, type: 'whole' }, [axis], keepsAxes(call));
}
