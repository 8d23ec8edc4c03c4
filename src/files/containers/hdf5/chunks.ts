import { elements } from '../../../network/tensor';
import { maxHdf5Nodes } from '../../limits';
import type { ByteCursor } from '../byteCursor';
import type { Filter } from './filters';
import { undoFilters } from './filters';
import type { Hdf5Bytes } from './hdf5Bytes';
import { readAddress, readSized } from './hdf5Bytes';

/** How a chunked data set lies in the file. */
export interface Chunking {
  readonly index: ChunkIndex;
  /** Lengths of one chunk along the axes. */
  readonly chunk: readonly number[];
  readonly filters: readonly Filter[];
}

/** Where the chunks are listed (specification: data layout message, versions 3 and 4). */
export type ChunkIndex =
  | { readonly kind: 'tree'; readonly address: number }
  | { readonly kind: 'single'; readonly address: number; readonly size?: number; readonly mask: number }
  | { readonly kind: 'implicit'; readonly address: number }
  | { readonly kind: 'fixedArray'; readonly address: number };

/** Assembles a chunked data set into `size` bytes, row-major. Every chunk must be there. */
export function readChunks(
  file: Hdf5Bytes,
  chunking: Chunking,
  shape: readonly number[],
  elementSize: number,
): Uint8Array {
  const { chunk, filters } = chunking;
  const result = new Uint8Array(elements(shape) * elementSize);
  const grid = shape.map((length, axis) => Math.ceil(length / chunk[axis]!));
  const chunkSize = elements(chunk) * elementSize;
  if (elements(grid) > file.bytes.length) throw file.damaged('a data set claims more blocks than the file can hold');
  const missing = new Set(Array.from({ length: elements(grid) }, (_, number) => number));
  for (const stored of listChunks(file, chunking, grid, chunkSize)) {
    const number = stored.place.reduce((sum, at, axis) => sum * grid[axis]! + at, 0);
    const bytes = undoFilters(file, filters, stored.mask, file.slice(stored.address, stored.size), chunkSize);
    if (bytes.length !== chunkSize || !missing.delete(number)) throw file.damaged('a block of numbers is incomplete');
    copyChunk(result, bytes, shape, chunk, stored.place, elementSize);
  }
  if (missing.size > 0) throw file.damaged('a block of numbers was never stored');
  return result;
}

interface StoredChunk {
  readonly address: number;
  readonly size: number;
  readonly mask: number;
  /** Position in the grid of chunks. */
  readonly place: readonly number[];
}

function listChunks(file: Hdf5Bytes, chunking: Chunking, grid: readonly number[], chunkSize: number): StoredChunk[] {
  const { index, chunk } = chunking;
  const count = elements(grid);
  switch (index.kind) {
    case 'tree':
      return treeChunks(file, index.address, chunk);
    case 'single':
      return [{ address: index.address, size: index.size ?? chunkSize, mask: index.mask, place: grid.map(() => 0) }];
    case 'implicit':
      return Array.from({ length: count }, (_, number) => ({
        address: index.address + number * chunkSize,
        size: chunkSize,
        mask: 0,
        place: placeOf(number, grid),
      }));
    case 'fixedArray':
      return fixedArrayChunks(file, index.address, grid, chunkSize);
  }
}

/** Chunks listed by a version 1 B-tree (III.A.1, node type 1): keys hold size, mask and the chunk's first element. */
function treeChunks(file: Hdf5Bytes, root: number, chunk: readonly number[]): StoredChunk[] {
  const pending = [root];
  const seen = new Set<number>();
  const chunks: StoredChunk[] = [];
  for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
    if (seen.has(address) || seen.size > maxHdf5Nodes) throw file.damaged('a list of blocks runs in a circle');
    seen.add(address);
    const node = file.signed(address, 'TREE');
    if (node.uint8() !== 1) throw file.damaged('a list of blocks points to something else');
    const level = node.uint8();
    const entries = node.uint16();
    node.skip(16);
    for (let entry = 0; entry < entries; entry++) {
      const size = node.uint32();
      const mask = node.uint32();
      const place = chunk.map((length) => node.uint64() / length);
      node.skip(8);
      const child = node.uint64();
      if (level > 0) pending.push(child);
      else chunks.push({ address: child, size, mask, place });
    }
  }
  return chunks;
}

/** Chunks listed by a fixed array (VII.C): one entry per chunk in row-major order, in pages when there are many. */
function fixedArrayChunks(file: Hdf5Bytes, address: number, grid: readonly number[], chunkSize: number): StoredChunk[] {
  const header = file.signed(address, 'FAHD');
  header.skip(1);
  const filtered = header.uint8() === 1;
  const entrySize = header.uint8();
  const pageBits = header.uint8();
  const count = header.uint64();
  const blockAddress = readAddress(header);
  if (count !== elements(grid) || blockAddress === undefined) throw file.damaged('a list of blocks is incomplete');
  const block = file.signed(blockAddress, 'FADB');
  block.skip(10);
  const pageSize = 2 ** pageBits;
  const pages = count > pageSize ? Math.ceil(count / pageSize) : 0;
  if (pages > 0) block.skip(Math.ceil(pages / 8) + 4);
  return Array.from({ length: count }, (_, number) => {
    if (pages > 0 && number > 0 && number % pageSize === 0) block.skip(4);
    return { ...readEntry(block, filtered, entrySize, chunkSize), place: placeOf(number, grid) };
  });
}

function readEntry(
  block: ByteCursor,
  filtered: boolean,
  entrySize: number,
  chunkSize: number,
): { readonly address: number; readonly size: number; readonly mask: number } {
  const address = block.uint64();
  if (!filtered) return { address, size: chunkSize, mask: 0 };
  return { address, size: readSized(block, entrySize - 12), mask: block.uint32() };
}

function placeOf(number: number, grid: readonly number[]): number[] {
  let rest = number;
  return grid.map((_, axis) => {
    const step = elements(grid.slice(axis + 1));
    const at = Math.floor(rest / step);
    rest -= at * step;
    return at;
  });
}

/** Copies the part of a chunk that lies inside the data set, run by run along the last axis. */
function copyChunk(
  result: Uint8Array,
  bytes: Uint8Array,
  shape: readonly number[],
  chunk: readonly number[],
  place: readonly number[],
  elementSize: number,
): void {
  const last = shape.length - 1;
  const start = place.map((at, axis) => at * chunk[axis]!);
  const inside = chunk.map((length, axis) => Math.min(length, shape[axis]! - start[axis]!));
  const runs = elements(inside.slice(0, -1));
  const runBytes = inside[last]! * elementSize;
  for (let run = 0; run < runs; run++) {
    const index = placeOf(run, inside.slice(0, -1));
    const from = [...index, 0].reduce((sum, at, axis) => sum * chunk[axis]! + at, 0) * elementSize;
    const to = [...index, 0].reduce((sum, at, axis) => sum * shape[axis]! + at + start[axis]!, 0) * elementSize;
    result.set(bytes.subarray(from, from + runBytes), to);
  }
}
