import { elements } from '../../network/tensor';
import { honestSize, maxFreelyUnpackedBytes, maxInflation, maxWeightBytes } from '../limits';
import { refuse } from '../refuse';
import { ByteCursor } from './byteCursor';
import type { Attribute } from './hdf5/attributes';
import { readAttributes, readDataspace } from './hdf5/attributes';
import type { ChunkIndex } from './hdf5/chunks';
import { readChunks } from './hdf5/chunks';
import type { Datatype } from './hdf5/datatype';
import { decodeNumbers, readDatatype } from './hdf5/datatype';
import { readFilters } from './hdf5/filters';
import { Hdf5Bytes, readAddress, readSized } from './hdf5/hdf5Bytes';
import type { Link } from './hdf5/links';
import { readLinks } from './hdf5/links';
import type { Message } from './hdf5/objectHeader';
import { messageKinds, readMessages } from './hdf5/objectHeader';

/** A group of an HDF5 file. Its members are read when they are asked for, so that a cycle of groups does no harm. */
export interface Hdf5Group {
  readonly kind: 'group';
  readonly path: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Names of the members. */
  readonly names: readonly string[];
  /** A member by its name or by a path of names; undefined when it is not there. Links are not followed but refused. */
  find(path: string): Hdf5Group | Hdf5Dataset | undefined;
}

