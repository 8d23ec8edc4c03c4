import { Gunzip, Unzlib } from 'fflate';
import { honestSize, maxFreelyUnpackedBytes, maxInflation } from '../limits';
import { refusal } from '../refuse';
import { ByteSink } from './byteSink';
import { bunzip2 } from './bzip2';
import { crc32 } from './crc32';
import { unlz4 } from './lz4';
import { unlzma, unxz } from './xz';

/** How a whole file is compressed. */
export type Compression = 'none' | 'gzip' | 'zlib' | 'bzip2' | 'xz' | 'lzma' | 'lz4';

/** The compression by the file's first bytes; `none` when no compression begins like this. */
export function compressionOf(bytes: Uint8Array): Compression {
  const starts = (...magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
  if (starts(0x1f, 0x8b, 8)) return 'gzip';
  if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)) return 'xz';
  if (starts(0x42, 0x5a, 0x68) && bytes[3]! >= 0x31 && bytes[3]! <= 0x39) return 'bzip2';
  if (starts(0x04, 0x22, 0x4d, 0x18)) return 'lz4';
  if (isZlib(bytes)) return 'zlib';
  // The alone format has no magic: properties of the usual encoders, a dictionary of whole kibibytes.
  return starts(0x5d, 0, 0) && bytes.length > 13 ? 'lzma' : 'none';
}

/** What takes a compressed stream apart: its bytes, where the result goes, and the problem of damaged content. */
type Decompressor = (bytes: Uint8Array, sink: ByteSink, damaged: () => Error) => void;

const decompressors: Readonly<Record<Exclude<Compression, 'none'>, Decompressor>> = {
  gzip: gunzip,
  zlib: unzlib,
  bzip2: bunzip2,
  xz: unxz,
  lzma: unlzma,
  lz4: unlz4,
};

/**
 * Decompresses a whole file; one that is not compressed is given as it is. Checksums are verified. Throws a
 * `ProblemError` for damaged content, and for more than `limit` bytes or more than `free` that are compressed better
 * than honest content can be, as soon as they are met.
 */
export function decompress(
  bytes: Uint8Array,
  limit: number,
  file: string,
  free = maxFreelyUnpackedBytes,
): { readonly kind: Compression; readonly bytes: Uint8Array } {
  const kind = compressionOf(bytes);
  if (kind === 'none') return { kind, bytes };
  const damaged = (): Error =>
    refusal(file, {
      code: 'compression-damaged',
      message: `${file} is compressed (${kind}), and its compressed content is damaged or cut off.`,
      remedy: 'Copy or download the whole file again, or save the model again.',
    });
  const most = honestSize(bytes.length, limit, free);
  const sink = new ByteSink(most, () => tooLarge(file, kind, bytes.length, most), bytes.length * 2);
  decompressors[kind](bytes, sink, damaged);
  return { kind, bytes: sink.since(0) };
}

/**
 * The first bytes of what is inside, about `count` of them (fewer when the content is damaged), to see what it is
 * without unpacking all of it.
 */
export function decompressedHead(bytes: Uint8Array, count = 2 ** 20): Uint8Array {
  const kind = compressionOf(bytes);
  if (kind === 'none') return bytes.subarray(0, count);
  const sink = new ByteSink(count, () => tooLarge('', kind, bytes.length, count));
  try {
    decompressors[kind](bytes, sink, () => new RangeError('damaged'));
  } catch {
    // Full, or damaged further on: what came before it is the head.
  }
  return sink.since(0);
}

function tooLarge(file: string, kind: Compression, packed: number, limit: number): ReturnType<typeof refusal> {
  return refusal(file, {
    code: 'compression-too-large',
    message: `${file} is compressed (${kind}), and its ${packed} bytes unpack to more than ${Math.round(limit / 2 ** 20)} MB.`,
    remedy:
      'Save the model alone, without its training data, or unpack a table before; if the file came from somebody else, do not trust it.',
  });
}

/** The two header bytes of zlib (RFC 1950): method 8, a window of at most 32 KiB, a multiple of 31, no preset dictionary. */
function isZlib(bytes: Uint8Array): boolean {
  const [method = 0, flags = 0] = bytes;
  return (
    bytes.length > 6 &&
    (method & 15) === 8 &&
    method >> 4 <= 7 &&
    (method * 256 + flags) % 31 === 0 &&
    (flags & 32) === 0
  );
}

/** Pieces grow up to where not even the densest of them unpacks to more than 8 MB at once. */
const firstPieceSize = 512;
const largestPieceSize = 2 ** 23 / maxInflation;

function gunzip(bytes: Uint8Array, sink: ByteSink, damaged: () => Error): void {
  let memberStart = 0;
  const checkMember = (end: number): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(end - 8, true) !== crc32(sink.since(memberStart))) throw damaged();
    memberStart = sink.length;
  };
  const stream = new Gunzip();
  stream.onmember = checkMember;
  inflate(stream, bytes, sink, damaged);
  checkMember(bytes.length);
}

function unzlib(bytes: Uint8Array, sink: ByteSink, damaged: () => Error): void {
  inflate(new Unzlib(), bytes, sink, damaged);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(bytes.length - 4) !== adler32(sink.since(0))) throw damaged();
}

function inflate(stream: Gunzip | Unzlib, bytes: Uint8Array, sink: ByteSink, damaged: () => Error): void {
  // What the sink throws must not be mistaken for what the stream throws.
  let overflow: unknown;
  stream.ondata = (piece) => {
    try {
      sink.append(piece);
    } catch (error) {
      overflow = error;
      throw error;
    }
  };
  try {
    for (let at = 0, size = firstPieceSize; at < bytes.length; at += size, size = Math.min(size * 2, largestPieceSize))
      stream.push(bytes.subarray(at, at + size), at + size >= bytes.length);
  } catch {
    throw overflow instanceof Error ? overflow : damaged();
  }
}

/** The checksum of zlib (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let start = 0; start < bytes.length; start += 3800) {
    const end = Math.min(bytes.length, start + 3800);
    for (let i = start; i < end; i++) high += low += bytes[i]!;
    low %= 65521;
    high %= 65521;
  }
  return high * 65536 + low;
}
