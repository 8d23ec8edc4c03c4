/**
 * What an R file holds, as plain data. Nothing of it is ever run: a function is the tree of its source, an environment
 * a list of names. Values may hang in several places, and environments may contain themselves; whoever walks through
 * them bounds the steps.
 */
export type RValue =
  | RNull
  | RSymbol
  | RPair
  | RClosure
  | REnvironment
  | RPromise
  | RByteCode
  | RPrimitive
  | RNumbers
  | RTexts
  | RBytes
  | RList
  | RObject
  | RPointer
  | RForeign;

/** Attributes by name: names, dim, class, levels, … and the slots of an S4 object. */
export type RAttributes = ReadonlyMap<string, RValue>;

/** NULL, and the end of every pairlist. */
export interface RNull {
  readonly kind: 'null';
}

/** A name; the missing argument is the symbol without letters. */
export interface RSymbol {
  readonly kind: 'symbol';
  readonly name: string;
}

/** One cell of a linked list. In `language` the first cell is the function called, the others are its arguments. */
export interface RPair {
  readonly kind: 'pairlist' | 'language';
  readonly tag?: string;
  readonly car: RValue;
  readonly cdr: RValue;
  readonly attributes: RAttributes;
}

/** A function: its formal arguments (pairlist), source or byte code, and the environment it was made in. */
export interface RClosure {
  readonly kind: 'closure';
  readonly formals: RValue;
  readonly body: RValue;
  readonly environment: RValue;
  readonly attributes: RAttributes;
}

/** An environment; `name` for those that are only named in the file (`R_GlobalEnv`, `namespace:stats`). */
export interface REnvironment {
  readonly kind: 'environment';
  readonly name?: string;
  /** Pairlist of its variables. */
  readonly frame: RValue;
  /** List of pairlists, when it is hashed. */
  readonly hashed: RValue;
  readonly enclosure: RValue;
  readonly attributes: RAttributes;
}

/** An argument that may not have been evaluated yet. */
export interface RPromise {
  readonly kind: 'promise';
  readonly value: RValue;
  readonly expression: RValue;
}

/** A compiled expression; its first constant is the source it was compiled from. */
export interface RByteCode {
  readonly kind: 'bytecode';
  readonly constants: readonly RValue[];
}

/** A function inside R itself. */
export interface RPrimitive {
  readonly kind: 'primitive';
  readonly name: string;
}

/**
 * Numbers. Logical and whole numbers are NA at −2147483648, float64 at a NaN with 1954 in its low word (`isNA`);
 * complex numbers are pairs.
 */
export type RNumbers =
  | { readonly kind: 'logical' | 'integer'; readonly values: Int32Array; readonly attributes: RAttributes }
  | { readonly kind: 'double' | 'complex'; readonly values: Float64Array; readonly attributes: RAttributes };

/** Texts; null is NA. */
export interface RTexts {
  readonly kind: 'character';
  readonly values: readonly (string | null)[];
  readonly attributes: RAttributes;
}

/** Raw bytes; a view into the file where it can be. */
export interface RBytes {
  readonly kind: 'raw';
  readonly values: Uint8Array;
  readonly attributes: RAttributes;
}

/** A list or a vector of expressions. */
export interface RList {
  readonly kind: 'list' | 'expression';
  readonly items: readonly RValue[];
  readonly attributes: RAttributes;
}

/** An S4 object: all it has are its attributes. */
export interface RObject {
  readonly kind: 's4';
  readonly attributes: RAttributes;
}

/** An address or a weak reference of the session that wrote the file: it leads nowhere now. */
export interface RPointer {
  readonly kind: 'pointer';
  readonly attributes: RAttributes;
}

/** A compact form of a package that stores its data elsewhere (memory-mapped files). */
export interface RForeign {
  readonly kind: 'foreign';
  readonly name: string;
  readonly attributes: RAttributes;
}

/** NULL. */
export const rNull: RNull = { kind: 'null' };

/** NA of logical and whole numbers. */
export const integerNA = -(2 ** 31);

/** A value that does not carry attributes has this. */
export const noAttributes: RAttributes = new Map();

/** The attributes of any value. */
export function attributesOf(value: RValue): RAttributes {
  return 'attributes' in value ? value.attributes : noAttributes;
}

/** Whether element `index` of a vector of numbers is R's NA (a NaN that was computed is not). */
export function isNA(numbers: RNumbers, index: number): boolean {
  if (numbers.values instanceof Int32Array) return numbers.values[index] === integerNA;
  if (!Number.isNaN(numbers.values[index])) return false;
  const words = new Uint32Array(Float64Array.of(numbers.values[index]!).buffer);
  // The payload may have lost its order of words in no file, so whichever word is the low one says it.
  return words[0] === 1954 || words[1] === 1954;
}

/** The cells of a pairlist or call, at most `limit`; a list that runs in a circle ends there too. */
export function* cellsOf(list: RValue, limit = 2 ** 20): Generator<RPair, void> {
  let rest = list;
  for (let count = 0; count < limit; count++) {
    if (rest.kind !== 'pairlist' && rest.kind !== 'language') return;
    yield rest;
    rest = rest.cdr;
  }
}
