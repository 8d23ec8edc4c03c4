import { decodeScalar } from './arrayNumbers';
import {
  bytesOf,
  isKind,
  itemsOf,
  latinBytes,
  numberOf,
  type PickleArray,
  type PickleArrayType,
  type PickleValue,
} from './pickleValues';

/**
 * Builds data from the arguments a pickle gives to a callable of a known name. Gives undefined when the arguments are
 * not what the callable takes: the reader then says so.
 */
export type KnownConstructor = (args: readonly PickleValue[]) => PickleValue | undefined;

/** The callables that only make data, by their common name (`commonModule`): each is imitated here, none is called. */
export const knownConstructors: ReadonlyMap<string, KnownConstructor> = new Map<string, KnownConstructor>([
  ['numpy.core.multiarray._reconstruct', emptyArray],
  ['numpy.core.multiarray.scalar', arrayScalar],
  ['numpy.core.numeric._frombuffer', arrayFromBuffer],
  ['numpy.dtype', arrayType],
  ['numpy.ndarray', (args) => emptyArray([null, ...args])],
  ['_codecs.encode', encode],
  ['copyreg._reconstructor', reconstruct],
  ['collections.OrderedDict', dictionary],
  ['collections.Counter', dictionary],
  ['collections.defaultdict', (args) => dictionary(args.slice(1))],
  ['builtins.dict', dictionary],
  ['builtins.list', (args) => sequence('list', args)],
  ['builtins.tuple', (args) => sequence('tuple', args)],
  ['builtins.set', (args) => sequence('set', args)],
  ['builtins.frozenset', (args) => sequence('set', args)],
  ['builtins.bytearray', bytes],
  ['builtins.bytes', bytes],
  ['builtins.complex', complex],
  ['builtins.slice', slice],
  ['builtins.range', range],
  ['builtins.xrange', range],
  ['builtins.int', number],
  ['builtins.float', number],
  ['builtins.bool', ([value = false]) => (typeof value === 'boolean' ? value : numberOf(value) !== 0)],
  ['builtins.str', ([value = '']) => (typeof value === 'string' ? value : undefined)],
]);

/** Ranges are written out, so a range of 2^60 must not be. */
const maxRange = 2 ** 16;

const noType: PickleArrayType = { kind: 'dtype', code: 'V0', littleEndian: true, size: 0, structured: false };

function emptyArray([, shape]: readonly PickleValue[]): PickleArray | undefined {
  const lengths = lengthsOf(shape);
  return lengths && { kind: 'array', type: noType, shape: lengths, fortran: false, content: new Uint8Array(0) };
}

/**
 * The state of an array: (version, shape, dtype, column-major, bytes or list). Undefined when it is not one, or when the
 * bytes do not fill the shape.
 */
export function filledArray(state: PickleValue): PickleArray | undefined {
  const parts = itemsOf(state) ?? [];
  const [shape, type, fortran, data] = parts.length === 5 ? parts.slice(1) : parts;
  return array(data, type, shape, fortran === true || fortran === 1);
}

function arrayFromBuffer([data, type, shape, order]: readonly PickleValue[]): PickleArray | undefined {
  return array(data, type, shape, order === 'F');
}

function array(
  data: PickleValue | undefined,
  type: PickleValue | undefined,
  shape: PickleValue | undefined,
  fortran: boolean,
): PickleArray | undefined {
  const lengths = lengthsOf(shape);
  if (!lengths || !isKind(type, 'dtype')) return undefined;
  const content = isKind(data, 'list') ? data.items : isKind(data, 'array') ? rawBytes(data) : bytesOf(data);
  const count = lengths.reduce((product, length) => product * length, 1);
  if (!content) return undefined;
  const held = content instanceof Uint8Array ? content.length : content.length * type.size;
  return held === count * type.size ? { kind: 'array', type, shape: lengths, fortran, content } : undefined;
}

function rawBytes(data: PickleArray): Uint8Array | undefined {
  return data.content instanceof Uint8Array ? data.content : undefined;
}

function lengthsOf(shape: PickleValue | undefined): number[] | undefined {
  const lengths = typeof shape === 'number' ? [shape] : (itemsOf(shape) ?? []).map((length) => numberOf(length) ?? -1);
  if (!itemsOf(shape) && typeof shape !== 'number') return undefined;
  return lengths.length <= 64 && lengths.every((length) => Number.isSafeInteger(length) && length >= 0)
    ? lengths
    : undefined;
}

function arrayScalar([type, data]: readonly PickleValue[]): PickleValue | undefined {
  if (!isKind(type, 'dtype')) return undefined;
  if (type.code.startsWith('O')) return data ?? null;
  const held = bytesOf(data);
  return held && decodeScalar(held, type);
}

/** numpy.dtype('f8', align, copy); byte order and size of texts follow in its state. */
function arrayType([spelling]: readonly PickleValue[]): PickleArrayType | undefined {
  if (isKind(spelling, 'dtype')) return spelling;
  if (isKind(spelling, 'global')) return typeOfName(spelling.name);
  return typeof spelling === 'string' ? typeOfName(spelling) : undefined;
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ['float', 'f8'],
  ['double', 'f8'],
  ['single', 'f4'],
  ['half', 'f2'],
  ['int', 'i8'],
  ['bool', 'b1'],
  ['bool_', 'b1'],
  ['?', 'b1'],
  ['object', 'O8'],
  ['object_', 'O8'],
  ['O', 'O8'],
  ['d', 'f8'],
  ['f', 'f4'],
  ['e', 'f2'],
  ['q', 'i8'],
  ['l', 'i8'],
  ['i', 'i4'],
  ['h', 'i2'],
  ['b', 'i1'],
  ['B', 'u1'],
]);