/** A data set: its shape is known before its numbers are read. */
export interface Hdf5Dataset {
  readonly kind: 'dataset';
  readonly path: string;
  readonly shape: readonly number[];
  /** Whether its elements are numbers, and not texts, references or records. */
  holdsNumbers(): boolean;
  hasAttribute(name: string): boolean;
  /** The numbers, row-major. */
  read(): Float64Array;
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether the bytes are an HDF5 file (its superblock stands at 0, or at 512, 1024, … behind a user block). */
export function isHdf5(bytes: Uint8Array): boolean {
  return superblockOffset(bytes) !== undefined;
}

/**
 * The root group of an HDF5 file. Own code because neither library stands hostile files: sizes, addresses and circles
 * are checked here before anything is read or taken (HDF5 File Format Specification, version 3.0).
 */
export function openHdf5(bytes: Uint8Array, file: string): Hdf5Group {
  const offset = superblockOffset(bytes) ?? 0;
  const hdf5 = new Hdf5Bytes(bytes.subarray(offset), file);
  return readGroup(hdf5, readMessages(hdf5, rootAddress(hdf5, offset)), '');
}

function superblockOffset(bytes: Uint8Array): number | undefined {
  for (let offset = 0; offset < bytes.length; offset = offset === 0 ? 512 : offset * 2) {
    if (signature.every((byte, i) => bytes[offset + i] === byte)) return offset;
  }
  return undefined;
}

/** Reads the superblock (specification II.A): checks the file's length and gives the root group's address. */
function rootAddress(file: Hdf5Bytes, userBlock: number): number {
  const cursor = file.at(signature.length);
  const version = cursor.uint8();
  if (version > 3) throw file.unsupported(`a superblock of version ${version}`);
  if (version < 2) cursor.skip(4);
  const [addressSize, lengthSize] = [cursor.uint8(), cursor.uint8()];
  if (addressSize !== 8 || lengthSize !== 8) throw file.unsupported('addresses that are not 64 bits long');
  if (version < 2) cursor.skip(version === 0 ? 9 : 13);
  else cursor.skip(1);
  cursor.skip(16);
  const end = cursor.uint64();
  // Behind a user block, some libraries count from the superblock and others from the start of the file.
  if (end > file.bytes.length + userBlock) {
    refuse(file.file, {
      code: 'hdf5-cut-off',
      message: `${file.file} is cut off: it should be ${end} bytes long, but only ${file.bytes.length} are there.`,
      remedy: 'Copy or download the whole file again.',
    });
  }
  if (version < 2) cursor.skip(16);
  return cursor.uint64();
}

function readGroup(file: Hdf5Bytes, messages: readonly Message[], path: string): Hdf5Group {
  const links = readLinks(file, messages);
  return {
    kind: 'group',
    path,
    attributes: readAttributes(file, messages),
    names: [...links.keys()],
    find: (wanted) =>
      findMember(
        file,
        links,
        path,
        wanted.split('/').filter((name) => name !== ''),
      ),
  };
}

function findMember(
  file: Hdf5Bytes,
  links: ReadonlyMap<string, Link>,
  path: string,
  names: readonly string[],
): Hdf5Group | Hdf5Dataset | undefined {
  const [name, ...rest] = names;
  const link = name === undefined ? undefined : links.get(name);
  if (name === undefined || !link) return undefined;
  const memberPath = path === '' ? name : `${path}/${name}`;
  if (link.kind !== 'hard') return refuseLink(file, memberPath, link);
  const messages = readMessages(file, link.address);
  const member = messages.some((message) => message.kind === messageKinds.layout)
    ? openDataset(file, messages, memberPath)
    : readGroup(file, messages, memberPath);
  if (rest.length === 0) return member;
  return member.kind === 'group' ? member.find(rest.join('/')) : undefined;
}

function refuseLink(file: Hdf5Bytes, path: string, link: Exclude<Link, { kind: 'hard' }>): never {
  const where = link.kind === 'external' ? 'to another file' : 'to another place';
  refuse(file.file, {
    code: link.kind === 'external' ? 'hdf5-external-link' : 'hdf5-soft-link',
    message: `${path} in ${file.file} is only a link ${where} (${link.target}); links are not followed.`,
    remedy: 'Save the model again so that its weights lie in the file itself.',
    part: path,
  });
}

function openDataset(file: Hdf5Bytes, messages: readonly Message[], path: string): Hdf5Dataset {
  const content = (kind: number): ByteCursor => {
    const message = messages.find((candidate) => candidate.kind === kind);
    if (!message) throw file.damaged(`the data set ${path} is incomplete`);
    if (message.shared) throw file.unsupported(`a named data type for ${path}`);
    return new ByteCursor(message.content, () => file.damaged(`the data set ${path} is cut off`));
  };
  const shape = readDataspace(file, content(messageKinds.dataspace)) ?? [0];
  return {
    kind: 'dataset',
    path,
    shape,
    holdsNumbers: () => /^(integer|float)$/.test(readDatatype(content(messageKinds.datatype)).kind),
    hasAttribute: (name) => readAttributes(file, messages).has(name),
    read: () => {
      const type = readDatatype(content(messageKinds.datatype));
      if (messages.some((message) => message.kind === messageKinds.externalFiles))
        throw file.unsupported(`numbers of ${path} that lie in another file`);
      checkSize(file, path, shape, type);
      const filters = messages.find((message) => message.kind === messageKinds.filters);
      const layout = content(messageKinds.layout);
      return decodeNumbers(file, type, readLayout(file, layout, shape, type, filters));
    },
  };
}

/** No memory is taken for more than the file can hold, were it compressed as much as can be. */
function checkSize(file: Hdf5Bytes, path: string, shape: readonly number[], type: Datatype): void {
  const size = elements(shape) * type.size;
  const { length } = file.bytes;
  if (size <= Math.min(length * maxInflation, honestSize(length, maxWeightBytes, maxFreelyUnpackedBytes))) return;
  refuse(file.file, {
    code: 'hdf5-too-large',
    message: `${path} in ${file.file} claims [${shape.join(', ')}] numbers, far more than the file can hold.`,
    remedy: 'Save the model again; if it came from somebody else, do not trust it.',
    part: path,
  });
}

/** The bytes of a data set by its data layout message (specification IV.A.2.i, versions 1 to 5). */
function readLayout(
  file: Hdf5Bytes,
  cursor: ByteCursor,
  shape: readonly number[],
  type: Datatype,
  filters: Message | undefined,
): Uint8Array {
  const size = elements(shape) * type.size;
  const version = cursor.uint8();
  if (version < 1 || version > 5) throw file.unsupported(`data layouts of version ${version}`);
  const oldRank = version < 3 ? cursor.uint8() : 0;
  const kind = cursor.uint8();
  if (version < 3) cursor.skip(5);
  if (kind === 0) {
    const length = oldRank > 0 ? skipOldShape(cursor, oldRank) : cursor.uint16();
    if (length !== size) throw file.damaged('numbers stored in a header do not fit their shape');
    return cursor.take(length);
  }
  if (kind === 1) {
    const address = readAddress(cursor);
    if (size === 0) return new Uint8Array(0);
    if (address === undefined) throw file.damaged('a data set was never stored');
    return file.slice(address, size);
  }
  if (kind !== 2) throw file.unsupported('data sets put together from other files');
  const chunked = version < 4 ? chunksV3(file, cursor, oldRank) : chunksV4(file, cursor);
  const chunk = chunked.sizes.slice(0, -1);
  if (chunk.length !== shape.length || elements(chunk) === 0 || chunked.sizes.at(-1) !== type.size)
    throw file.damaged('the blocks of a data set do not fit its shape');
  if (elements(chunk) * type.size > Math.max(maxInflation * file.bytes.length, size))
    throw file.damaged('the blocks of a data set are larger than the file can hold');
  const pipeline = filters ? readFilters(file, filters.content) : [];
  return readChunks(file, { index: chunked.index, chunk, filters: pipeline }, shape, type.size);
}

function skipOldShape(cursor: ByteCursor, rank: number): number {
  cursor.skip(4 * rank);
  return cursor.uint32();
}

/** Chunk lengths along the axes, with the element size as the last, and where the chunks are listed. */
interface ChunkLayout {
  readonly sizes: readonly number[];
  readonly index: ChunkIndex;
}

function chunksV3(file: Hdf5Bytes, cursor: ByteCursor, oldRank: number): ChunkLayout {
  const rank = oldRank > 0 ? oldRank : cursor.uint8();
  const address = readAddress(cursor);
  const sizes = Array.from({ length: rank }, () => cursor.uint32());
  if (address === undefined) throw file.damaged('a data set was never stored');
  return { sizes, index: { kind: 'tree', address } };
}

function chunksV4(file: Hdf5Bytes, cursor: ByteCursor): ChunkLayout {
  const flags = cursor.uint8();
  const rank = cursor.uint8();
  const width = cursor.uint8();
  const sizes = Array.from({ length: rank }, () => readSized(cursor, width));
  const kind = cursor.uint8();
  const filtered = kind === 1 && (flags & 2) !== 0;
  const size = filtered ? cursor.uint64() : undefined;
  const mask = filtered ? cursor.uint32() : 0;
  if (kind === 3) cursor.skip(1);
  if (kind > 3) throw file.unsupported('data sets that can grow');
  const address = readAddress(cursor);
  if (address === undefined) throw file.damaged('a data set was never stored');
  if (kind === 1) return { sizes, index: { kind: 'single', address, mask, ...(size === undefined ? {} : { size }) } };
  return { sizes, index: { kind: kind === 2 ? 'implicit' : 'fixedArray', address } };
}
