import type { Tensor } from '../../network/builder';
import { attribute, isKind, itemsOf, numberOf } from '../containers/pickleValues';
import { maxWeightBytes } from '../limits';
import { affineScaler } from './affineScalers';
import {
  fittedNumbers,
  fittedVector,
  flag,
  numberSetting,
  partOf,
  setting,
  unsupported,
  unusable,
  type Fitted,
} from './fitted';
import { asNumbers, frameOf, namesOf, selected, type Frame, type Lowering } from './frame';

/** Standard, min-max, robust and max-abs scaling: one factor and one offset per column. */
export function scaleColumns(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const scaler = affineScaler(fitted);
  const x = asNumbers(frame, lowering, fitted.label);
  if (!scaler) return frame;
  checkWidth(fitted, 'scale_', scaler.spread.length, frame);
  const builder = lowering.builder.at(fitted.label);
  const { centre, spread, limits } = scaler;
  const scaled = builder.scale(
    x,
    spread.map((divisor) => 1 / divisor),
    centre.map((value, i) => -value / spread[i]!),
  );
  const clipped = limits ? builder.activation(scaled, { kind: 'clip', low: limits[0], high: limits[1] }) : scaled;
  return frameOf(clipped, namesOf(frame));
}

/** Each row divided by its norm; a row of zeros stays. */
export function normalizer(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const builder = lowering.builder.at(fitted.label);
  const x = asNumbers(frame, lowering, fitted.label);
  const norms: Readonly<Record<string, () => Tensor>> = {
    l1: () => builder.reduce('sum', builder.activation(x, { kind: 'abs' }), [0], true),
    l2: () =>
      builder.activation(builder.reduce('sum', builder.activation(x, { kind: 'square' }), [0], true), { kind: 'sqrt' }),
    max: () => builder.reduce('max', builder.activation(x, { kind: 'abs' }), [0], true),
  };
  const norm = norms[setting(fitted, 'norm') ?? 'l2']?.() ?? unusable(fitted, 'norm', 'is none of l1, l2 and max');
  const one = builder.constant(Float64Array.of(1), [1]);
  const zero = builder.constant(Float64Array.of(0), [1]);
  const divisor = builder.select(builder.compare('equal', norm, zero), one, norm);
  return frameOf(builder.combine('divide', x, divisor), namesOf(frame));
}

/** Products of up to `degree` columns, by number of factors and then by column, as scikit-learn orders them. */
export function polynomialFeatures(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const [low, high] = degrees(fitted);
  const repeats = !flag(fitted, 'interaction_only', false);
  const count = frame.columns.length;
  const terms: number[][] = flag(fitted, 'include_bias', true) ? [[]] : [];
  for (let degree = Math.max(low, 1); degree <= high; degree++) {
    addCombinations(terms, count, degree, repeats);
    if (terms.length * degree * 8 > maxWeightBytes / 64)
      unsupported(fitted, `PolynomialFeatures "${fitted.label}" makes too many products`);
  }
  const builder = lowering.builder.at(fitted.label);
  const x = asNumbers(frame, lowering, fitted.label);
  // Factors that are not there are the 1 at the end.
  const extended = builder.concat([x, builder.constant(Float64Array.of(1), [1])], 0);
  const width = Math.max(high, 1);
  const indices = Int32Array.from({ length: terms.length * width }, (_, i) => {
    const term = terms[Math.floor(i / width)]!;
    return term[i % width] ?? count;
  });
  const factors = builder.gather(extended, indices, [terms.length, width]);
  const names = namesOf(frame);
  return frameOf(
    builder.reduce('product', factors, [1], false),
    terms.map((term) => (term.length === 0 ? '1' : term.map((at) => names[at] ?? '').join(' '))),
  );
}

function degrees(fitted: Fitted): readonly [number, number] {
  const range = itemsOf(attribute(fitted.object, 'degree'))?.map((value) => numberOf(value) ?? NaN);
  const [low, high] = range ?? [0, numberSetting(fitted, 'degree') ?? 2];
  if (low === undefined || high === undefined || !(low >= 0 && high >= low && high <= 16))
    return unusable(fitted, 'degree', 'is not a degree from 0 to 16');
  return [low, high];
}

function addCombinations(terms: number[][], count: number, degree: number, repeats: boolean): void {
  const limit = terms.length + 2 ** 18;
  const extend = (term: number[], from: number): void => {
    if (term.length === degree) {
      if (terms.length <= limit) terms.push(term);
      return;
    }
    for (let at = from; at < count && terms.length <= limit; at++) extend([...term, at], repeats ? at : at + 1);
  };
  extend([], 0);
}

