import { elements } from '../../network/tensor';
import { halfToNumber } from '../containers/arrayNumbers';
import { maxArrayAxes, maxTensorNumbers } from '../limits';
import { refuse } from '../refuse';
import type { ElementType } from '../rows/value';
import type { SparseTensorProto, TensorProto } from './modelProto';
import { float4, float8s } from './smallFloats';

/** The bytes of tensors that lie outside the model's file, by their location. */
export type ExternalFiles = ReadonlyMap<string, Uint8Array>;

/** A stored tensor, decoded: numbers, or texts. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly numbers: Float64Array;
  /** For text tensors, instead of the numbers. */
  readonly texts?: readonly string[];
  /** Whether the type has so few bits that nothing is computed in it here. */
  readonly isNarrow?: boolean;
}

/** How the elements of one data type are stored. */
interface Storage {
  readonly name: string;
  readonly type: ElementType;
  /** Bytes of one element in raw data. */
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
  /** The element from the number in its typed field, where that holds bits instead of the value. */
  readonly fromField?: (stored: number) => number;
  /** Field of TensorProto that holds the elements when there is no raw data. */
  readonly field: number;
}

const float32 = 4;
const int32 = 5;
const int64 = 7;
const float64 = 10;
const uint64 = 11;

/** By the numbers of TensorProto.DataType. */
const storages: ReadonlyMap<number, Storage> = new Map<number, Storage>([
  [1, { name: 'float', type: 'real', size: 4, read: (v, at) => v.getFloat32(at, true), field: float32 }],
  [2, { name: 'uint8', type: 'whole', size: 1, read: (v, at) => v.getUint8(at), field: int32 }],
  [3, { name: 'int8', type: 'whole', size: 1, read: (v, at) => v.getInt8(at), field: int32 }],
  [4, { name: 'uint16', type: 'whole', size: 2, read: (v, at) => v.getUint16(at, true), field: int32 }],
  [5, { name: 'int16', type: 'whole', size: 2, read: (v, at) => v.getInt16(at, true), field: int32 }],
  [6, { name: 'int32', type: 'whole', size: 4, read: (v, at) => v.getInt32(at, true), field: int32 }],
  [7, { name: 'int64', type: 'whole', size: 8, read: (v, at) => Number(v.getBigInt64(at, true)), field: int64 }],
  [9, { name: 'bool', type: 'truth', size: 1, read: (v, at) => (v.getUint8(at) === 0 ? 0 : 1), field: int32 }],
  [
    10,
    {
      name: 'float16',
      type: 'real',
      size: 2,
      read: (v, at) => halfToNumber(v.getUint16(at, true)),
      fromField: halfToNumber,
      field: int32,
    },
  ],
  [11, { name: 'double', type: 'real', size: 8, read: (v, at) => v.getFloat64(at, true), field: float64 }],
  [12, { name: 'uint32', type: 'whole', size: 4, read: (v, at) => v.getUint32(at, true), field: uint64 }],
  [13, { name: 'uint64', type: 'whole', size: 8, read: (v, at) => Number(v.getBigUint64(at, true)), field: uint64 }],
  [
    16,
    {
      name: 'bfloat16',
      type: 'real',
      size: 2,
      read: (v, at) => bfloat16ToNumber(v.getUint16(at, true)),
      fromField: bfloat16ToNumber,
      field: int32,
    },
  ],
]);

const textType = 8;

/** A type of which several elements share a byte, the first one in its lowest bits. */
interface Packed {
  readonly name: string;
  readonly type: ElementType;
  readonly bits: number;
  readonly decode: (stored: number) => number;
}

const packedTypes: ReadonlyMap<number, Packed> = new Map<number, Packed>([
  [21, { name: 'uint4', type: 'whole', bits: 4, decode: (stored) => stored }],
  [22, { name: 'int4', type: 'whole', bits: 4, decode: (stored) => (stored < 8 ? stored : stored - 16) }],
  [23, { ...float4, type: 'real', bits: 4 }],
  [25, { name: 'uint2', type: 'whole', bits: 2, decode: (stored) => stored }],
  [26, { name: 'int2', type: 'whole', bits: 2, decode: (stored) => (stored < 2 ? stored : stored - 4) }],
]);

