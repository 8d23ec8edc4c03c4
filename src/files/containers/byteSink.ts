import type { ProblemError } from '../../problem';

/** Below this many bytes a loop is quicker than a call that copies. */
const shortRepeat = 64;

/** Most bytes that are moved to make room for more. */
const largestCopied = 2 ** 23;

/** Bytes in the making, never more than a limit. What was written can be copied from: decompressors refer back to it. */
export class ByteSink {
  length = 0;
  private bytes: Uint8Array;
  private readonly limit: number;
  private readonly tooLarge: () => ProblemError;

  constructor(limit: number, tooLarge: () => ProblemError, expected = 0) {
    this.limit = limit;
    this.tooLarge = tooLarge;
    this.bytes = new Uint8Array(Math.min(limit, Math.max(expected, 2 ** 12)));
  }

  /** Refuses `count` more bytes, which a file declares, before any of them is unpacked. */
  announce(count: number): void {
    if (this.length + count > this.limit) throw this.tooLarge();
  }

  /** One byte at the end. */
  push(byte: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = byte;
  }

  /** Bytes at the end. */
  append(bytes: Uint8Array): void {
    this.grow(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The byte `distance` before the end (1 is the last one); 0 before the beginning. */
  back(distance: number): number {
    return this.bytes[this.length - distance] ?? 0;
  }

  /** Repeats `count` bytes from `distance` before the end; they may overlap what is being written. */
  repeat(distance: number, count: number): void {
    this.grow(count);
    const { bytes } = this;
    const start = this.length;
    this.length += count;
    if (count < shortRepeat) for (let to = start; to < this.length; to++) bytes[to] = bytes[to - distance]!;
    // What is copied is twice as long each time.
    else
      for (let to = start; to < this.length;) {
        const width = Math.min(to - start + distance, this.length - to);
        bytes.copyWithin(to, start - distance, start - distance + width);
        to += width;
      }
  }

  /** A view of what was written from `start` on. */
  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.length);
  }

  private grow(count: number): void {
    this.announce(count);
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    // Old and new are in memory together, so a large one is moved once: pages nobody has written to take no memory.
    const roomier = needed > largestCopied ? this.limit : this.bytes.length * 2;
    const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, roomier)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
