import type { RValue } from '../containers/rValues';
import { maxRSteps } from '../limits';
import { readTrain } from './caret';
import { classesOf, entriesOf } from './fields';
import type { RContext, RModel } from './model';
import { readNeuralnet } from './neuralnet';
import { readNnet } from './nnet';
import type { Sibling } from './scaler';

/** A network somewhere in an R file. */
export interface Candidate {
  /** How one would reach it in R, from the object's name on: `net`, `models$first`. Empty for the only object of an .rds. */
  readonly path: string;
  readonly value: RValue;
  /** What stands beside it in the same list, or beside its list. */
  readonly siblings: readonly Sibling[];
}

/** Lists within lists that are searched. */
const maxSearchDepth = 5;

/** The networks among objects and in plain lists and environments of them; the first ones found first. */
export function findCandidates(objects: readonly Sibling[]): readonly Candidate[] {
  const found: Candidate[] = [];
  const seen = new Set<RValue>();
  let steps = 0;
  const search = (path: string, value: RValue, siblings: readonly Sibling[], depth: number): void => {
    if (++steps > maxRSteps || seen.has(value)) return;
    if (value.kind === 'list' || value.kind === 'environment') seen.add(value);
    if (readerOf(value)) found.push({ path, value, siblings });
    else if (depth < maxSearchDepth && isContainer(value)) {
      const entries = entriesOf(value);
      entries.forEach((entry, i) => {
        const others = entries.filter((_, k) => k !== i);
        search(step(path, entry.name, i), entry.value, [...others, ...siblings], depth + 1);
      });
    }
  };
  objects.forEach((object, i) => {
    const others = objects.filter((_, k) => k !== i);
    search(object.name, object.value, others, 0);
  });
  return found;
}

/** Reads a network of any of the supported classes; undefined for other objects. */
export function readCandidate(value: RValue, context: RContext): RModel | undefined {
  return readerOf(value)?.(value, context);
}

function readerOf(value: RValue): ((object: RValue, context: RContext) => RModel) | undefined {
  if (value.kind !== 'list') return undefined;
  const classes = classesOf(value);
  if (classes.includes('nn')) return readNeuralnet;
  if (classes.includes('nnet')) return readNnet;
  if (classes.includes('train')) return (object, context) => readTrain(object, context, readCandidate);
  return undefined;
}

/** Plain lists and environments, and the wrappers of tidymodels and mlr that leave the model as it is. */
function isContainer(value: RValue): boolean {
  const classes = classesOf(value);
  if (value.kind === 'environment') return value.name === undefined && classes.length === 0;
  return (
    value.kind === 'list' &&
    (classes.length === 0 || classes.some((name) => /^(list|model_fit|WrappedModel)$/.test(name)))
  );
}

function step(path: string, name: string, index: number): string {
  if (name === '') return `${path}[[${index + 1}]]`;
  return path === '' ? name : `${path}$${name}`;
}
