import type { ProblemError } from '../../problem';
import { maxProtobufDepth, maxProtobufFields } from '../limits';
import { refusal } from '../refuse';

/** Turns one message into the reader's own plain object: a message type of a format is one such function. */
export type MessageReader<Result> = (message: ProtobufMessage) => Result;

/** What all messages of one file share. */
interface ProtobufFile {
  readonly name: string;
  /** Fields that may still be listed before the file counts as hostile. */
  fieldsLeft: number;
}

/** How a field is stored; the numbers are those of the encoding's specification. Groups (3, 4) are not used by any format here. */
const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

/** Where the content of each occurrence of a field lies: triples of wire type, start and end. */
type Occurrences = readonly number[];

/** Opens the outermost message of a protobuf file (https://protobuf.dev/programming-guides/encoding/). */
export function protobufMessage(bytes: Uint8Array, file: string): ProtobufMessage {
  return new ProtobufMessage(bytes, { name: file, fieldsLeft: maxProtobufFields }, 0);
}

/**
 * Numbers of the fields a file begins with, if it is a protobuf message, for telling formats apart: at most `limit` of
 * them, up to the first one that is cut off; 0 stands for what cannot be a field.
 */
export function protobufFieldNumbers(bytes: Uint8Array, limit: number): number[] {
  const numbers: number[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length && scale < 2 ** 63; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    return at < bytes.length ? NaN : Infinity;
  };
  while (at < bytes.length && numbers.length < limit) {
    const tag = varint();
    const wire = tag % 8;
    const known =
      wire === wireTypes.varint || wire === wireTypes.bytes || wire === wireTypes.fixed32 || wire === wireTypes.fixed64;
    numbers.push(known ? Math.floor(tag / 8) : 0);
    if (!known) break;
    const value = wire === wireTypes.varint || wire === wireTypes.bytes ? varint() : 0;
    at += wire === wireTypes.bytes ? value : wire === wireTypes.fixed32 ? 4 : wire === wireTypes.fixed64 ? 8 : 0;
  }
  return numbers;
}

/**
 * One message of a protobuf file: its fields are listed once, without a copy, and decoded when they are asked for by
 * number. A field of another wire type than the one asked for counts as damage; a field nobody asks for is skipped, so
 * newer versions of a format can be read. All lengths are checked against the bytes that are there.
 */
export class ProtobufMessage {
  readonly bytes: Uint8Array;
  private readonly file: ProtobufFile;
  private readonly depth: number;
  private readonly view: DataView;
  private listed: Map<number, number[]> | undefined;

