import { refuse } from '../refuse';
import { manyRows, type ElementType } from '../rows/value';
import { dataTypeName, elementType } from './dataType';
import type { Reference } from './references';
import type { OpenShape } from './shapeProto';

/** An input of the graph as the file declares it. */
export interface DeclaredInput {
  readonly name: string;
  readonly reference: Reference;
  /** A number of `dataType.ts`. */
  readonly type: number;
  readonly shape: OpenShape;
}

/** How an input of the graph enters: its shape for one row, with the axis of the rows in it. */
export interface GraphInput {
  readonly name: string;
  readonly reference: Reference;
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

/** What the shapes leave open. */
export interface OpenChoices {
  /** Whether a fixed first axis that all inputs share is that of the rows, not part of the row. */
  readonly fixedAreRows: boolean;
  /** Length of a last axis that is open beside that of the rows. */
  readonly width: number | undefined;
}

/**
 * The graph's inputs with their axis of rows: the first axis without a fixed length or, if all are fixed, the first one.
 * A fixed length of 1 needs no axis of rows: the graph runs on a single row as it is, as it does for single numbers.
 */
export function graphInputs(declared: readonly DeclaredInput[], choices: OpenChoices, file: string): GraphInputs {
  const shapes = declared.map(({ shape }) => shape ?? [undefined, undefined]);
  const open = shapes.some((shape) => shape.includes(undefined));
  const counts = shapes.flatMap((shape) => (shape.length > 1 ? [shape[0]] : []));
  const [count] = counts;
  const sameCount =
    !open && choices.fixedAreRows && count !== undefined && count > 1 && counts.every((other) => other === count);
  const rows = sameCount ? count : manyRows;
  return {
    rows,
    inputs: declared.map((input, k) => {
      const axes = shapes[k]!;
      const batch = sameCount ? (axes[0] === rows ? 0 : undefined) : batchAxis(axes);
      const shape = axes.map((length, axis) =>
        axis === batch ? 1 : (length ?? openLength(input, axis, axes, choices, file)),
      );
      return { name: input.name, reference: input.reference, shape, batch, type: numericType(input, file) };
    }),
  };
}

/** Whether some input leaves its last axis open beside that of the rows, so that its width must be found elsewhere. */
export function hasOpenWidth(declared: readonly DeclaredInput[]): boolean {
  return declared.some(({ shape }) => {
    const axes = shape ?? [undefined, undefined];
    return axes.length > 1 && batchAxis(axes) !== axes.length - 1 && axes.at(-1) === undefined;
  });
}

/** Whether all axes of all inputs have a fixed length, so that the first one may belong to the row. */
export function allAxesFixed(declared: readonly DeclaredInput[]): boolean {
  return declared.every(({ shape }) => shape?.every((length) => length !== undefined) ?? false);
}

function batchAxis(axes: readonly (number | undefined)[]): number | undefined {
  const first = axes.indexOf(undefined);
  return first < 0 ? undefined : first;
}

function openLength(
  { name }: DeclaredInput,
  axis: number,
  axes: readonly unknown[],
  { width }: OpenChoices,
  file: string,
): number {
  if (axis === axes.length - 1 && width !== undefined) return width;
  return refuse(file, {
    code: 'tensorflow-input-shape',
    message: `The input "${name}" of ${file} has no fixed length on axis ${axis}.`,
    remedy: 'Save the network with a fixed number of columns; only the number of rows may stay open.',
    part: name,
  });
}

function numericType({ name, type }: DeclaredInput, file: string): ElementType {
  const element = elementType(type);
  if (element !== undefined && element !== 'text') return element;
  return refuse(file, {
    code: 'tensorflow-data-type',
    message: `The input "${name}" of ${file} is of the type ${dataTypeName(type)}, which Slopescope does not compute with.`,
    remedy: 'Encode that column before the network and save the network with numbers as inputs.',
    part: name,
  });
}
