import type { Scaling } from '../../table/scaling';
import { attribute, isKind } from '../containers/pickleValues';
import {
  featureNames,
  fittedNumbers,
  fittedVector,
  flag,
  numberSetting,
  optionalVector,
  unusable,
  type Fitted,
} from './fitted';

/** What a scaler does to each column: (x − centre) / spread; `limits` when it clips afterwards. */
interface AffineScaler {
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  readonly limits?: readonly [number, number];
  readonly names?: readonly string[];
}

type ReadScaler = (fitted: Fitted) => AffineScaler;

const readers: ReadonlyMap<string, ReadScaler> = new Map<string, ReadScaler>([
  ['StandardScaler', standard],
  ['MinMaxScaler', minMax],
  ['RobustScaler', robust],
  ['MaxAbsScaler', maxAbs],
]);

/** Whether a class of scikit-learn scales each column by itself with two numbers. */
export function isAffineScaler(name: string): boolean {
  return readers.has(name);
}

/** What such a scaler does; undefined for every other class. Refused when it is not fitted or damaged. */
export function affineScaler(fitted: Fitted): AffineScaler | undefined {
  const scaler = readers.get(fitted.object.name)?.(fitted);
  if (!scaler) return undefined;
  if (!scaler.spread.every((spread) => spread !== 0 && Number.isFinite(spread)))
    unusable(fitted, 'scale_', 'holds a 0');
  const names = featureNames(fitted);
  return names ? { ...scaler, names } : scaler;
}

/** The same as scalings of single columns. */
export function scalingsOf({ centre, spread }: AffineScaler): Scaling[] {
  return Array.from(centre, (value, i) => ({ kind: 'affine', centre: value, spread: spread[i]! }));
}

/** z = (x − mean_) / scale_; `with_mean=False` still stores mean_, and scale_ is None without `with_std`. */
function standard(fitted: Fitted): AffineScaler {
  const count = featureCount(fitted, ['scale_', 'mean_', 'var_']);
  const mean = flag(fitted, 'with_mean', true) ? fittedVector(fitted, 'mean_', count) : zeros(count);
  const scale = flag(fitted, 'with_std', true) ? fittedVector(fitted, 'scale_', count) : ones(count);
  return { centre: mean, spread: scale };
}

/** z = x · scale_ + min_, clipped to feature_range with `clip`. */
function minMax(fitted: Fitted): AffineScaler {
  const count = featureCount(fitted, ['scale_']);
  const scale = fittedVector(fitted, 'scale_', count);
  const offset = fittedVector(fitted, 'min_', count);
  const affine = { centre: offset.map((min, i) => -min / scale[i]!), spread: scale.map((factor) => 1 / factor) };
  if (!flag(fitted, 'clip', false)) return affine;
  const [low = 0, high = 1] = fittedNumbers(fitted, 'feature_range').values;
  return { ...affine, limits: [low, high] };
}

/** z = (x − center_) / scale_, either of which is None when switched off. */
function robust(fitted: Fitted): AffineScaler {
  const count = featureCount(fitted, ['center_', 'scale_']);
  return {
    centre: optionalVector(fitted, 'center_', count) ?? zeros(count),
    spread: optionalVector(fitted, 'scale_', count) ?? ones(count),
  };
}

/** z = x / scale_. */
function maxAbs(fitted: Fitted): AffineScaler {
  const count = featureCount(fitted, ['scale_']);
  const affine = { centre: zeros(count), spread: fittedVector(fitted, 'scale_', count) };
  return flag(fitted, 'clip', false) ? { ...affine, limits: [-1, 1] } : affine;
}

function featureCount(fitted: Fitted, names: readonly string[]): number {
  const declared = numberSetting(fitted, 'n_features_in_');
  if (declared !== undefined && Number.isSafeInteger(declared) && declared >= 0 && declared < 2 ** 24) return declared;
  const held = names.find((name) => isKind(attribute(fitted.object, name), 'array'));
  return fittedNumbers(fitted, held ?? names[0]!).values.length;
}

function zeros(count: number): Float64Array {
  return new Float64Array(count);
}

function ones(count: number): Float64Array {
  return new Float64Array(count).fill(1);
}