/** Names of the data types nothing can be computed with here, for messages. */
const otherTypes: ReadonlyMap<number, string> = new Map([
  [0, 'UNDEFINED'],
  [14, 'complex64'],
  [15, 'complex128'],
]);

/** Where the numbers of a data type lie. Those of 8 bits are only stored; nothing is computed in them here. */
function storageOf(dataType: number): Storage | undefined {
  const small = float8s.get(dataType);
  if (!small) return storages.get(dataType);
  const { name, decode } = small;
  return { name, type: 'real', size: 1, read: (v, at) => decode(v.getUint8(at)), fromField: decode, field: int32 };
}

/** What kind of elements a data type has; undefined for those nothing can be computed with. */
export function elementTypeOf(dataType: number): ElementType | undefined {
  return dataType === textType ? 'text' : storages.get(dataType)?.type;
}

/** The name of a data type, for messages. */
export function dataTypeName(dataType: number): string {
  if (dataType === textType) return 'string';
  return (
    storageOf(dataType)?.name ?? packedTypes.get(dataType)?.name ?? otherTypes.get(dataType) ?? `number ${dataType}`
  );
}

/** The elements of a stored tensor. Its size is checked against the bytes that are there before memory is taken. */
export function decodeTensor(tensor: TensorProto, files: ExternalFiles, file: string): TensorData {
  const count = checkedCount(tensor.dims, tensor.name, file);
  if (tensor.dataType === textType) {
    const texts = tensor.content.texts(6);
    if (texts.length !== count) return wrongLength(tensor, file, `${texts.length} texts`);
    return { shape: tensor.dims, type: 'text', numbers: new Float64Array(), texts };
  }
  const packed = packedTypes.get(tensor.dataType);
  if (packed)
    return {
      shape: tensor.dims,
      type: packed.type,
      numbers: fromPacked(tensor, packed, count, files, file),
      isNarrow: true,
    };
  const storage = storageOf(tensor.dataType);
  if (!storage) {
    return refuse(file, {
      code: 'onnx-data-type',
      message: `Tensor "${tensor.name}" in ${file} is of type ${dataTypeName(tensor.dataType)}, which has no slopes.`,
      remedy: 'Export the network with float or double weights, not quantised or complex ones.',
      part: tensor.name,
    });
  }
  const raw = tensor.external ? externalBytes(tensor, tensor.external, files, file) : tensor.content.content(9);
  const numbers =
    raw && (raw.length > 0 || count === 0)
      ? fromRaw(raw, storage, count, tensor, file)
      : fromField(storage, count, tensor, file);
  return { shape: tensor.dims, type: storage.type, numbers, isNarrow: float8s.has(tensor.dataType) };
}

/** The elements of a sparse tensor, zeros filled in. Indices are flat numbers, or one row of coordinates per value. */
export function decodeSparseTensor(tensor: SparseTensorProto, files: ExternalFiles, file: string): TensorData {
  const name = tensor.values?.name ?? '';
  const count = checkedCount(tensor.dims, name, file);
  const values = tensor.values && decodeTensor(tensor.values, files, file);
  const indices = tensor.indices && decodeTensor(tensor.indices, files, file);
  const rank = tensor.dims.length;
  const given = values?.numbers.length ?? 0;
  const flat = indices?.shape.length === 1;
  if (!values || indices?.numbers.length !== (flat ? given : given * rank)) {
    return refuse(file, damagedSparse(name, file));
  }
  const numbers = new Float64Array(count);
  values.numbers.forEach((value, i) => {
    const coordinates = flat ? [] : Array.from(indices.numbers.subarray(i * rank, (i + 1) * rank));
    const inside = coordinates.every((at, axis) => at >= 0 && at < tensor.dims[axis]!);
    const place = flat ? indices.numbers[i]! : coordinates.reduce((sum, at, axis) => sum * tensor.dims[axis]! + at, 0);
    if (!inside || !(place >= 0 && place < count)) refuse(file, damagedSparse(name, file));
    numbers[place] = value;
  });
  return { shape: tensor.dims, type: values.type, numbers };
}

