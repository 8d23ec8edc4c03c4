import type { Problem } from '../../problem';
import type { Scaling, ScalingSet } from '../../table/scaling';
import { rNull, type RValue } from '../containers/rValues';
import {
  attribute,
  classesOf,
  entriesOf,
  field,
  isTable,
  matrixOf,
  matrixRow,
  namedLines,
  namedNumbers,
  type NamedNumbers,
} from './fields';

/** What stands beside a model in the same list or file. */
export interface Sibling {
  readonly name: string;
  readonly value: RValue;
}

/** Scalings that were found, and what the user should know about them. */
export interface FoundScalings {
  readonly scalings?: ScalingSet;
  readonly problems: readonly Problem[];
}

type Role = 'mean' | 'deviation' | 'minimum' | 'maximum' | 'range';
type Side = 'inputs' | 'outputs' | 'both';

/** Numbers beside a model whose name says what they are. */
interface Candidate {
  readonly role: Role;
  readonly side: Side;
  readonly name: string;
  readonly numbers: NamedNumbers;
}

const roles: readonly (readonly [Role, RegExp])[] = [
  ['mean', /^([xy]?)(?:means?|mu|avg|averages?|cent(?:er|re)s?)([xy]?)$/],
  ['deviation', /^([xy]?)(?:sds?|stds?|st(?:d|andard)?dev(?:iation)?s?|sigmas?|scales?|spreads?|deviations?)([xy]?)$/],
  ['minimum', /^([xy]?)(?:mins?|minim(?:um|ums|a)|lo|low|lower)([xy]?)$/],
  ['maximum', /^([xy]?)(?:max|maxs|maxes|maxim(?:um|ums|a)|hi|high|upper)([xy]?)$/],
  ['range', /^([xy]?)(?:ranges?|widths?)([xy]?)$/],
];
/** Two roles that make a scaling together: where it starts, and its end or its width. */
const pairs: readonly (readonly [start: Role, end: Role, isWidth: boolean])[] = [
  ['mean', 'deviation', true],
  ['minimum', 'maximum', false],
  ['minimum', 'range', true],
];
const outputWord = /^(?:y|targets?|outputs?|response|label)$/;
const inputWord = /^(?:x|inputs?|features?|predictors?|covariates?)$/;

/**
 * The scaling that means and standard deviations, minima and maxima, or the centre and scale that R's scale() leaves
 * on its result, spell beside a model: model = (original − mean) / sd, or (original − min) / (max − min). Values are
 * matched by name, else by position where the counts agree.
 */
export function findScalings(
  siblings: readonly Sibling[],
  features: readonly string[],
  outputs: readonly string[],
  file: string,
): FoundScalings {
  const candidates = siblings.flatMap((sibling) => candidatesOf(sibling, 'both', 0));
  const inputs = sideScalings(candidates, 'inputs', features, outputs.length);
  if (!inputs) return { problems: [] };
  const origin = `${inputs.names.join(' and ')} in ${file}`;
  if (inputs.scalings.some((scaling) => !isInvertible(scaling))) return { problems: [notInvertible(file, origin)] };
  const target = sideScalings(candidates, 'outputs', outputs, features.length);
  const known = target?.scalings.every(isInvertible) ? { outputs: target.scalings } : {};
  return {
    scalings: { inputs: inputs.scalings, names: features, origin, ...known },
    problems: [
      ...(inputs.byPosition ? [matchedByPosition(file, origin)] : []),
      ...(known.outputs && !target?.named ? [targetScaled(file, origin, outputs)] : []),
    ],
  };
}

/** The names the scaling beside a model knows its columns by, when it fits the model only by their order. */
export function scalerNames(
  siblings: readonly Sibling[],
  features: readonly string[],
  outputs: readonly string[],
): readonly string[] | undefined {
  const candidates = siblings.flatMap((sibling) => candidatesOf(sibling, 'both', 0));
  const scaling = sideScalings(candidates, 'inputs', features, outputs.length);
  if (!scaling?.byPosition) return undefined;
  return pairs.flatMap((pair) => pick(candidates, pair[0], 'inputs')?.numbers.names ?? []).slice(0, features.length);
}

