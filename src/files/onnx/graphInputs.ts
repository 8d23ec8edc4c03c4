import { elements } from '../../network/tensor';
import { maxCsvColumns } from '../limits';
import { refuse } from '../refuse';
import { type ElementType, manyRows } from '../rows/value';
import type { AxisLength, GraphProto, ValueInfoProto } from './modelProto';
import { dataTypeName, elementTypeOf } from './tensorData';
import { inferredWidth } from './inferredWidth';

/** How an input of the graph enters: its shape for one row, with the axis of the rows in it. */
export interface GraphInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly batch: number | undefined;
  readonly type: ElementType;
}

/** All inputs of a graph, and how many rows it runs over. */
export interface GraphInputs {
  readonly inputs: readonly GraphInput[];
  /** `manyRows` unless all inputs have the same fixed number of rows. */
  readonly rows: number;
}

/** One input with its declared axes. */
interface Declared {
  readonly name: string;
  readonly type: ElementType;
  readonly axes: readonly AxisLength[];
}

/** What a graph takes besides its stored tensors, as it is declared. */
function declaredInputs(graph: GraphProto): readonly ValueInfoProto[] {
  // Before IR version 4 every stored tensor was listed among the inputs too.
  const stored = new Set([
    ...graph.initializers.map((tensor) => tensor.name),
    ...graph.sparseInitializers.map((tensor) => tensor.values?.name ?? ''),
  ]);
  return graph.inputs.filter((input) => !stored.has(input.name));
}

/**
 * The graph's inputs with their axis of rows: the axis without a fixed length or, if all are fixed, the first one. With
 * `fixedAreRows` false a fixed first axis belongs to the row instead (a network on a whole matrix). A fixed length of 1
 * needs no axis of rows: the graph runs on a single row as it is.
 */
export function graphInputs(graph: GraphProto, fixedAreRows: boolean, file: string): GraphInputs {
  const declared = declaredInputs(graph).map((input) => declaredAxes(input, file));
  const twice = declared.find(({ name }, k) => declared.findIndex((other) => other.name === name) !== k);
  if (twice) return refuseTwice(twice.name, file);
  const open = declared.some(({ axes }) => axes.some((length) => !isFixed(length)));
  const counts = declared.flatMap(({ axes }) => (axes.length > 1 ? [axes[0]] : []));
  const [count] = counts;
  const sameCount =
    !open && fixedAreRows && typeof count === 'number' && count > 1 && counts.every((other) => other === count);
  const rows = sameCount ? count : manyRows;
  return {
    rows,
    inputs: declared.map((input) => {
      const axes = resolvedAxes(input, graph, file);
      const batch = axes.indexOf(manyRows);
      const fixed = sameCount && axes[0] === rows ? 0 : undefined;
      const axis = batch >= 0 ? batch : fixed;
      const shape = axes.map((length, k) => (k === axis ? 1 : length));
      if (elements(shape) > maxCsvColumns) return refuseTooWide(input.name, elements(shape), file);
      return {
        name: input.name,
        type: input.type,
        shape,
        batch: axis,
      };
    }),
  };
}

function refuseTwice(name: string, file: string): never {
  return refuse(file, {
    code: 'onnx-duplicate-name',
    message: `The graph in ${file} has two inputs named "${name}".`,
    remedy: 'Save the model again with the tool that made it.',
    part: name,
  });
}

function refuseTooWide(name: string, count: number, file: string): never {
  return refuse(file, {
    code: 'onnx-input-shape',
    message: `The input "${name}" of ${file} takes ${count} numbers per row, more than a table can have columns.`,
    remedy: 'Slopescope is for networks on tables; use a smaller network.',
    part: name,
  });
}

/** Whether all axes of all inputs have a fixed length, so that the first one may belong to the row. */
export function allAxesFixed(graph: GraphProto): boolean {
  return declaredInputs(graph).every(({ type }) => type?.kind === 'tensor' && (type.axes?.every(isFixed) ?? false));
}

function declaredAxes({ name, type }: ValueInfoProto, file: string): Declared {
  if (type?.kind !== 'tensor') {
    return refuse(file, {
      code: 'onnx-input-type',
      message: `The input "${name}" of ${file} is no tensor.`,
      remedy: 'Export the network with tensors as inputs.',
      part: name,
    });
  }
  const elementType = elementTypeOf(type.elementType);
  if (elementType === undefined && type.elementType !== 0) {
    return refuse(file, {
      code: 'onnx-input-type',
      message: `The input "${name}" of ${file} is of type ${dataTypeName(type.elementType)}, which has no slopes.`,
      remedy: 'Export the network with float inputs.',
      part: name,
    });
  }
  return { name, type: elementType ?? 'real', axes: type.axes ?? [undefined, undefined] };
}

/** A length of 0 is how some tools write "any number". */
function isFixed(length: AxisLength): length is number {
  return typeof length === 'number' && length > 0;
}

/** Axes with numbers in all places: `manyRows` on the axis of the rows, an open width inferred from what takes the input. */
function resolvedAxes({ name, axes, type }: Declared, graph: GraphProto, file: string): number[] {
  const open = axes.flatMap((length, axis) => (isFixed(length) ? [] : [axis]));
  const last = axes.length - 1;
  const [first] = open;
  const width = type !== 'text' && open.includes(last) && axes.length > 1 ? inferredWidth(graph, name) : undefined;
  // A single open axis is that of the rows, unless the graph says how long it is and a 1 stands before it.
  const openWidth = open.length > 1 || (first === last && axes[0] === 1) ? width : undefined;
  const batch = open.find((axis) => axis !== last || openWidth === undefined);
  return axes.map((length, axis) => {
    if (axis === batch) return manyRows;
    if (isFixed(length)) return length;
    if (axis === last && openWidth !== undefined) return openWidth;
    return refuse(file, {
      code: 'onnx-input-shape',
      message: `The input "${name}" of ${file} has no fixed length on axis ${axis} (${length ?? 'unnamed'}).`,
      remedy: 'Export the network with a fixed number of columns; only the number of rows may stay open.',
      part: name,
    });
  });
}
