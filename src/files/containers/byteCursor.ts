import type { ProblemError } from '../../problem';

/** Reads forwards through bytes; never past their end: it throws what `ended` gives, the container's own problem. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  at: number;
  private readonly view: DataView;
  private readonly ended: () => ProblemError;

  constructor(bytes: Uint8Array, ended: () => ProblemError, at = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.ended = ended;
    this.at = at;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** The next `count` bytes as a view of the file, not a copy. */
  take(count: number): Uint8Array {
    const start = this.skip(count);
    return this.bytes.subarray(start, this.at);
  }

  /** Moves on by `count` bytes and gives the place where they start. */
  skip(count: number): number {
    if (!(count >= 0 && count <= this.left)) throw this.ended();
    const start = this.at;
    this.at += count;
    return start;
  }

  /** Bytes up to the next line feed, which is passed over; a carriage return before it is dropped. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw this.ended();
    const line = this.bytes.subarray(this.at, end);
    this.at = end + 1;
    return line.at(-1) === 13 ? line.subarray(0, -1) : line;
  }

  uint8(): number {
    return this.view.getUint8(this.skip(1));
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  /** A 64-bit length; above 2^53 it is no longer exact, but then it is past the end of any file. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  /** A big-endian float64. */
  float64BigEndian(): number {
    return this.view.getFloat64(this.skip(8), false);
  }
}
