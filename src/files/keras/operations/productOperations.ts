import type { Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { maxMatrixElements } from '../../limits';
import type { Value } from '../layerCall';
import { letters } from '../layers/coreLayers';
import { rowAxis } from '../layerCall';
import type { Operation, OperationArguments } from './operationArguments';

/** Operators that multiply and add up: matrix products and Einstein sums. */
export const productOperations: Readonly<Record<string, Operation>> = {
  matmul: { takes: ['x1', 'x2'], lower: lowerMatMul },
  dot: { takes: ['x1', 'x2'], lower: lowerMatMul },
  inner: { takes: ['x1', 'x2'], lower: lowerInner },
  tensordot: { takes: ['x1', 'x2', 'axes'], lower: lowerTensorDot },
  einsum: { takes: [], lower: lowerEinsum },
};

/**
 * numpy.matmul with the batch in front. A row that is a vector takes a fixed matrix on its right; two tensors of the
 * row must be matrices (or stacks of them).
 */
function lowerMatMul(given: OperationArguments): Tensor {
  const { builder } = given;
  const [first, second] = [given.value('x1'), given.value('x2')];
  const left = matrixOf(given, first, given.flag('transpose_a', false));
  const right = matrixOf(given, second, given.flag('transpose_b', false));
  if (first?.kind === 'tensor' && second?.kind === 'tensor' && (left.shape.length < 2 || right.shape.length < 2))
    return given.refuse('multiplies the rows of a batch with one another');
  if (second?.kind === 'tensor' && first?.kind !== 'tensor' && right.shape.length < 2)
    return given.refuse('multiplies the rows of a batch with one another');
  given.limit(elements(left.shape) * (right.shape.at(-1) ?? 1), maxMatrixElements);
  return builder.matMul(left, right);
}

function matrixOf(given: OperationArguments, value: Value | undefined, transpose: boolean): Tensor {
  const tensor = value?.kind === 'tensor' ? value.tensor : value && given.fixed(value);
  if (!tensor) return given.refuse('is not given a tensor where it needs one');
  if (!transpose) return tensor;
  const axes = tensor.shape.map((_, axis) => axis);
  const [a, b] = [axes.length - 2, axes.length - 1];
  if (a < 0) return given.refuse('turns the batch into another axis');
  return given.builder.transpose(tensor, [...axes.slice(0, -2), b, a]);
}

/** Sums of products along the last axis with a fixed vector or the rows of a fixed matrix. */
function lowerInner(given: OperationArguments): Tensor {
  const { builder } = given;
  const x = given.tensor('x1');
  const value = given.value('x2');
  const fixed = value && given.fixed(value);
  if (!fixed || fixed.shape.length > 2) return given.refuse('multiplies the rows of a batch with one another');
  return builder.matMul(x, fixed.shape.length === 2 ? builder.transpose(fixed) : fixed);
}

/** Products summed over `axes`: one axis of each, or as many last as first axes. A fixed second operand only. */
function lowerTensorDot(given: OperationArguments): Tensor {
  const x = given.tensor('x1');
  const second = given.value('x2');
  const fixed = second && given.fixed(second);
  if (!fixed) return given.refuse('multiplies two tensors of which neither is fixed');
  const rank = x.shape.length;
  const numbers = given.integers('axes') ?? [2];
  const count = numbers.length === 1 ? numbers[0]! : numbers.length / 2;
  const own =
    numbers.length === 1
      ? Array.from({ length: count }, (_, k) => rowAxis(given.call, rank + 1 - count + k, rank))
      : numbers.slice(0, count).map((axis) => rowAxis(given.call, axis, rank));
  const other =
    numbers.length === 1
      ? own.map((_, k) => k)
      : numbers.slice(count).map((axis) => (axis < 0 ? axis + fixed.shape.length : axis));
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !own.includes(axis));
  const free = fixed.shape.map((_, axis) => axis).filter((axis) => !other.includes(axis));
  const { builder } = given;
  const width = elements(own.map((axis) => x.shape[axis]!));
  const left = builder.reshape(builder.transpose(x, [...kept, ...own]), [
    elements(kept.map((axis) => x.shape[axis]!)),
    width,
  ]);
  const right = builder.reshape(builder.transpose(fixed, [...other, ...free]), [
    width,
    elements(free.map((axis) => fixed.shape[axis]!)),
  ]);
  const shape = [...kept.map((axis) => x.shape[axis]!), ...free.map((axis) => fixed.shape[axis]!)];
  return builder.reshape(builder.matMul(left, right), shape);
}

