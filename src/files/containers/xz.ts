import type { ByteSink } from './byteSink';
import { crc32 } from './crc32';
import { crc64 } from './crc64';
import { LzmaDecoder, lzmaProperties, RangeDecoder } from './lzma';

/** Unpacks an `.lzma` file ("alone" format): properties, dictionary size, length or an end marker, one LZMA stream. */
export function unlzma(bytes: Uint8Array, sink: ByteSink, damaged: () => Error): void {
  const properties = lzmaProperties(bytes[0] ?? 255);
  if (!properties || bytes.length < 18) throw damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = view.getBigUint64(5, true);
  const unknown = declared === 0xffff_ffff_ffff_ffffn;
  const decoder = new LzmaDecoder(sink, damaged);
  decoder.resetState(properties);
  const bits = new RangeDecoder(bytes, 13, bytes.length, damaged);
  if (!unknown) sink.announce(Number(declared));
  const how = decoder.decode(bits, unknown ? Infinity : Number(declared), unknown);
  if (how === 'marker' && !bits.finished) throw damaged();
}

/**
 * Unpacks `.xz` files (the .xz file format 1.2): one or several streams with LZMA2, alone or behind a delta filter.
 * Checks of headers and content are verified, but for SHA-256. Filters for machine code do not occur around data.
 */
export function unxz(bytes: Uint8Array, sink: ByteSink, damaged: () => Error): void {
  const stream = new XzReader(bytes, sink, damaged);
  try {
    stream.readAll();
  } catch (error) {
    // Reading behind the end of the bytes.
    throw error instanceof RangeError ? damaged() : error;
  }
}

const streamMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];
const lzma2Filter = 0x21;
const deltaFilter = 0x03;
/** Bytes of a check by its number, as the format reserves them. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const crc32Check = 1;
const crc64Check = 4;

class XzReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly sink: ByteSink;
  private readonly damaged: () => Error;
  private at = 0;

  constructor(bytes: Uint8Array, sink: ByteSink, damaged: () => Error) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.sink = sink;
    this.damaged = damaged;
  }

  readAll(): void {
    while (this.at < this.bytes.length) {
      this.readStream();
      // Streams may be followed by zeros, four at a time.
      while (this.at + 4 <= this.bytes.length && this.view.getUint32(this.at) === 0) this.at += 4;
    }
  }

  private readStream(): void {
    if (streamMagic.some((byte, i) => this.bytes[this.at + i] !== byte)) throw this.damaged();
    this.at += 6;
    const check = this.view.getUint8(this.at + 1);
    this.verify(this.at, 2);
    if (this.view.getUint8(this.at) !== 0 || check > 15) throw this.damaged();
    this.at += 6;
    let blocks = 0;
    for (; this.view.getUint8(this.at) !== 0; blocks++) this.readBlock(check);
    this.readIndex(blocks);
    this.readFooter(check);
  }

  private readBlock(check: number): void {
    const start = this.at;
    const size = (this.view.getUint8(start) + 1) * 4;
    const flags = this.view.getUint8(start + 1);
    this.verify(start, size - 4);
    this.at = start + 2;
    if (flags & 0x3c) throw this.damaged();
    if (flags & 0x40) this.number();
    const declared = flags & 0x80 ? this.number() : undefined;
    const delta = this.readFilters((flags & 3) + 1);
    if (this.at > start + size - 4) throw this.damaged();
    const content = start + size;
    const begin = this.sink.length;
    this.sink.announce(declared ?? 0);
    this.at = this.unpackLzma2(content);
    const written = this.sink.since(begin);
    if (declared !== undefined && declared !== written.length) throw this.damaged();
    if (delta > 0) for (let i = delta; i < written.length; i++) written[i] = (written[i]! + written[i - delta]!) & 255;
    this.at += -(this.at - content) & 3;
    this.verifyContent(check, written);
    this.at += checkSizes[check]!;
  }

  /** LZMA2 stands last, at most a delta before it; gives the delta's distance, 0 without one. */
  private readFilters(count: number): number {
    let delta = 0;
    for (let i = 0; i < count; i++) {
      const filter = this.number();
      const size = this.number();
      const last = i === count - 1;
      if (size !== 1 || filter !== (last ? lzma2Filter : deltaFilter) || i > 1) throw this.damaged();
      const property = this.view.getUint8(this.at++);
      if (!last) delta = property + 1;
    }
    return delta;
  }

  /** Chunks, each with its own control byte; gives the place behind them. */
  private unpackLzma2(start: number): number {
    const decoder = new LzmaDecoder(this.sink, this.damaged);
    let at = start;
    let needs: 'dictionary' | 'properties' | 'nothing' = 'dictionary';
    for (;;) {
      const control = this.view.getUint8(at++);
      if (control === 0) return at;
      const resetsDictionary = control === 1 || control >= 0xe0;
      if (needs === 'dictionary' && !resetsDictionary) throw this.damaged();
      if (resetsDictionary) {
        decoder.resetDictionary();
        needs = 'properties';
      }
      if (control < 0x80) {
        if (control > 2) throw this.damaged();
        const size = this.view.getUint16(at) + 1;
        if (at + 2 + size > this.bytes.length) throw this.damaged();
        this.sink.append(this.bytes.subarray(at + 2, at + 2 + size));
        at += 2 + size;
        continue;
      }
      if (control < 0xc0 && needs !== 'nothing') throw this.damaged();
      at = this.unpackChunk(decoder, control, at);
      needs = 'nothing';
    }
  }

  private unpackChunk(decoder: LzmaDecoder, control: number, start: number): number {
    const unpacked = ((control & 31) << 16) + this.view.getUint16(start) + 1;
    const packed = this.view.getUint16(start + 2) + 1;
    let at = start + 4;
    if (control >= 0xc0) {
      const properties = lzmaProperties(this.view.getUint8(at++));
      if (!properties || properties.literalContext + properties.literalPosition > 4) throw this.damaged();
      decoder.resetState(properties);
    } else if (control >= 0xa0) decoder.resetState();
    const bits = new RangeDecoder(this.bytes, at, at + packed, this.damaged);
    decoder.decode(bits, unpacked, false);
    if (bits.at !== at + packed || !bits.finished) throw this.damaged();
    return at + packed;
  }

  private readIndex(blocks: number): void {
    const start = this.at++;
    if (this.number() !== blocks) throw this.damaged();
    for (let i = 0; i < blocks * 2; i++) this.number();
    while ((this.at - start) % 4 !== 0) this.at++;
    this.verify(start, this.at - start);
    this.at += 4;
  }

  private readFooter(check: number): void {
    const start = this.at;
    if (crc32(this.bytes.subarray(start + 4, start + 10)) !== this.view.getUint32(start, true)) throw this.damaged();
    const ends = this.bytes[start + 10] === 0x59 && this.bytes[start + 11] === 0x5a;
    if (this.view.getUint8(start + 9) !== check || !ends) throw this.damaged();
    this.at = start + 12;
  }

  private verify(start: number, size: number): void {
    if (crc32(this.bytes.subarray(start, start + size)) !== this.view.getUint32(start + size, true))
      throw this.damaged();
  }

  private verifyContent(check: number, content: Uint8Array): void {
    const stored = this.at;
    if (check === crc32Check && crc32(content) !== this.view.getUint32(stored, true)) throw this.damaged();
    if (check !== crc64Check) return;
    const [low, high] = crc64(content);
    if (low !== this.view.getUint32(stored, true) || high !== this.view.getUint32(stored + 4, true))
      throw this.damaged();
  }

  /** A number of variable length: seven bits per byte, the lowest first. */
  private number(): number {
    let value = 0;
    for (let i = 0; i < 9; i++) {
      const byte = this.view.getUint8(this.at++);
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return value;
    }
    throw this.damaged();
  }
}