/** The number of elements a shape asks for, if it is one that a tensor can have. */
function checkedCount(dims: readonly number[], name: string, file: string): number {
  const count = elements(dims);
  if (dims.some((length) => length < 0)) {
    return refuse(file, {
      code: 'onnx-tensor-shape',
      message: `Tensor "${name}" in ${file} has a negative length: [${dims.join(', ')}].`,
      remedy: 'Save the model again with the tool that made it.',
      part: name,
    });
  }
  const tooLong = dims.some((length) => length > maxTensorNumbers);
  if (!(count <= maxTensorNumbers) || tooLong || dims.length > maxArrayAxes) {
    return refuse(file, {
      code: 'onnx-tensor-too-large',
      message: `Tensor "${name}" in ${file} claims ${dims.length} axes and ${count} numbers, more than Slopescope takes.`,
      remedy: 'Save the model again with the tool that made it.',
      part: name,
    });
  }
  return count;
}

function fromRaw(raw: Uint8Array, storage: Storage, count: number, tensor: TensorProto, file: string): Float64Array {
  if (raw.length !== count * storage.size) return wrongLength(tensor, file, `${raw.length} bytes`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = storage.read(view, i * storage.size);
  return numbers;
}

function fromPacked(
  tensor: TensorProto,
  { bits, decode }: Packed,
  count: number,
  files: ExternalFiles,
  file: string,
): Float64Array {
  const raw = tensor.external ? externalBytes(tensor, tensor.external, files, file) : tensor.content.content(9);
  const bytes = raw && raw.length > 0 ? raw : Uint8Array.from(tensor.content.integers(int32));
  const perByte = 8 / bits;
  if (bytes.length !== Math.ceil(count / perByte)) return wrongLength(tensor, file, `${bytes.length} bytes`);
  return Float64Array.from({ length: count }, (_, i) =>
    decode((bytes[Math.floor(i / perByte)]! >> (bits * (i % perByte))) & (2 ** bits - 1)),
  );
}

function fromField(storage: Storage, count: number, tensor: TensorProto, file: string): Float64Array {
  const { field, fromField: decode } = storage;
  const { content } = tensor;
  const stored =
    field === float32
      ? content.floats(field)
      : field === float64
        ? content.doubles(field)
        : Float64Array.from(content.integers(field));
  if (stored.length !== count) return wrongLength(tensor, file, `${stored.length} numbers`);
  if (field === uint64) return stored.map((value) => (value < 0 ? value + 2 ** 64 : value));
  return decode ? stored.map(decode) : stored;
}

function externalBytes(
  tensor: TensorProto,
  external: ReadonlyMap<string, string>,
  files: ExternalFiles,
  file: string,
): Uint8Array {
  const location = external.get('location') ?? '';
  const whole = files.get(location) ?? new Uint8Array();
  const offset = Number(external.get('offset') ?? 0);
  const length = Number(external.get('length') ?? whole.length - offset);
  const sound = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!sound || offset + length > whole.length) {
    return refuse(file, {
      code: 'onnx-external-range',
      message: `Tensor "${tensor.name}" of ${file} lies in ${location} at a place past that file's end (${whole.length} bytes).`,
      remedy: `Copy ${location} again beside ${file}: it seems to be cut off or from another export.`,
      part: tensor.name,
    });
  }
  return whole.subarray(offset, offset + length);
}

function wrongLength(tensor: TensorProto, file: string, has: string): never {
  return refuse(file, {
    code: 'onnx-tensor-length',
    message: `Tensor "${tensor.name}" in ${file} has ${has}, which do not fill its shape [${tensor.dims.join(', ')}].`,
    remedy: 'Download or copy the whole file again, or save the model again.',
    part: tensor.name,
  });
}

function damagedSparse(name: string, file: string) {
  return {
    code: 'onnx-tensor-length',
    message: `The sparse tensor "${name}" in ${file} has values without a place in its shape.`,
    remedy: 'Save the model again with the tool that made it.',
    part: name,
  };
}

function bfloat16ToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits & 0xffff);
  return view.getFloat32(0);
}
