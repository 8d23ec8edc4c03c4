import type { ByteSink } from './byteSink';

/** Bits of a literal's context (lc), of the position in it (lp), and of the position elsewhere (pb). */
interface LzmaProperties {
  readonly literalContext: number;
  readonly literalPosition: number;
  readonly position: number;
}

/** Properties as one byte, (pb · 5 + lp) · 9 + lc; undefined when out of range. */
export function lzmaProperties(byte: number): LzmaProperties | undefined {
  if (byte >= 225) return undefined;
  return { literalContext: byte % 9, literalPosition: Math.floor(byte / 9) % 5, position: Math.floor(byte / 45) };
}

const initialProbability = 1024;
const states = 12;
const literalStates = 7;

/** Numbers of adaptive bits, and where each group of them begins in one array. */
const isMatch = 0;
const isRepeat = isMatch + states * 16;
const isRepeat0 = isRepeat + states;
const isRepeat1 = isRepeat0 + states;
const isRepeat2 = isRepeat1 + states;
const isRepeat0Long = isRepeat2 + states;
const slots = isRepeat0Long + states * 16;
const special = slots + 4 * 64;
const align = special + 128;
const matchLengths = align + 16;
const lengthSize = 2 + 16 * 8 * 2 + 256;
const repeatLengths = matchLengths + lengthSize;
const literals = repeatLengths + lengthSize;

const lowLengths = 2;
const middleLengths = lowLengths + 16 * 8;
const highLengths = middleLengths + 16 * 8;

/**
 * Decodes LZMA (as in the LZMA specification of the 7-Zip SDK) into a sink, which is its dictionary too. One decoder
 * goes through all chunks of an LZMA2 stream.
 */
export class LzmaDecoder {
  private readonly sink: ByteSink;
  private readonly damaged: () => Error;
  private properties: LzmaProperties = { literalContext: 0, literalPosition: 0, position: 0 };
  private probabilities = new Uint16Array(0);
  private state = 0;
  private repeats: [number, number, number, number] = [0, 0, 0, 0];
  /** Length of the sink where the dictionary begins. */
  private begin: number;

  constructor(sink: ByteSink, damaged: () => Error) {
    this.sink = sink;
    this.damaged = damaged;
    this.begin = sink.length;
  }

  /** Nothing written before can be referred to any more. */
  resetDictionary(): void {
    this.begin = this.sink.length;
  }

  /** All adaptive bits and the state start anew, with other properties where they are given. */
  resetState(properties: LzmaProperties = this.properties): void {
    this.properties = properties;
    this.probabilities = new Uint16Array(
      literals + (0x300 << (properties.literalContext + properties.literalPosition)),
    ).fill(initialProbability);
    this.state = 0;
    this.repeats = [0, 0, 0, 0];
  }

  /** Decodes until `count` bytes are written (exactly), or with `markerAllowed` until an end marker; tells which. */
  decode(bits: RangeDecoder, count: number, markerAllowed: boolean): 'full' | 'marker' {
    const { sink } = this;
    const end = sink.length + count;
    while (sink.length < end) {
      const positionState = (sink.length - this.begin) & (2 ** this.properties.position - 1);
      if (bits.bit(this.probabilities, isMatch + this.state * 16 + positionState) === 0) {
        this.literal(bits);
        continue;
      }
      const length = this.match(bits, positionState);
      if (this.repeats[0] === 0xffffffff && markerAllowed) return 'marker';
      if (this.repeats[0] >= sink.length - this.begin || length > end - sink.length) throw this.damaged();
      sink.repeat(this.repeats[0] + 1, length);
    }
    return 'full';
  }

