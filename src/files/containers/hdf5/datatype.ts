import type { ByteCursor } from '../byteCursor';
import type { Hdf5Bytes } from './hdf5Bytes';
import { readSized, text } from './hdf5Bytes';

/** What the elements of a data set or attribute are; `size` is the bytes one takes. */
export type Datatype =
  | { readonly kind: 'integer'; readonly size: number; readonly signed: boolean; readonly littleEndian: boolean }
  | { readonly kind: 'float'; readonly size: number; readonly brain: boolean; readonly littleEndian: boolean }
  | { readonly kind: 'text'; readonly size: number }
  | { readonly kind: 'variableText'; readonly size: number }
  | { readonly kind: 'opaque'; readonly size: number }
  | { readonly kind: 'other'; readonly size: number; readonly name: string };

const otherClasses: Readonly<Record<number, string>> = {
  2: 'times',
  4: 'bit fields',
  6: 'compound records',
  7: 'references',
  9: 'variable-length lists',
  10: 'array elements',
};

/** A data type message (specification IV.A.2.d). An enumeration counts as its base type. */
export function readDatatype(cursor: ByteCursor): Datatype {
  const kind = cursor.uint8() & 15;
  const bits = readSized(cursor, 3);
  const size = cursor.uint32();
  const littleEndian = (bits & 1) === 0;
  if (kind === 0) return { kind: 'integer', size, signed: (bits & 8) !== 0, littleEndian };
  if (kind === 1) {
    cursor.skip(5);
    const exponentBits = cursor.uint8();
    return { kind: 'float', size, brain: size === 2 && exponentBits === 8, littleEndian };
  }
  if (kind === 3) return { kind: 'text', size };
  if (kind === 5) return { kind: 'opaque', size };
  if (kind === 8) return readDatatype(cursor);
  if (kind === 9 && (bits & 15) === 1) return { kind: 'variableText', size };
  return { kind: 'other', size, name: otherClasses[kind] ?? 'elements of an unknown kind' };
}

/** Elements as float64 numbers. */
export function decodeNumbers(file: Hdf5Bytes, type: Datatype, bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const get = numberGetter(file, type, view);
  return Float64Array.from({ length: Math.floor(bytes.length / type.size) }, (_, i) => get(i * type.size));
}

/** Fixed-length texts, without their padding. */
export function decodeTexts(type: Datatype, bytes: Uint8Array): string[] {
  return Array.from({ length: Math.floor(bytes.length / type.size) }, (_, i) =>
    text(bytes.subarray(i * type.size, (i + 1) * type.size)).trimEnd(),
  );
}

/** A half-precision number from its 16 bits (IEEE 754 binary16). */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function numberGetter(file: Hdf5Bytes, type: Datatype, view: DataView): (at: number) => number {
  if (type.kind === 'integer') {
    const little = type.littleEndian;
    if (type.size === 1) return type.signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
    if (type.size === 2) return type.signed ? (at) => view.getInt16(at, little) : (at) => view.getUint16(at, little);
    if (type.size === 4) return type.signed ? (at) => view.getInt32(at, little) : (at) => view.getUint32(at, little);
    if (type.size === 8) {
      return type.signed ? (at) => Number(view.getBigInt64(at, little)) : (at) => Number(view.getBigUint64(at, little));
    }
  }
  if (type.kind === 'float') {
    const little = type.littleEndian;
    if (type.size === 4) return (at) => view.getFloat32(at, little);
    if (type.size === 8) return (at) => view.getFloat64(at, little);
    if (type.size === 2 && !type.brain) return (at) => halfToNumber(view.getUint16(at, little));
    if (type.size === 2) return (at) => brainToNumber(view.getUint16(at, little));
  }
  // h5py stores bfloat16 as two opaque bytes.
  if (type.kind === 'opaque' && type.size === 2) return (at) => brainToNumber(view.getUint16(at, true));
  throw file.unsupported(type.kind === 'other' ? type.name : `${type.kind} elements of ${type.size} bytes as numbers`);
}

/** A bfloat16 is the upper half of a float32. */
function brainToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits * 65536);
  return view.getFloat32(0);
}
