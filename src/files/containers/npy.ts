import type { ProblemError } from '../../problem';
import { maxArrayAxes } from '../limits';
import { refusal } from '../refuse';
import { arrayNumbers, arrayTexts } from './arrayNumbers';
import { ByteCursor } from './byteCursor';
import type { PickleArrayType } from './pickleValues';
import { isLiteralDict, literalItems, parsePythonLiteral, type Literal } from './pythonLiteral';

/**
 * The content of a .npy file: numbers or texts in row-major order, or why they are neither. `objects` are pickled
 * Python objects, `records` have named fields, `other` are dates, complex numbers and bytes.
 */
export type NpyArray =
  | { readonly kind: 'numbers'; readonly shape: readonly number[]; readonly values: Float64Array }
  | { readonly kind: 'texts'; readonly shape: readonly number[]; readonly values: readonly string[] }
  | { readonly kind: 'objects'; readonly shape: readonly number[]; readonly type: string; readonly pickle: Uint8Array }
  | { readonly kind: 'records' | 'other'; readonly shape: readonly number[]; readonly type: string };

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Whether the bytes begin as a .npy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

/**
 * Reads a .npy file of format 1.0, 2.0 or 3.0 (numpy.lib.format). The shape is held against the bytes that are there
 * before memory is taken. `name` is the array's name for messages, empty for a file of one array.
 */
export function readNpy(bytes: Uint8Array, file: string, name: string): NpyArray {
  const bad: Complaint = (code, what, remedy = 'Save the array again with numpy.save.') => {
    const label = name === '' ? file : `The array ${name} in ${file}`;
    return refusal(file, { code, message: `${label} ${what}.`, remedy, ...(name === '' ? {} : { part: name }) });
  };
  const cursor = new ByteCursor(bytes, () =>
    bad('npy-truncated', 'ends before its header does (truncated)', 'Copy the whole file again.'),
  );
  if (!isNpy(bytes)) throw bad('npy-magic', 'does not begin as a numpy file does');
  const { shape, type, fortran } = readHeader(cursor, bad);
  const stored = elementType(type);
  if (stored === 'objects') return { kind: stored, shape, type: typeText(type), pickle: cursor.take(cursor.left) };
  if (typeof stored === 'string') return { kind: stored, shape, type: typeText(type) };
  const size = shape.reduce((product, length) => product * length, 1) * stored.size;
  if (size > cursor.left) {
    const declared = `declares the shape (${shape.join(', ')}), ${size} bytes, but holds only ${cursor.left} bytes of data`;
    throw bad('npy-short', declared, 'Copy the whole file again, or save the array again.');
  }
  return decode(cursor.take(size), stored, shape, fortran, typeText(type));
}

type Complaint = (code: string, what: string, remedy?: string) => ProblemError;

interface NpyHeader {
  readonly shape: readonly number[];
  readonly type: Literal;
  readonly fortran: boolean;
}

function readHeader(cursor: ByteCursor, bad: Complaint): NpyHeader {
  cursor.skip(magic.length);
  const major = cursor.uint8();
  cursor.skip(1);
  if (major < 1 || major > 3)
    throw bad('npy-version', `is of numpy file format ${major}, which Slopescope does not know`);
  const header = cursor.take(major === 1 ? cursor.uint16() : cursor.uint32());
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(header).replace(/\0+$/, '').trim();
  const description = parsePythonLiteral(text);
  if (!isLiteralDict(description))
    throw bad('npy-header', 'has a header that is not a plain dict literal; code in it is not run');
  const shape = shapeOf(description.get('shape'));
  const type = description.get('descr');
  const fortran = description.get('fortran_order');
  if (!shape || type === undefined || typeof fortran !== 'boolean')
    throw bad('npy-header', 'has a header without a usable descr, fortran_order or shape');
  return { shape, type, fortran };
}

function typeText(type: Literal): string {
  return typeof type === 'string' ? type : 'a record';
}

function shapeOf(shape: Literal | undefined): readonly number[] | undefined {
  const lengths = typeof shape === 'number' ? [shape] : literalItems(shape);
  if (!lengths || lengths.length > maxArrayAxes) return undefined;
  const numbers = lengths.flatMap((length) =>
    typeof length === 'number' && Number.isSafeInteger(length) && length >= 0 ? [length] : [],
  );
  return numbers.length === lengths.length ? numbers : undefined;
}

/** How the elements are stored, or what kind they are when they are neither numbers nor texts. */
function elementType(type: Literal): PickleArrayType | 'objects' | 'records' | 'other' {
  if (typeof type !== 'string') return 'records';
  const parts = /^([<>|=]?)([a-zA-Z?])(\d*)(?:\[.*\])?$/.exec(type);
  if (!parts) return 'other';
  const [, order, letter = '', digits = ''] = parts;
  if (letter === 'O') return 'objects';
  const sized = letter === '?' ? 'b1' : `${letter}${digits}`;
  const size = Number(digits === '' ? 1 : digits) * (letter === 'U' ? 4 : 1);
  const known = /^(f(2|4|8|12|16)|[iu][1248]|b1|[US]\d+)$/.test(sized);
  return known ? { kind: 'dtype', code: sized, littleEndian: order !== '>', size, structured: false } : 'other';
}

function decode(
  content: Uint8Array,
  type: PickleArrayType,
  shape: readonly number[],
  fortran: boolean,
  spelled: string,
): NpyArray {
  const extended = type.code === 'f16' || type.code === 'f12';
  const array = extended
    ? {
        kind: 'array' as const,
        type: { ...type, code: 'f8', size: 8 },
        shape,
        fortran,
        content: shortened(content, type),
      }
    : { kind: 'array' as const, type, shape, fortran, content };
  if (/^[US]/.test(type.code)) {
    const values = arrayTexts(array);
    return values ? { kind: 'texts', shape, values } : { kind: 'other', shape, type: spelled };
  }
  const values = arrayNumbers(array);
  return values ? { kind: 'numbers', shape, values } : { kind: 'other', shape, type: spelled };
}

/** x87 extended numbers (64-bit mantissa with its leading one, 15-bit exponent) as float64, in the same byte order. */
function shortened(content: Uint8Array, type: PickleArrayType): Uint8Array {
  const source = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const count = content.length / type.size;
  const result = new Uint8Array(count * 8);
  const target = new DataView(result.buffer);
  for (let i = 0; i < count; i++) {
    const start = i * type.size + (type.littleEndian ? 0 : type.size - 10);
    const mantissa = Number(source.getBigUint64(start + (type.littleEndian ? 0 : 2), type.littleEndian));
    const top = source.getUint16(start + (type.littleEndian ? 8 : 0), type.littleEndian);
    const exponent = (top & 0x7fff) - 16383 - 63;
    const sign = top & 0x8000 ? -1 : 1;
    const special = (top & 0x7fff) === 0x7fff;
    const number = special ? (mantissa === 2 ** 63 ? Infinity : NaN) : mantissa === 0 ? 0 : scaled(mantissa, exponent);
    target.setFloat64(i * 8, sign * number, type.littleEndian);
  }
  return result;
}

/** mantissa · 2^exponent in two steps, so that neither factor overflows alone. */
function scaled(mantissa: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return mantissa * 2 ** half * 2 ** (exponent - half);
}
