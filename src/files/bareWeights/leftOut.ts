import { parseName, type ArrayName } from './arrayNames';
import type { BareArray } from './bareFile';

/** An array that may be part of a layer. */
export interface Candidate extends BareArray {
  readonly parsed: ArrayName;
}

/** What never is part of the network that is used, whatever else the name says: optimizers, gradients, histories. */
const never = new Set(
  (
    'optimizer optimizers optim opt adam adamw sgd rmsprop adagrad scheduler momentum momentums momentumbuffer velocity ' +
    'velocities grad grads gradient gradients history histories loss losses metrics metric accuracy acc epoch epochs ' +
    'seed rng lr iteration iterations timestamp confusion criterion objective importance importances shap permutation jacobian hessian fisher'
  ).split(' '),
);

/** What is data beside the network, unless the name also says weight or bias. */
const data = new Set(
  (
    'x y xs ys train training test testing val valid validation dataset data sample samples target targets label labels ' +
    'pred preds prediction predictions predicted residual residuals error errors mse rmse mae mape r2 score scores cost ' +
    'costs learning rate batch step steps index indices idx split time feature features mask hyperparameters mean means std ' +
    'stds mu sigma min max mins maxs average averages scale scaler scaling norm center centre var variance result results ' +
    'output outputs hidden activations a z cache params size sizes shape n config'
  ).split(' '),
);

/** Words that turn the name of a weight into that of a copy of it: moments, gradients, earlier and better versions. */
const copyWords = new Set(
  (
    'm v s d md vd sd dv dm ds mt vt mom moment moments first second cache delta deltas prev previous old best init ' +
    'initial start copy ema swa avg average averaged backup temp tmp target teacher orig original saved snapshot last rms ' +
    'sq squared exp mean'
  ).split(' '),
);

/** The arrays that can be layers, in the order of the file. */
export function layerCandidates(arrays: readonly BareArray[]): readonly Candidate[] {
  const parsed = withStatistics(arrays.map((array): Candidate => ({ ...array, parsed: parseName(array.name) })));
  const possible = parsed.filter((array) => array.values.length > 0 && !neverLayer(array) && !isData(array));
  return possible.filter((array) => !possible.some((other) => isCopyOf(array, other)));
}

/** `mean1` and `var1` beside `gamma1` are the statistics of a normalisation, not of the data. */
function withStatistics(candidates: readonly Candidate[]): readonly Candidate[] {
  const keys = new Set(candidates.flatMap(({ parsed }) => (parsed.role === 'gamma' ? [parsed.key.join('.')] : [])));
  return candidates.map((candidate) => {
    const { words, role } = candidate.parsed;
    const at = words.findIndex((word) => typeof word === 'string' && statisticWords.has(word));
    const statistic = statisticWords.get(String(words[at]));
    const key = words.toSpliced(at, 1);
    if (role !== undefined || !statistic || !keys.has(key.join('.'))) return candidate;
    return { ...candidate, parsed: { words, role: statistic, key } };
  });
}

const statisticWords: ReadonlyMap<string, 'mean' | 'variance'> = new Map([
  ['mean', 'mean'],
  ['mu', 'mean'],
  ['var', 'variance'],
  ['variance', 'variance'],
]);

/** A name that cannot be a layer's: an optimizer's moment, a loss history. */
function neverLayer({ parsed: { words, role } }: Candidate): boolean {
  if (words.some((word) => typeof word === 'string' && never.has(word))) return true;
  const joined = words.join(' ');
  if (/\b(exp avg|num batches tracked|state step)\b/.test(joined)) return true;
  return role === 'weight' && /\b(sample|samples|class|classes|instance|pos) (weight|weights|w)\b/.test(joined);
}

function isData({ parsed: { words, role }, shape }: Candidate): boolean {
  if (role !== undefined) return false;
  const texts = words.filter((word) => typeof word === 'string');
  // Matrices may be called after their place alone (`hidden`, `output`): those names are data only for vectors.
  const places = new Set(['hidden', 'output', 'params', 'a', 'features']);
  const known = texts.filter((word) => data.has(word) && !(shape.length >= 2 && places.has(word)));
  return known.length > 0;
}

/** Whether the first array's name is the second's with words of copies added, and the shapes agree. */
function isCopyOf(copy: Candidate, original: Candidate): boolean {
  const [long, short] = [copy.parsed.words, original.parsed.words];
  if (long.length <= short.length || copy.shape.join() !== original.shape.join()) return false;
  let at = 0;
  for (const word of long) {
    if (at < short.length && word === short[at]) at++;
    else if (typeof word !== 'string' || !copyWords.has(word)) return false;
  }
  return at === short.length;
}