  constructor(bytes: Uint8Array, file: ProtobufFile, depth: number) {
    this.bytes = bytes;
    this.file = file;
    this.depth = depth;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether the field is written at all. */
  has(field: number): boolean {
    return this.fields().has(field);
  }

  /** An int32, int64, uint32, bool or enum; beyond 2^53 the nearest number. */
  integer(field: number): number | undefined {
    return this.integers(field).at(-1);
  }

  /** A uint64 such as a file offset; beyond 2^53 the nearest number. */
  unsigned(field: number): number | undefined {
    const value = this.integer(field);
    return value !== undefined && value < 0 ? value + 2 ** 64 : value;
  }

  /** A float. */
  float(field: number): number | undefined {
    return this.floats(field).at(-1);
  }

  /** A double. */
  double(field: number): number | undefined {
    return this.doubles(field).at(-1);
  }

  /** A text. */
  text(field: number): string | undefined {
    return this.texts(field).at(-1);
  }

  /** Bytes, as a view of the file. */
  content(field: number): Uint8Array | undefined {
    return this.contents(field).at(-1);
  }

  /** A message within this one; if it is written in several pieces they are one message. */
  message<Result>(field: number, read: MessageReader<Result>): Result | undefined {
    const pieces = this.contents(field);
    const [first] = pieces;
    if (!first) return undefined;
    return read(this.inner(pieces.length === 1 ? first : joined(pieces)));
  }

  /** Repeated integers, packed or one by one. */
  integers(field: number): number[] {
    const values: number[] = [];
    this.each(field, (wire, start, end) => {
      if (wire !== wireTypes.varint && wire !== wireTypes.bytes) throw this.damaged();
      for (let at = start; at < end;) {
        const next = this.afterVarint(at, end);
        values.push(this.varint(at, next));
        at = next;
      }
    });
    return values;
  }

  /** Repeated floats, packed or one by one. */
  floats(field: number): Float64Array {
    return this.fixedNumbers(field, wireTypes.fixed32, 4, (at) => this.view.getFloat32(at, true));
  }

  /** Repeated doubles, packed or one by one. */
  doubles(field: number): Float64Array {
    return this.fixedNumbers(field, wireTypes.fixed64, 8, (at) => this.view.getFloat64(at, true));
  }

  /** A fixed32, such as a checksum. */
  fixed32(field: number): number | undefined {
    return this.fixedNumbers(field, wireTypes.fixed32, 4, (at) => this.view.getUint32(at, true)).at(-1);
  }

  /** Repeated texts. */
  texts(field: number): string[] {
    const decoder = new TextDecoder();
    return this.contents(field).map((content) => decoder.decode(content));
  }

  /** Repeated bytes, as views of the file. */
  contents(field: number): Uint8Array[] {
    const contents: Uint8Array[] = [];
    this.each(field, (wire, start, end) => {
      if (wire !== wireTypes.bytes) throw this.damaged();
      contents.push(this.bytes.subarray(start, end));
    });
    return contents;
  }

  /** Repeated messages. */
  messages<Result>(field: number, read: MessageReader<Result>): Result[] {
    return this.contents(field).map((content) => read(this.inner(content)));
  }

  /** A map from text to messages: the encoding stores entries with key 1 and value 2. */
  map<Result>(field: number, read: MessageReader<Result>): Map<string, Result> {
    const entries = new Map<string, Result>();
    for (const entry of this.messages(field, (message) => message)) {
      entries.set(entry.text(1) ?? '', entry.message(2, read) ?? read(this.inner(new Uint8Array())));
    }
    return entries;
  }

  private inner(bytes: Uint8Array): ProtobufMessage {
    if (this.depth >= maxProtobufDepth) {
      throw refusal(this.file.name, {
        code: 'protobuf-too-deep',
        message: `${this.file.name} nests more than ${maxProtobufDepth} messages in one another.`,
        remedy: 'Save the model again with the tool that made it.',
      });
    }
    return new ProtobufMessage(bytes, this.file, this.depth + 1);
  }

  private each(field: number, visit: (wire: number, start: number, end: number) => void): void {
    const places: Occurrences = this.fields().get(field) ?? [];
    for (let i = 0; i < places.length; i += 3) visit(places[i]!, places[i + 1]!, places[i + 2]!);
  }

  private fixedNumbers(field: number, single: number, size: number, read: (at: number) => number): Float64Array {
    let count = 0;
    this.each(field, (wire, start, end) => {
      if ((wire !== single && wire !== wireTypes.bytes) || (end - start) % size !== 0) throw this.damaged();
      count += (end - start) / size;
    });
    const values = new Float64Array(count);
    let next = 0;
    this.each(field, (_, start, end) => {
      for (let at = start; at < end; at += size) values[next++] = read(at);
    });
    return values;
  }

  private fields(): Map<number, number[]> {
    this.listed ??= this.listFields();
    return this.listed;
  }

  private listFields(): Map<number, number[]> {
    const fields = new Map<number, number[]>();
    const { length } = this.bytes;
    for (let at = 0; at < length;) {
      const start = this.afterVarint(at, length);
      const tag = this.varint(at, start);
      const wire = tag % 8;
      const field = Math.floor(tag / 8);
      if (!(field >= 1)) throw this.damaged();
      const [from, to] = this.extent(wire, start);
      at = to;
      const places = fields.get(field);
      if (places) places.push(wire, from, to);
      else fields.set(field, [wire, from, to]);
      this.countField();
    }
    return fields;
  }

  private countField(): void {
    if (--this.file.fieldsLeft >= 0) return;
    throw refusal(this.file.name, {
      code: 'protobuf-too-many-fields',
      message: `${this.file.name} has more than ${maxProtobufFields} fields.`,
      remedy: 'Save the model again with the tool that made it; Slopescope reads networks, not tables of data.',
    });
  }

  private extent(wire: number, start: number): readonly [number, number] {
    switch (wire) {
      case wireTypes.varint:
        return [start, this.afterVarint(start, this.bytes.length)];
      case wireTypes.fixed64:
        return [start, this.within(start + 8)];
      case wireTypes.fixed32:
        return [start, this.within(start + 4)];
      case wireTypes.bytes: {
        const from = this.afterVarint(start, this.bytes.length);
        const length = this.varint(start, from);
        if (length < 0) throw this.damaged();
        return [from, this.within(from + length)];
      }
      default:
        throw this.damaged();
    }
  }

  private within(end: number): number {
    if (end <= this.bytes.length) return end;
    throw this.depth === 0 ? this.truncated() : this.damaged();
  }

  private afterVarint(start: number, end: number): number {
    let at = start;
    while (at < end && this.bytes[at]! >= 128) at++;
    if (at >= end) throw this.depth === 0 ? this.truncated() : this.damaged();
    if (at - start >= 10) throw this.damaged();
    return at + 1;
  }

  /** A 64-bit two's complement number from groups of seven bits, lowest first. */
  private varint(start: number, end: number): number {
    if (end - start <= 4) {
      let value = 0;
      for (let at = end - 1; at >= start; at--) value = (value << 7) | (this.bytes[at]! & 127);
      return value;
    }
    let value = 0n;
    for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt(this.bytes[at]! & 127);
    return Number(BigInt.asIntN(64, value));
  }

  private truncated(): ProblemError {
    return refusal(this.file.name, {
      code: 'file-truncated',
      message: `${this.file.name} ends in the middle of its content.`,
      remedy: 'Download or copy the whole file again.',
    });
  }

  private damaged(): ProblemError {
    return refusal(this.file.name, {
      code: 'protobuf-damaged',
      message: `${this.file.name} is damaged: part of it is not valid protobuf.`,
      remedy: 'Check that the download or copy was complete, or save the model again.',
    });
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