/** Whether a scaling can be undone. */
export function isInvertible(scaling: Scaling): boolean {
  if (scaling.kind === 'identity') return true;
  return Number.isFinite(scaling.centre) && Number.isFinite(scaling.spread) && scaling.spread !== 0;
}

/** A scaling that cannot be undone is not used. */
export function notInvertible(file: string, origin: string): Problem {
  return {
    code: 'scaler-not-invertible',
    message: `The scaling by ${origin} has a spread of 0 or a missing value and is not used.`,
    file,
    remedy: 'Give the scaling in a file of its own, or leave out the column that is the same in every row.',
    severity: 'warning',
  };
}

/** What scales a whole data frame knows the target too, and cannot say whether the network was trained on it scaled. */
export function targetScaled(file: string, origin: string, outputs: readonly string[]): Problem {
  return {
    code: 'scaler-of-target-too',
    message: `The scaling by ${origin} also holds ${outputs.join(', ')}: the network is taken to give it scaled, and its forecasts are shown in original units.`,
    file,
    remedy: 'If the network was trained on the target as it is, save the scaling without it.',
    severity: 'info',
  };
}

function matchedByPosition(file: string, origin: string): Problem {
  return {
    code: 'scaler-by-position',
    message: `The scaling by ${origin} does not name the network's inputs; it is taken in their order.`,
    file,
    remedy: 'Check the order of the inputs.',
    severity: 'info',
  };
}

function candidatesOf(sibling: Sibling, outer: Side, depth: number): readonly Candidate[] {
  const { name, value } = sibling;
  const words = wordsOf(name);
  const ownSide = words.map(sideOf).find((found) => found !== undefined) ?? outer;
  const scaled = scaledAttributes(value, name, ownSide);
  if (scaled.length > 0) return scaled;
  if (classesOf(value).includes('recipe')) return recipeCandidates(value, name);
  const isPlain = classesOf(value).length === 0 || isTable(value);
  if (!isPlain) return [];
  const table = namedLines(value).flatMap((line) => {
    const role = wordsOf(line.name).flatMap((word) => roleOf(word) ?? [])[0]?.role;
    return role ? [{ role, side: ownSide, name, numbers: line.numbers }] : [];
  });
  if (table.length > 1) return table;
  const told = words.flatMap((word) => roleOf(word) ?? [])[0];
  const side = told?.side ?? ownSide;
  if (told?.role === 'range' && attribute(value, 'dim')) return extremes(value, side, name);
  const inside = value.kind === 'list' ? entriesOf(value) : [];
  const rolesInside = inside.some((entry) => wordsOf(entry.name).some((word) => roleOf(word)));
  const numbers = told && !rolesInside ? namedNumbers(value) : undefined;
  if (told && numbers) return [{ role: told.role, side, name, numbers }];
  return depth >= 2 ? [] : inside.flatMap((entry) => candidatesOf(entry, side, depth + 1));
}

/** What a word of a name says its numbers are. */
function roleOf(word: string): { readonly role: Role; readonly side: Side | undefined } | undefined {
  for (const [role, pattern] of roles) {
    const match = pattern.exec(word);
    if (match) return { role, side: sideOf(`${match[1] ?? ''}${match[2] ?? ''}`) };
  }
  return undefined;
}

/** apply(x, 2, range): two rows, the lowest and the highest. */
function extremes(value: RValue, side: Side, name: string): readonly Candidate[] {
  const matrix = matrixOf(value);
  if (matrix?.rows !== 2) return [];
  return (['minimum', 'maximum'] as const).map((role, row): Candidate => ({
    role,
    side,
    name,
    numbers: { values: matrixRow(matrix, row), ...(matrix.columnNames ? { names: matrix.columnNames } : {}) },
  }));
}

