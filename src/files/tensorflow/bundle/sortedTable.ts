import { maxTableKeyRatio } from '../../limits';
import { refuse } from '../../refuse';
import { maskedCrc32c } from './crc32c';

/** Where a block lies in the file. */
interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

const footerBytes = 48;

/** What the last eight bytes of every table are. */
const magic = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb);

/** After each block: how it is compressed (one byte) and its checksum (four bytes). */
const trailerBytes = 5;

/**
 * All entries of a LevelDB table, keys as texts of one character per byte
 * (https://github.com/google/leveldb/blob/main/doc/table_format.md). `name` is the file's, for problems.
 */
export function readSortedTable(bytes: Uint8Array, name: string): Map<string, Uint8Array> {
  return new SortedTable(bytes, name).entries();
}

class SortedTable {
  private readonly bytes: Uint8Array;
  private readonly name: string;
  private keyCharactersLeft: number;

  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.name = name;
    this.keyCharactersLeft = bytes.length * maxTableKeyRatio;
  }

  entries(): Map<string, Uint8Array> {
    const entries = new Map<string, Uint8Array>();
    for (const [, place] of this.block(this.indexHandle())) {
      const [handle] = this.handle(place, 0);
      for (const [key, value] of this.block(handle)) entries.set(key, value);
    }
    return entries;
  }

  /** The footer holds the handle of an index of other things, then that of the index of the data. */
  private indexHandle(): BlockHandle {
    const { bytes } = this;
    const footer = bytes.subarray(Math.max(bytes.length - footerBytes, 0));
    const end = footer.subarray(footer.length - magic.length);
    if (footer.length < footerBytes || !magic.every((byte, i) => byte === end[i]))
      return this.damaged('does not end like a table of variables: it is cut off or another kind of file');
    const [, next] = this.handle(footer, 0);
    return this.handle(footer, next)[0];
  }

  private handle(bytes: Uint8Array, at: number): readonly [BlockHandle, number] {
    const [offset, middle] = this.varint(bytes, at);
    const [size, end] = this.varint(bytes, middle);
    return [{ offset, size }, end];
  }

  /** Keys and values of one block; a key repeats the beginning of the one before it. */
  private block({ offset, size }: BlockHandle): [string, Uint8Array][] {
    const { bytes } = this;
    if (offset + size + trailerBytes > bytes.length || size < 4) return this.damaged('points outside of itself');
    const block = bytes.subarray(offset, offset + size);
    this.checkTrailer(block, bytes.subarray(offset + size, offset + size + trailerBytes));
    const restarts = new DataView(block.buffer, block.byteOffset + size - 4, 4).getUint32(0, true);
    const end = size - 4 - restarts * 4;
    if (end < 0) return this.damaged('points outside of itself');
    const entries: [string, Uint8Array][] = [];
    let key = '';
    for (let at = 0; at < end;) {
      const [shared, afterShared] = this.varint(block, at);
      const [added, afterAdded] = this.varint(block, afterShared);
      const [length, start] = this.varint(block, afterAdded);
      const middle = start + added;
      at = middle + length;
      this.keyCharactersLeft -= shared + added;
      if (at > end || shared > key.length || this.keyCharactersLeft < 0)
        return this.damaged('points outside of itself');
      key = key.slice(0, shared) + String.fromCharCode(...block.subarray(start, middle));
      entries.push([key, block.subarray(middle, at)]);
    }
    return entries;
  }

  private checkTrailer(block: Uint8Array, trailer: Uint8Array): void {
    if (trailer[0] !== 0) {
      refuse(this.name, {
        code: 'tensorflow-table-compressed',
        message: `The list of variables ${this.name} is compressed, which TensorFlow itself never does.`,
        remedy: 'Save the model again with TensorFlow.',
      });
    }
    const stored = new DataView(trailer.buffer, trailer.byteOffset + 1, 4).getUint32(0, true);
    if (stored !== maskedCrc32c(block, trailer.subarray(0, 1))) this.damaged('does not fit its own checksum');
  }

  private varint(bytes: Uint8Array, from: number): readonly [value: number, end: number] {
    let value = 0;
    for (let at = from, scale = 1; at < bytes.length && scale < 2 ** 56; at++, scale *= 128) {
      const byte = bytes[at]!;
      value += (byte & 127) * scale;
      if (byte < 128) return [value, at + 1];
    }
    return this.damaged('is cut off or damaged');
  }

  private damaged(because: string): never {
    return refuse(this.name, {
      code: 'tensorflow-table-damaged',
      message: `The list of variables ${this.name} ${because}.`,
      remedy: 'Copy the whole folder of the model again, or save the model again.',
    });
  }
}
