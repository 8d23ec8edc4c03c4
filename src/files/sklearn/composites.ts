import { numbersOf, textsOf } from '../containers/arrayNumbers';
import { attribute, isKind, itemsOf, numberOf, type PickleValue } from '../containers/pickleValues';
import { notFitted, spend, unusable, unsupported, within, type Fitted } from './fitted';
import { asNumbers, frameOf, joined, namesOf, selected, type Frame, type Lowering } from './frame';

/** What a step does to the columns. */
export type Transformer = (fitted: Fitted, frame: Frame, lowering: Lowering) => Frame;

/** A step of a pipeline; steps that pass everything through are left out. */
export function stepsOf(pipeline: Fitted): readonly Fitted[] {
  const steps = itemsOf(attribute(pipeline.object, 'steps'));
  if (!steps) return notFitted(pipeline, 'steps');
  return steps.flatMap((step) => {
    const [name, value] = itemsOf(step) ?? [];
    const part = within(pipeline, value, typeof name === 'string' ? name : undefined);
    // imbalanced-learn's samplers only change the training data.
    return part &&
      !part.object.module.startsWith('imblearn.over_sampling') &&
      !part.object.module.startsWith('imblearn.under_sampling')
      ? [part]
      : [];
  });
}

/** One branch of a ColumnTransformer or FeatureUnion: what it takes and what is done with it. */
export interface Branch {
  readonly name: string;
  /** Undefined passes the columns through. */
  readonly fitted: Fitted | undefined;
  readonly positions: readonly number[];
}

/** The branches of a fitted ColumnTransformer in the order of its output; dropped columns have none. */
export function branchesOf(transformer: Fitted, names: readonly string[]): readonly Branch[] {
  const entries = itemsOf(attribute(transformer.object, 'transformers_'));
  if (!entries) return notFitted(transformer, 'transformers_');
  const known = attribute(transformer.object, '_transformer_to_input_indices');
  const places: Places = { count: names.length, at: new Map(names.map((name, at) => [name, at])) };
  return entries.flatMap((entry): Branch[] => {
    const [name, value, columns] = itemsOf(entry) ?? [];
    if (typeof name !== 'string' || value === undefined || value === 'drop') return [];
    const listed = isKind(known, 'dict') ? positionsOf(known.entries.get(name) ?? null, places) : undefined;
    const positions = listed ?? positionsOf(columns ?? null, places);
    if (!positions) return unusable(transformer, `the columns of "${name}"`, 'cannot be found among the inputs');
    spend(transformer, positions.length);
    if (positions.length === 0) return [];
    return [{ name, fitted: within(transformer, value, name), positions }];
  });
}

/** Where to find columns by name, and how many there are. */
interface Places {
  readonly count: number;
  readonly at: ReadonlyMap<string, number>;
}

/** Columns given by numbers, names, truth values, one of them alone, or a slice; undefined when they do not exist. */
function positionsOf(columns: PickleValue, places: Places): readonly number[] | undefined {
  const { count } = places;
  if (isKind(columns, 'slice')) return slicePositions(columns, places);
  // Newer versions keep the remaining columns in a list of their own class.
  if (isKind(columns, 'object')) return positionsOf(attribute(columns, 'data') ?? null, places);
  const texts = typeof columns === 'string' ? [columns] : textItems(columns);
  if (texts) {
    const found = texts.map((name) => places.at.get(name));
    return found.every((at) => at !== undefined) ? found : undefined;
  }
  const mask = truthValues(columns);
  if (mask) return mask.length === count ? mask.flatMap((chosen, i) => (chosen ? [i] : [])) : undefined;
  const numbers = numbersOf(columns);
  const positions = numbers && Array.from(numbers.values, (at) => (at < 0 ? at + count : at));
  return positions?.every((at) => Number.isInteger(at) && at >= 0 && at < count) ? positions : undefined;
}

