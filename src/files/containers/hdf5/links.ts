import { maxHdf5Nodes } from '../../limits';
import { ByteCursor } from '../byteCursor';
import { denseRecords } from './denseStorage';
import type { Hdf5Bytes } from './hdf5Bytes';
import { readAddress, readSized, text } from './hdf5Bytes';
import type { Message } from './objectHeader';
import { messageKinds } from './objectHeader';

/** Where a name in a group leads: to an object in this file, to another name, or out of the file. */
export type Link =
  | { readonly kind: 'hard'; readonly address: number }
  | { readonly kind: 'soft'; readonly target: string }
  | { readonly kind: 'external'; readonly target: string };

/** The links of a group: of its symbol table (old style), its link messages, or dense storage. */
export function readLinks(file: Hdf5Bytes, messages: readonly Message[]): ReadonlyMap<string, Link> {
  return new Map(
    messages.flatMap((message): [string, Link][] => {
      if (message.kind === messageKinds.symbolTable) return symbolTableLinks(file, message.content);
      if (message.kind === messageKinds.link) return [readLink(file, message.content)];
      if (message.kind === messageKinds.linkInfo) return denseLinks(file, message.content);
      return [];
    }),
  );
}

/** Old-style groups (specification III.A.1, III.B, III.C): a B-tree of symbol table nodes, names in a local heap. */
function symbolTableLinks(file: Hdf5Bytes, content: Uint8Array): [string, Link][] {
  const message = new ByteCursor(content, () => file.damaged('a group is cut off'));
  const tree = message.uint64();
  const heap = file.signed(message.uint64(), 'HEAP');
  heap.skip(4);
  const size = heap.uint64();
  heap.skip(8);
  const names = file.slice(heap.uint64(), size);
  return symbolTableNodes(file, tree).flatMap((address) => symbols(file, address, names));
}

function symbolTableNodes(file: Hdf5Bytes, root: number): number[] {
  const pending = [root];
  const seen = new Set<number>();
  const leaves: number[] = [];
  for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
    if (seen.has(address) || seen.size > maxHdf5Nodes) throw file.damaged('a group runs in a circle');
    seen.add(address);
    const node = file.signed(address, 'TREE');
    if (node.uint8() !== 0) throw file.damaged('a group points to something else');
    const level = node.uint8();
    const entries = node.uint16();
    node.skip(16);
    for (let entry = 0; entry < entries; entry++) {
      node.skip(8);
      const child = node.uint64();
      if (level > 0) pending.push(child);
      else if (seen.has(child)) throw file.damaged('a group runs in a circle');
      else leaves.push(child);
      if (level === 0) seen.add(child);
    }
  }
  return leaves;
}

function symbols(file: Hdf5Bytes, address: number, names: Uint8Array): [string, Link][] {
  const node = file.signed(address, 'SNOD');
  node.skip(2);
  const count = node.uint16();
  return Array.from({ length: count }, (): [string, Link] => {
    const nameOffset = node.uint64();
    const target = node.uint64();
    const cache = node.uint32();
    node.skip(4);
    const scratch = node.take(16);
    const name = text(names.subarray(nameOffset));
    if (cache !== 2) return [name, { kind: 'hard', address: target }];
    const offset = new DataView(scratch.buffer, scratch.byteOffset).getUint32(0, true);
    return [name, { kind: 'soft', target: text(names.subarray(offset)) }];
  });
}

function denseLinks(file: Hdf5Bytes, content: Uint8Array): [string, Link][] {
  const cursor = new ByteCursor(content, () => file.damaged('a group is cut off'), 1);
  cursor.skip(cursor.uint8() & 1 ? 8 : 0);
  const heap = readAddress(cursor);
  const index = readAddress(cursor);
  if (heap === undefined || index === undefined) return [];
  return denseRecords(file, heap, index).map((record) => readLink(file, record));
}

/** A link message (specification IV.A.2.g). */
function readLink(file: Hdf5Bytes, content: Uint8Array): [string, Link] {
  const cursor = new ByteCursor(content, () => file.damaged('a link is cut off'), 1);
  const flags = cursor.uint8();
  const kind = flags & 8 ? cursor.uint8() : 0;
  cursor.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0));
  const name = new TextDecoder().decode(cursor.take(readSized(cursor, 1 << (flags & 3))));
  if (kind === 0) return [name, { kind: 'hard', address: cursor.uint64() }];
  const target = cursor.take(cursor.uint16());
  if (kind === 1) return [name, { kind: 'soft', target: new TextDecoder().decode(target) }];
  return [name, { kind: 'external', target: text(target.subarray(1)) }];
}
