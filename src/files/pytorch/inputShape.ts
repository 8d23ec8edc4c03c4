import { ProblemError } from '../../problem';
import { elements } from '../../network/tensor';
import { ShapeError } from '../../network/builder';
import type { Inquiry } from '../bareWeights/questions';
import { refusal } from '../refuse';

/** How long a sequence is looked for in front of a convolution. */
const longestSequence = 128;

/** Problems that another shape of the input may not have. */
const ofTheShape = new Set(['torch-shapes', 'torch-operator', 'torchscript-raises']);

/** A length that no model is made for: what fits it fits any length. */
const probe = 37;

/** Lengths that are tried when the weights suggest none that fits. */
const longestGuess = 64;

/** What is known about the inputs of a saved module before it is read. */
export interface InputKnowledge {
  /** Shapes the file remembers, one for each input. */
  readonly known?: readonly (readonly number[])[] | undefined;
  /** Shapes the weights suggest for any input. */
  readonly suggested: readonly (readonly number[])[];
  readonly columns: number | undefined;
}

/**
 * A saved module does not say how many inputs it takes. The shapes its weights suggest are tried: the only one that
 * fits everything is taken; where several do (or any would), the user is asked. When none fits, the first failure is the
 * file's problem. Gives undefined while the question is open.
 */
export function settleInput<Result>(
  file: string,
  inquiry: Inquiry,
  knowledge: InputKnowledge,
  read: (shape: readonly number[]) => Result,
): Result | undefined {
  const { known, suggested, columns } = knowledge;
  if (known?.[0]) {
    inquiry.settled.set('inputs', String(elements(known[0])));
    return read(known[0]);
  }
  const attempt = trying(read);
  const fitting = distinct(suggested.filter((shape) => attempt.fits(shape)));
  const any = suggested.every((shape) => shape.length === 1) && attempt.fits([probe]);
  const fallback = fitting.length === 0 && !any ? lengths(longestGuess).filter((shape) => attempt.fits(shape)) : [];
  // A single number fits many places by being repeated: it is meant only where nothing else fits.
  const many = [...fitting, ...fallback].filter((shape, _, all) => all.length === 1 || elements(shape) > 1);
  const [only] = many;
  if (only && many.length === 1 && !any) {
    inquiry.settled.set('inputs', String(elements(only)));
    return attempt.results.get(only);
  }
  if (!only && !any) throw attempt.failure() ?? withoutWeights(file);
  const answer = inquiry.answer('inputs');
  const answered = many.find((shape) => String(elements(shape)) === answer) ?? (any ? [Number(answer)] : undefined);
  if (answer !== undefined && answered && Number(answer) > 0) return read(answered);
  const own = columns === undefined || !(any || many.some((shape) => elements(shape) === columns)) ? [] : [columns];
  const choices = [...new Set([...own, ...many.map(elements)])].map(String);
  const ask = `How many inputs does the model in ${file} take? Several numbers fit its weights.`;
  inquiry.questions.push({ id: 'inputs', ask, choices, ...(choices[0] === undefined ? {} : { guess: choices[0] }) });
  return undefined;
}

/** Remembers what fitted, and why an attempt failed: rather for a reason of its own than for lengths that differ. */
function trying<Result>(read: (shape: readonly number[]) => Result): {
  readonly results: Map<readonly number[], Result>;
  readonly fits: (shape: readonly number[]) => boolean;
  readonly failure: () => Error | undefined;
} {
  const results = new Map<readonly number[], Result>();
  let failure: Error | undefined;
  const fits = (shape: readonly number[]): boolean => {
    try {
      results.set(shape, read(shape));
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !isOfTheShape(error)) throw error;
      if (!failure || (isOfLengths(failure) && !isOfLengths(error))) failure = error;
      return false;
    }
  };
  return { results, fits, failure: () => failure };
}

function distinct(shapes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const seen = new Set<number>();
  return shapes.filter((shape) => !seen.has(elements(shape)) && seen.add(elements(shape)));
}

function lengths(longest: number): readonly (readonly number[])[] {
  return Array.from({ length: longest }, (_, at) => [at + 1]);
}

function withoutWeights(file: string): Error {
  return refusal(file, {
    code: 'torch-no-weights',
    message: `${file} holds no weight matrices of layers, so nothing says how many inputs it takes.`,
    remedy: 'Save a model with at least one layer of weights.',
  });
}

function isOfLengths(error: Error): boolean {
  return !(error instanceof ProblemError) || error.problem.code === 'torch-shapes';
}

function isOfTheShape(error: Error): boolean {
  return error instanceof ShapeError || (error instanceof ProblemError && ofTheShape.has(error.problem.code));
}

/** How many combinations of shapes are tried for a model of several inputs. */
const maxCombinations = 200;

/** The same for several inputs: the remembered shapes, else the first combination of suggested ones that fits. */
export function settleInputs<Result>(
  file: string,
  inputs: number,
  { known, suggested }: InputKnowledge,
  read: (shapes: readonly (readonly number[])[]) => Result,
): Result {
  if (known?.length === inputs) return read(known);
  const attempt = trying((choice) => read(combination(suggested, inputs, choice[0]!)));
  const total = Math.min(maxCombinations, suggested.length ** inputs);
  for (let choice = 0; choice < total; choice++) {
    const shape = [choice];
    const result = attempt.fits(shape) ? attempt.results.get(shape) : undefined;
    if (result !== undefined) return result;
  }
  throw attempt.failure() ?? withoutWeights(file);
}

function combination(
  suggested: readonly (readonly number[])[],
  inputs: number,
  choice: number,
): readonly (readonly number[])[] {
  return Array.from(
    { length: inputs },
    (_, at) => suggested[Math.floor(choice / suggested.length ** at) % suggested.length]!,
  );
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
