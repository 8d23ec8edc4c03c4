/** Writes .npy and .npz files for tests. */
import { zipSync } from 'fflate';

/** A matrix, vector or number with its shape; row-major. */
export interface TestArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A .npy file with any header text and content; versions 2 and 3 have a longer length. */
export function npy(header: string, content: Uint8Array, major = 1): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  const head = new Uint8Array((major === 1 ? 10 : 12) + text.length);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, major, 0]);
  const view = new DataView(head.buffer);
  if (major === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  head.set(text, head.length - text.length);
  const whole = new Uint8Array(head.length + content.length);
  whole.set(head);
  whole.set(content, head.length);
  return whole;
}

/** The header of numpy for a type and shape. */
export function npyHeader(type: string, shape: readonly number[], fortran = false): string {
  const lengths = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  return `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${lengths}), }`;
}

/** A float64 array. */
export function npyOf({ shape, values }: TestArray): Uint8Array {
  return npy(npyHeader('<f8', shape), new Uint8Array(Float64Array.from(values).buffer));
}

/** A list of texts as numpy stores it. */
export function npyTexts(texts: readonly string[]): Uint8Array {
  const width = Math.max(1, ...texts.map((text) => Array.from(text).length));
  const content = new Uint8Array(texts.length * width * 4);
  const view = new DataView(content.buffer);
  texts.forEach((text, at) =>
    Array.from(text).forEach((letter, k) => view.setUint32((at * width + k) * 4, letter.codePointAt(0)!, true)),
  );
  return npy(npyHeader(`<U${width}`, [texts.length]), content);
}

/** A .npz archive of arrays, texts and ready .npy files, in the order given. */
export function npz(entries: Readonly<Record<string, TestArray | readonly string[] | Uint8Array>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [
        `${name}.npy`,
        entry instanceof Uint8Array ? entry : isArray(entry) ? npyOf(entry) : npyTexts(entry),
      ]),
    ),
  );
}

function isArray(entry: TestArray | readonly string[]): entry is TestArray {
  return 'shape' in entry;
}

/** A matrix of small numbers that differ from each other. */
export function matrix(rows: number, columns: number, seed = 1): TestArray {
  const values = Array.from({ length: rows * columns }, (_, at) => Math.sin(seed * 12.9898 + at * 78.233) * 0.8);
  return { shape: [rows, columns], values };
}

/** A vector of small numbers. */
export function vector(length: number, seed = 1): TestArray {
  return { shape: [length], values: matrix(1, length, seed + 0.5).values };
}

/** The same numbers with rows and columns exchanged. */
export function transposed({ shape, values }: TestArray): TestArray {
  const [rows = 1, columns = 1] = shape;
  const turned = Array.from(
    { length: values.length },
    (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!,
  );
  return { shape: [columns, rows], values: turned };
}
