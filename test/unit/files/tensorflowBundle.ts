/** Writes checkpoints of TensorFlow for tests: an index (a LevelDB table) and shards. */
import { maskedCrc32c } from '../../../src/files/tensorflow/bundle/crc32c';
import { bytesField, floats, join, messageField, textField, varint, varintField } from './protobufWriter';

/** A tensor to be stored. */
export interface TestVariable {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly shard?: number;
  /** Fields of its entry that shall say something else than the truth. */
  readonly offset?: number;
  readonly checksum?: number;
  /** The parts it is stored in: start and length per axis; the values are those of the parts. */
  readonly slices?: readonly (readonly (readonly [start: number, length: number])[])[];
}

/** The files of a checkpoint by name, such as `variables.index`. */
export type Files = Map<string, Uint8Array>;

const dtFloat = 1;
const dtString = 7;

/** Stores float tensors, and texts, under their names; the files' names begin with the prefix. */
export function checkpoint(
  prefix: string,
  variables: Readonly<Record<string, TestVariable>>,
  texts: Readonly<Record<string, Uint8Array>> = {},
): Files {
  const shards: Uint8Array[] = [];
  const place = (shard: number, bytes: Uint8Array): number => {
    const before = shards[shard] ?? new Uint8Array();
    shards[shard] = join([before, bytes]);
    return before.length;
  };
  const entries = new Map<string, Uint8Array>();
  for (const [name, variable] of Object.entries(variables)) {
    const { shape, values, shard = 0, slices, checksum, offset } = variable;
    const dims = messageField(
      2,
      shape.map((length) => messageField(2, [varintField(1, length)])),
    );
    if (slices) {
      entries.set(
        name,
        join([varintField(1, dtFloat), dims, ...slices.map((slice) => messageField(7, sliceFields(slice)))]),
      );
      let from = 0;
      for (const slice of slices) {
        const count = slice.reduce((product, [, length]) => product * length, 1);
        const bytes = floats(values.slice(from, (from += count)));
        entries.set(storedSliceKey(name, slice), entryBytes(dims, shard, place(shard, bytes), bytes));
      }
      continue;
    }
    const bytes = floats(values);
    const at = place(shard, bytes);
    entries.set(name, entryBytes(dims, shard, offset ?? at, bytes, checksum));
  }
  for (const [name, text] of Object.entries(texts)) {
    const bytes = join([varint(text.length), new Uint8Array(4), text]);
    entries.set(name, join([varintField(1, dtString), varintField(4, place(0, bytes)), varintField(5, bytes.length)]));
  }
  entries.set('', varintField(1, Math.max(shards.length, 1)));
  const files: Files = new Map([[`${prefix}.index`, sortedTable(entries)]]);
  const five = (number: number) => String(number).padStart(5, '0');
  shards.forEach((bytes, k) => files.set(`${prefix}.data-${five(k)}-of-${five(shards.length)}`, bytes));
  return files;
}

/** A LevelDB table with one data block per three entries, keys shortened by what they share with the one before. */
export function sortedTable(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  let file: Uint8Array = new Uint8Array();
  const append = (content: Uint8Array): Uint8Array => {
    const handle = join([varint(file.length), varint(content.length)]);
    const kind = Uint8Array.of(0);
    file = join([file, content, kind, uint32(maskedCrc32c(content, kind))]);
    return handle;
  };
  const index: [string, Uint8Array][] = [];
  for (let start = 0; start < sorted.length; start += 3) {
    const part = sorted.slice(start, start + 3);
    index.push([part.at(-1)![0], append(block(part))]);
  }
  const others = append(block([]));
  const places = append(block(index));
  const handles = join([others, places]);
  const magic = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb);
  return join([file, handles, new Uint8Array(40 - handles.length), magic]);
}

/** A folder that holds these files. */
export function folderOf(files: ReadonlyMap<string, Uint8Array>) {
  return {
    list: () => Promise.resolve([...files.keys()]),
    read: (path: string) => Promise.resolve(files.get(path)),
  };
}

function entryBytes(
  dims: Uint8Array,
  shard: number,
  offset: number,
  bytes: Uint8Array,
  checksum = maskedCrc32c(bytes),
): Uint8Array {
  const sum = join([varint(6 * 8 + 5), uint32(checksum)]);
  return join([
    varintField(1, dtFloat),
    dims,
    varintField(3, shard),
    varintField(4, offset),
    varintField(5, bytes.length),
    sum,
  ]);
}

function sliceFields(slice: readonly (readonly [number, number])[]): Uint8Array[] {
  return slice.map(([start, length]) => messageField(1, [varintField(1, start), varintField(2, length)]));
}

/** The key of a part whose extents are all below 64: one byte each. */
function storedSliceKey(name: string, slice: readonly (readonly [number, number])[]): string {
  const bytes = slice.flatMap((extent) => extent.map((number) => 0x80 ^ number));
  return `\0${name}\0\x01\x01${String.fromCharCode(slice.length, ...bytes)}`;
}

function block(entries: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  let before = '';
  const parts = entries.map(([key, value]) => {
    let shared = 0;
    while (shared < Math.min(key.length, before.length) && key[shared] === before[shared]) shared++;
    before = key;
    const added = Uint8Array.from(key.slice(shared), (character) => character.charCodeAt(0));
    return join([varint(shared), varint(added.length), varint(value.length), added, value]);
  });
  return join([...parts, uint32(0), uint32(1)]);
}

function uint32(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}

/** The description of the objects a checkpoint holds: for each object the name of its tensor, if it has one. */
export function objectGraph(keys: readonly (string | undefined)[]): Uint8Array {
  return join(
    keys.map((key) =>
      messageField(
        1,
        key === undefined
          ? []
          : [messageField(2, [textField(1, 'VARIABLE_VALUE'), bytesField(3, new TextEncoder().encode(key))])],
      ),
    ),
  );
}