  private literal(bits: RangeDecoder): void {
    const { sink, probabilities } = this;
    const { literalContext, literalPosition } = this.properties;
    const written = sink.length - this.begin;
    const before = written > 0 ? sink.back(1) : 0;
    const context = ((written & (2 ** literalPosition - 1)) << literalContext) + (before >> (8 - literalContext));
    const base = literals + 0x300 * context;
    let symbol = 1;
    if (this.state >= literalStates) {
      if (this.repeats[0] >= written) throw this.damaged();
      let match = sink.back(this.repeats[0] + 1);
      do {
        const matchBit = (match >> 7) & 1;
        match <<= 1;
        const bit = bits.bit(probabilities, base + ((1 + matchBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matchBit !== bit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | bits.bit(probabilities, base + symbol);
    sink.push(symbol & 255);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  /** The length of a match; its distance is then the first of the repeats (distance 1 is written as 0). */
  private match(bits: RangeDecoder, positionState: number): number {
    const { probabilities, state, repeats } = this;
    const afterLiteral = state < literalStates;
    if (bits.bit(probabilities, isRepeat + state) === 0) {
      const length = this.length(bits, matchLengths, positionState);
      this.repeats = [this.distance(bits, length), repeats[0], repeats[1], repeats[2]];
      this.state = afterLiteral ? 7 : 10;
      return length;
    }
    if (bits.bit(probabilities, isRepeat0 + state) === 0) {
      if (bits.bit(probabilities, isRepeat0Long + state * 16 + positionState) === 0) {
        this.state = afterLiteral ? 9 : 11;
        return 1;
      }
    } else if (bits.bit(probabilities, isRepeat1 + state) === 0) {
      this.repeats = [repeats[1], repeats[0], repeats[2], repeats[3]];
    } else if (bits.bit(probabilities, isRepeat2 + state) === 0) {
      this.repeats = [repeats[2], repeats[0], repeats[1], repeats[3]];
    } else {
      this.repeats = [repeats[3], repeats[0], repeats[1], repeats[2]];
    }
    this.state = afterLiteral ? 8 : 11;
    return this.length(bits, repeatLengths, positionState);
  }

  private length(bits: RangeDecoder, base: number, positionState: number): number {
    const { probabilities } = this;
    if (bits.bit(probabilities, base) === 0)
      return 2 + bits.tree(probabilities, base + lowLengths + positionState * 8, 3);
    if (bits.bit(probabilities, base + 1) === 0)
      return 10 + bits.tree(probabilities, base + middleLengths + positionState * 8, 3);
    return 18 + bits.tree(probabilities, base + highLengths, 8);
  }

  private distance(bits: RangeDecoder, length: number): number {
    const { probabilities } = this;
    const slot = bits.tree(probabilities, slots + Math.min(length - 2, 3) * 64, 6);
    if (slot < 4) return slot;
    const count = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** count;
    if (slot < 14) return base + bits.reverseTree(probabilities, special + base - slot, count);
    return base + bits.direct(count - 4) * 16 + bits.reverseTree(probabilities, align, 4);
  }
}

/** The range decoder of LZMA: adaptive bits with probabilities of 11 bits. */
export class RangeDecoder {
  private readonly bytes: Uint8Array;
  private readonly damaged: () => Error;
  private range = 0xffffffff;
  private code = 0;
  /** The next byte to read. */
  at: number;
  private readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number, damaged: () => Error) {
    this.bytes = bytes;
    this.damaged = damaged;
    this.at = start;
    this.end = Math.min(end, bytes.length);
    if (this.end - start < 5 || bytes[start] !== 0) throw damaged();
    this.at++;
    for (let i = 0; i < 4; i++) this.code = ((this.code << 8) | bytes[this.at++]!) >>> 0;
  }

  /** Whether the stream ended as an encoder ends it. */
  get finished(): boolean {
    return this.code === 0;
  }

  bit(probabilities: Uint16Array, index: number): 0 | 1 {
    const probability = probabilities[index]!;
    const bound = (this.range >>> 11) * probability;
    if (this.code < bound) {
      this.range = bound;
      probabilities[index] = probability + ((2048 - probability) >>> 5);
      this.normalise();
      return 0;
    }
    this.range -= bound;
    this.code -= bound;
    probabilities[index] = probability - (probability >>> 5);
    this.normalise();
    return 1;
  }

  /** `count` bits from the highest, each with its own probability by those before it. */
  tree(probabilities: Uint16Array, base: number, count: number): number {
    let symbol = 1;
    for (let i = 0; i < count; i++) symbol = (symbol << 1) | this.bit(probabilities, base + symbol);
    return symbol - 2 ** count;
  }

  /** The same from the lowest bit. */
  reverseTree(probabilities: Uint16Array, base: number, count: number): number {
    let symbol = 1;
    let result = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.bit(probabilities, base + symbol);
      symbol = (symbol << 1) | bit;
      result |= bit << i;
    }
    return result;
  }

  /** Bits of even odds, the highest first. */
  direct(count: number): number {
    let result = 0;
    for (let i = 0; i < count; i++) {
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit) this.code -= this.range;
      result = result * 2 + bit;
      this.normalise();
    }
    return result;
  }

  private normalise(): void {
    if (this.range >= 0x1000000) return;
    if (this.at >= this.end) throw this.damaged();
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.bytes[this.at++]!) >>> 0;
  }
}
