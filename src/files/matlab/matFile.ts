import { elements } from '../../network/tensor';
import type { Stored } from '../bareWeights/storedTree';
import type { ProblemError } from '../../problem';
import { maxArrayAxes, maxNesting, maxWeightBytes } from '../limits';
import { refusal } from '../refuse';
import { arrayNumbers } from '../containers/arrayNumbers';
import { ByteCursor } from '../containers/byteCursor';
import { decompress } from '../containers/compression';

/** What a MAT file holds: its variables, and the classes of the objects among them, which are not looked into. */
export interface MatContent {
  readonly variables: Stored;
  readonly classes: readonly string[];
}

const headerBytes = 128;

/** Whether the bytes are a MAT file of version 5 (MATLAB 5 to 7): its header ends in the version and the byte order. */
export function isMat5(bytes: Uint8Array): boolean {
  const end = String.fromCharCode(...bytes.subarray(124, headerBytes));
  return end === '\0\u0001IM' || end === '\u0001\0MI';
}

/** Reads a MAT file of version 5 (MathWorks, "MAT-File Format"): numbers, texts, cells and structures as plain data. */
export function readMat5(bytes: Uint8Array, file: string): MatContent {
  const reader = new MatReader(file, bytes[126] === 0x49);
  const entries: [string, Stored][] = [];
  for (const element of reader.elements(bytes.subarray(headerBytes))) {
    const variable = element.type === compressedType ? reader.unpacked(element.content) : element;
    const read = variable?.type === matrixType ? reader.matrix(variable.content, 0) : undefined;
    if (read?.value) entries.push([read.name, read.value]);
  }
  return { variables: { kind: 'group', entries }, classes: reader.classes };
}

interface MatElement {
  readonly type: number;
  readonly content: Uint8Array;
}

const matrixType = 14;
const compressedType = 15;

/** Codes of number types as numpy spells them, by the type's number. */
const numberCodes: ReadonlyMap<number, readonly [code: string, size: number]> = new Map([
  [1, ['i1', 1]],
  [2, ['u1', 1]],
  [3, ['i2', 2]],
  [4, ['u2', 2]],
  [5, ['i4', 4]],
  [6, ['u4', 4]],
  [7, ['f4', 4]],
  [9, ['f8', 8]],
  [12, ['i8', 8]],
  [13, ['u8', 8]],
]);

/** Names and settings are shorter. */
const longestText = 4096;

/** Numbers of the classes of arrays. */
const classes = { cell: 1, structure: 2, object: 3, text: 4, sparse: 5, firstNumbers: 6, lastNumbers: 15 } as const;

class MatReader {
  readonly classes: string[] = [];
  private readonly file: string;
  private readonly littleEndian: boolean;

  constructor(file: string, littleEndian: boolean) {
    this.file = file;
    this.littleEndian = littleEndian;
  }

