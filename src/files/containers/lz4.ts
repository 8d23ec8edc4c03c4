import type { ByteSink } from './byteSink';

/**
 * Unpacks LZ4 frames (LZ4 frame format 1.6.1): linked and independent blocks, several frames, skippable frames,
 * checksums of header, blocks and content.
 */
export function unlz4(bytes: Uint8Array, sink: ByteSink, damaged: () => Error): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (let at = 0; at < bytes.length;) {
      const magic = view.getUint32(at, true);
      if (magic === frameMagic) at = unpackFrame(bytes, view, at + 4, sink, damaged);
      else if (magic >>> 4 === skippableMagic) at += 8 + view.getUint32(at + 4, true);
      else throw damaged();
    }
  } catch (error) {
    // Reading behind the end of the bytes.
    throw error instanceof RangeError ? damaged() : error;
  }
}

const frameMagic = 0x184d2204;
const skippableMagic = 0x184d2a5;

function unpackFrame(bytes: Uint8Array, view: DataView, start: number, sink: ByteSink, damaged: () => Error): number {
  const flags = view.getUint8(start);
  const [blockChecksums, contentSize, contentChecksum, dictionary] = [flags & 16, flags & 8, flags & 4, flags & 1];
  let at = start + 2 + (contentSize ? 8 : 0);
  if (flags >> 6 !== 1 || dictionary) throw damaged();
  if (((xxh32(bytes.subarray(start, at)) >>> 8) & 255) !== view.getUint8(at)) throw damaged();
  at++;
  const begin = sink.length;
  const declared = contentSize ? Number(view.getBigUint64(start + 2, true)) : undefined;
  sink.announce(declared ?? 0);
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) break;
    const length = size & 0x7fffffff;
    if (length > bytes.length - at) throw damaged();
    const block = bytes.subarray(at, at + length);
    if (size >>> 31) sink.append(block);
    else unpackBlock(block, sink, begin, damaged);
    at += length;
    if (!blockChecksums) continue;
    if (view.getUint32(at, true) !== xxh32(block)) throw damaged();
    at += 4;
  }
  if (declared !== undefined && declared !== sink.length - begin) throw damaged();
  if (!contentChecksum) return at;
  if (view.getUint32(at, true) !== xxh32(sink.since(begin))) throw damaged();
  return at + 4;
}

/** A block is a sequence of literals and references back (LZ4 block format). */
function unpackBlock(block: Uint8Array, sink: ByteSink, begin: number, damaged: () => Error): void {
  let at = 0;
  const extended = (length: number): number => {
    if (length < 15) return length;
    for (let byte = 255, sum = length; ; sum += byte) {
      if (byte !== 255) return sum;
      if (at >= block.length) throw damaged();
      byte = block[at++]!;
    }
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = extended(token >> 4);
    if (literals > block.length - at) throw damaged();
    sink.append(block.subarray(at, at + literals));
    at += literals;
    if (at === block.length) return;
    if (at + 2 > block.length) throw damaged();
    const distance = block[at]! | (block[at + 1]! << 8);
    at += 2;
    if (distance === 0 || distance > sink.length - begin) throw damaged();
    sink.repeat(distance, extended(token & 15) + 4);
  }
}

const prime1 = 0x9e3779b1;
const prime2 = 0x85ebca77;
const prime3 = 0xc2b2ae3d;
const prime4 = 0x27d4eb2f;
const prime5 = 0x165667b1;

/** The 32-bit xxHash with seed 0, the checksum of LZ4 frames. */
function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash = prime5;
  if (bytes.length >= 16) {
    const lanes = [(prime1 + prime2) | 0, prime2, 0, -prime1 | 0];
    for (; at + 16 <= bytes.length; at += 16)
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane]!, view.getUint32(at + lane * 4, true));
    hash = lanes.reduce((sum, lane, i) => (sum + rotate(lane, [1, 7, 12, 18][i]!)) | 0, 0);
  }
  hash = (hash + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4)
    hash = Math.imul(rotate((hash + Math.imul(view.getUint32(at, true), prime3)) | 0, 17), prime4);
  for (; at < bytes.length; at++) hash = Math.imul(rotate((hash + Math.imul(bytes[at]!, prime5)) | 0, 11), prime1);
  hash = Math.imul(hash ^ (hash >>> 15), prime2);
  hash = Math.imul(hash ^ (hash >>> 13), prime3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, prime2)) | 0, 13), prime1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
