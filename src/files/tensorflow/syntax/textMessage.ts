import { refuse } from '../../refuse';
import type { Choices, Field, Message } from './message';
import { parseTextForm, type TextFields, type TextValue } from './textForm';

/** The outermost message of a file in protobuf's text form. */
export function textMessage(text: string, file: string): Message {
  return new TextMessage(parseTextForm(text, file), file);
}

/** A message in protobuf's text form. */
class TextMessage implements Message {
  private readonly stored: TextFields;
  private readonly file: string;

  constructor(stored: TextFields, file: string) {
    this.stored = stored;
    this.file = file;
  }

  has(field: Field): boolean {
    return this.values(field).length > 0;
  }

  integer(field: Field): number | undefined {
    return this.integers(field).at(-1);
  }

  integers(field: Field): number[] {
    return this.words(field).map((word) => {
      const number = wholeNumber(word);
      return Number.isInteger(number) ? number : this.damaged(field);
    });
  }

  float(field: Field): number | undefined {
    return this.floats(field).at(-1);
  }

  floats(field: Field): Float64Array {
    return this.doubles(field).map(Math.fround);
  }

  doubles(field: Field): Float64Array {
    return Float64Array.from(this.words(field), (word) => {
      if (/^[-+]?nan$/i.test(word)) return NaN;
      if (/^[-+]?inf(inity)?f?$/i.test(word)) return word.startsWith('-') ? -Infinity : Infinity;
      const number = /^-?0[0-7x]/i.test(word) ? wholeNumber(word) : Number(word.replace(/f$/i, ''));
      return Number.isNaN(number) ? this.damaged(field) : number;
    });
  }

  truth(field: Field): boolean | undefined {
    return this.truths(field).at(-1);
  }

  truths(field: Field): boolean[] {
    return this.words(field).map((word) => {
      if (['true', 'True', 't', '1'].includes(word)) return true;
      return ['false', 'False', 'f', '0'].includes(word) ? false : this.damaged(field);
    });
  }

  choice(field: Field, choices: Choices): number | undefined {
    return this.choices(field, choices).at(-1);
  }

  choices(field: Field, choices: Choices): number[] {
    return this.words(field).map((word) => {
      const number = /^\d/.test(word) ? wholeNumber(word) : choices.indexOf(word);
      return number >= 0 ? number : this.damaged(field);
    });
  }

  text(field: Field): string | undefined {
    return this.texts(field).at(-1);
  }

  texts(field: Field): string[] {
    const decoder = new TextDecoder();
    return this.contents(field).map((bytes) => decoder.decode(bytes));
  }

  content(field: Field): Uint8Array | undefined {
    return this.contents(field).at(-1);
  }

  contents(field: Field): Uint8Array[] {
    return this.values(field).map((value) => (value.kind === 'quoted' ? value.bytes : this.damaged(field)));
  }

  message(field: Field): Message | undefined {
    return this.messages(field).at(-1);
  }

  messages(field: Field): Message[] {
    return this.values(field).map((value) =>
      value.kind === 'fields' ? new TextMessage(value, this.file) : this.damaged(field),
    );
  }

  map(field: Field): Map<string, Message> {
    const empty: TextFields = { kind: 'fields', fields: new Map() };
    const entries = this.messages(field).map((entry): [string, Message] => [
      entry.text(mapKey) ?? '',
      entry.message(mapValue) ?? new TextMessage(empty, this.file),
    ]);
    return new Map(entries);
  }

  textMap(field: Field): Map<string, string> {
    const entries = this.messages(field).map((entry): [string, string] => [
      entry.text(mapKey) ?? '',
      entry.text(mapValue) ?? '',
    ]);
    return new Map(entries);
  }

  private values({ name }: Field): readonly TextValue[] {
    return this.stored.fields.get(name) ?? [];
  }

  private words(field: Field): string[] {
    return this.values(field).map((value) => (value.kind === 'word' ? value.word : this.damaged(field)));
  }

  private damaged({ name }: Field): never {
    return refuse(this.file, {
      code: 'tensorflow-text-invalid',
      message: `${this.file} is damaged: "${name}" does not hold what it should.`,
      remedy: 'Copy or download the whole file again, or save the model again.',
    });
  }
}

const mapKey: Field = { number: 1, name: 'key' };
const mapValue: Field = { number: 2, name: 'value' };

/** Decimal, 0x… or octal 0…; beyond 2^53 the nearest number. */
function wholeNumber(word: string): number {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(word) ?? [];
  const number = /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits === '' ? NaN : digits);
  return sign === '-' ? -number : number;
}
