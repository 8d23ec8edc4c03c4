import { pickleCursor, readPickle, readPickleAt } from '../containers/pickle';
import type { PickleOptions } from '../containers/pickleMachine';
import { isKind, itemsOf, numberOf, type PickleValue } from '../containers/pickleValues';
import type { ZipEntry } from '../containers/zip';
import { maxWeightBytes } from '../limits';
import type { NamedBytes } from '../reading';
import { refusal, refuse } from '../refuse';
import { torchConstructors } from './constructors';
import { storageType, type ScalarType, type TorchStorage } from './tensors';

/** A zip archive of torch.save or torch.jit.save: the folder that everything lies in, and its entries. */
export interface TorchArchive {
  readonly file: string;
  /** With its closing `/`; empty when the entries lie at the top. */
  readonly stem: string;
  readonly entries: ReadonlyMap<string, ZipEntry>;
}

/** The archive's stem is where `data.pkl` lies; undefined when there is none. */
export function torchArchive(file: string, entries: ReadonlyMap<string, ZipEntry>): TorchArchive | undefined {
  const pickles = [...entries.keys()].filter((name) => name === 'data.pkl' || name.endsWith('/data.pkl'));
  const [shortest] = pickles.sort((a, b) => a.length - b.length);
  return shortest === undefined ? undefined : { file, entries, stem: shortest.slice(0, -'data.pkl'.length) };
}

/** Reads a pickle of the archive; tensors take their numbers from `<folder>/<key>` when they are asked for. */
export function readArchivePickle(archive: TorchArchive, pickle: string, folder: string): PickleValue {
  const entry = archive.entries.get(archive.stem + pickle);
  if (!entry) {
    refuse(archive.file, {
      code: 'torch-entry-missing',
      message: `${pickle} is missing in ${archive.file}.`,
      remedy: 'Save the model again, or copy the whole file again.',
    });
  }
  const order = archive.entries.get(`${archive.stem}byteorder`)?.read(16);
  const littleEndian = !order || new TextDecoder().decode(order).trim() !== 'big';
  return readPickle(entry.read(maxWeightBytes), {
    file: archive.file,
    constructors: torchConstructors,
    persistentLoad: (id) => zipStorage(archive, folder, littleEndian, id),
  });
}

function zipStorage(archive: TorchArchive, folder: string, littleEndian: boolean, id: PickleValue): PickleValue {
  const { type, key, count } = storageId(archive.file, id);
  const entry = archive.entries.get(`${archive.stem}${folder}/${key}`);
  let content: Uint8Array | undefined;
  const load = (): Uint8Array | undefined => (content ??= entry?.read(maxWeightBytes));
  const storage: TorchStorage = { torch: 'storage', key, type, count, littleEndian, load };
  return { kind: 'foreign', content: storage };
}

interface StorageId {
  readonly type: ScalarType;
  readonly key: string;
  readonly count: number;
  /** Older files: this storage is a view (key, offset, length) of another. */
  readonly view: readonly PickleValue[] | undefined;
}

function storageId(file: string, id: PickleValue): StorageId {
  const [tag, storageClass, key, , count, view] = itemsOf(id) ?? [];
  const name = isKind(storageClass, 'global') ? storageClass.name : '';
  const type = storageType(name);
  const length = numberOf(count);
  if (tag !== 'storage' || typeof key !== 'string' || length === undefined)
    throw damaged(file, 'a storage has no name');
  if (!type) {
    refuse(file, {
      code: 'torch-storage-type',
      message: `${file} holds a ${name || 'storage of unknown type'}: complex and quantised numbers are not read.`,
      remedy: 'Convert the model to float32 (model.float()) and save it again.',
    });
  }
  return { type, key, count: length, view: itemsOf(view) };
}

function damaged(file: string, what: string): Error {
  return refusal(file, {
    code: 'torch-damaged',
    message: `${file} is not a complete PyTorch file: ${what}.`,
    remedy: 'Save the model again, or copy the whole file again.',
  });
}

/** The number every file of torch before 1.6 starts with, as a pickle of protocol 2. */
const legacyMagic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Whether a file is a stream of torch.save before 1.6 (or without zip). */
export function isLegacyTorch(bytes: Uint8Array): boolean {
  return legacyMagic.every((byte, at) => bytes[at] === byte);
}

/** Reads the five pickles of the old format and the storages behind them; gives the saved object. */
export function readLegacyTorch(file: NamedBytes): PickleValue {
  const cursor = pickleCursor(file.bytes, file.name);
  const storages = new Map<string, StorageSlot>();
  const plain: PickleOptions = { file: file.name };
  readPickleAt(cursor, plain);
  const protocol = readPickleAt(cursor, plain);
  if (protocol !== 1001) throw damaged(file.name, 'its protocol is not 1001');
  const system = readPickleAt(cursor, plain);
  const littleEndian = !isKind(system, 'dict') || system.entries.get('little_endian') !== false;
  const object = readPickleAt(cursor, {
    file: file.name,
    constructors: torchConstructors,
    persistentLoad: (id) => legacyReference(file.name, id, storages, littleEndian),
  });
  const keys = itemsOf(readPickleAt(cursor, plain)) ?? [];
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
  let at = cursor.at;
  for (const key of keys) {
    const slot = typeof key === 'string' ? storages.get(key) : undefined;
    if (!slot) throw damaged(file.name, 'its list of storages names one that no tensor uses');
    const count = at + 8 <= file.bytes.length ? Number(view.getBigInt64(at, littleEndian)) : -1;
    const end = at + 8 + count * slot.type.size;
    if (count < 0 || end > file.bytes.length) throw damaged(file.name, 'its storages end early (truncated)');
    slot.bytes = file.bytes.subarray(at + 8, end);
    at = end;
  }
  return object;
}

/** Filled once the storages behind the pickles are reached. */
interface StorageSlot {
  readonly type: ScalarType;
  bytes?: Uint8Array;
}

/** ('storage', …) is a storage, ('module', class, file, source) a class whose source text is passed over. */
function legacyReference(
  file: string,
  id: PickleValue,
  storages: Map<string, StorageSlot>,
  littleEndian: boolean,
): PickleValue {
  const [tag, named] = itemsOf(id) ?? [];
  if (tag === 'module' && named !== undefined) return named;
  const { type, key, count, view } = storageId(file, id);
  const slot = storages.get(key) ?? { type };
  storages.set(key, slot);
  const [, offset = 0, length = count] = view ?? [];
  const start = (numberOf(offset) ?? 0) * type.size;
  const load = (): Uint8Array | undefined =>
    view ? slot.bytes?.subarray(start, start + (numberOf(length) ?? 0) * type.size) : slot.bytes;
  const storage: TorchStorage = { torch: 'storage', key, type, count, littleEndian, load };
  return { kind: 'foreign', content: storage };
}
