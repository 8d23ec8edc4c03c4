/**
 * What a pickle holds, as plain data. Nothing of it is code: a class or function is a name (`PickleGlobal`), an instance
 * is a record of its class's name, its arguments and its state (`PickleObject`).
 *
 * Values may refer to each other in cycles, and one value may hang in many places; whoever walks through them must
 * bound the depth or remember where it was.
 */
export type PickleValue = null | boolean | number | bigint | string | PickleRecord;

/** Everything in a pickle that is not a single number or text. */
type PickleRecord =
  | PickleBytes
  | PickleSequence
  | PickleDict
  | PickleGlobal
  | PickleObject
  | PickleArrayType
  | PickleArray
  | PickleComplex
  | PickleSlice
  | PickleForeign;

/** Bytes or a bytearray; a view into the file where it can be. */
interface PickleBytes {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

/** A list, tuple or set, in the order of the file. */
export type PickleSequence = PickleItems<'list'> | PickleItems<'tuple'> | PickleItems<'set'>;

interface PickleItems<Kind extends string> {
  readonly kind: Kind;
  readonly items: PickleValue[];
}

/** A dictionary in the order of the file; `state` holds attributes set on a dictionary subclass (OrderedDict). */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
  readonly state?: PickleValue;
}

/** The name of a class or function. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
}

/** An instance that nobody made: what the file says about it. */
export interface PickleObject {
  readonly kind: 'object';
  readonly module: string;
  readonly name: string;
  readonly args: readonly PickleValue[];
  /** `instance`: the file makes an object of a class; `call`: it would call `module.name`, which may be any function. */
  readonly how: 'instance' | 'call';
  /** What BUILD set: nearly always the dictionary of attributes. */
  readonly state?: PickleValue;
  /** Entries and items that were put into an instance of a dictionary or list subclass. */
  readonly entries?: Map<PickleValue, PickleValue>;
  readonly items?: PickleValue[];
}

/** A numpy dtype: `code` as in its type string (`f8`, `i4`, `U7`, `O`). */
export interface PickleArrayType {
  readonly kind: 'dtype';
  readonly code: string;
  readonly littleEndian: boolean;
  /** Bytes of one element, 0 when it is not of a fixed size or not known. */
  readonly size: number;
  /** A record of named fields: its elements are not numbers. */
  readonly structured: boolean;
}

/** A numpy array: raw bytes, or for arrays of objects their list. */
export interface PickleArray {
  readonly kind: 'array';
  readonly type: PickleArrayType;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  readonly content: Uint8Array | readonly PickleValue[];
}

/** A complex number. */
interface PickleComplex {
  readonly kind: 'complex';
  readonly real: number;
  readonly imaginary: number;
}

/** A Python slice, as ColumnTransformer keeps it. */
interface PickleSlice {
  readonly kind: 'slice';
  readonly start: PickleValue;
  readonly stop: PickleValue;
  readonly step: PickleValue;
}

/** What a known constructor or the persistent loader of another format made; only that format looks inside. */
interface PickleForeign {
  readonly kind: 'foreign';
  readonly content: object;
}

/** Whether a value is a record of the given kind. */
export function isKind<Kind extends PickleRecord['kind']>(
  value: PickleValue | undefined,
  kind: Kind,
): value is Extract<PickleRecord, { kind: Kind }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

/** The items of a list, tuple or set, else undefined. */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  if (isKind(value, 'list') || isKind(value, 'tuple') || isKind(value, 'set')) return value.items;
  return undefined;
}

/**
 * An attribute of an instance. The state is a dictionary, or a tuple of two dictionaries (the second holds slots);
 * undefined when there is no such attribute.
 */
export function attribute(object: PickleObject, name: string): PickleValue | undefined {
  return attributesOf(object).get(name);
}

/** All attributes of an instance, the slots after the dictionary. */
export function attributesOf(object: PickleObject): ReadonlyMap<PickleValue, PickleValue> {
  const { state } = object;
  if (isKind(state, 'dict')) return state.entries;
  const joined = new Map<PickleValue, PickleValue>();
  for (const part of itemsOf(state) ?? [])
    if (isKind(part, 'dict')) part.entries.forEach((value, key) => joined.set(key, value));
  return joined;
}

/** `module.name` of a class or instance, as messages name it. */
export function qualifiedName(named: PickleGlobal | PickleObject): string {
  return `${named.module}.${named.name}`;
}

/** A number of any spelling (whole, long, floating, truth value), else undefined. */
export function numberOf(value: PickleValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return undefined;
}

/** Bytes of a value; a text of Python 2 stands for the bytes of its characters. */
export function bytesOf(value: PickleValue | undefined): Uint8Array | undefined {
  if (isKind(value, 'bytes')) return value.bytes;
  return typeof value === 'string' ? latinBytes(value) : undefined;
}

/** One byte per character; undefined when a character does not fit. */
export function latinBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return undefined;
    bytes[i] = code;
  }
  return bytes;
}
