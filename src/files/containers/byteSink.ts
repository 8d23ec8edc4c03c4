import type { ProblemError } from '../../problem';

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
    let to = this.length;
    for (let from = to - distance, end = to + count; to < end;) bytes[to++] = bytes[from++]!;
    this.length = to;
  }

  /** A view of what was written from `start` on. */
  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.length);
  }

  private grow(count: number): void {
    const needed = this.length + count;
    if (needed > this.limit) throw this.tooLarge();
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, this.bytes.length * 2)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
