import { inflateSync } from 'fflate';
import type { ProblemError } from '../../problem';
import { honestSize, maxFreelyUnpackedBytes, maxInflation, maxZipEntries } from '../limits';
import { refusal, refuse } from '../refuse';
import { ByteCursor } from './byteCursor';
import { crc32 } from './crc32';

/** One file inside a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Its length once inflated, as the central directory declares it. */
  readonly size: number;
  /**
   * Its content, a view of the archive where it is stored as it is. Refuses more than `limit` bytes before any memory
   * is taken, every entry of an archive whose entries together claim more than honest content can be compressed to, and
   * content that is not what the directory declares (length, checksum).
   */
  read(limit: number): Uint8Array;
}

/** Whether the bytes begin as a zip archive does (an empty archive begins with its end record). */
export function isZip(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))
  );
}

/**
 * The entries of a zip archive by name, taken from its central directory; folders are left out. Zip64 is understood.
 * Refused are archives that are cut off, name two entries alike, are encrypted or spread over several files.
 */
export function openZip(bytes: Uint8Array, file: string): ReadonlyMap<string, ZipEntry> {
  const end = findEnd(bytes, file);
  const cursor = new ByteCursor(bytes, () => cutOff(file), end.directory);
  const entries = new Map<string, ZipEntry>();
  let total = 0;
  for (let number = 0; number < end.count; number++) {
    const record = readRecord(cursor, file);
    if (entries.has(record.name)) {
      refuse(file, {
        code: 'zip-duplicate-entry',
        message: `${file} holds two entries named ${record.name}.`,
        remedy: 'Save the model again: no tool writes one entry twice, so one of the two was put there.',
        part: record.name,
      });
    }
    if (record.name.endsWith('/')) continue;
    total += record.size;
    entries.set(record.name, {
      name: record.name,
      size: record.size,
      read: (limit) => {
        checkSize(file, record, limit);
        checkTotal(file, bytes.length, total);
        return readEntry(bytes, file, record);
      },
    });
  }
  return entries;
}

