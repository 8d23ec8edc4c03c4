import { activate } from './activation';
import type { Combination, Comparison, DenseOp, Groups, Normalisation, Op, Reduction } from './network';

/**
 * The value of one operation at one row, in plain float64: what the derivative table's `forward` is, and what the
 * builder folds constants with. `inputs` are the vectors the node takes; the result has `size` elements.
 */
export function forward(op: Op, inputs: readonly Float64Array[], size: number): Float64Array {
  switch (op.kind) {
    case 'constant':
      return op.values;
    case 'dense':
      return denseForward(op, inputs[0]!, size);
    case 'scale':
      return inputs[0]!.map((x, i) => op.factor[i]! * x + op.offset[i]!);
    case 'activation':
      return inputs[0]!.map((x, i) => activate(op.activation, x, i));
    case 'combine':
      return inputs[0]!.map((a, i) => combineNumbers(op.how, a, inputs[1]![i]!));
    case 'gather':
      return Float64Array.from(op.indices, (index) => inputs[0]![index]!);
    case 'concat':
      return concatenate(inputs, size);
    case 'reduce':
      return mapGroups(op.groups, size, (members) => reduceNumbers(op.how, inputs[0]!, members));
    case 'softmax':
      return softmaxForward(op.how, op.groups, inputs[0]!);
    case 'compare':
      return inputs[0]!.map((a, i) => (compareNumbers(op.how, a, inputs[1]![i]!) ? 1 : 0));
    case 'blackBox':
      return op.values(inputs[0]!, 1);
    case 'select':
      return inputs[0]!.map((condition, i) => (condition !== 0 ? inputs[1]![i]! : inputs[2]![i]!));
  }
}

/** Two numbers to one. With a tie, max and min give the first argument (and its slope). */
export function combineNumbers(how: Combination, a: number, b: number): number {
  switch (how) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'divide':
      return a / b;
    case 'max':
      return b > a || Number.isNaN(b) ? b : a;
    case 'min':
      return b < a || Number.isNaN(b) ? b : a;
    case 'pow':
      return a ** b;
  }
}

/** Whether a comparison holds. */
function compareNumbers(how: Comparison, a: number, b: number): boolean {
  switch (how) {
    case 'equal':
      return a === b;
    case 'notEqual':
      return a !== b;
    case 'less':
      return a < b;
    case 'lessOrEqual':
      return a <= b;
    case 'greater':
      return a > b;
    case 'greaterOrEqual':
      return a >= b;
  }
}

/** Softmax and sparsemax over each group, shifted by its maximum; sparsemax by Martins and Astudillo (2016), algorithm 1. */
function softmaxForward(how: Normalisation, groups: Groups, x: Float64Array): Float64Array {
  const result = new Float64Array(x.length);
  for (let group = 0; group + 1 < groups.starts.length; group++) {
    const members = groups.indices.subarray(groups.starts[group], groups.starts[group + 1]);
    if (how === 'sparsemax') sparsemaxGroup(members, x, result);
    else softmaxGroup(how === 'logSoftmax', members, x, result);
  }
  return result;
}

function denseForward(op: DenseOp, x: Float64Array, size: number): Float64Array {
  const result = Float64Array.from(op.bias);
  for (let out = 0; out < size; out++) {
    let sum = 0;
    for (let i = 0, w = out * x.length; i < x.length; i++, w++) sum += op.weights[w]! * x[i]!;
    result[out]! += sum;
  }
  return result;
}

function concatenate(inputs: readonly Float64Array[], size: number): Float64Array {
  const result = new Float64Array(size);
  let offset = 0;
  for (const input of inputs) {
    result.set(input, offset);
    offset += input.length;
  }
  return result;
}

function mapGroups(groups: Groups, size: number, give: (members: Int32Array) => number): Float64Array {
  return Float64Array.from({ length: size }, (_, group) =>
    give(groups.indices.subarray(groups.starts[group], groups.starts[group + 1])),
  );
}

function reduceNumbers(how: Reduction, x: Float64Array, members: Int32Array): number {
  const first = x[members[0]!] ?? 0;
  switch (how) {
    case 'sum':
      return members.reduce((sum, member) => sum + x[member]!, 0);
    case 'mean':
      return members.reduce((sum, member) => sum + x[member]!, 0) / members.length;
    case 'product':
      return members.reduce((product, member) => product * x[member]!, 1);
    case 'max':
    case 'min':
      return members.reduce((best, member) => combineNumbers(how, best, x[member]!), first);
  }
}

function softmaxGroup(log: boolean, members: Int32Array, x: Float64Array, result: Float64Array): void {
  const top = members.reduce((best, member) => Math.max(best, x[member]!), -Infinity);
  const sum = members.reduce((total, member) => total + Math.exp(x[member]! - top), 0);
  for (const member of members) {
    const shifted = x[member]! - top;
    result[member] = log ? shifted - Math.log(sum) : Math.exp(shifted) / sum;
  }
}

function sparsemaxGroup(members: Int32Array, x: Float64Array, result: Float64Array): void {
  const top = members.reduce((most, member) => Math.max(most, x[member]!), -Infinity);
  const sorted = Float64Array.from(members, (member) => x[member]! - top)
    .sort()
    .reverse();
  let sum = 0;
  let threshold = 0;
  sorted.forEach((value, k) => {
    sum += value;
    if (1 + (k + 1) * value > sum) threshold = (sum - 1) / (k + 1);
  });
  for (const member of members) result[member] = Math.max(x[member]! - top - threshold, 0);
}