/** An Einstein sum: all operands spread over all letters, multiplied, and summed over the letters that go. */
function lowerEinsum(given: OperationArguments): Tensor {
  const { builder } = given;
  const positional = [...given.call.positional];
  const first = positional[0];
  const inCall = first?.kind === 'value' && typeof first.value === 'string' ? first.value : undefined;
  const equation = (inCall ?? given.text('subscripts', '')).replaceAll(' ', '');
  const operands = (inCall === undefined ? positional : positional.slice(1)).flatMap((value) =>
    value.kind === 'list' && !given.fixed(value) ? value.items : [value],
  );
  const plain = spelledOut(equation, operands);
  const match = /^([a-zA-Z]+(?:,[a-zA-Z]+)*)->([a-zA-Z]*)$/.exec(plain);
  const terms = match?.[1]?.split(',') ?? [];
  const batch = match?.[2]?.[0];
  if (!match || batch === undefined || terms.length !== operands.length)
    return given.refuse(`has the equation ${equation}, which Slopescope does not understand`);
  const outputs = letters(match[2]).slice(1);
  const rows = operands.map((value, k) => einsumOperand(given, value, terms[k]!, batch));
  const axes = [...new Set([...outputs, ...rows.flatMap((row) => row.letters)])];
  const lengths = new Map(rows.flatMap((row) => row.letters.map((letter, axis) => [letter, row.tensor.shape[axis]!])));
  given.limit([...lengths.values()].reduce((product, length) => product * length, 1));
  const spread = rows.map(({ tensor, letters: own }) => {
    const order = axes.filter((letter) => own.includes(letter));
    const turned = builder.transpose(
      tensor,
      order.map((letter) => own.indexOf(letter)),
    );
    return builder.reshape(
      turned,
      axes.map((letter) => (own.includes(letter) ? tensor.shape[own.indexOf(letter)]! : 1)),
    );
  });
  const product = spread.reduce((a, b) => builder.combine('multiply', a, b));
  const gone = axes.map((_, axis) => axis).filter((axis) => axis >= outputs.length);
  return builder.reduce('sum', product, gone, false);
}

/** `"...i,ij->...j"` with letters for the axes that the dots before a tensor of the row stand for, the batch first. */
function spelledOut(equation: string, operands: readonly Value[]): string {
  const [left = '', right = ''] = equation.split('->');
  const terms = left.split(',');
  const free = letters('ABCDEFGHIJKLMNOPQRSTUVWXYZ').filter((letter) => !equation.includes(letter));
  const ranks = terms.flatMap((term, k) => {
    const value = operands[k];
    return term.startsWith('...') && value?.kind === 'tensor'
      ? [value.tensor.shape.length + 1 - (term.length - 3)]
      : [];
  });
  const [count] = ranks;
  if (count === undefined || ranks.some((other) => other !== count)) return equation;
  const lead = free.slice(0, count).join('');
  return `${terms.map((term) => term.replace('...', lead)).join(',')}->${right.replace('...', lead)}`;
}

function einsumOperand(
  given: OperationArguments,
  value: Value,
  term: string,
  batch: string,
): { readonly tensor: Tensor; readonly letters: readonly string[] } {
  const isRow = value.kind === 'tensor';
  const tensor = isRow ? value.tensor : given.fixed(value);
  const own = letters(isRow ? term.slice(1) : term);
  const keepsRows = isRow ? term.startsWith(batch) : !term.includes(batch);
  if (!tensor || !keepsRows || own.includes(batch)) return given.refuse('mixes the rows of a batch');
  if (new Set(own).size !== own.length || own.length !== tensor.shape.length)
    return given.refuse('has an equation that does not fit its inputs');
  return { tensor, letters: own };
}
