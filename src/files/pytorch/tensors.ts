import { elements } from '../../network/tensor';
import { halfToNumber } from '../containers/arrayNumbers';
import type { PickleValue } from '../containers/pickleValues';
import { isKind } from '../containers/pickleValues';
import { maxSpreadElements } from '../limits';
import { refuse } from '../refuse';

/** A block of numbers that tensors are views of; `load` gives its raw bytes, or undefined when they are missing. */
export interface TorchStorage {
  readonly torch: 'storage';
  readonly key: string;
  readonly type: ScalarType;
  /** How many numbers the file declares. */
  readonly count: number;
  readonly littleEndian: boolean;
  readonly load: () => Uint8Array | undefined;
}

/** A view of a storage: element [i, j, …] lies at offset + i · strides[0] + j · strides[1] + …. */
export interface TorchTensor {
  readonly torch: 'tensor';
  readonly storage: TorchStorage;
  readonly type: ScalarType;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** How one number is stored. */
export interface ScalarType {
  readonly name: string;
  readonly size: number;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

/** PyTorch's number types by the name they have in code (`torch.float32`). Complex and quantised ones are not numbers here. */
export const scalarTypes: ReadonlyMap<string, ScalarType> = new Map(
  [
    scalarType('float64', 8, (view, at, little) => view.getFloat64(at, little)),
    scalarType('float32', 4, (view, at, little) => view.getFloat32(at, little)),
    scalarType('float16', 2, (view, at, little) => halfToNumber(view.getUint16(at, little))),
    scalarType('bfloat16', 2, (view, at, little) => bfloatToNumber(view.getUint16(at, little))),
    scalarType('float8_e4m3fn', 1, (view, at) => float8ToNumber(view.getUint8(at), 4, 3)),
    scalarType('float8_e5m2', 1, (view, at) => halfToNumber(view.getUint8(at) << 8)),
    scalarType('int64', 8, (view, at, little) => Number(view.getBigInt64(at, little))),
    scalarType('int32', 4, (view, at, little) => view.getInt32(at, little)),
    scalarType('int16', 2, (view, at, little) => view.getInt16(at, little)),
    scalarType('int8', 1, (view, at) => view.getInt8(at)),
    scalarType('uint8', 1, (view, at) => view.getUint8(at)),
    scalarType('uint16', 2, (view, at, little) => view.getUint16(at, little)),
    scalarType('uint32', 4, (view, at, little) => view.getUint32(at, little)),
    scalarType('uint64', 8, (view, at, little) => Number(view.getBigUint64(at, little))),
    scalarType('bool', 1, (view, at) => (view.getUint8(at) === 0 ? 0 : 1)),
  ].map((type) => [type.name, type]),
);

function scalarType(name: string, size: number, read: ScalarType['read']): ScalarType {
  return { name, size, read };
}

/** The upper half of a float32. */
function bfloatToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}

/** The 8-bit float with 4 bits of exponent and 3 of fraction has no infinity; all ones is NaN. */
function float8ToNumber(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits & 0x80 ? -1 : 1;
  const bias = 2 ** (exponentBits - 1) - 1;
  const exponent = (bits & 0x7f) >> fractionBits;
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  if ((bits & 0x7f) === 0x7f) return NaN;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

/** The type of a storage class: `FloatStorage` holds float32. */
export function storageType(className: string): ScalarType | undefined {
  const name = storageNames.get(className.replace(/Storage$/, ''));
  return name === undefined ? undefined : scalarTypes.get(name);
}

const storageNames: ReadonlyMap<string, string> = new Map([
  ['Double', 'float64'],
  ['Float', 'float32'],
  ['Half', 'float16'],
  ['BFloat16', 'bfloat16'],
  ['Long', 'int64'],
  ['Int', 'int32'],
  ['Short', 'int16'],
  ['Char', 'int8'],
  ['Byte', 'uint8'],
  ['Bool', 'bool'],
  ['Untyped', 'uint8'],
]);

/** The tensor in a value of a pickle, if it is one. */
export function tensorIn(value: PickleValue | undefined): TorchTensor | undefined {
  if (!isKind(value, 'foreign')) return undefined;
  return isTensor(value.content) ? value.content : undefined;
}

function isTensor(content: object): content is TorchTensor {
  return 'torch' in content && content.torch === 'tensor';
}

/** Whether what a pickle holds is a storage. */
export function isStorage(content: object): content is TorchStorage {
  return 'torch' in content && content.torch === 'storage';
}

/** The numbers of a tensor in row-major order; refuses views that reach beyond their storage. `name` is for messages. */
export function tensorNumbers(tensor: TorchTensor, file: string, name: string): Float64Array {
  const { storage, type, shape, strides, offset } = tensor;
  const bytes = storage.load();
  if (!bytes) {
    refuse(file, {
      code: 'torch-storage-missing',
      message: `The tensor storage data/${storage.key} that ${name} needs is missing in ${file}.`,
      remedy: 'Save the model again, or copy the whole file again.',
      part: name,
    });
  }
  const count = elements(shape);
  const reach = count === 0 ? 0 : offset + shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, 1);
  const held = Math.floor(bytes.length / type.size);
  const lowest = offset + shape.reduce((sum, length, axis) => sum + Math.min(0, (length - 1) * strides[axis]!), 0);
  if (reach > held || lowest < 0 || count > Math.max(held, maxSpreadElements)) {
    refuse(file, {
      code: 'torch-storage-short',
      message: `${name} in ${file} needs ${reach} numbers, but its tensor storage data/${storage.key} holds only ${held}: the file is truncated or damaged.`,
      remedy: 'Save the model again, or copy the whole file again.',
      part: name,
    });
  }
  return gathered(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), tensor, count);
}

function gathered(view: DataView, { storage, type, shape, strides, offset }: TorchTensor, count: number): Float64Array {
  const numbers = new Float64Array(count);
  const index = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let position = 0; position < count; position++) {
    numbers[position] = type.read(view, at * type.size, storage.littleEndian);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      at += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return numbers;
}