  /** Elements one after the other, each with its type; small ones keep their bytes in the tag. */
  elements(bytes: Uint8Array): MatElement[] {
    const found: MatElement[] = [];
    const cursor = new ByteCursor(bytes, () => this.damaged('it ends early'));
    while (cursor.left >= 8) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - cursor.left, 8);
      const word = view.getUint32(0, this.littleEndian);
      if (word >>> 16 !== 0) {
        const small = cursor.take(8);
        found.push({ type: word & 0xffff, content: small.subarray(4, 4 + Math.min(4, word >>> 16)) });
        continue;
      }
      const length = view.getUint32(4, this.littleEndian);
      cursor.skip(8);
      found.push({ type: word, content: cursor.take(length) });
      if (word !== compressedType) cursor.skip(Math.min((8 - (length % 8)) % 8, cursor.left));
    }
    return found;
  }

  /** The one element inside a compressed one. */
  unpacked(content: Uint8Array): MatElement | undefined {
    return this.elements(decompress(content, maxWeightBytes, this.file).bytes)[0];
  }

  /** An array: flags, axes, name, and what its class wants. The value is undefined for what holds no data. */
  matrix(content: Uint8Array, depth: number): { readonly name: string; readonly value: Stored | undefined } {
    const parts = this.elements(content);
    const [flags, axes, name, ...rest] = parts;
    if (!flags || !axes || !name || depth > maxNesting) return { name: '', value: undefined };
    const kind = this.integers(flags)[0]! & 0xff;
    const shape = this.integers(axes);
    if (shape.length > maxArrayAxes || shape.some((length) => length < 0)) throw this.damaged('an array has no shape');
    return { name: new TextDecoder().decode(name.content), value: this.value(kind, shape, rest, depth) };
  }

  private value(
    kind: number,
    shape: readonly number[],
    rest: readonly MatElement[],
    depth: number,
  ): Stored | undefined {
    const inner = (element: MatElement | undefined): Stored | undefined =>
      element && this.matrix(element.content, depth + 1).value;
    if (kind === classes.cell) return group(rest.map((element, i) => [String(i), inner(element)]));
    if (kind === classes.structure) return this.structure(rest, inner);
    if (kind === classes.text) {
      const letters = rest[0] && this.numbers(rest[0], [elements(shape)]);
      return { kind: 'texts', values: [String.fromCharCode(...(letters ?? []).slice(0, longestText))] };
    }
    if (kind >= classes.firstNumbers && kind <= classes.lastNumbers) {
      const values = rest[0] && this.numbers(rest[0], shape);
      return values && { kind: 'numbers', shape, values };
    }
    if (kind === classes.object || kind > classes.lastNumbers)
      this.classes.push(rest[0] ? new TextDecoder().decode(rest[0].content).replace(/\0.*$/s, '') : '');
    return undefined;
  }

  /** Length of the field names, the names, and an array per field; several structures follow one another. */
  private structure(
    [lengths, names, ...fields]: readonly MatElement[],
    inner: (element: MatElement | undefined) => Stored | undefined,
  ): Stored | undefined {
    const length = lengths ? (this.integers(lengths)[0] ?? 0) : 0;
    if (!names || length <= 0) return undefined;
    const words = Array.from({ length: Math.floor(names.content.length / length) }, (_, i) =>
      new TextDecoder().decode(names.content.subarray(i * length, (i + 1) * length)).replace(/\0.*$/s, ''),
    );
    if (words.length === 0) return undefined;
    const one = (from: number): Stored => group(words.map((word, i) => [word, inner(fields[from + i])]));
    const count = Math.floor(fields.length / words.length);
    if (count === 1) return one(0);
    return group(Array.from({ length: count }, (_, i) => [String(i), one(i * words.length)]));
  }

  /** MATLAB writes columns one after the other, and whole numbers in the smallest type that takes them. */
  private numbers({ type, content }: MatElement, shape: readonly number[]): Float64Array | undefined {
    const [code, size] = numberCodes.get(type) ?? (type === 16 ? ['u1', 1] : type === 17 ? ['u2', 2] : []);
    if (code === undefined || size === undefined) return undefined;
    if (elements(shape) * size !== content.length) throw this.damaged('an array does not fill its shape');
    const dtype = { kind: 'dtype', code, littleEndian: this.littleEndian, size, structured: false } as const;
    return arrayNumbers({ kind: 'array', type: dtype, shape, fortran: true, content });
  }

  private integers(element: MatElement): number[] {
    const view = new DataView(element.content.buffer, element.content.byteOffset, element.content.byteLength);
    return Array.from({ length: Math.floor(view.byteLength / 4) }, (_, i) => view.getInt32(4 * i, this.littleEndian));
  }

  private damaged(what: string): ProblemError {
    return refusal(this.file, {
      code: 'mat-damaged',
      message: `${this.file} is not a whole MAT file: ${what}.`,
      remedy: 'Save the variables again, or copy the whole file again.',
    });
  }
}

function group(entries: readonly (readonly [string, Stored | undefined])[]): Stored {
  return { kind: 'group', entries: entries.flatMap(([key, value]) => (value ? [[key, value] as const] : [])) };
}
