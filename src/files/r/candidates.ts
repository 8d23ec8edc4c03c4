import type { RValue } from '../containers/rValues';
import { maxRSteps } from '../limits';
import { readAverage, readComponents } from './averaged';
import { readTrain } from './caret';
import { classesOf, entriesOf } from './fields';
import type { RContext, RModel } from './model';
import { readNeuralnet } from './neuralnet';
import { readNnet } from './nnet';
import { modelWords } from './modelWords';
import type { Sibling } from './scaler';
import { readWorkflow } from './workflow';

/** A network somewhere in an R file. */
export interface Candidate {
  /** How one would reach it in R, from the object's name on: `net`, `models$first`. Empty for the only object of an .rds. */
  readonly path: string;
  readonly value: RValue;
  /** What stands beside it in the same list, or beside its list. */
  readonly siblings: readonly Sibling[];
  /** The class of an object around it that may do more than the network does. */
  readonly inside?: string;
}

/** Classes of objects that hold a model and leave it as it is: plain lists, parsnip, mlr. */
const transparent: ReadonlySet<string> = new Set(['list', 'model_fit', 'WrappedModel']);

/** Lists within lists that are searched. */
const maxSearchDepth = 5;

/** The networks among objects and in lists, environments and S4 objects of them; the first ones found first. */
export function findCandidates(objects: readonly Sibling[]): readonly Candidate[] {
  const found: Candidate[] = [];
  const seen = new Set<RValue>();
  let steps = 0;
  const search = (place: Candidate, depth: number): void => {
    const { path, value, siblings } = place;
    if (++steps > maxRSteps || seen.has(value)) return;
    if (value.kind === 'list' || value.kind === 'environment') seen.add(value);
    if (readerOf(value)) found.push(place);
    else if (depth < maxSearchDepth && isContainer(value)) {
      const classes = classesOf(value);
      const around = classes.some((name) => transparent.has(name)) ? undefined : classes[0];
      const inside = place.inside ?? around;
      const entries = entriesOf(value);
      entries.forEach((entry, i) => {
        const others = entries.filter((_, k) => k !== i);
        const next = { path: step(path, entry.name, i), value: entry.value, siblings: [...others, ...siblings] };
        search({ ...next, ...(inside === undefined ? {} : { inside }) }, depth + 1);
      });
    }
  };
  objects.forEach((object, i) => {
    const others = objects.filter((_, k) => k !== i);
    search({ path: object.name, value: object.value, siblings: others }, 0);
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
  if (classes.includes('avNNet')) return readAverage;
  if (classes.includes('pcaNNet')) return readComponents;
  if (classes.includes('workflow')) return (object, context) => readWorkflow(object, context, readCandidate);
  if (classes.includes('train')) return (object, context) => readTrain(object, context, readCandidate);
  return undefined;
}

/** Lists, environments and S4 objects whose own content may hold a network; models of other kinds are not searched. */
function isContainer(value: RValue): boolean {
  if (value.kind === 'environment') return value.name === undefined;
  return (value.kind === 'list' || value.kind === 's4') && modelWords(value) === undefined;
}

function step(path: string, name: string, index: number): string {
  if (name === '') return `${path}[[${index + 1}]]`;
  return path === '' ? name : `${path}$${name}`;
}
