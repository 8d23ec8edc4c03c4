import { maxHdf5Nodes } from '../../limits';
import type { ByteCursor } from '../byteCursor';
import type { Hdf5Bytes } from './hdf5Bytes';
import { text } from './hdf5Bytes';

/** One message of an object header: what kind it is and its content. */
export interface Message {
  readonly kind: number;
  /** The message stands elsewhere (a committed data type, say) and this is only a pointer to it. */
  readonly shared: boolean;
  readonly content: Uint8Array;
}

/** Message kinds of the HDF5 file format specification, section IV.A.2. */
export const messageKinds = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** All messages of the object header at an address, continuation blocks followed (each at most once). */
export function readMessages(file: Hdf5Bytes, address: number): Message[] {
  const start = file.at(address);
  const modern = text(start.take(4)) === 'OHDR';
  const blocks: Block[] = [modern ? firstBlockV2(file, address) : firstBlockV1(file, address)];
  const seen = new Set<number>();
  const messages: Message[] = [];
  for (let block = blocks.shift(); block; block = blocks.shift()) {
    if (seen.has(block.address) || messages.length > maxHdf5Nodes)
      throw file.damaged('an object header runs in a circle');
    seen.add(block.address);
    for (const message of messagesOf(file, block)) {
      if (message.kind === messageKinds.continuation) blocks.push(continuation(file, message, block));
      else messages.push(message);
    }
  }
  return messages;
}

/** A run of messages: `tracked` blocks of version 2 carry a creation order per message. */
interface Block {
  readonly address: number;
  readonly size: number;
  readonly version: 1 | 2;
  readonly tracked: boolean;
}

function firstBlockV1(file: Hdf5Bytes, address: number): Block {
  const cursor = file.at(address);
  if (cursor.uint8() !== 1) throw file.damaged('an object header is not where it should be');
  cursor.skip(7);
  const size = cursor.uint32();
  return { address: address + 16, size, version: 1, tracked: false };
}

function firstBlockV2(file: Hdf5Bytes, address: number): Block {
  const cursor = file.at(address + 4);
  if (cursor.uint8() !== 2) throw file.unsupported('an object header of a newer version');
  const flags = cursor.uint8();
  cursor.skip((flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0));
  const size = [() => cursor.uint8(), () => cursor.uint16(), () => cursor.uint32(), () => cursor.uint64()][
    flags & 3
  ]!();
  return { address: cursor.at, size, version: 2, tracked: (flags & 4) !== 0 };
}

function continuation(file: Hdf5Bytes, message: Message, from: Block): Block {
  const view = new DataView(message.content.buffer, message.content.byteOffset, message.content.byteLength);
  if (view.byteLength < 16) throw file.damaged('an object header is cut off');
  const address = Number(view.getBigUint64(0, true));
  const size = Number(view.getBigUint64(8, true));
  if (from.version === 1) return { ...from, address, size };
  file.signed(address, 'OCHK');
  // Behind the signature, and without the checksum at the end.
  return { ...from, address: address + 4, size: size - 8 };
}

function* messagesOf(file: Hdf5Bytes, block: Block): Generator<Message> {
  const cursor = file.at(block.address);
  const end = block.address + block.size;
  const head = block.version === 1 ? 8 : block.tracked ? 6 : 4;
  while (cursor.at + head <= end) yield block.version === 1 ? messageV1(cursor) : messageV2(cursor, block.tracked);
}

function messageV1(cursor: ByteCursor): Message {
  const kind = cursor.uint16();
  const size = cursor.uint16();
  const shared = (cursor.uint8() & 2) !== 0;
  cursor.skip(3);
  return { kind, shared, content: cursor.take(size) };
}

function messageV2(cursor: ByteCursor, tracked: boolean): Message {
  const kind = cursor.uint8();
  const size = cursor.uint16();
  const shared = (cursor.uint8() & 2) !== 0;
  cursor.skip(tracked ? 2 : 0);
  return { kind, shared, content: cursor.take(size) };
}