/** Steps of a recipe (package recipes) that only scale; one that does more makes the numbers of the others useless. */
function recipeCandidates(recipe: RValue, name: string): readonly Candidate[] {
  const steps = entriesOf(field(recipe, 'steps') ?? rNull).map((entry) => entry.value);
  const inert = /^step_(?:rm|zv|nzv|corr|select|impute_\w+|naomit|center|scale|normalize)$/;
  if (!steps.every((step) => inert.test(classesOf(step)[0] ?? ''))) return [];
  const found = (role: Role, key: string): Candidate[] =>
    steps.flatMap((step) => {
      const stored = field(step, key);
      const numbers = stored && namedNumbers(stored);
      return numbers ? [{ role, side: 'both', name, numbers }] : [];
    });
  const means = found('mean', 'means');
  const deviations = found('deviation', 'sds');
  return means.length === 1 && deviations.length === 1 ? [...means, ...deviations] : [];
}

/** scale() leaves what it did as attributes of its result. */
function scaledAttributes(value: RValue, name: string, side: Side): readonly Candidate[] {
  const numbersAt = (key: string): NamedNumbers | undefined => {
    const stored = attribute(value, key);
    return stored && namedNumbers(stored);
  };
  const centre = numbersAt('scaled:center');
  const scale = numbersAt('scaled:scale');
  const whole = centre ?? scale;
  if (!whole) return [];
  const filled = (fill: number): NamedNumbers => ({
    ...whole,
    values: new Float64Array(whole.values.length).fill(fill),
  });
  return [
    { role: 'mean', side, name, numbers: centre ?? filled(0) },
    { role: 'deviation', side, name, numbers: scale ?? filled(1) },
  ];
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}

function sideOf(word: string): Side | undefined {
  if (outputWord.test(word)) return 'outputs';
  return inputWord.test(word) ? 'inputs' : undefined;
}

interface SideScalings {
  readonly scalings: readonly Scaling[];
  readonly names: readonly string[];
  readonly byPosition: boolean;
  /** Whether names say that it is for this side. */
  readonly named: boolean;
}

function sideScalings(
  candidates: readonly Candidate[],
  side: 'inputs' | 'outputs',
  columns: readonly string[],
  others: number,
): SideScalings | undefined {
  for (const [first, second, isWidth] of pairs) {
    const lower = pick(candidates, first, side);
    const upper = pick(candidates, second, side);
    if (!lower || !upper) continue;
    const own = lower.side === side && upper.side === side;
    const starts = matched(lower.numbers, columns, own || (side === 'inputs' && others > 0));
    const ends = matched(upper.numbers, columns, own || (side === 'inputs' && others > 0));
    if (!starts || !ends) continue;
    const scalings = columns.map((_, i): Scaling => {
      const start = starts.values[i];
      const end = ends.values[i];
      if (start === undefined || end === undefined) return { kind: 'identity' };
      return { kind: 'affine', centre: start, spread: isWidth ? end : end - start };
    });
    const names = lower.name === upper.name ? [lower.name] : [upper.name, lower.name];
    return { scalings, names, byPosition: starts.byPosition || ends.byPosition, named: own };
  }
  return undefined;
}

function pick(candidates: readonly Candidate[], role: Role, side: Side): Candidate | undefined {
  const fitting = candidates.filter((candidate) => candidate.role === role);
  return fitting.find((candidate) => candidate.side === side) ?? fitting.find((candidate) => candidate.side === 'both');
}

/** The numbers of the columns by name; by position only when no name fits, and as many numbers as columns are there. */
function matched(
  numbers: NamedNumbers,
  columns: readonly string[],
  positions: boolean,
): { readonly values: readonly (number | undefined)[]; readonly byPosition: boolean } | undefined {
  const named = columns.map((column) => {
    const at = numbers.names?.indexOf(column) ?? -1;
    return at < 0 ? undefined : numbers.values[at];
  });
  if (named.some((value) => value !== undefined)) return { values: named, byPosition: false };
  if (!positions || numbers.values.length !== columns.length) return undefined;
  return { values: [...numbers.values], byPosition: true };
}
