import type { BareArray } from '../bareWeights/bareFile';
import { refuse } from '../refuse';

/** A weight that is stored in pieces: the endings of their names, and how they make the weight. */
interface Recipe {
  readonly pieces: readonly string[];
  readonly make: (pieces: readonly BareArray[]) => Float64Array | undefined;
}

/** Weight normalisation, spectral normalisation and pruning, in the old (hooks) and the new (parametrizations) naming. */
const recipes: readonly Recipe[] = [
  { pieces: ['_g', '_v'], make: ([size, direction]) => weightNorm(size!, direction!) },
  { pieces: ['.original0', '.original1'], make: ([size, direction]) => weightNorm(size!, direction!) },
  { pieces: ['_orig', '_mask'], make: ([weight, mask]) => masked(weight!, mask!) },
  { pieces: ['_orig', '_u', '_v'], make: ([weight, left, right]) => spectral(weight!, left!, right!) },
  { pieces: ['.original', '.0._u', '.0._v'], make: ([weight, left, right]) => spectral(weight!, left!, right!) },
];

/** Puts weights together that are stored in pieces; everything else is left as it is, in the order of the file. */
export function plainWeights(file: string, arrays: readonly BareArray[]): readonly BareArray[] {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  const gone = new Set<string>();
  const made = new Map<string, BareArray>();
  for (const array of arrays) {
    if (gone.has(array.name)) continue;
    const found = recipeFor(array.name, byName);
    if (!found) continue;
    const values = found.recipe.make(found.pieces);
    const weight = found.pieces.find((piece) => piece.shape.length > 1) ?? array;
    if (!values) refusePieces(file, found.stem, found.pieces);
    const name = found.stem.replace(/(^|\.)parametrizations\./, '$1');
    made.set(array.name, { name, shape: weightShape(found.pieces, weight), values });
    for (const piece of found.pieces) if (piece !== array) gone.add(piece.name);
  }
  return arrays.flatMap((array) => (gone.has(array.name) ? [] : [made.get(array.name) ?? array]));
}

/** The weight is the largest of its pieces. */
function weightShape(pieces: readonly BareArray[], first: BareArray): readonly number[] {
  return pieces.reduce((best, piece) => (piece.values.length > best.values.length ? piece : best), first).shape;
}

function recipeFor(
  name: string,
  byName: ReadonlyMap<string, BareArray>,
): { readonly recipe: Recipe; readonly stem: string; readonly pieces: readonly BareArray[] } | undefined {
  for (const recipe of recipes) {
    for (const ending of recipe.pieces) {
      if (!name.endsWith(ending)) continue;
      const stem = name.slice(0, -ending.length);
      const pieces = recipe.pieces.flatMap((piece) => byName.get(stem + piece) ?? []);
      if (pieces.length === recipe.pieces.length && /(weight|bias)$/.test(stem)) return { recipe, stem, pieces };
    }
  }
  return undefined;
}

function refusePieces(file: string, stem: string, pieces: readonly BareArray[]): never {
  refuse(file, {
    code: 'torch-parametrisation',
    message: `${stem} in ${file} is stored in pieces that do not fit each other (${pieces.map((piece) => piece.name).join(', ')}).`,
    remedy: 'Remove the parametrisation (torch.nn.utils.parametrize.remove_parametrizations) and save the model again.',
    part: stem,
  });
}

/** w = g v / ‖v‖, the norm over all axes but those along which g varies (Salimans and Kingma 2016). */
function weightNorm(size: BareArray, direction: BareArray): Float64Array | undefined {
  const { shape, values } = direction;
  const kept = size.values.length === 1 ? -1 : size.shape.findIndex((length) => length > 1);
  const groups = kept < 0 ? 1 : shape[kept]!;
  if (groups !== size.values.length || values.length === 0) return undefined;
  const step = kept < 0 ? values.length : shape.slice(kept + 1).reduce((product, length) => product * length, 1);
  const groupOf = (at: number): number => (kept < 0 ? 0 : Math.floor(at / step) % groups);
  const squares = new Float64Array(groups);
  values.forEach((value, at) => (squares[groupOf(at)]! += value * value));
  return values.map((value, at) => (size.values[groupOf(at)]! * value) / Math.sqrt(squares[groupOf(at)]!));
}

function masked(weight: BareArray, mask: BareArray): Float64Array | undefined {
  if (weight.values.length !== mask.values.length) return undefined;
  return weight.values.map((value, at) => value * mask.values[at]!);
}

/** w / σ with the largest singular value σ = uᵀ w v as it was last estimated (Miyato et al. 2018). */
function spectral(weight: BareArray, left: BareArray, right: BareArray): Float64Array | undefined {
  const columns = right.values.length;
  if (left.values.length * columns !== weight.values.length) return undefined;
  let sigma = 0;
  weight.values.forEach((value, at) => {
    sigma += left.values[Math.floor(at / columns)]! * value * right.values[at % columns]!;
  });
  return weight.values.map((value) => value / sigma);
}
