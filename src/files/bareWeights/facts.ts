import type { Scaling, ScalingSet } from '../../table/scaling';
import { parseName } from './arrayNames';
import { activationByName, type NamedActivation } from './activationNames';
import type { BareArray, BareFile, BareText } from './bareFile';

/** Names of the inputs, if a list of as many texts is called so. */
export function featureNames(file: BareFile, inputs: number): readonly string[] | undefined {
  return namesOf(file, inputs, /\b(features?|columns?|inputs?|predictors?|covariates?|variables?|x)\b/);
}

/** Names of the outputs, likewise. */
export function outputNames(file: BareFile, outputs: number): readonly string[] | undefined {
  return namesOf(file, outputs, /\b(targets?|outputs?|labels?|class|classes|responses?|y)\b/);
}

function namesOf(file: BareFile, count: number, called: RegExp): readonly string[] | undefined {
  const found = file.texts.find(
    (text) => text.values.length === count && called.test(wordsText(text)) && !/\bactivations?\b/.test(wordsText(text)),
  );
  const distinct = found && new Set(found.values).size === count;
  return distinct ? found.values : undefined;
}

function wordsText({ name }: { readonly name: string }): string {
  return parseName(name).words.join(' ');
}

/** The activations as far as texts in the file name them: one per place between layers, one after the last. */
export interface NamedActivations {
  readonly hidden?: readonly NamedActivation[];
  readonly output?: NamedActivation;
}

/** Reads texts such as `activations = ['relu', 'linear']`, `hidden_activation = 'tanh'`. */
export function namedActivations(file: BareFile, hiddenPlaces: number): NamedActivations {
  let found: NamedActivations = {};
  for (const text of file.texts) {
    const words = wordsText(text);
    if (!/\b(activations?|nonlinearity|nonlinearities|act|actfn|actfun|activationfun|transfer)\b/.test(words)) continue;
    const functions = text.values.map(activationByName);
    if (!functions.every((activation) => activation !== undefined)) continue;
    found = { ...activationsIn(functions, hiddenPlaces, /\b(out|output|final|last)\b/.test(words)), ...found };
  }
  return found;
}

function activationsIn(functions: readonly NamedActivation[], hiddenPlaces: number, output: boolean): NamedActivations {
  const [first] = functions;
  if (!first) return {};
  if (output) return functions.length === 1 ? { output: first } : {};
  if (functions.length === hiddenPlaces + 1 && hiddenPlaces > 0) {
    return { hidden: functions.slice(0, -1), output: functions.at(-1)! };
  }
  if (functions.length === hiddenPlaces) return { hidden: functions };
  return functions.length === 1 ? { hidden: new Array<NamedActivation>(hiddenPlaces).fill(first) } : {};
}

/** What a scaling is made of, by the words of an array's name. */
const measures: readonly (readonly [Measure, RegExp])[] = [
  ['mean', /\b(mean|means|mu|avg|average|center|centre|offset|shift|loc|location)\b/],
  ['spread', /\b(std|stds|stdev|stddev|sd|sigma|scale|spread)\b/],
  ['variance', /\b(var|variance|variances)\b/],
  ['low', /\b(min|mins|minimum|low|lower|data min)\b/],
  ['high', /\b(max|maxs|maximum|high|upper|data max)\b/],
];

type Measure = 'mean' | 'spread' | 'variance' | 'low' | 'high';

/** Means and deviations, or least and largest values, that lie beside the weights: of the inputs, and of the outputs. */
export function scalingsIn(file: BareFile, inputs: number, outputs: number): ScalingSet | undefined {
  const known = { inputs: new Map<Measure, BareArray>(), outputs: new Map<Measure, BareArray>() };
  for (const array of file.arrays) {
    const words = wordsText(array);
    const measure = measures.find(([, pattern]) => pattern.test(words))?.[0];
    if (!measure || /\b(running|moving|optim|optimizer|grad|exp)\b/.test(words)) continue;
    const ofOutput = /\b(y|target|targets|output|outputs|label|labels|response)\b/.test(words);
    const ofInput = /\b(x|input|inputs|feature|features|data)\b/.test(words);
    const side = ofOutput ? 'outputs' : 'inputs';
    const plain = !ofInput && !ofOutput && parseName(array.name).key.length > 3;
    if (plain || !isVector(array, ofOutput ? outputs : inputs)) continue;
    if (!known[side].has(measure)) known[side].set(measure, array);
  }
  const [ofInputs, ofOutputs] = [scalingsOf(known.inputs, inputs), scalingsOf(known.outputs, outputs)];
  if (!ofInputs && !ofOutputs) return undefined;
  const names = [...(ofInputs ? known.inputs.values() : []), ...(ofOutputs ? known.outputs.values() : [])].map(
    (array) => array.name,
  );
  const features = featureNames(file, inputs);
  return {
    inputs: ofInputs ?? Array.from({ length: inputs }, () => ({ kind: 'identity' })),
    ...(ofOutputs ? { outputs: ofOutputs } : {}),
    ...(features ? { names: features } : {}),
    origin: `${file.file} (${names.join(', ')})`,
  };
}

function isVector(array: BareArray, length: number): boolean {
  return array.values.length === length && array.values.every(Number.isFinite);
}

/** A spread of 0 belongs to a constant column; it scales by 1, as scikit-learn does. */
function scalingsOf(known: ReadonlyMap<Measure, BareArray>, count: number): readonly Scaling[] | undefined {
  const [mean, low, high] = [known.get('mean'), known.get('low'), known.get('high')];
  const spread = known.get('spread')?.values ?? known.get('variance')?.values.map(Math.sqrt);
  const affine = (centre: (at: number) => number, width: (at: number) => number): Scaling[] =>
    Array.from({ length: count }, (_, at) => ({ kind: 'affine', centre: centre(at), spread: width(at) || 1 }));
  if (mean && spread)
    return affine(
      (at) => mean.values[at]!,
      (at) => spread[at]!,
    );
  if (low && high)
    return affine(
      (at) => low.values[at]!,
      (at) => high.values[at]! - low.values[at]!,
    );
  return undefined;
}

/** Texts of a mapping from names to texts (metadata), as lists of one or of the comma-separated items. */
export function metadataTexts(metadata: Iterable<readonly [string, string]>): BareText[] {
  return Array.from(metadata, ([name, value]) => ({ name, values: listed(value) }));
}

function listed(value: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string')) return parsed;
  } catch {
    // Not JSON: a plain text.
  }
  return value.split(',').map((item) => item.trim());
}
