import { textsOf } from '../containers/arrayNumbers';
import type { PickledFile } from '../containers/joblib';
import { attributesOf, isKind, type PickleObject, type PickleValue } from '../containers/pickleValues';
import { maxNesting, maxPickleOperations } from '../limits';
import { stepsOf } from './composites';
import { budgetFor, topLevel, type Budget, type Fitted } from './fitted';
import { isPredictor } from './predictors';
import { isTransformer } from './transformers';

/** Something found in a pickle, with the keys that lead to it (`model`, `scalers.x`); empty at the top. */
export interface Found<T> {
  readonly path: string;
  readonly value: T;
}

/** What lies in a pickle: a model alone, or a dictionary, list or tuple with a model, its scalers and names. */
export interface Contents {
  readonly estimators: readonly Found<Fitted>[];
  readonly transformers: readonly Found<Fitted>[];
  /** Instances of other classes. */
  readonly others: readonly Found<Fitted>[];
  readonly texts: readonly Found<readonly string[]>[];
  /** Class of the user's own code whose attributes were looked through, if there was one. */
  readonly wrapper?: string;
}

/** Collects what a pickle holds without looking inside estimators. */
export function contentsOf(pickled: PickledFile, file: string): Contents {
  const collector = new Collector(file, budgetFor(pickled.size));
  collector.visit(pickled.value, '', 0);
  return collector;
}

class Collector implements Contents {
  readonly estimators: Found<Fitted>[] = [];
  readonly transformers: Found<Fitted>[] = [];
  readonly others: Found<Fitted>[] = [];
  readonly texts: Found<readonly string[]>[] = [];
  wrapper?: string;
  private readonly file: string;
  private readonly budget: Budget;
  private readonly seen = new Set<PickleValue>();

  constructor(file: string, budget: Budget) {
    this.file = file;
    this.budget = budget;
  }

  visit(value: PickleValue, path: string, depth: number): void {
    if (typeof value !== 'object' || value === null || this.seen.has(value) || depth > maxNesting) return;
    this.seen.add(value);
    if (this.seen.size > maxPickleOperations) return;
    const texts =
      value.kind === 'list' || value.kind === 'tuple' || value.kind === 'array' ? textsOf(value) : undefined;
    if (texts && texts.length > 0) {
      this.texts.push({ path, value: texts });
      return;
    }
    if (value.kind === 'dict') this.visitEntries(value.entries, path, depth);
    else if (value.kind === 'list' || value.kind === 'tuple')
      value.items.forEach((item, i) => this.visit(item, joinedPath(path, String(i)), depth + 1));
    else if (value.kind === 'object') this.visitObject(value, path, depth);
  }

  private visitEntries(entries: ReadonlyMap<PickleValue, PickleValue>, path: string, depth: number): void {
    entries.forEach((entry, key) =>
      this.visit(
        entry,
        joinedPath(path, typeof key === 'string' ? key : typeof key === 'number' ? String(key) : '?'),
        depth + 1,
      ),
    );
  }

  private visitObject(object: PickleObject, path: string, depth: number): void {
    const fitted = topLevel(object, this.file, this.budget);
    const found = { path, value: fitted };
    if (object.name === 'Pipeline') this.visitPipeline(found);
    else if (isPredictor(object.name)) this.estimators.push(found);
    else if (isTransformer(object.name)) this.transformers.push(found);
    else if (object.entries) this.visitEntries(object.entries, path, depth);
    else if (isOwnClass(object)) {
      // A class of the user's own: its code is not here, but what it keeps is.
      this.wrapper ??= object.name;
      this.visitEntries(attributesOf(object), path, depth);
    } else this.others.push(found);
  }

  private visitPipeline(found: Found<Fitted>): void {
    const last = stepsOf(found.value).at(-1);
    // Linear discriminant analysis is both; at the end it classifies.
    const prepares = last !== undefined && isTransformer(last.object.name) && !isPredictor(last.object.name);
    (prepares ? this.transformers : this.estimators).push(found);
  }
}

/** Whether an object is of a class of the user's own, defined in the program or notebook that saved it. */
export function isOwnClass(object: PickleObject): boolean {
  return object.module === '__main__' && object.how === 'instance';
}

function joinedPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/**
 * A whole model file inside the pickle, as Keras pickles its models: the first bytes that begin as a zip archive or an
 * HDF5 file.
 */
export function embeddedFile(value: PickleValue): Uint8Array | undefined {
  const waiting: PickleValue[] = [value];
  const seen = new Set<PickleValue>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    const bytes = next.kind === 'bytes' ? next.bytes : next.kind === 'array' ? rawBytes(next.content) : undefined;
    if (bytes && isModelFile(bytes)) return bytes;
    for (const part of partsOf(next)) waiting.push(part);
  }
  return undefined;
}

function rawBytes(content: Uint8Array | readonly PickleValue[]): Uint8Array | undefined {
  return content instanceof Uint8Array ? content : undefined;
}

function isModelFile(bytes: Uint8Array): boolean {
  const starts = (...magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
  return starts(0x50, 0x4b, 3, 4) || starts(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
}

function partsOf(value: PickleValue): readonly PickleValue[] {
  if (isKind(value, 'list') || isKind(value, 'tuple') || isKind(value, 'set')) return value.items;
  if (isKind(value, 'dict')) return [...value.entries.values()];
  if (isKind(value, 'object'))
    return [...value.args, ...(value.state === undefined ? [] : [value.state]), ...(value.entries?.values() ?? [])];
  return [];
}
