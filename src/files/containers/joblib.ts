import { maxPickleBytes } from '../limits';
import { refuse } from '../refuse';
import { compressionOf, decompress } from './compression';
import { pickleCursor, readPickleAt } from './pickle';
import type { PickleMachine, PickleOptions } from './pickleMachine';
import { filledArray } from './pickleConstructors';
import { attribute, isKind, numberOf, type PickleArray, type PickleObject, type PickleValue } from './pickleValues';

/** A pickle or joblib file as data. */
export interface PickledFile {
  readonly value: PickleValue;
  /** `joblib` when it is compressed or keeps its arrays as joblib does, beside the pickle's own instructions. */
  readonly format: 'joblib' | 'pickle';
  /** Bytes once unpacked. */
  readonly size: number;
}

/**
 * Reads what `joblib.dump` or `pickle.dump` wrote, compressed or not, into plain data; nothing in it is run. Throws a
 * `ProblemError` for a damaged, too large or dangerous file.
 */
export function readPickledFile(bytes: Uint8Array, options: PickleOptions): PickledFile {
  const unpacked = decompress(bytes, maxPickleBytes, options.file);
  let wrapped = unpacked.kind !== 'none';
  const cursor = pickleCursor(unpacked.bytes, options.file);
  const value = readPickleAt(cursor, {
    ...options,
    afterBuild: (object, machine) => {
      const array = readWrappedArray(object, machine);
      wrapped ||= array !== undefined;
      return array ?? options.afterBuild?.(object, machine);
    },
  });
  return { value, format: wrapped ? 'joblib' : 'pickle', size: unpacked.bytes.length };
}

/** Legacy PyTorch files begin with a pickle of the number 0x1950a86a20f9469cfc6c; what follows is not one value. */
const torchMagic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** Whether unpacked bytes begin as a pickle does: protocols 2 to 5 name themselves, 0 and 1 begin with a known phrase. */
export function looksLikePickle(head: Uint8Array): boolean {
  const [first, version = 0] = head;
  if (torchMagic.every((byte, i) => head[i] === byte)) return false;
  if (first === 0x80) return version >= 2 && version <= 5 && head.length > 3;
  const text = new TextDecoder('latin1').decode(head.subarray(0, 200));
  return /^(\(*c[A-Za-z_][\w.]*\r?\n[A-Za-z_][\w.]*\r?\n|\(i[A-Za-z_][\w.]*\r?\n|\([dl]p?\d|\([dl][q(a-zA-Z]|[\]}](q|p\d|\())/.test(
    text,
  );
}

/** Whether a file's own bytes begin as a compression that joblib writes, or as a pickle. */
export function mayBePickled(bytes: Uint8Array): boolean {
  return compressionOf(bytes) !== 'none' || looksLikePickle(bytes);
}

/**
 * joblib puts a NumpyArrayWrapper in the place of each array; the array's bytes follow its BUILD in the stream, behind
 * one byte of padding length and the padding (only when the wrapper has an alignment). Arrays of objects follow as a
 * pickle of their own.
 */
function readWrappedArray(object: PickleObject, machine: PickleMachine): PickleValue | undefined {
  if (!/(^|\.)joblib\.numpy_pickle(_compat)?$/.test(object.module)) return undefined;
  if (object.name === 'NDArrayWrapper' || object.name === 'ZNDArrayWrapper') refuseOldFiles(machine.options.file);
  if (object.name !== 'NumpyArrayWrapper') return undefined;
  const type = attribute(object, 'dtype');
  if (!isKind(type, 'dtype')) throw machine.damaged('an array of joblib has no element type');
  if (type.code.startsWith('O'))
    return readPickleAt(machine.cursor, { ...machine.options, depth: (machine.options.depth ?? 0) + 1 });
  if (numberOf(attribute(object, 'numpy_array_alignment_bytes')) !== undefined)
    machine.cursor.skip(machine.cursor.uint8());
  const array = rawArray(object, machine);
  if (!array) throw machine.damaged('the shape of an array of joblib is not a shape');
  return array;
}

function rawArray(object: PickleObject, machine: PickleMachine): PickleArray | undefined {
  const type = attribute(object, 'dtype');
  const shape = attribute(object, 'shape') ?? null;
  if (!isKind(type, 'dtype') || (!isKind(shape, 'tuple') && !isKind(shape, 'list'))) return undefined;
  const count = shape.items.reduce<number>((product, length) => product * (numberOf(length) ?? NaN), 1);
  if (!Number.isSafeInteger(count) || count < 0) return undefined;
  const fortran = attribute(object, 'order') === 'F';
  const bytes = machine.cursor.take(count * type.size);
  return filledArray({ kind: 'tuple', items: [1, shape, type, fortran, { kind: 'bytes', bytes }] });
}

function refuseOldFiles(file: string): never {
  refuse(file, {
    code: 'joblib-old',
    message: `${file} was saved by a joblib older than 0.10: its arrays lie in other files (${file}_01.npy, …).`,
    remedy: 'Load it with Python and save it again with joblib.dump of a current joblib.',
  });
}
