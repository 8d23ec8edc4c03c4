import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { Layer } from '../../network/network';
import type { Problem } from '../../problem';
import { refuse } from '../refuse';
import { spend, type Fitted } from './fitted';

/** The columns between two steps, in order: numbers of some tensor, or a text input that an encoder must take. */
export interface Frame {
  readonly columns: readonly Column[];
}

/** One column between two steps. */
export type Column =
  | { readonly kind: 'number'; readonly name: string; readonly tensor: Tensor; readonly at: number }
  | { readonly kind: 'text'; readonly name: string; readonly tensor: Tensor; readonly levels: readonly string[] };

/** What the lowering of one file shares. */
export interface Lowering {
  readonly file: string;
  readonly builder: NetworkBuilder;
  /** The steps and layers for people, in the order they are met. */
  readonly layers: Layer[];
  readonly problems: Problem[];
}

/** The columns of one vector; without names they are numbered. */
export function frameOf(tensor: Tensor, names?: readonly string[]): Frame {
  const size = tensor.shape[0] ?? 1;
  return {
    columns: Array.from({ length: size }, (_, at) => ({ kind: 'number', name: names?.[at] ?? `x${at}`, tensor, at })),
  };
}

/** The names of the columns. */
export function namesOf(frame: Frame): readonly string[] {
  return frame.columns.map((column) => column.name);
}

/** The columns with the given numbers. */
export function selected(frame: Frame, positions: readonly number[]): Frame {
  return { columns: positions.map((position) => frame.columns[position]!) };
}

/** All columns of the parts of a step, side by side. */
export function joined(fitted: Fitted, frames: readonly Frame[]): Frame {
  spend(
    fitted,
    frames.reduce((sum, frame) => sum + frame.columns.length, 0),
  );
  return { columns: frames.flatMap((frame) => frame.columns) };
}

/** The columns as one vector [n]; a text column among them is refused in the name of the step that wants numbers. */
export function asNumbers(frame: Frame, lowering: Lowering, step: string): Tensor {
  const { builder } = lowering;
  const parts: Tensor[] = [];
  for (let start = 0; start < frame.columns.length;) {
    const tensor = numberColumn(frame, start, lowering, step).tensor;
    const positions: number[] = [];
    while (start < frame.columns.length && frame.columns[start]!.tensor === tensor)
      positions.push(numberColumn(frame, start++, lowering, step).at);
    parts.push(builder.take(tensor, 0, positions));
  }
  return parts.length === 0 ? builder.constant(new Float64Array(0), [0]) : builder.concat(parts, 0);
}

function numberColumn(
  frame: Frame,
  at: number,
  lowering: Lowering,
  step: string,
): Extract<Column, { readonly kind: 'number' }> {
  const column = frame.columns[at]!;
  if (column.kind === 'number') return column;
  return refuse(lowering.file, {
    code: 'sklearn-text-column',
    message: `${lowering.file}: the step "${step}" takes numbers, but its column ${column.name} holds texts.`,
    remedy: 'Encode texts with a OneHotEncoder or an OrdinalEncoder, and save the model again.',
    part: step,
  });
}
