import type { ProblemError } from '../../../problem';
import { refusal } from '../../refuse';
import { ByteCursor } from '../byteCursor';

/**
 * The bytes of one HDF5 file, addressed as the file addresses them (from its superblock on). Every look outside the
 * bytes ends in a problem, so that no structure of a damaged file can lead a reader astray.
 */
export class Hdf5Bytes {
  readonly bytes: Uint8Array;
  readonly file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = bytes;
    this.file = file;
  }

  /** A cursor at an address. */
  at(address: number): ByteCursor {
    if (!(address >= 0 && address <= this.bytes.length)) throw this.damaged('an address lies outside of the file');
    return new ByteCursor(this.bytes, () => this.damaged('a structure is cut off'), address);
  }

  /** A cursor over a structure that begins with a four-letter signature, placed behind it. */
  signed(address: number, signature: string): ByteCursor {
    const cursor = this.at(address);
    if (text(cursor.take(4)) !== signature) throw this.damaged(`a structure ${signature} is not where it should be`);
    return cursor;
  }

  /** A part of the file, not a copy. */
  slice(address: number, length: number): Uint8Array {
    return this.at(address).take(length);
  }

  /** The problem of a file whose structures contradict each other. */
  damaged(detail: string): ProblemError {
    return refusal(this.file, {
      code: 'hdf5-damaged',
      message: `${this.file} is a damaged HDF5 file: ${detail}.`,
      remedy: 'Copy or download the whole file again, or save the model again.',
    });
  }

  /** The problem of a file that uses a part of HDF5 that saved networks do not need. */
  unsupported(detail: string): ProblemError {
    return refusal(this.file, {
      code: 'hdf5-unsupported',
      message: `${this.file} uses a part of HDF5 that Slopescope does not read: ${detail}.`,
      remedy: 'Save the model again with Keras, without repacking the file.',
    });
  }
}

/** An address; undefined is HDF5's "nowhere" (all bits set). */
export function readAddress(cursor: ByteCursor): number | undefined {
  const address = cursor.uint64();
  return address >= 2 ** 64 - 1 ? undefined : address;
}

/** A little-endian unsigned number of 1 to 8 bytes. */
export function readSized(cursor: ByteCursor, size: number): number {
  return cursor.take(size).reduceRight((number, byte) => number * 256 + byte, 0);
}

/** Bytes as text up to the first zero byte. */
export function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
