import { isList, isObject, type Json, type JsonObject } from '../../json';
import { refuse } from '../../refuse';
import type { Choices, Field, Message } from './message';

/**
 * A message in protobuf's JSON form (https://protobuf.dev/programming-guides/json/): names in camel case or as defined,
 * 64-bit integers as texts, bytes in base64, enumerations by name. TensorFlow.js also writes bytes as lists of numbers.
 */
export class JsonMessage implements Message {
  private readonly stored: JsonObject;
  private readonly file: string;

  constructor(stored: JsonObject, file: string) {
    this.stored = stored;
    this.file = file;
  }

  has(field: Field): boolean {
    return this.value(field) !== undefined;
  }

  integer(field: Field): number | undefined {
    return this.integers(field).at(-1);
  }

  integers(field: Field): number[] {
    return this.values(field).map((value) => {
      const number = typeof value === 'string' && value !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isInteger(number) ? number : this.damaged(field);
    });
  }

  float(field: Field): number | undefined {
    return this.floats(field).at(-1);
  }

  floats(field: Field): Float64Array {
    return this.doubles(field).map(Math.fround);
  }

  doubles(field: Field): Float64Array {
    return Float64Array.from(this.values(field), (value) => {
      if (typeof value === 'number') return value;
      // JSON has no numbers for these: they are the texts NaN, Infinity and -Infinity (or null, after cleaning up).
      const number = typeof value === 'string' && value !== '' ? Number(value) : NaN;
      return value === null || value === 'NaN' || !Number.isNaN(number) ? number : this.damaged(field);
    });
  }

  truth(field: Field): boolean | undefined {
    return this.truths(field).at(-1);
  }

  truths(field: Field): boolean[] {
    return this.values(field).map((value) => (typeof value === 'boolean' ? value : this.damaged(field)));
  }

  choice(field: Field, choices: Choices): number | undefined {
    return this.choices(field, choices).at(-1);
  }

  choices(field: Field, choices: Choices): number[] {
    return this.values(field).map((value) => {
      const number = typeof value === 'string' ? choices.indexOf(value) : value;
      return typeof number === 'number' && number >= 0 ? number : this.damaged(field);
    });
  }

  text(field: Field): string | undefined {
    return this.texts(field).at(-1);
  }

  texts(field: Field): string[] {
    return this.values(field).map((value) => (typeof value === 'string' ? value : this.damaged(field)));
  }

  content(field: Field): Uint8Array | undefined {
    const value = this.value(field);
    return value === undefined ? undefined : this.bytes(value, field);
  }

  contents(field: Field): Uint8Array[] {
    return this.values(field).map((value) => this.bytes(value, field));
  }

  message(field: Field): Message | undefined {
    const value = this.value(field);
    return value === undefined ? undefined : this.inner(value, field);
  }

  messages(field: Field): Message[] {
    return this.values(field).map((value) => this.inner(value, field));
  }

  map(field: Field): Map<string, Message> {
    const value = this.value(field) ?? {};
    if (!isObject(value)) return this.damaged(field);
    return new Map(Object.entries(value).map(([key, entry]) => [key, this.inner(entry, field)]));
  }

  textMap(field: Field): Map<string, string> {
    const value = this.value(field) ?? {};
    if (!isObject(value)) return this.damaged(field);
    const entries = Object.entries(value).map(([key, entry]): [string, string] => [
      key,
      typeof entry === 'string' ? entry : this.damaged(field),
    ]);
    return new Map(entries);
  }

  private value({ name }: Field): Json | undefined {
    const own = (key: string) => (Object.hasOwn(this.stored, key) ? this.stored[key] : undefined);
    return own(camelCase(name)) ?? own(name);
  }

  private values(field: Field): readonly Json[] {
    const value = this.value(field);
    if (value === undefined) return [];
    return isList(value) ? value : [value];
  }

  private inner(value: Json | undefined, field: Field): Message {
    return isObject(value) ? new JsonMessage(value, this.file) : this.damaged(field);
  }

  private bytes(value: Json, field: Field): Uint8Array {
    if (typeof value === 'string') return base64Bytes(value) ?? this.damaged(field);
    const codes = isList(value) ? value : this.damaged(field);
    return Uint8Array.from(codes, (code) => (typeof code === 'number' ? code : this.damaged(field)));
  }

  private damaged({ name }: Field): never {
    return refuse(this.file, {
      code: 'tensorflow-json-invalid',
      message: `The graph in ${this.file} is damaged: "${name}" does not hold what it should.`,
      remedy: 'Convert or save the model again with the tool that made it.',
    });
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes of a base64 text, in the standard or the URL-safe alphabet; undefined if it is none. */
function base64Bytes(text: string): Uint8Array | undefined {
  const digits = text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let next = 0;
  for (const digit of digits) {
    const value = alphabet.indexOf(digit);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[next++] = (bits >> count) & 255;
  }
  return bytes;
}
