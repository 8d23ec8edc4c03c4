import { unzlibSync } from 'fflate';
import { ByteCursor } from '../byteCursor';
import type { Hdf5Bytes } from './hdf5Bytes';

/** One step a chunk went through when it was stored; reading undoes them in reverse order. */
export interface Filter {
  readonly id: number;
  /** Whether the writer was allowed to leave it out. */
  readonly optional: boolean;
  readonly parameters: readonly number[];
}

/** The filter pipeline message (specification IV.A.2.l). */
export function readFilters(file: Hdf5Bytes, content: Uint8Array): Filter[] {
  const cursor = new ByteCursor(content, () => file.damaged('a list of filters is cut off'));
  const version = cursor.uint8();
  const count = cursor.uint8();
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const id = cursor.uint16();
    const nameLength = version === 1 || id >= 256 ? cursor.uint16() : 0;
    const optional = (cursor.uint16() & 1) !== 0;
    const valueCount = cursor.uint16();
    cursor.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const parameters = Array.from({ length: valueCount }, () => cursor.uint32());
    if (version === 1 && valueCount % 2 === 1) cursor.skip(4);
    return { id, optional, parameters };
  });
}

/** A stored chunk as it was before the filters; `mask` has a bit for each filter that was left out. `size` is its full length. */
export function undoFilters(
  file: Hdf5Bytes,
  filters: readonly Filter[],
  mask: number,
  stored: Uint8Array,
  size: number,
): Uint8Array {
  return filters.reduceRight<Uint8Array>((bytes, filter, position) => {
    if ((mask >>> position) & 1) return bytes;
    switch (filter.id) {
      case 1:
        return inflate(file, bytes, size);
      case 2:
        return unshuffle(file, bytes, filter.parameters[0] ?? 1);
      case 3:
        return checkedByFletcher(file, bytes);
      default:
        throw file.unsupported(`filter number ${filter.id} on its numbers`);
    }
  }, stored);
}

/** Room for the checksum that the fletcher32 filter may have put behind the data before it was deflated. */
const checksumSize = 4;

function inflate(file: Hdf5Bytes, bytes: Uint8Array, size: number): Uint8Array {
  try {
    return unzlibSync(bytes, { out: new Uint8Array(size + checksumSize) });
  } catch {
    throw file.damaged('compressed numbers cannot be unpacked');
  }
}

/** Undoes the shuffle filter: all first bytes of the elements come first, then all second bytes, … */
function unshuffle(file: Hdf5Bytes, bytes: Uint8Array, elementSize: number): Uint8Array {
  if (elementSize === 0 || elementSize > bytes.length) throw file.damaged('shuffled numbers have no size');
  const count = Math.floor(bytes.length / elementSize);
  const result = Uint8Array.from(bytes);
  for (let byte = 0; byte < elementSize; byte++) {
    for (let element = 0; element < count; element++)
      result[element * elementSize + byte] = bytes[byte * count + element]!;
  }
  return result;
}

/** Takes the checksum off the end and compares it (Fletcher's sum of 16-bit words, as HDF5 reckons it). */
function checkedByFletcher(file: Hdf5Bytes, bytes: Uint8Array): Uint8Array {
  if (bytes.length < checksumSize) throw file.damaged('a checksum is missing');
  const data = bytes.subarray(0, -checksumSize);
  let low = 0;
  let high = 0;
  for (let at = 0; at < data.length; at += 2) {
    low = (low + data[at]! * 256 + (data[at + 1] ?? 0)) % 65535;
    high = (high + low) % 65535;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + data.length, checksumSize);
  const stored = view.getUint32(0, true);
  if ((stored & 0xffff) % 65535 !== low || (stored >>> 16) % 65535 !== high) throw file.damaged('a checksum is wrong');
  return data;
}
