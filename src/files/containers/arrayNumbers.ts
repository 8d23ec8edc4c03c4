import { isKind, itemsOf, numberOf, type PickleArray, type PickleArrayType, type PickleValue } from './pickleValues';

/** Reads one element at a byte offset. */
type ElementReader = (view: DataView, offset: number, littleEndian: boolean) => number;

const elementReaders: ReadonlyMap<string, ElementReader> = new Map<string, ElementReader>([
  ['f8', (view, offset, little) => view.getFloat64(offset, little)],
  ['f4', (view, offset, little) => view.getFloat32(offset, little)],
  ['f2', (view, offset, little) => halfToNumber(view.getUint16(offset, little))],
  ['i8', (view, offset, little) => Number(view.getBigInt64(offset, little))],
  ['u8', (view, offset, little) => Number(view.getBigUint64(offset, little))],
  ['i4', (view, offset, little) => view.getInt32(offset, little)],
  ['u4', (view, offset, little) => view.getUint32(offset, little)],
  ['i2', (view, offset, little) => view.getInt16(offset, little)],
  ['u2', (view, offset, little) => view.getUint16(offset, little)],
  ['i1', (view, offset) => view.getInt8(offset)],
  ['u1', (view, offset) => view.getUint8(offset)],
  ['b1', (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1)],
]);

/** Bits of an IEEE 754 half to a number. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The numbers of an array in row-major order; undefined when its elements are not numbers. */
export function arrayNumbers(array: PickleArray): Float64Array | undefined {
  const stored =
    array.content instanceof Uint8Array ? decodeNumbers(array.content, array.type) : listedNumbers(array.content);
  return stored && rowMajor(stored, array);
}

/** The texts of an array of texts, or of an array of objects that are texts; numbers are written as Python shows them. */
export function arrayTexts(array: PickleArray): readonly string[] | undefined {
  if (!(array.content instanceof Uint8Array)) {
    const texts = array.content.map(textOf);
    return texts.every((text) => text !== undefined) ? texts : undefined;
  }
  const { content, type } = array;
  if (type.code.startsWith('U') || type.code.startsWith('S')) return decodeTexts(content, type);
  const numbers = decodeNumbers(content, type);
  return numbers && Array.from(numbers, (number) => elementText(number, type));
}

/** One numpy scalar; undefined when it is neither number, truth value nor text. */
export function decodeScalar(bytes: Uint8Array, type: PickleArrayType): PickleValue | undefined {
  if (type.code.startsWith('U') || type.code.startsWith('S')) return decodeTexts(bytes, type)?.[0] ?? '';
  const number = decodeNumbers(bytes, type)?.[0];
  return number !== undefined && type.code === 'b1' ? number !== 0 : number;
}

/** A text, number or truth value of a pickle as Python shows it; undefined for everything else. */
export function textOf(value: PickleValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

function elementText(number: number, type: PickleArrayType): string {
  if (type.code === 'b1') return number === 0 ? 'False' : 'True';
  return type.code.startsWith('f') && Number.isInteger(number) ? number.toFixed(1) : String(number);
}

function decodeNumbers(bytes: Uint8Array, type: PickleArrayType): Float64Array | undefined {
  const read = type.structured ? undefined : elementReaders.get(type.code);
  if (!read || bytes.length % type.size !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float64Array(bytes.length / type.size);
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, i * type.size, type.littleEndian);
  return numbers;
}

function listedNumbers(items: readonly PickleValue[]): Float64Array | undefined {
  const numbers = items.map((item) => (item === null ? NaN : numberOf(item)));
  return numbers.every((number) => number !== undefined) ? Float64Array.from(numbers) : undefined;
}

/** numpy pads texts with zeros to a fixed size: four bytes per character for U, one for S. */
function decodeTexts(bytes: Uint8Array, type: PickleArrayType): string[] | undefined {
  const wide = type.code.startsWith('U');
  if (type.size === 0 || bytes.length % type.size !== 0) return bytes.length === 0 ? [] : undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  for (let start = 0; start < bytes.length; start += type.size) {
    let text = '';
    for (let offset = start; offset < start + type.size; offset += wide ? 4 : 1) {
      const point = wide ? view.getUint32(offset, type.littleEndian) : view.getUint8(offset);
      if (point > 0x10ffff) return undefined;
      text += String.fromCodePoint(point);
    }
    texts.push(text.replace(/\0+$/, ''));
  }
  return texts;
}

function rowMajor(stored: Float64Array, array: PickleArray): Float64Array {
  const { shape } = array;
  if (!array.fortran || shape.length < 2) return stored;
  const result = new Float64Array(stored.length);
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = 1; axis < shape.length; axis++) steps[axis] = steps[axis - 1]! * shape[axis - 1]!;
  const index = new Array<number>(shape.length).fill(0);
  for (let position = 0; position < result.length; position++) {
    let source = 0;
    for (let axis = 0; axis < shape.length; axis++) source += index[axis]! * steps[axis]!;
    result[position] = stored[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return result;
}

/** Numbers of an array, a list of numbers or a single number, with their shape. */
export function numbersOf(
  value: PickleValue | undefined,
): { values: Float64Array; shape: readonly number[] } | undefined {
  if (isKind(value, 'array')) {
    const values = arrayNumbers(value);
    return values && { values, shape: value.shape };
  }
  const single = numberOf(value);
  if (single !== undefined) return { values: Float64Array.of(single), shape: [] };
  const items = itemsOf(value);
  if (!items) return undefined;
  const rows = items.map((item) => (isKind(item, 'list') || isKind(item, 'tuple') ? item.items : undefined));
  if (items.length > 0 && rows.every((row) => row !== undefined)) return joinedRows(rows);
  const values = listedNumbers(items);
  return values && { values, shape: [values.length] };
}

function joinedRows(
  rows: readonly (readonly PickleValue[])[],
): { values: Float64Array; shape: readonly number[] } | undefined {
  const width = rows[0]!.length;
  if (rows.some((row) => row.length !== width) || width * rows.length > maxListedNumbers) return undefined;
  const values = listedNumbers(rows.flat());
  return values && { values, shape: [rows.length, width] };
}

/** Lists of lists can name one row again and again; real ones are written out and far smaller. */
const maxListedNumbers = 2 ** 22;

/** Texts of an array or a list, numbers as Python shows them; undefined when there is anything else. */
export function textsOf(value: PickleValue | undefined): readonly string[] | undefined {
  if (isKind(value, 'array')) return arrayTexts(value);
  const texts = itemsOf(value)?.map(textOf);
  return texts?.every((text) => text !== undefined) ? texts : undefined;
}
