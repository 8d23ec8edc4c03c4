import { elements } from '../../../network/tensor';
import { protobufMessage } from '../../containers/protobuf';
import { maxTensorNumbers, maxWeightBytes } from '../../limits';
import type { Folder } from '../../reading';
import { refuse } from '../../refuse';
import { dataTypeName, storedType, type StoredType } from '../dataType';
import { readShape, type OpenShape } from '../shapeProto';
import { BinaryMessage } from '../syntax/binaryMessage';
import { decodeElements, type StoredTensor } from '../tensorProto';
import { maskedCrc32c } from './crc32c';
import { readSortedTable } from './sortedTable';
import { byteString, readSlice, sliceKey, slicePlaces, type TensorSlice } from './tensorSlice';

/** One tensor of a bundle (BundleEntryProto): where its bytes lie. */
interface BundleEntry {
  readonly type: number;
  readonly shape: OpenShape;
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  readonly checksum: number | undefined;
  /** The parts it is stored in, under keys of their own; none when it is stored whole. */
  readonly slices: readonly TensorSlice[];
}

const entryFields = { dtype: 1, shape: 2, shard: 3, offset: 4, size: 5, crc32c: 6, slices: 7 };
const headerFields = { shards: 1, endianness: 2 };

/**
 * A checkpoint: tensors by name (tensor_bundle.proto). The index is a sorted table of names, the bytes lie in numbered
 * shards beside it.
 */
export class TensorBundle {
  private readonly file: string;
  private readonly entries: ReadonlyMap<string, BundleEntry>;
  private readonly shards: ReadonlyMap<number, Uint8Array>;

  /** Entries are known by their keys with one character per byte. */
  constructor(file: string, entries: ReadonlyMap<string, BundleEntry>, shards: ReadonlyMap<number, Uint8Array>) {
    this.file = file;
    this.entries = entries;
    this.shards = shards;
  }

  has(key: string): boolean {
    return this.entries.has(byteString(key));
  }

  /** Shapes of all stored tensors, in the order of their names. */
  shapes(): OpenShape[] {
    return [...this.entries.values()].map((entry) => entry.shape);
  }

  /** The numbers of a stored tensor, put together from its parts; undefined when there is none of this name. */
  tensor(key: string): StoredTensor | undefined {
    const entry = this.entries.get(byteString(key));
    if (!entry) return undefined;
    const stored = storedType(entry.type) ?? this.refuseType(key, entry.type);
    const shape = (entry.shape ?? []).map((length) => length ?? this.damaged(key, 'has no proper shape'));
    const count = elements(shape);
    if (count > maxTensorNumbers) return this.damaged(key, `claims to have ${count} elements`);
    const numbers =
      entry.slices.length > 0 ? this.joined(key, entry, stored, shape) : this.decoded(key, entry, stored, count);
    return { shape, type: stored.element, numbers };
  }

  /** The bytes of a stored text; undefined when there is none of this name. Its length stands before it, then a checksum. */
  text(key: string): Uint8Array | undefined {
    const entry = this.entries.get(byteString(key));
    if (!entry || dataTypeName(entry.type) !== 'DT_STRING') return undefined;
    const bytes = this.bytes(key, entry, false);
    let length = 0;
    let at = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++]!;
      length += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return bytes.length === at + 4 + length ? bytes.subarray(at + 4) : undefined;
  }

  private decoded(key: string, entry: BundleEntry, stored: StoredType, count: number): Float64Array {
    return (
      decodeElements(this.bytes(key, entry), stored, count) ??
      this.damaged(key, `has ${entry.size} bytes, which are not those of ${count} elements`)
    );
  }

  private joined(key: string, entry: BundleEntry, stored: StoredType, shape: readonly number[]): Float64Array {
    const parts = entry.slices.map((slice) => {
      const part = this.entries.get(sliceKey(byteString(key), slice));
      return part ? { slice, part } : this.damaged(key, 'is stored in parts of which one is missing');
    });
    // Before memory is taken, the bytes of all parts must be as many as the whole needs.
    const bytes = parts.reduce((sum, { part }) => sum + part.size, 0);
    if (bytes !== elements(shape) * stored.size) return this.damaged(key, 'is stored in parts that do not fill it');
    const whole = new Float64Array(elements(shape));
    for (const { slice, part } of parts) {
      const places = slicePlaces(slice, shape) ?? this.damaged(key, 'is stored in parts that lie outside of it');
      const numbers = this.decoded(key, part, stored, places.length);
      places.forEach((place, i) => (whole[place] = numbers[i]!));
    }
    return whole;
  }

  private bytes(key: string, entry: BundleEntry, checked = true): Uint8Array {
    const shard = this.shards.get(entry.shard) ?? this.damaged(key, `lies in part ${entry.shard}, which is not there`);
    const { offset, size, checksum } = entry;
    if (!(offset >= 0 && size >= 0 && offset + size <= shard.length))
      return this.damaged(
        key,
        `lies at byte ${offset} of a data file that has only ${shard.length}: the file is cut off`,
      );
    const bytes = shard.subarray(offset, offset + size);
    if (checked && checksum !== undefined && checksum !== maskedCrc32c(bytes))
      return this.damaged(key, 'does not fit its checksum');
    return bytes;
  }

  private refuseType(key: string, type: number): never {
    return refuse(this.file, {
      code: 'tensorflow-data-type',
      message: `The variable "${key}" of ${this.file} is of the type ${dataTypeName(type)}, which Slopescope does not compute with.`,
      remedy: 'Save the network in float32 or float64, without quantisation.',
      part: key,
    });
  }

  private damaged(key: string, because: string): never {
    return refuse(this.file, {
      code: 'tensorflow-variable-damaged',
      message: `The variable "${key}" of ${this.file} ${because}.`,
      remedy: 'Copy the whole folder of the model again, or save the model again.',
      part: key,
    });
  }
}

