import { mapIndices, strides } from '../../../network/tensor';
import type { ProtobufMessage } from '../../containers/protobuf';

/** A part of a tensor: for each axis where it starts and how long it is, undefined for the whole axis (tensor_slice.proto). */
export type TensorSlice = readonly Extent[];

interface Extent {
  readonly start: number;
  readonly length: number | undefined;
}

const extentField = 1;
const extentFields = { start: 1, length: 2 };

/** Reads a TensorSliceProto. */
export function readSlice(message: ProtobufMessage): TensorSlice {
  return message.messages(extentField, (extent) => ({
    start: extent.integer(extentFields.start) ?? 0,
    length: extent.integer(extentFields.length),
  }));
}

/**
 * The part that a saver names in its list of shapes and slices, `4 3 0,2:-` for the first two rows of a 4 × 3 matrix;
 * undefined when it names the whole tensor.
 */
export function namedSlice(text: string): TensorSlice | undefined {
  const spec = text.trim().split(' ').at(-1) ?? '';
  if (spec === '') return undefined;
  return spec.split(':').map((axis) => {
    const [start = 0, length] = axis === '-' ? [] : axis.split(',').map(Number);
    return { start, length };
  });
}

/** Row-major numbers of the elements of a part, in its own order; undefined when it lies outside of the tensor. */
export function slicePlaces(slice: TensorSlice, shape: readonly number[]): Int32Array | undefined {
  const lengths = slice.map(({ length }, axis) => length ?? shape[axis] ?? 0);
  const fits = slice.every(({ start }, axis) => start >= 0 && start + lengths[axis]! <= (shape[axis] ?? 0));
  if (slice.length !== shape.length || !fits || lengths.some((length) => !(length >= 0))) return undefined;
  const steps = strides(shape);
  return mapIndices(lengths, (index) =>
    index.reduce((sum, at, axis) => sum + (at + slice[axis]!.start) * steps[axis]!, 0),
  );
}

/** Lengths of a part's axes. */
export function sliceShape(slice: TensorSlice, shape: readonly number[]): readonly number[] {
  return shape.map((length, axis) => slice[axis]?.length ?? length);
}

/** A text as one character per byte of its UTF-8 form, as keys of sorted tables are. */
export function byteString(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/**
 * The key a part is stored under: a zero, the tensor's name (a byte string), the number of axes and their extents, in an
 * encoding that sorts like the numbers do (saved_tensor_slice_util.cc and ordered_code.cc of TensorFlow).
 */
export function sliceKey(name: string, slice: TensorSlice): string {
  const escaped = Array.from(name, (byte) => (byte === '\0' ? '\0\xff' : byte === '\xff' ? '\xff\0' : byte)).join('');
  const extents = slice.map(({ start, length }) => signedCode(start) + signedCode(length ?? -1));
  return `\0${escaped}\0\x01${unsignedCode(slice.length)}${extents.join('')}`;
}

/** How many bytes follow, then the number, the highest byte first. */
function unsignedCode(number: number): string {
  const bytes: number[] = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return String.fromCharCode(bytes.length, ...bytes);
}

/** As many one bits as the number has bytes, then the number in the bits that are left, in two's complement. */
function signedCode(number: number): string {
  if (number >= -64 && number < 64) return String.fromCharCode(0x80 ^ (number & 0xff));
  let size = 2;
  while (number >= 2 ** (7 * size - 1)) size++;
  const bytes = Array.from({ length: size }, (_, k) => Math.floor(number / 256 ** (size - 1 - k)) % 256);
  const header = 0xffff & ~(0xffff >> size);
  bytes[0]! ^= header >> 8;
  bytes[1]! ^= header & 255;
  return String.fromCharCode(...bytes);
}
