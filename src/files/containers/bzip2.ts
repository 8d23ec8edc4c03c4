import type { ByteSink } from './byteSink';

/** Unpacks bzip2 (one or several streams), verifying the checksum of every block and stream. */
export function bunzip2(bytes: Uint8Array, sink: ByteSink, damaged: () => Error): void {
  const bits = new BitReader(bytes, damaged);
  do {
    unpackStream(bits, sink, damaged);
    bits.alignToByte();
  } while (bits.atSignature());
}

const blockMagic = 0x314159265359;
const endMagic = 0x177245385090;

function unpackStream(bits: BitReader, sink: ByteSink, damaged: () => Error): void {
  if (bits.read(24) !== 0x425a68) throw damaged();
  const level = bits.read(8) - 0x30;
  if (level < 1 || level > 9) throw damaged();
  const links = new Uint32Array(level * 100_000);
  let combined = 0;
  for (;;) {
    const magic = bits.read(24) * 2 ** 24 + bits.read(24);
    const declared = bits.read32();
    if (magic === endMagic) {
      if (declared !== combined) throw damaged();
      return;
    }
    if (magic !== blockMagic) throw damaged();
    const start = sink.length;
    unpackBlock(bits, links, sink, damaged);
    const checksum = blockChecksum(sink.since(start));
    if (checksum !== declared) throw damaged();
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  }
}

/** Huffman, move-to-front, run lengths of the transform, Burrows-Wheeler, run lengths of the text: undone in this order. */
function unpackBlock(bits: BitReader, links: Uint32Array, sink: ByteSink, damaged: () => Error): void {
  if (bits.read(1)) throw damaged(); // Blocks randomised by bzip2 0.9 of 1997.
  const origin = bits.read(24);
  const symbols = readSymbols(bits);
  if (symbols.length === 0) throw damaged();
  const selectors = new BlockCode(bits, symbols.length + 2, damaged);
  const counts = new Uint32Array(256);
  const length = readTransformed(selectors, symbols, links, counts, damaged);
  if (origin >= length) throw damaged();
  linkBack(links, length, counts);
  writeText(links, length, origin, sink);
}

/** Which of the 256 byte values occur: sixteen ranges, and for each that is used its sixteen values. */
function readSymbols(bits: BitReader): number[] {
  const ranges = bits.read(16);
  const symbols: number[] = [];
  for (let range = 0; range < 16; range++) {
    if (!(ranges & (0x8000 >> range))) continue;
    const used = bits.read(16);
    for (let i = 0; i < 16; i++) if (used & (0x8000 >> i)) symbols.push(range * 16 + i);
  }
  return symbols;
}

/** The last column of the sorted rotations, into the low bytes of `links`; gives its length. */
function readTransformed(
  code: BlockCode,
  symbols: number[],
  links: Uint32Array,
  counts: Uint32Array,
  damaged: () => Error,
): number {
  const end = symbols.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  const put = (byte: number, times: number): void => {
    if (times > links.length - length) throw damaged();
    links.fill(byte, length, length + times);
    counts[byte]! += times;
    length += times;
  };
  for (;;) {
    const symbol = code.next();
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (run > links.length) throw damaged();
      continue;
    }
    if (run > 0) put(symbols[0]!, run);
    run = 0;
    weight = 1;
    if (symbol === end) return length;
    const [byte] = symbols.splice(symbol - 1, 1);
    if (byte === undefined) throw damaged();
    symbols.unshift(byte);
    put(byte, 1);
  }
}

/** Above each byte the number of the row that follows it in the text. */
function linkBack(links: Uint32Array, length: number, counts: Uint32Array): void {
  const starts = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) starts[byte] = starts[byte - 1]! + counts[byte - 1]!;
  for (let row = 0; row < length; row++) {
    const byte = links[row]! & 255;
    links[starts[byte]!++]! |= row << 8;
  }
}

