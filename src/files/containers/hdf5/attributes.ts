import { elements } from '../../../network/tensor';
import { ByteCursor } from '../byteCursor';
import type { Datatype } from './datatype';
import { decodeNumbers, decodeTexts, readDatatype } from './datatype';
import type { Hdf5Bytes } from './hdf5Bytes';
import { readAddress, text } from './hdf5Bytes';
import { denseRecords } from './denseStorage';
import type { Message } from './objectHeader';
import { messageKinds } from './objectHeader';

/** An attribute's elements: texts or numbers, row-major. Other kinds of elements give neither. */
export interface Attribute {
  readonly texts?: readonly string[];
  readonly numbers?: Float64Array;
}

/** The attributes among an object's messages, those in dense storage (over eight of them) included. */
export function readAttributes(file: Hdf5Bytes, messages: readonly Message[]): ReadonlyMap<string, Attribute> {
  const contents = messages.flatMap((message) => {
    if (message.kind === messageKinds.attribute && !message.shared) return [message.content];
    if (message.kind === messageKinds.attributeInfo) return denseAttributes(file, message.content);
    return [];
  });
  return new Map(contents.map((content) => readAttribute(file, content)));
}

/** Lengths of the axes in a dataspace message; a scalar has none, undefined is a null dataspace (no elements). */
export function readDataspace(file: Hdf5Bytes, cursor: ByteCursor): number[] | undefined {
  const version = cursor.uint8();
  if (version !== 1 && version !== 2) throw file.unsupported(`dataspaces of version ${version}`);
  const rank = cursor.uint8();
  cursor.skip(1);
  const kind = cursor.uint8();
  if (version === 1) cursor.skip(4);
  if (version === 2 && kind === 2) return undefined;
  return Array.from({ length: rank }, () => cursor.uint64());
}

function denseAttributes(file: Hdf5Bytes, content: Uint8Array): Uint8Array[] {
  const cursor = new ByteCursor(content, () => file.damaged('an attribute list is cut off'), 1);
  cursor.skip(cursor.uint8() & 1 ? 2 : 0);
  const heap = readAddress(cursor);
  const index = readAddress(cursor);
  return heap === undefined || index === undefined ? [] : denseRecords(file, heap, index);
}

function readAttribute(file: Hdf5Bytes, content: Uint8Array): [string, Attribute] {
  const cursor = new ByteCursor(content, () => file.damaged('an attribute is cut off'));
  const version = cursor.uint8();
  if (version < 1 || version > 3) throw file.unsupported(`attributes of version ${version}`);
  const shared = version > 1 && (cursor.uint8() & 3) !== 0;
  if (version === 1) cursor.skip(1);
  const lengths = [cursor.uint16(), cursor.uint16(), cursor.uint16()];
  if (version === 3) cursor.skip(1);
  const [nameBytes, typeBytes, spaceBytes] = lengths.map((length) => {
    const part = cursor.take(length);
    if (version === 1) cursor.skip(Math.min((8 - (length % 8)) % 8, cursor.left));
    return part;
  });
  const name = text(nameBytes!);
  if (shared) return [name, {}];
  const within = (bytes: Uint8Array): ByteCursor =>
    new ByteCursor(bytes, () => file.damaged(`the attribute ${name} is cut off`));
  const type = readDatatype(within(typeBytes!));
  const shape = readDataspace(file, within(spaceBytes!));
  const size = shape ? elements(shape) * type.size : 0;
  return [name, decode(file, type, cursor.take(size))];
}

function decode(file: Hdf5Bytes, type: Datatype, bytes: Uint8Array): Attribute {
  if (type.kind === 'text') return { texts: type.size > 0 ? decodeTexts(type, bytes) : [] };
  if (type.kind === 'variableText') return { texts: decodeVariableTexts(file, type, bytes) };
  if (type.kind === 'integer' || type.kind === 'float') return { numbers: decodeNumbers(file, type, bytes) };
  return {};
}

/** Variable-length texts: per element a length, the address of a global heap collection and a number in it (III.E). */
function decodeVariableTexts(file: Hdf5Bytes, type: Datatype, bytes: Uint8Array): string[] {
  const collections = new Map<number, ReadonlyMap<number, Uint8Array>>();
  return Array.from({ length: Math.floor(bytes.length / type.size) }, (_, i) => {
    const cursor = new ByteCursor(bytes, () => file.damaged('a text is cut off'), i * type.size);
    const length = cursor.uint32();
    const address = readAddress(cursor);
    const number = cursor.uint32();
    if (length === 0 || address === undefined || address === 0) return '';
    const collection = collections.get(address) ?? readHeapCollection(file, address);
    collections.set(address, collection);
    const content = collection.get(number);
    if (!content || content.length < length) throw file.damaged('a text is not where it should be');
    return text(content.subarray(0, length));
  });
}

function readHeapCollection(file: Hdf5Bytes, address: number): ReadonlyMap<number, Uint8Array> {
  const cursor = file.signed(address, 'GCOL');
  cursor.skip(4);
  const end = address + cursor.uint64();
  const objects = new Map<number, Uint8Array>();
  while (cursor.at + 16 <= end) {
    const number = cursor.uint16();
    cursor.skip(6);
    const size = cursor.uint64();
    if (number === 0) break;
    objects.set(number, cursor.take(size));
    cursor.skip(Math.min((8 - (size % 8)) % 8, cursor.left));
  }
  return objects;
}