/** Rows without missing values pass as they are; a number that stands for a missing one is replaced. */
export function simpleImputer(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const marker = numberSetting(fitted, 'missing_values');
  const marked = marker !== undefined && !Number.isNaN(marker);
  const { name } = fitted.object;
  if (marked && (flag(fitted, 'add_indicator', false) || !/^(Simple)?Imputer$/.test(name)))
    unsupported(fitted, `${name} "${fitted.label}" takes the number ${marker} for a missing value`);
  lowering.problems.push({
    code: 'sklearn-imputer',
    message: `${name} "${fitted.label}" would fill in missing values; rows with missing values are left out here.`,
    file: fitted.file,
    place: { kind: 'part', name: fitted.label },
    remedy: 'Fill in the missing values in the table to see these rows.',
    severity: 'info',
  });
  const kept = keptColumns(fitted, frame);
  if (!marked) return withIndicators(fitted, kept, lowering);
  const builder = lowering.builder.at(fitted.label);
  const x = asNumbers(kept, lowering, fitted.label);
  const size = kept.columns.length;
  const filler = builder.constant(fittedVector(fitted, 'statistics_', size), [size]);
  const missing = builder.compare('equal', x, builder.constant(new Float64Array(size).fill(marker), [size]));
  return frameOf(builder.select(missing, filler, x), namesOf(kept));
}

/** Columns that tell which values were missing: 0 in every row without missing values. */
function withIndicators(fitted: Fitted, frame: Frame, { builder }: Lowering): Frame {
  if (!flag(fitted, 'add_indicator', false)) return frame;
  const count = fittedNumbers(partOf(fitted, 'indicator_'), 'features_').values.length;
  if (count === 0) return frame;
  const zeros = frameOf(builder.constant(new Float64Array(count), [count]));
  return { columns: [...frame.columns, ...zeros.columns] };
}

/** A column that was missing in every row has the statistic NaN and is left out, unless `keep_empty_features`. */
function keptColumns(fitted: Fitted, frame: Frame): Frame {
  const statistics = attribute(fitted.object, 'statistics_');
  if (flag(fitted, 'keep_empty_features', false) || setting(fitted, 'strategy') === 'constant') return frame;
  if (!isKind(statistics, 'array') || !(statistics.content instanceof Uint8Array)) return frame;
  const view = new DataView(statistics.content.buffer, statistics.content.byteOffset, statistics.content.byteLength);
  if (statistics.type.code !== 'f8' || view.byteLength !== frame.columns.length * 8) return frame;
  const numbers = frame.columns.map((_, i) => view.getFloat64(i * 8, statistics.type.littleEndian));
  return selected(
    frame,
    numbers.flatMap((value, i) => (Number.isNaN(value) ? [] : [i])),
  );
}

/**
 * Yeo and Johnson's or Box and Cox's power transformation with learned exponents. Yeo-Johnson is written as
 * f(max(x, 0)) − g(max(0, −x)), each vanishing at 0, so that its slope at 0 comes from the first alone.
 */
export function powerTransformer(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const builder = lowering.builder.at(fitted.label);
  const size = frame.columns.length;
  const lambdas = fittedVector(fitted, 'lambdas_', size);
  const x = asNumbers(frame, lowering, fitted.label);
  const zero = builder.constant(new Float64Array(size), [size]);
  const one = builder.constant(new Float64Array(size).fill(1), [size]);
  const shifted = (part: Tensor): Tensor => builder.combine('add', part, one);
  const powered =
    setting(fitted, 'method') === 'box-cox'
      ? boxCox(x, lambdas, lowering)
      : builder.combine(
          'subtract',
          boxCox(shifted(builder.combine('max', x, zero)), lambdas, lowering),
          boxCox(
            shifted(builder.combine('max', zero, builder.activation(x, { kind: 'negative' }))),
            lambdas.map((l) => 2 - l),
            lowering,
          ),
        );
  const result = frameOf(powered, namesOf(frame));
  const scaler = attribute(fitted.object, '_scaler');
  if (!flag(fitted, 'standardize', true) || !isKind(scaler, 'object')) return result;
  return scaleColumns({ ...fitted, object: scaler }, result, lowering);
}

/** (x^λ − 1) / λ, and log x where λ is 0. */
function boxCox(x: Tensor, lambdas: Float64Array, lowering: Lowering): Tensor {
  const { builder } = lowering;
  const parts = Array.from(lambdas, (lambda, at) => {
    const column = builder.take(x, 0, [at]);
    if (Math.abs(lambda) < Number.EPSILON) return builder.activation(column, { kind: 'log' });
    const power = builder.combine('pow', column, builder.constant(Float64Array.of(lambda), [1]));
    return builder.scale(power, Float64Array.of(1 / lambda), Float64Array.of(-1 / lambda));
  });
  return builder.concat(parts, 0);
}

/** Refuses a step that was fitted for another number of columns. */
function checkWidth(fitted: Fitted, name: string, width: number, frame: Frame): void {
  if (width !== frame.columns.length)
    unusable(fitted, name, `is for ${width} columns, but ${frame.columns.length} come in`);
}
