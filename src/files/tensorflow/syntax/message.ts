/**
 * A field of a message type as its definition has it: binary files know it by number, the text form and JSON by name.
 */
export interface Field {
  readonly number: number;
  /** As in the definition, with underscores. */
  readonly name: string;
}

/** Names of an enumeration's values; a value is its position. */
export type Choices = readonly string[];

/**
 * One message of TensorFlow's formats, whichever of protobuf's three syntaxes it is written in: binary, text form or
 * JSON. A field that is not written gives undefined or nothing; what is written in another form than asked for is
 * damage.
 */
export interface Message {
  has(field: Field): boolean;
  /** An integer of any width; beyond 2^53 the nearest number. */
  integer(field: Field): number | undefined;
  integers(field: Field): number[];
  /** 32-bit floats, as numbers. */
  float(field: Field): number | undefined;
  floats(field: Field): Float64Array;
  doubles(field: Field): Float64Array;
  truth(field: Field): boolean | undefined;
  truths(field: Field): boolean[];
  /** A value of an enumeration. */
  choice(field: Field, choices: Choices): number | undefined;
  choices(field: Field, choices: Choices): number[];
  text(field: Field): string | undefined;
  texts(field: Field): string[];
  /** Bytes. */
  content(field: Field): Uint8Array | undefined;
  contents(field: Field): Uint8Array[];
  message(field: Field): Message | undefined;
  messages(field: Field): Message[];
  /** A map from text to messages. */
  map(field: Field): Map<string, Message>;
  /** A map from text to text. */
  textMap(field: Field): Map<string, string>;
}

/** Shorthand for a field. */
export function field(number: number, name: string): Field {
  return { number, name };
}
