import { ShapeError } from '../../network/builder';
import { elements, mapIndices, strides } from '../../network/tensor';
import { matrixProduct } from './products';
import { reduceAxes } from './reductions';
import { transposeValue } from './shapes';
import type { RowCall, Value } from './value';

/** A tensor whose axes carry the labels of an equation. */
interface Labelled {
  readonly value: Value;
  readonly labels: readonly string[];
}

/**
 * Einstein's sum: products of all operands, summed over the labels that the result does not have. Operands are taken
 * in two at a time, each step being a product of stacked matrices.
 */
export function einsteinSum(call: RowCall, equation: string, values: readonly Value[]): Value {
  const { operands, result } = parsed(call, equation.replaceAll(' ', ''), values);
  const last = operands.reduce((left, right, number) => {
    const later = operands.slice(number + 1).flatMap((operand) => operand.labels);
    return contracted(call, left, right, new Set([...later, ...result]));
  });
  const summed = withoutLabels(call, last, (label) => result.includes(label));
  const order = result.map((label) => summed.labels.indexOf(label));
  if (order.includes(-1)) throw new ShapeError('the result of the equation has a label that no operand has');
  return transposeValue(call, summed.value, order);
}

function parsed(
  call: RowCall,
  equation: string,
  values: readonly Value[],
): { readonly operands: readonly Labelled[]; readonly result: readonly string[] } {
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  if (terms.length !== values.length)
    throw new ShapeError(`the equation "${equation}" is not for ${values.length} operands`);
  const operands = values.map((value, i) =>
    diagonal(call, { value, labels: labelsOf(terms[i]!, value.tensor.shape.length) }),
  );
  const all = operands.flatMap((operand) => operand.labels);
  const spread = [...new Set(all.filter((label) => label.length > 1))].sort();
  const implied = [...new Set(all)].filter((label) => label.length === 1 && count(all, label) === 1).sort();
  const result = right === undefined ? [...spread, ...implied] : right.replace('...', '\0').split('');
  return { operands, result: result.flatMap((label) => (label === '\0' ? spread : [label])) };
}

/** One label per axis; an ellipsis stands for as many axes as the letters leave over, named by their place from the right. */
function labelsOf(term: string, rank: number): string[] {
  const [before = '', after] = term.split('...');
  const letters = before.length + (after ?? '').length;
  const spread = after === undefined ? 0 : rank - letters;
  if (letters + spread !== rank || spread < 0)
    throw new ShapeError(`"${term}" does not name the axes of a tensor with ${rank}`);
  const between = Array.from({ length: spread }, (_, k) => `…${100 - spread + k}`);
  return [...Array.from(before), ...between, ...Array.from(after ?? '')];
}

/** An operand with each label once: where a label stands twice, only the elements with equal positions count. */
function diagonal(call: RowCall, { value, labels }: Labelled): Labelled {
  const unique = [...new Set(labels)];
  if (unique.length === labels.length) return { value, labels };
  const { shape } = value.tensor;
  const doubled = value.batch !== undefined && labels.filter((label) => label === labels[value.batch!]).length > 1;
  if (doubled) return call.refuseMixedRows();
  const steps = strides(shape);
  const kept = unique.map((label) => shape[labels.indexOf(label)]!);
  const indices = mapIndices(kept, (index) =>
    labels.reduce((sum, label, axis) => sum + index[unique.indexOf(label)]! * steps[axis]!, 0),
  );
  const batch = value.batch === undefined ? undefined : unique.indexOf(labels[value.batch]!);
  return { value: { ...value, tensor: call.builder.gather(value.tensor, indices, kept), batch }, labels: unique };
}

function contracted(call: RowCall, left: Labelled, right: Labelled, kept: ReadonlySet<string>): Labelled {
  const a = withoutLabels(call, left, (label) => kept.has(label) || right.labels.includes(label));
  const b = withoutLabels(call, right, (label) => kept.has(label) || left.labels.includes(label));
  const common = a.labels.filter((label) => b.labels.includes(label));
  const stacked = common.filter((label) => kept.has(label));
  const inner = common.filter((label) => !kept.has(label));
  const rows = a.labels.filter((label) => !common.includes(label));
  const columns = b.labels.filter((label) => !common.includes(label));
  const batchLabel = jointBatchLabel(call, a, b);
  if (batchLabel !== undefined && inner.includes(batchLabel))
    return call.refuseMixedRows('adds up over the rows of a table');
  const product = matrixProduct(
    call,
    folded(call, a, [stacked, rows, inner]),
    folded(call, b, [stacked, inner, columns]),
  );
  const labels = [...stacked, ...rows, ...columns];
  const lengths = lengthsOf(a, b);
  const shape = labels.map((label, axis) =>
    axis < stacked.length ? product.tensor.shape[axis]! : lengths.get(label)!,
  );
  const batch = batchLabel === undefined ? undefined : labels.indexOf(batchLabel);
  return { value: { ...product, tensor: call.builder.reshape(product.tensor, shape), batch }, labels };
}

/**
 * An operand as stacked matrices: the first group of labels stays axes, the two others become one axis each. Its axis
 * of rows is kept track of by label.
 */
function folded(call: RowCall, operand: Labelled, groups: readonly (readonly string[])[]): Value {
  const order = groups.flat().map((label) => operand.labels.indexOf(label));
  const turned = transposeValue(call, operand.value, order);
  const { shape } = turned.tensor;
  const [stacked = [], first = []] = groups;
  const middle = stacked.length + first.length;
  const matrix = [elements(shape.slice(stacked.length, middle)), elements(shape.slice(middle))];
  const tensor = call.builder.reshape(turned.tensor, [...shape.slice(0, stacked.length), ...matrix]);
  return { ...turned, tensor, batch: undefined };
}

/** The label of the axis of rows, on which both operands must agree. */
function jointBatchLabel(call: RowCall, a: Labelled, b: Labelled): string | undefined {
  const [left, right] = [a, b].map(({ value, labels }) =>
    value.batch === undefined ? undefined : labels[value.batch],
  );
  const label = left ?? right;
  if (label === undefined) return undefined;
  if (left !== undefined && right !== undefined && left !== right) return call.refuseMixedRows();
  const other = left === undefined ? a : b;
  const length = other.value.tensor.shape[other.labels.indexOf(label)] ?? 1;
  if (other.value.batch === undefined && length !== 1) return call.refuseMixedRows('treats different rows differently');
  return label;
}

function lengthsOf(...operands: readonly Labelled[]): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { labels, value } of operands)
    labels.forEach((label, axis) => lengths.set(label, Math.max(lengths.get(label) ?? 1, value.tensor.shape[axis]!)));
  return lengths;
}

function withoutLabels(call: RowCall, operand: Labelled, keeps: (label: string) => boolean): Labelled {
  const axes = operand.labels.flatMap((label, axis) => (keeps(label) ? [] : [axis]));
  if (axes.length === 0) return operand;
  return { value: reduceAxes(call, 'sum', operand.value, axes, false), labels: operand.labels.filter(keeps) };
}

function count(labels: readonly string[], label: string): number {
  return labels.filter((other) => other === label).length;
}
