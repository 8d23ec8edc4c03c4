import { maxHdf5Nodes } from '../../limits';
import { ByteCursor } from '../byteCursor';
import type { Hdf5Bytes } from './hdf5Bytes';
import { readAddress, readSized } from './hdf5Bytes';

/**
 * Messages that are too many for an object header: they lie in a fractal heap (specification III.G) and are listed by
 * a version 2 B-tree (III.A.2) whose records end or begin with the heap's identifiers. Gives the messages' contents.
 */
export function denseRecords(file: Hdf5Bytes, heapAddress: number, indexAddress: number): Uint8Array[] {
  const heap = openHeap(file, heapAddress);
  return readBTree(file, indexAddress).map(({ kind, record }) => {
    // Links by name (5): hash, then identifier. Links by creation order (6): order, then identifier. Attributes (8, 9): identifier first.
    const start = kind === 5 ? 4 : kind === 6 ? 8 : 0;
    return readObject(file, heap, record.subarray(start));
  });
}

interface BTreeRecord {
  readonly kind: number;
  readonly record: Uint8Array;
}

interface TreeNode {
  readonly address: number;
  readonly records: number;
  readonly depth: number;
}

function readBTree(file: Hdf5Bytes, address: number): BTreeRecord[] {
  const cursor = file.signed(address, 'BTHD');
  cursor.skip(1);
  const kind = cursor.uint8();
  const nodeSize = cursor.uint32();
  const recordSize = cursor.uint16();
  const depth = cursor.uint16();
  cursor.skip(2);
  const root = readAddress(cursor);
  const rootRecords = cursor.uint16();
  const pointers = pointerSizes(nodeSize, recordSize, depth);
  const nodes: TreeNode[] = root === undefined ? [] : [{ address: root, records: rootRecords, depth }];
  const seen = new Set<number>();
  const found: BTreeRecord[] = [];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (seen.has(node.address) || seen.size > maxHdf5Nodes) throw file.damaged('an index runs in a circle');
    seen.add(node.address);
    const body = file.signed(node.address, node.depth > 0 ? 'BTIN' : 'BTLF');
    body.skip(2);
    for (let number = 0; number < node.records; number++) found.push({ kind, record: body.take(recordSize) });
    for (let child = 0; node.depth > 0 && child <= node.records; child++) {
      const childAddress = body.uint64();
      const [count, total] = pointers[node.depth]!;
      nodes.push({ address: childAddress, records: readSized(body, count), depth: node.depth - 1 });
      body.skip(total);
    }
  }
  return found;
}

/** Per depth, the bytes of a child's record count and total count: as many as the largest possible number needs. */
function pointerSizes(nodeSize: number, recordSize: number, depth: number): (readonly [number, number])[] {
  const overhead = 10;
  let mostInAll = Math.floor((nodeSize - overhead) / recordSize);
  const countSize = bytesFor(mostInAll);
  const sizes: (readonly [number, number])[] = [[0, 0]];
  for (let level = 1; level <= depth; level++) {
    const totalSize = level === 1 ? 0 : bytesFor(mostInAll);
    const pointer = 8 + countSize + totalSize;
    const most = Math.floor((nodeSize - overhead - pointer) / (recordSize + pointer));
    mostInAll = (most + 1) * mostInAll + most;
    sizes.push([countSize, totalSize]);
  }
  return sizes;
}

function bytesFor(number: number): number {
  return Math.ceil((Math.floor(Math.log2(Math.max(number, 1))) + 1) / 8);
}

/** Bytes of a length below a power of two, as the library reckons them. */
function lengthBytes(limit: number): number {
  return Math.floor((Math.floor(Math.log2(Math.max(limit, 1))) + 7) / 8);
}

interface Heap {
  readonly offsetSize: number;
  readonly lengthSize: number;
  readonly width: number;
  readonly startSize: number;
  readonly maxDirectSize: number;
  readonly root: number | undefined;
  readonly rootRows: number;
}

function openHeap(file: Hdf5Bytes, address: number): Heap {
  const cursor = file.signed(address, 'FRHP');
  cursor.skip(3);
  const filterLength = cursor.uint16();
  cursor.skip(1);
  const maxObject = cursor.uint32();
  cursor.skip(12 * 8);
  const width = cursor.uint16();
  const startSize = cursor.uint64();
  const maxDirectSize = cursor.uint64();
  const maxHeapBits = cursor.uint16();
  cursor.skip(2);
  const root = readAddress(cursor);
  const rootRows = cursor.uint16();
  if (filterLength > 0) throw file.unsupported('compressed link lists');
  if (width === 0 || startSize === 0) throw file.damaged('a heap has no blocks');
  const lengthSize = Math.min(lengthBytes(maxDirectSize), lengthBytes(maxObject));
  return { offsetSize: Math.ceil(maxHeapBits / 8), lengthSize, width, startSize, maxDirectSize, root, rootRows };
}

function readObject(file: Hdf5Bytes, heap: Heap, identifier: Uint8Array): Uint8Array {
  const cursor = new ByteCursor(identifier, () => file.damaged('a heap identifier is cut off'));
  const flags = cursor.uint8();
  const kind = (flags >> 4) & 3;
  if (kind === 2) return cursor.take((flags & 15) + 1);
  if (kind !== 0) throw file.unsupported('links or attributes of great length');
  const offset = readSized(cursor, heap.offsetSize);
  const length = readSized(cursor, heap.lengthSize);
  if (heap.root === undefined) throw file.damaged('a heap is empty');
  const block = heap.rootRows === 0 ? { address: heap.root, offset: 0 } : findBlock(file, heap, offset);
  return file.slice(block.address + offset - block.offset, length);
}

/** The direct block that holds an offset of the heap: rows of `width` blocks, doubling in size from the third row on. */
function findBlock(file: Hdf5Bytes, heap: Heap, offset: number): { address: number; offset: number } {
  let block = { address: heap.root!, offset: 0 };
  for (let depth = 0; depth < 64; depth++) {
    const within = offset - block.offset;
    const row =
      within < heap.width * heap.startSize ? 0 : Math.floor(Math.log2(within / (heap.width * heap.startSize))) + 1;
    const size = row === 0 ? heap.startSize : heap.startSize * 2 ** (row - 1);
    const rowStart = row === 0 ? 0 : heap.width * heap.startSize * 2 ** (row - 1);
    const column = Math.floor((within - rowStart) / size);
    const cursor = file.signed(block.address, 'FHIB');
    cursor.skip(9 + heap.offsetSize + 8 * (row * heap.width + column));
    const address = readAddress(cursor);
    if (address === undefined) throw file.damaged('a block of a heap is missing');
    block = { address, offset: block.offset + rowStart + column * size };
    if (size <= heap.maxDirectSize) return block;
  }
  throw file.damaged('a heap is nested too deeply');
}