const wordTypes: ReadonlyMap<string, string> = new Map([
  ['float', 'f'],
  ['int', 'i'],
  ['uint', 'u'],
  ['complex', 'c'],
]);

function typeOfName(spelling: string): PickleArrayType | undefined {
  const order = /^[<>|=]/.exec(spelling)?.[0];
  const name = order ? spelling.slice(1) : spelling;
  const word = /^(float|uint|int|complex)(\d+)$/.exec(name);
  const code = word ? `${wordTypes.get(word[1]!)!}${Number(word[2]) / 8}` : (typeNames.get(name) ?? name);
  const parts = /^([a-zA-Z])(\d*)/.exec(code);
  if (!parts) return undefined;
  const perCharacter = parts[1] === 'U' ? 4 : 1;
  const size = Number(parts[2] ?? 0) * perCharacter;
  return { kind: 'dtype', code, littleEndian: order !== '>', size, structured: false };
}

/** The state of a dtype: (version, byte order, subtype, names, fields, size, …). */
export function completedType(type: PickleArrayType, state: PickleValue): PickleArrayType | undefined {
  const [, order, subtype, names, fields, size] = itemsOf(state) ?? [];
  if (typeof order !== 'string') return undefined;
  // Numbers have the size their code says; only texts and raw bytes are sized here.
  const bytes = /^[USV]/.test(type.code) ? (numberOf(size) ?? -1) : -1;
  return {
    ...type,
    littleEndian: order !== '>',
    structured: [subtype, names, fields].some((part) => part !== null && part !== undefined),
    size: bytes > 0 ? bytes : type.size,
  };
}

function encode([text, encoding]: readonly PickleValue[]): PickleValue | undefined {
  if (typeof text !== 'string') return undefined;
  const name = typeof encoding === 'string' ? encoding.toLowerCase().replace(/[-_]/g, '') : 'utf8';
  if (name === 'utf8') return { kind: 'bytes', bytes: new TextEncoder().encode(text) };
  const encoded = ['latin1', 'latin', 'iso88591', 'ascii', 'usascii'].includes(name) ? latinBytes(text) : undefined;
  return encoded && { kind: 'bytes', bytes: encoded };
}

/** copyreg._reconstructor(class, base, state): an instance of protocols 0 and 1. */
function reconstruct([type, , state]: readonly PickleValue[]): PickleValue | undefined {
  if (!isKind(type, 'global')) return undefined;
  const object = { kind: 'object', module: type.module, name: type.name, args: [], how: 'instance' } as const;
  if (isKind(state, 'dict')) return { ...object, entries: state.entries };
  return isKind(state, 'list') ? { ...object, items: state.items } : object;
}

function dictionary([pairs]: readonly PickleValue[]): PickleValue | undefined {
  if (pairs === undefined || pairs === null) return { kind: 'dict', entries: new Map() };
  if (isKind(pairs, 'dict')) return { kind: 'dict', entries: new Map(pairs.entries) };
  const entries = new Map<PickleValue, PickleValue>();
  for (const pair of itemsOf(pairs) ?? []) {
    const [key, value] = itemsOf(pair) ?? [];
    if (key === undefined || value === undefined) return undefined;
    entries.set(key, value);
  }
  return { kind: 'dict', entries };
}

function sequence(kind: 'list' | 'tuple' | 'set', [content]: readonly PickleValue[]): PickleValue | undefined {
  const items = content === undefined ? [] : isKind(content, 'dict') ? [...content.entries.keys()] : itemsOf(content);
  return items && { kind, items: [...items] };
}

function bytes([content, encoding]: readonly PickleValue[]): PickleValue | undefined {
  if (content === undefined) return { kind: 'bytes', bytes: new Uint8Array(0) };
  if (typeof encoding === 'string') return encode([content, encoding]);
  const items = itemsOf(content);
  const held = items ? Uint8Array.from(items, (item) => numberOf(item) ?? 0) : bytesOf(content);
  return held && { kind: 'bytes', bytes: held };
}

function complex([real, imaginary]: readonly PickleValue[]): PickleValue | undefined {
  const [x, y] = [numberOf(real), numberOf(imaginary ?? 0)];
  return x === undefined || y === undefined ? undefined : { kind: 'complex', real: x, imaginary: y };
}

function slice(args: readonly PickleValue[]): PickleValue | undefined {
  if (args.length === 0 || args.length > 3) return undefined;
  const [start, stop, step] = args.length === 1 ? [null, args[0]] : args;
  return { kind: 'slice', start: start ?? null, stop: stop ?? null, step: step ?? null };
}

function range(args: readonly PickleValue[]): PickleValue | undefined {
  const numbers = args.map((value) => numberOf(value));
  const [start, stop, step = 1] = args.length === 1 ? [0, numbers[0]] : numbers;
  if (start === undefined || stop === undefined || step === 0) return undefined;
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!(count <= maxRange)) return undefined;
  return { kind: 'list', items: Array.from({ length: count }, (_, i) => start + i * step) };
}

function number([value = 0]: readonly PickleValue[]): PickleValue | undefined {
  if (typeof value !== 'string') return numberOf(value);
  const spelled = /^[+-]?(inf|infinity)$/i.test(value) ? (value.startsWith('-') ? -Infinity : Infinity) : Number(value);
  return Number.isNaN(spelled) && !/^[+-]?nan$/i.test(value) ? undefined : spelled;
}
