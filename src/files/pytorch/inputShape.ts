import { ProblemError } from '../../problem';
import { elements } from '../../network/tensor';
import { ShapeError } from '../../network/builder';
import { refuse } from '../refuse';

/** How long a sequence is looked for in front of a convolution. */
const longestSequence = 128;

/** Problems that another shape of the input may not have. */
const ofTheShape = new Set(['torch-operator', 'torchscript-raises']);

/** What reading with one shape of the input gave. */
export interface Attempt<Result> {
  readonly shape: readonly number[];
  readonly result: Result;
}

/**
 * A saved module does not say how many inputs it takes. Tries the shapes that its weights (and the table) suggest, in
 * order, and gives the first that fits everything; when none does, the first failure is the file's problem.
 */
export function firstFittingShape<Result>(
  file: string,
  shapes: readonly (readonly number[])[],
  read: (shape: readonly number[]) => Result,
): Attempt<Result> {
  let failure: unknown;
  for (const shape of shapes) {
    try {
      return { shape, result: read(shape) };
    } catch (error) {
      if (!isOfTheShape(error)) throw error;
      failure ??= error;
    }
  }
  if (failure instanceof Error) throw failure;
  refuse(file, {
    code: 'torch-no-weights',
    message: `${file} holds no weight matrices of layers, so nothing says how many inputs it takes.`,
    remedy: 'Save a model with at least one layer of weights.',
  });
}

function isOfTheShape(error: unknown): boolean {
  return error instanceof ShapeError || (error instanceof ProblemError && ofTheShape.has(error.problem.code));
}

/** How many combinations of shapes are tried for a model of several inputs. */
const maxCombinations = 200;

/**
 * The same for several inputs: the shapes the file remembers, if it does, then every combination of the suggested ones.
 */
export function firstFittingShapes<Result>(
  file: string,
  inputs: number,
  known: readonly (readonly number[])[] | undefined,
  suggested: readonly (readonly number[])[],
  read: (shapes: readonly (readonly number[])[]) => Result,
): { readonly result: Result } {
  const choices: (readonly (readonly number[])[])[] = known?.length === inputs ? [known] : [];
  const total = Math.min(maxCombinations, suggested.length ** inputs);
  for (let choice = 0; choice < (inputs === 1 ? suggested.length : total); choice++) {
    const digits = Array.from({ length: inputs }, (_, at) => Math.floor(choice / suggested.length ** at));
    choices.push(digits.map((digit) => suggested[digit % suggested.length]!));
  }
  const numbers = choices.map((_, at) => [at]);
  return firstFittingShape(file, numbers, ([at]) => read(choices[at!]!));
}

/** A parameter by its shape and role, in the order of the file. */
export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Shapes one row of the input may have: the second axis of a matrix, the length of a normalisation, the channels of a
 * convolution with as many cells as the table's columns fill, or any number of them.
 */
export function inputShapes(
  weights: readonly WeightShape[],
  columns: number | undefined,
): readonly (readonly number[])[] {
  const shapes: (readonly number[])[] = [];
  const [first] = weights.filter(({ shape }) => shape.length >= 2);
  if (first?.shape.length === 3) shapes.push(...sequences(first.shape[1]!, columns));
  const matrices = weights.flatMap(({ shape }) => (shape.length === 2 ? [[shape[1]!]] : []));
  const vectors = weights.flatMap(({ shape }) => (shape.length === 1 ? [shape] : []));
  const leading = vectors.filter((vector) => matrices[0]?.[0] === vector[0]);
  shapes.push(...matrices, ...leading, ...(columns === undefined ? [] : [[columns]]), ...vectors);
  const seen = new Set<string>();
  return shapes.filter((shape) => {
    const key = shape.join();
    if (seen.has(key) || elements(shape) < 1) return false;
    seen.add(key);
    return true;
  });
}

function sequences(channels: number, columns: number | undefined): number[][] {
  const fitting = columns !== undefined && columns % channels === 0 ? [[channels, columns / channels]] : [];
  return [...fitting, ...Array.from({ length: longestSequence }, (_, at) => [channels, at + 1])];
}