/** Four equal bytes are followed by how often the byte comes again. */
function writeText(links: Uint32Array, length: number, origin: number, sink: ByteSink): void {
  let entry = links[origin]!;
  let last = -1;
  let equal = 0;
  for (let i = 0; i < length; i++) {
    entry = links[entry >>> 8]!;
    const byte = entry & 255;
    if (equal === 4) {
      sink.repeat(1, byte);
      equal = 0;
      last = -1;
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    sink.push(byte);
  }
}

const groupSize = 50;
const longestCode = 20;

/** The symbols of a block: several Huffman codes, of which each group of fifty symbols selects one. */
class BlockCode {
  private readonly bits: BitReader;
  private readonly codes: readonly HuffmanCode[];
  private readonly selectors: Uint8Array;
  private position = 0;
  private readonly damaged: () => Error;

  constructor(bits: BitReader, alphabet: number, damaged: () => Error) {
    this.bits = bits;
    this.damaged = damaged;
    const count = bits.read(3);
    this.selectors = new Uint8Array(bits.read(15));
    if (count < 2 || count > 6 || this.selectors.length === 0) throw damaged();
    const recent = [0, 1, 2, 3, 4, 5].slice(0, count);
    for (let i = 0; i < this.selectors.length; i++) {
      let place = 0;
      while (bits.read(1)) if (++place >= count) throw damaged();
      const [selected = 0] = recent.splice(place, 1);
      recent.unshift(selected);
      this.selectors[i] = selected;
    }
    this.codes = Array.from({ length: count }, () => new HuffmanCode(codeLengths(bits, alphabet, damaged)));
  }

  next(): number {
    const group = Math.floor(this.position++ / groupSize);
    const selected = this.selectors[group];
    if (selected === undefined) throw this.damaged();
    return this.codes[selected]!.next(this.bits, this.damaged);
  }
}

/** Lengths are written as differences: 0 ends one, 10 adds, 11 takes away. */
function codeLengths(bits: BitReader, alphabet: number, damaged: () => Error): number[] {
  let length = bits.read(5);
  return Array.from({ length: alphabet }, () => {
    while (bits.read(1)) length += bits.read(1) ? -1 : 1;
    if (length < 1 || length > longestCode) throw damaged();
    return length;
  });
}

/** A canonical Huffman code: per length the first code, and where its symbols begin in the order of the codes. */
class HuffmanCode {
  private readonly counts = new Uint32Array(longestCode + 1);
  private readonly symbols: readonly number[];

  constructor(lengths: readonly number[]) {
    for (const length of lengths) this.counts[length]!++;
    this.symbols = lengths.map((_, symbol) => symbol).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  }

  next(bits: BitReader, damaged: () => Error): number {
    let code = 0;
    let first = 0;
    let before = 0;
    for (let length = 1; length <= longestCode; length++) {
      code |= bits.read(1);
      const count = this.counts[length]!;
      if (code - first < count) {
        const symbol = this.symbols[before + code - first];
        if (symbol === undefined) throw damaged();
        return symbol;
      }
      before += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw damaged();
  }
}

/** Bits from the highest to the lowest of each byte. */
class BitReader {
  private readonly bytes: Uint8Array;
  private readonly damaged: () => Error;
  private at = 0;
  private held = 0;
  private buffer = 0;

  constructor(bytes: Uint8Array, damaged: () => Error) {
    this.bytes = bytes;
    this.damaged = damaged;
  }

  /** The next `count` bits, 24 at most. */
  read(count: number): number {
    while (this.held < count) {
      if (this.at >= this.bytes.length) throw this.damaged();
      this.buffer = ((this.buffer << 8) | this.bytes[this.at++]!) >>> 0;
      this.held += 8;
    }
    this.held -= count;
    return (this.buffer >>> this.held) & (2 ** count - 1);
  }

  read32(): number {
    return this.read(16) * 65536 + this.read(16);
  }

  alignToByte(): void {
    this.held -= this.held % 8;
  }

  /** Whether another stream begins here; anything else behind the last one is not ours. */
  atSignature(): boolean {
    const at = this.at - this.held / 8;
    return this.bytes[at] === 0x42 && this.bytes[at + 1] === 0x5a && this.bytes[at + 2] === 0x68;
  }
}

const checksumTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

/** The CRC-32 of bzip2: the same polynomial as zip's, from the highest bit. */
function blockChecksum(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = checksumTable[((value >>> 24) ^ byte) & 255]! ^ (value << 8);
  return ~value >>> 0;
}
