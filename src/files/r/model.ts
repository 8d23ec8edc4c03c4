import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { Layer } from '../../network/network';
import type { Problem } from '../../problem';
import type { ScalingSet } from '../../table/scaling';
import type { Table } from '../../table/table';
import { refuse } from '../refuse';
import type { Question } from '../reading';
import type { RFormula } from './formula';

/** What the readers of R's models may know. */
export interface RContext {
  readonly file: string;
  readonly answers: ReadonlyMap<string, string>;
}

/** A model of an R package, read but not yet lowered. */
export interface RModel {
  /** Package and class of the object: `neuralnet`, `nnet`. */
  readonly package: string;
  /** Names of the columns the network itself takes, in order. */
  readonly features: readonly string[];
  readonly outputs: readonly string[];
  readonly layers: readonly Layer[];
  /** From the features (one vector) to the outputs (one vector); absent while a question is open. */
  readonly lower?: (builder: NetworkBuilder, features: Tensor) => Tensor;
  /** How the features come from the columns of a table, when the model keeps its formula. */
  readonly formula?: RFormula;
  /** What makes the network's own features out of the named columns (principal components). */
  readonly prepare?: Preparation;
  readonly scalings?: ScalingSet;
  readonly data?: StoredData;
  readonly fit?: StoredFit;
  readonly questions: readonly Question[];
  readonly settled: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** A step between the columns and the network that mixes columns, so that it must be part of the graph. */
export interface Preparation {
  readonly columns: readonly string[];
  readonly lower: (builder: NetworkBuilder, columns: Tensor) => Tensor;
}

/** Data that the object keeps from its training. */
export interface StoredData {
  readonly table: Table;
  /** Whether the numbers are those that go into the network, or stand before its scaling. */
  readonly units: 'original' | 'model';
  /** [row][output * inputs + input], as R neuralnet computes them. */
  readonly generalizedWeights?: readonly Float64Array[];
}

/** What the object keeps of its training rows, in their order, in the units of the network. */
export interface StoredFit {
  /** [row][output] */
  readonly forecasts: readonly Float64Array[];
  /** [row][output] */
  readonly targets: readonly Float64Array[];
}

/** Notes what the file says about a question; an answer that means the same in other words is taken as it is. */
export function settle(
  settled: Map<string, string>,
  context: RContext,
  id: string,
  said: string,
  same: (a: string, b: string) => boolean = (a, b) => a === b,
): void {
  const answer = context.answers.get(id);
  settled.set(id, answer !== undefined && same(answer, said) ? answer : said);
}

/** Numbers a network is made of must be finite. */
export function finiteWeights(context: RContext, part: string, weights: Float64Array): Float64Array {
  if (weights.every((weight) => Number.isFinite(weight))) return weights;
  return refuse(context.file, {
    code: 'weight-not-finite',
    message: `${part} of ${context.file} holds a weight that is no finite number.`,
    remedy: 'The training went astray; train the network again with scaled data or a smaller step.',
    part,
  });
}

/** A logistic output cannot reach targets outside 0…1: most often the argument for a linear output was forgotten. */
export function beyondLogistic(targets: Float64Array, argument: string, context: RContext): readonly Problem[] {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const target of targets) {
    if (target < lowest) lowest = target;
    if (target > highest) highest = target;
  }
  if (!(lowest < -1e-6 || highest > 1 + 1e-6)) return [];
  return [
    {
      code: 'r-logistic-output',
      message: `The output of ${context.file} is logistic and stays between 0 and 1, but it was trained on values from ${lowest.toPrecision(3)} to ${highest.toPrecision(3)}.`,
      file: context.file,
      remedy: `The slopes shown are those of this network. If a linear output was meant, train it again with ${argument}.`,
      severity: 'warning',
    },
  ];
}
