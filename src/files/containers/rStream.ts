import type { ProblemError } from '../../problem';
import { refusal } from '../refuse';
import { integerNA } from './rValues';

/** The three ways R writes numbers and texts into a serialization; every read is checked against the bytes left. */
export interface RStream {
  /** Where it reads next, for messages. */
  readonly at: number;
  /** Throws unless `count` things of at least `binary` bytes each (`text` in the ascii form) can still follow. */
  need(count: number, binary: number, text: number): void;
  integer(): number;
  integers(count: number): Int32Array;
  doubles(count: number): Float64Array;
  /** The bytes of one text. */
  text(length: number): Uint8Array;
  raw(count: number): Uint8Array;
}

/** XDR (big-endian) and the native binary form of the machine that wrote it. */
export class BinaryRStream implements RStream {
  at: number;
  private readonly file: string;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly littleEndian: boolean;

  constructor(file: string, bytes: Uint8Array, at: number, littleEndian: boolean) {
    this.file = file;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.littleEndian = littleEndian;
  }

  need(count: number, binary: number): void {
    if (!(count >= 0 && count * binary <= this.bytes.length - this.at))
      throw endsEarly(this.file, this.at, this.bytes.length, count);
  }

  integer(): number {
    this.need(1, 4);
    const value = this.view.getInt32(this.at, this.littleEndian);
    this.at += 4;
    return value;
  }

  integers(count: number): Int32Array {
    this.need(count, 4);
    const values = new Int32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.view.getInt32(this.at + 4 * i, this.littleEndian);
    this.at += 4 * count;
    return values;
  }

  doubles(count: number): Float64Array {
    this.need(count, 8);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.view.getFloat64(this.at + 8 * i, this.littleEndian);
    this.at += 8 * count;
    return values;
  }

  text(length: number): Uint8Array {
    return this.raw(length);
  }

  raw(count: number): Uint8Array {
    this.need(count, 1);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}

/** The ascii form: one number per line, NA and Inf as words, texts with escapes. */
export class AsciiRStream implements RStream {
  at: number;
  private readonly file: string;
  private readonly bytes: Uint8Array;

  constructor(file: string, bytes: Uint8Array, at: number) {
    this.file = file;
    this.bytes = bytes;
    this.at = at;
  }

  need(count: number, _binary: number, text: number): void {
    // The line end after the very last number may be missing.
    if (!(count >= 0 && count * text <= this.bytes.length - this.at + 1))
      throw endsEarly(this.file, this.at, this.bytes.length, count);
  }

  integer(): number {
    const word = this.word();
    if (word === 'NA') return integerNA;
    const value = Number(word);
    if (!/^[+-]?\d+$/.test(word) || Math.abs(value) > 2 ** 31) throw this.notNumber(word);
    return value;
  }

  integers(count: number): Int32Array {
    this.need(count, 4, 2);
    const values = new Int32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.integer();
    return values;
  }

  doubles(count: number): Float64Array {
    this.need(count, 8, 2);
    const values = new Float64Array(count);
    const words = new Uint32Array(values.buffer);
    const low = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
    for (let i = 0; i < count; i++) {
      const word = this.word();
      values[i] = word === 'NA' ? NaN : this.double(word);
      // R's NA is the NaN whose low word is the year 1954.
      if (word === 'NA') words.set(low === 0 ? [1954, 0x7ff00000] : [0x7ff00000, 1954], 2 * i);
    }
    return values;
  }

  text(length: number): Uint8Array {
    this.need(length, 1, 1);
    this.skipBlanks();
    const text = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const byte = this.byte();
      text[i] = byte === 92 ? this.escaped() : byte;
    }
    return text;
  }

  raw(count: number): Uint8Array {
    this.need(count, 1, 2);
    const values = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const word = this.word();
      if (!/^[0-9a-fA-F]{1,2}$/.test(word)) throw this.notNumber(word);
      values[i] = Number.parseInt(word, 16);
    }
    return values;
  }

  private double(word: string): number {
    if (word === 'Inf') return Infinity;
    if (word === '-Inf') return -Infinity;
    if (word === 'NaN') return NaN;
    const hexadecimal = /^([+-]?)0x([0-9a-f]+)(?:\.([0-9a-f]*))?p([+-]?\d+)$/i.exec(word);
    if (hexadecimal) return hexadecimalNumber(hexadecimal);
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) throw this.notNumber(word);
    return Number(word);
  }

  private word(): string {
    this.skipBlanks();
    let word = '';
    while (this.at < this.bytes.length && !isBlank(this.bytes[this.at]!)) {
      word += String.fromCharCode(this.bytes[this.at++]!);
      if (word.length > 100) throw this.notNumber(word);
    }
    if (word === '') throw endsEarly(this.file, this.at, this.bytes.length, 1);
    return word;
  }

  private skipBlanks(): void {
    while (this.at < this.bytes.length && isBlank(this.bytes[this.at]!)) this.at++;
  }

  private byte(): number {
    if (this.at >= this.bytes.length) throw endsEarly(this.file, this.at, this.bytes.length, 1);
    return this.bytes[this.at++]!;
  }

  private escaped(): number {
    const byte = this.byte();
    const known = escapes.get(byte);
    if (known !== undefined) return known;
    if (!isOctal(byte)) return byte;
    let value = byte - 48;
    for (let digits = 1; digits < 3 && isOctal(this.bytes[this.at] ?? 0); digits++)
      value = value * 8 + this.byte() - 48;
    return value & 255;
  }

  private notNumber(word: string): ProblemError {
    return damaged(this.file, `at byte ${this.at} a number should stand, not "${word.slice(0, 20)}"`);
  }
}

/** \n \t \v \b \r \f \a; any other escaped character stands for itself. */
const escapes: ReadonlyMap<number, number> = new Map([
  [110, 10],
  [116, 9],
  [118, 11],
  [98, 8],
  [114, 13],
  [102, 12],
  [97, 7],
]);

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

function isOctal(byte: number): boolean {
  return byte >= 48 && byte <= 55;
}

function hexadecimalNumber(match: RegExpExecArray): number {
  const [, sign, whole = '0', fraction = '', exponent] = match;
  const digits = Number.parseInt(whole + fraction, 16);
  return (sign === '-' ? -1 : 1) * digits * 2 ** (-4 * fraction.length) * 2 ** Number(exponent);
}

/** The content breaks R's own rules. */
export function damaged(file: string, detail: string): ProblemError {
  return refusal(file, {
    code: 'r-damaged',
    message: `${file} is not a whole R file: ${detail}.`,
    remedy: 'Save the object again with saveRDS() or save(), or copy the file again.',
  });
}

function endsEarly(file: string, at: number, length: number, count: number): ProblemError {
  const announced = count === 1 ? 'more data must follow' : `${count.toLocaleString('en')} values are announced`;
  const left = length - at;
  const rest = left === 0 ? 'nothing is left' : left === 1 ? 'one byte is left' : `only ${left} bytes are left`;
  return refusal(file, {
    code: 'r-truncated',
    message: `${file} ends early: at byte ${at} ${announced}, but ${rest}.`,
    remedy: 'The file was cut off or damaged. Copy it again, or save the object again with saveRDS() or save().',
  });
}
