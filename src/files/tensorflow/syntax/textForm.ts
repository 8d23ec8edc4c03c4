import { maxProtobufDepth, maxProtobufFields } from '../../limits';
import { refuse } from '../../refuse';

/** A scalar of the text form as it is written: a quoted text (its bytes), or a word or number. */
export type TextScalar =
  { readonly kind: 'quoted'; readonly bytes: Uint8Array } | { readonly kind: 'word'; readonly word: string };

/** A message in protobuf's text form: the values of each field, in their order. */
export interface TextFields {
  readonly kind: 'fields';
  readonly fields: ReadonlyMap<string, readonly TextValue[]>;
}

/** What a field can hold. */
export type TextValue = TextScalar | TextFields;

/**
 * Parses protobuf's text form (https://protobuf.dev/reference/protobuf/textformat-spec/): `name: value`, messages in
 * braces or angle brackets, lists in square brackets, comments from # to the end of the line.
 */
export function parseTextForm(text: string, file: string): TextFields {
  return new TextFormParser(text, file).whole();
}

/** White space and comments, then one token: a quoted text, a word or number, or a mark. */
const tokenPattern = /(?:\s|#[^\n]*)*(?:("(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|([-+]?[\w.][\w.+/-]*)|([^]))?/y;

type Token =
  | { readonly kind: 'quoted' | 'word' | 'mark'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

class TextFormParser {
  private readonly text: string;
  private readonly file: string;
  private token: Token;
  private at = 0;
  private fieldsLeft = maxProtobufFields;

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
    this.token = this.next();
  }

  whole(): TextFields {
    const fields = this.fields('', 0);
    return fields;
  }

  private next(): Token {
    tokenPattern.lastIndex = this.at;
    const match = tokenPattern.exec(this.text);
    this.at = tokenPattern.lastIndex;
    const [, quoted, word, mark] = match ?? [];
    const from = this.at - (quoted ?? word ?? mark ?? '').length;
    if (quoted !== undefined) return { kind: 'quoted', text: quoted, at: from };
    if (word !== undefined) return { kind: 'word', text: word, at: from };
    return mark === undefined ? { kind: 'end', text: '', at: from } : { kind: 'mark', text: mark, at: from };
  }

  private advance(): Token {
    const { token } = this;
    this.token = this.next();
    return token;
  }

  private take(mark: string): boolean {
    if (this.token.kind !== 'mark' || this.token.text !== mark) return false;
    this.advance();
    return true;
  }

  /** Fields up to the mark that closes their message, or to the end of the file. */
  private fields(close: string, depth: number): TextFields {
    if (depth > maxProtobufDepth) this.damaged(`messages nest more than ${maxProtobufDepth} deep`);
    const fields = new Map<string, TextValue[]>();
    while (close === '' ? this.token.kind !== 'end' : !this.take(close)) {
      const name = this.fieldName();
      const values = fields.get(name) ?? [];
      fields.set(name, values);
      const colon = this.take(':');
      this.values(values, colon, depth);
      if (!this.take(',')) this.take(';');
    }
    return { kind: 'fields', fields };
  }

  private fieldName(): string {
    if (this.token.kind === 'word') return this.advance().text;
    // [type.googleapis.com/…]: an extension, which nothing here asks for.
    if (!this.take('[')) return this.damaged('a field name is missing');
    let name = '[';
    while (!this.take(']')) {
      if (this.token.kind === 'end') this.damaged('a bracket is not closed');
      name += this.advance().text;
    }
    return name;
  }

  private values(values: TextValue[], colon: boolean, depth: number): void {
    if (!this.take('[')) {
      values.push(this.value(colon, depth));
      return;
    }
    if (this.take(']')) return;
    do values.push(this.value(colon, depth));
    while (this.take(','));
    if (!this.take(']')) this.damaged('a list is not closed');
  }

  private value(colon: boolean, depth: number): TextValue {
    if (--this.fieldsLeft < 0) this.damaged(`it has more than ${maxProtobufFields} fields`);
    if (this.take('{')) return this.fields('}', depth + 1);
    if (this.take('<')) return this.fields('>', depth + 1);
    if (!colon) return this.damaged('a colon is missing');
    if (this.token.kind === 'quoted') return this.quoted();
    const minus = this.take('-') ? '-' : '';
    if (this.token.kind !== 'word') return this.damaged('a value is missing');
    return { kind: 'word', word: minus + this.advance().text };
  }

  /** Quoted texts that follow one another are one. */
  private quoted(): TextScalar {
    const parts: Uint8Array[] = [];
    while (this.token.kind === 'quoted') parts.push(unescaped(this.advance().text.slice(1, -1)));
    const [first] = parts;
    if (first && parts.length === 1) return { kind: 'quoted', bytes: first };
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return { kind: 'quoted', bytes };
  }

  private damaged(because: string): never {
    const line = this.text.slice(0, this.token.at).split('\n').length;
    return refuse(this.file, {
      code: 'tensorflow-text-invalid',
      message: `${this.file} is not valid in protobuf's text form: in line ${line} ${because}.`,
      remedy: 'Copy or download the whole file again, or save the model again.',
    });
  }
}

const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

const escapePattern = /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g;

/** The bytes of a quoted text: escapes stand for single bytes or characters, everything else is UTF-8. */
function unescaped(quoted: string): Uint8Array {
  const encoder = new TextEncoder();
  if (!quoted.includes('\\')) return encoder.encode(quoted);
  const bytes = new Uint8Array(quoted.length * 3);
  let length = 0;
  const append = (part: Uint8Array): void => {
    bytes.set(part, length);
    length += part.length;
  };
  let from = 0;
  for (const match of quoted.matchAll(escapePattern)) {
    append(encoder.encode(quoted.slice(from, match.index)));
    from = match.index + match[0].length;
    const [, octal, hex, short, long, other] = match;
    const point = short ?? long;
    if (octal !== undefined) append(Uint8Array.of(parseInt(octal, 8) & 255));
    else if (hex !== undefined) append(Uint8Array.of(parseInt(hex, 16)));
    else if (point !== undefined) append(encoder.encode(String.fromCodePoint(Math.min(parseInt(point, 16), 0x10ffff))));
    else if (other !== undefined) append(singleEscape(other, encoder));
  }
  append(encoder.encode(quoted.slice(from)));
  return bytes.subarray(0, length);
}

function singleEscape(character: string, encoder: TextEncoder): Uint8Array {
  const code = simpleEscapes.get(character);
  return code === undefined ? encoder.encode(character) : Uint8Array.of(code);
}