function textItems(columns: PickleValue): readonly string[] | undefined {
  const items =
    isKind(columns, 'array') && !(columns.content instanceof Uint8Array) ? columns.content : itemsOf(columns);
  if (items) return items.length > 0 && items.every((item) => typeof item === 'string') ? items : undefined;
  return isKind(columns, 'array') && columns.type.code.startsWith('U') ? textsOf(columns) : undefined;
}

function truthValues(columns: PickleValue): readonly boolean[] | undefined {
  if (isKind(columns, 'array') && columns.type.code === 'b1')
    return Array.from(numbersOf(columns)?.values ?? [], (value) => value !== 0);
  const items = itemsOf(columns);
  return items && items.length > 0 && items.every((item) => typeof item === 'boolean') ? items : undefined;
}

function slicePositions(
  slice: Extract<PickleValue, { readonly kind: 'slice' }>,
  places: Places,
): readonly number[] | undefined {
  const { count } = places;
  const step = numberOf(slice.step) ?? 1;
  const place = (value: PickleValue, otherwise: number, after: number): number => {
    // A slice of names includes its last one.
    if (typeof value === 'string') return (places.at.get(value) ?? NaN) + after;
    const number = numberOf(value) ?? otherwise;
    return Math.min(count, Math.max(0, number < 0 ? number + count : number));
  };
  const start = place(slice.start, 0, 0);
  const stop = place(slice.stop, count, 1);
  if (!(step > 0) || Number.isNaN(start + stop)) return undefined;
  return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
}

/** Columns to their own transformers, results side by side. */
export function columnTransformer(transform: Transformer): Transformer {
  return (fitted, frame, lowering) => {
    const parts = branchesOf(fitted, namesOf(frame)).map((branch) => {
      const columns = selected(frame, branch.positions);
      const result = branch.fitted ? transform(branch.fitted, columns, lowering) : columns;
      return weighted(fitted, branch.name, result, lowering);
    });
    return joined(fitted, parts);
  };
}

/** All columns to several transformers, results side by side. */
export function featureUnion(transform: Transformer): Transformer {
  return (fitted, frame, lowering) => {
    const entries = itemsOf(attribute(fitted.object, 'transformer_list'));
    if (!entries) return notFitted(fitted, 'transformer_list');
    const parts = entries.flatMap((entry): Frame[] => {
      const [name, value] = itemsOf(entry) ?? [];
      if (typeof name !== 'string' || value === undefined || value === 'drop' || value === null) return [];
      const part = within(fitted, value, name);
      return [weighted(fitted, name, part ? transform(part, frame, lowering) : frame, lowering)];
    });
    return joined(fitted, parts);
  };
}

/** `transformer_weights` multiply the columns of a branch. */
function weighted(fitted: Fitted, name: string, frame: Frame, lowering: Lowering): Frame {
  const weights = attribute(fitted.object, 'transformer_weights');
  const weight = isKind(weights, 'dict') ? numberOf(weights.entries.get(name)) : undefined;
  if (weight === undefined || weight === 1) return frame;
  const x = asNumbers(frame, lowering, name);
  const size = frame.columns.length;
  const scaled = lowering.builder.scale(x, new Float64Array(size).fill(weight), new Float64Array(size));
  return frameOf(scaled, namesOf(frame));
}

/** A pipeline of transformers only. */
export function transformerPipeline(transform: Transformer): Transformer {
  return (fitted, frame, lowering) =>
    stepsOf(fitted).reduce((columns, step) => transform(step, columns, lowering), frame);
}

/** A transformer there is no counterpart for. */
export function unknownTransformer(fitted: Fitted): never {
  const known = fitted.object.module.startsWith('sklearn.')
    ? ''
    : ` of ${fitted.object.module}, whose code is not in the file`;
  return unsupported(fitted, `the step "${fitted.label}" is a ${fitted.object.name}${known}: it cannot be read`);
}
