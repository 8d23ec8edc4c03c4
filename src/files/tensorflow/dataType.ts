import type { ElementType } from '../rows/value';
import { halfToNumber } from '../containers/hdf5/datatype';

/** Names of TensorFlow's element types (types.proto); the number of a type is its position. */
export const dataTypeNames = [
  'DT_INVALID',
  'DT_FLOAT',
  'DT_DOUBLE',
  'DT_INT32',
  'DT_UINT8',
  'DT_INT16',
  'DT_INT8',
  'DT_STRING',
  'DT_COMPLEX64',
  'DT_INT64',
  'DT_BOOL',
  'DT_QINT8',
  'DT_QUINT8',
  'DT_QINT32',
  'DT_BFLOAT16',
  'DT_QINT16',
  'DT_QUINT16',
  'DT_UINT16',
  'DT_COMPLEX128',
  'DT_HALF',
  'DT_RESOURCE',
  'DT_VARIANT',
  'DT_UINT32',
  'DT_UINT64',
  'DT_FLOAT8_E5M2',
  'DT_FLOAT8_E4M3FN',
] as const;

/** How the elements of a type lie in a file, little-endian. */
export interface StoredType {
  readonly name: string;
  readonly element: ElementType;
  /** Bytes of one element. */
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
}

const storedTypes: ReadonlyMap<string, Omit<StoredType, 'name'>> = new Map<string, Omit<StoredType, 'name'>>([
  ['DT_FLOAT', { element: 'real', size: 4, read: (view, at) => view.getFloat32(at, true) }],
  ['DT_DOUBLE', { element: 'real', size: 8, read: (view, at) => view.getFloat64(at, true) }],
  ['DT_HALF', { element: 'real', size: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) }],
  ['DT_BFLOAT16', { element: 'real', size: 2, read: (view, at) => bfloatToNumber(view.getUint16(at, true)) }],
  ['DT_INT8', { element: 'whole', size: 1, read: (view, at) => view.getInt8(at) }],
  ['DT_INT16', { element: 'whole', size: 2, read: (view, at) => view.getInt16(at, true) }],
  ['DT_INT32', { element: 'whole', size: 4, read: (view, at) => view.getInt32(at, true) }],
  ['DT_INT64', { element: 'whole', size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ['DT_UINT8', { element: 'whole', size: 1, read: (view, at) => view.getUint8(at) }],
  ['DT_UINT16', { element: 'whole', size: 2, read: (view, at) => view.getUint16(at, true) }],
  ['DT_UINT32', { element: 'whole', size: 4, read: (view, at) => view.getUint32(at, true) }],
  ['DT_UINT64', { element: 'whole', size: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  ['DT_BOOL', { element: 'truth', size: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) }],
]);

/** Types of references, as graphs of TensorFlow 1 have them, are 100 above the type they refer to. */
const referenceOffset = 100;

/** The name of a type for people; a reference is named like what it refers to. */
export function dataTypeName(type: number): string {
  return dataTypeNames[type % referenceOffset] ?? `type ${type}`;
}

/** How a type's elements are stored, if they are numbers. */
export function storedType(type: number): StoredType | undefined {
  const name = dataTypeName(type);
  const stored = storedTypes.get(name);
  return stored && { name, ...stored };
}

/** What the elements of a type are; undefined for those Slopescope does not compute with. */
export function elementType(type: number): ElementType | undefined {
  if (dataTypeName(type) === 'DT_STRING') return 'text';
  return storedType(type)?.element;
}

/** The upper half of a 32-bit float's bits to a number. */
export function bfloatToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}