interface DirectoryRecord {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly checksum: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

const endSignature = 0x06054b50;
const locatorSignature = 0x07064b50;
const zip64EndSignature = 0x06064b50;
const recordSignature = 0x02014b50;
const localSignature = 0x04034b50;
const endSize = 22;
const longestComment = 0xffff;

/** Where the central directory begins and how many entries it has (APPNOTE 4.3.14 to 4.3.16). */
function findEnd(bytes: Uint8Array, file: string): { readonly directory: number; readonly count: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = Math.max(0, bytes.length - endSize - longestComment);
  let at = bytes.length - endSize;
  while (at >= first && view.getUint32(at, true) !== endSignature) at--;
  if (at < first) throw cutOff(file);
  let count = view.getUint16(at + 10, true);
  let directory = view.getUint32(at + 16, true);
  if (at >= 20 && view.getUint32(at - 20, true) === locatorSignature) {
    const cursor = new ByteCursor(bytes, () => cutOff(file), at - 12);
    cursor.at = cursor.uint64();
    if (cursor.uint32() !== zip64EndSignature) throw cutOff(file);
    cursor.skip(28);
    count = cursor.uint64();
    cursor.skip(8);
    directory = cursor.uint64();
  }
  if (count > maxZipEntries || directory > bytes.length) throw cutOff(file);
  return { directory, count };
}

function readRecord(cursor: ByteCursor, file: string): DirectoryRecord {
  if (cursor.uint32() !== recordSignature) throw cutOff(file);
  cursor.skip(4);
  const flags = cursor.uint16();
  const method = cursor.uint16();
  cursor.skip(4);
  const checksum = cursor.uint32();
  const short = { compressedSize: cursor.uint32(), size: cursor.uint32() };
  const [nameLength, extraLength, commentLength] = [cursor.uint16(), cursor.uint16(), cursor.uint16()];
  cursor.skip(8);
  const shortOffset = cursor.uint32();
  const name = new TextDecoder().decode(cursor.take(nameLength));
  const extra = cursor.take(extraLength);
  cursor.skip(commentLength);
  const [size = 0, compressedSize = 0, offset = 0] = widen(extra, file, [
    short.size,
    short.compressedSize,
    shortOffset,
  ]);
  return { name, encrypted: (flags & 1) !== 0, method, checksum, compressedSize, size, offset };
}

/** Numbers too large for 32 bits stand in the zip64 extra field, in this order, only those that are missing. */
function widen(extra: Uint8Array, file: string, numbers: readonly number[]): number[] {
  const cursor = new ByteCursor(extra, () => cutOff(file));
  while (cursor.left >= 4) {
    const kind = cursor.uint16();
    const content = cursor.take(Math.min(cursor.uint16(), cursor.left));
    if (kind !== 1) continue;
    const wide = new ByteCursor(content, () => cutOff(file));
    return numbers.map((number) => (number === 0xffffffff ? wide.uint64() : number));
  }
  return [...numbers];
}

function checkSize(file: string, { name, size, compressedSize }: DirectoryRecord, limit: number): void {
  if (size <= limit && size <= compressedSize * maxInflation + 64) return;
  refuse(file, {
    code: 'zip-entry-too-large',
    message: `${name} in ${file} claims to be ${size} bytes long, which does not fit the file or is absurdly large.`,
    remedy: 'Save the model again; if it came from somebody else, do not trust it.',
    part: name,
  });
}

/** Each of many entries may be small enough, and all of them may share the same compressed bytes. */
function checkTotal(file: string, packed: number, total: number): void {
  if (total <= honestSize(packed, Infinity, maxFreelyUnpackedBytes)) return;
  refuse(file, {
    code: 'zip-too-large',
    message: `The entries of ${file} claim to be ${total} bytes long together, far more than a model compressed to ${packed} bytes.`,
    remedy: 'Save the model again; if it came from somebody else, do not trust it.',
  });
}

function readEntry(bytes: Uint8Array, file: string, record: DirectoryRecord): Uint8Array {
  const { name } = record;
  if (record.encrypted) {
    refuse(file, {
      code: 'zip-encrypted',
      message: `${name} in ${file} is encrypted.`,
      remedy: 'Save the archive without a password.',
      part: name,
    });
  }
  const cursor = new ByteCursor(bytes, () => cutOff(file), record.offset);
  if (record.offset > bytes.length || cursor.uint32() !== localSignature) throw cutOff(file);
  cursor.skip(22);
  const nameLength = cursor.uint16();
  cursor.skip(cursor.uint16() + nameLength);
  const content = unpack(cursor.take(record.compressedSize), record, file);
  if (content.length !== record.size || crc32(content) !== record.checksum) throw damaged(file, name);
  return content;
}

function unpack(packed: Uint8Array, record: DirectoryRecord, file: string): Uint8Array {
  if (record.method === 0) return packed;
  if (record.method !== 8) {
    refuse(file, {
      code: 'zip-method-unknown',
      message: `${record.name} in ${file} is compressed by a method (number ${record.method}) that Slopescope does not read.`,
      remedy: 'Zip the files again with ordinary compression (deflate) or none.',
      part: record.name,
    });
  }
  try {
    // One byte more than declared, so that content longer than declared shows.
    return inflateSync(packed, { out: new Uint8Array(record.size + 1) });
  } catch {
    throw damaged(file, record.name);
  }
}

function cutOff(file: string): ProblemError {
  return refusal(file, {
    code: 'zip-cut-off',
    message: `${file} is a zip archive that is cut off or damaged: its list of entries is missing or contradicts the file.`,
    remedy: 'Copy or download the whole file again.',
  });
}

function damaged(file: string, name: string): ProblemError {
  return refusal(file, {
    code: 'zip-entry-damaged',
    message: `${name} in ${file} is damaged: its content does not match its recorded length and checksum.`,
    remedy: 'Copy or download the file again, or save the model again.',
    part: name,
  });
}