/**
 * Opens the checkpoint with the given path without endings, such as `variables/variables`; undefined when its index is
 * not there. Only shards that hold something are read.
 */
export async function openTensorBundle(
  folder: Folder,
  prefix: string,
  file: string,
): Promise<TensorBundle | undefined> {
  const index = await folder.read(`${prefix}.index`);
  if (!index || index.length === 0) return undefined;
  const indexName = `${prefix}.index`;
  const table = readSortedTable(index, indexName);
  const count = shardCount(table.get(''), indexName);
  const entries = new Map<string, BundleEntry>();
  for (const [key, value] of table) if (key !== '') entries.set(key, readEntry(value, indexName));
  const shards = new Map<number, Uint8Array>();
  let total = 0;
  for (const { shard, size } of entries.values()) {
    if (shards.has(shard) || size === 0) continue;
    const name = `${prefix}.data-${fiveDigits(shard)}-of-${fiveDigits(count)}`;
    const bytes = (await folder.read(name)) ?? missingShard(name, file);
    total += bytes.length;
    if (total > maxWeightBytes) tooLarge(total, file);
    shards.set(shard, bytes);
  }
  return new TensorBundle(file, entries, shards);
}

/** The entry without a name describes the whole: how many shards there are, and in which order the bytes lie. */
function shardCount(header: Uint8Array | undefined, name: string): number {
  const message = header && protobufMessage(header, name);
  if ((message?.integer(headerFields.endianness) ?? 0) !== 0) {
    return refuse(name, {
      code: 'tensorflow-big-endian',
      message: `The variables that ${name} lists were stored on a machine with another byte order.`,
      remedy: 'Save the model again on a common machine.',
    });
  }
  return message?.integer(headerFields.shards) ?? 1;
}

function readEntry(bytes: Uint8Array, name: string): BundleEntry {
  const message = protobufMessage(bytes, name);
  return {
    type: message.integer(entryFields.dtype) ?? 0,
    shape: readShape(message.message(entryFields.shape, (inner) => new BinaryMessage(inner))),
    shard: message.integer(entryFields.shard) ?? 0,
    offset: message.integer(entryFields.offset) ?? 0,
    size: message.integer(entryFields.size) ?? 0,
    checksum: message.fixed32(entryFields.crc32c),
    slices: message.messages(entryFields.slices, readSlice),
  };
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0');
}

function missingShard(name: string, file: string): never {
  return refuse(file, {
    code: 'tensorflow-shard-missing',
    message: `${name} is missing: ${file} keeps its weights there.`,
    remedy: `Put ${name} beside ${file}, or copy the whole folder of the model again.`,
    part: name,
  });
}

function tooLarge(bytes: number, file: string): never {
  return refuse(file, {
    code: 'tensorflow-too-large',
    message: `The weights of ${file} have ${Math.round(bytes / 2 ** 20)} MB, more than Slopescope reads.`,
    remedy: 'Slopescope is for networks on tables; use a smaller network.',
  });
}
