/** Writes pickles for tests, instruction by instruction or from values. */

/** An instruction or its operand. */
export type PicklePart = string | number | Uint8Array;

/** Instructions and their operands: texts are taken byte by byte, numbers are single bytes. */
export function pickle(...parts: readonly PicklePart[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string'
        ? Array.from(part, (letter) => letter.charCodeAt(0))
        : typeof part === 'number'
          ? [part]
          : [...part],
    ),
  );
}

/** A value as Python would write it: null, truth values, numbers, texts, bytes, lists, and maps as dictionaries. */
export type Plain = null | boolean | number | string | Uint8Array | readonly Plain[] | Map<string, Plain>;

/** Instructions that put a value on the stack (protocol 4). */
export function valueOf(value: Plain): Uint8Array {
  if (value === null) return pickle('N');
  if (typeof value === 'boolean') return pickle(value ? 0x88 : 0x89);
  if (typeof value === 'number') return numberOf(value);
  if (typeof value === 'string') return textOf(value);
  if (value instanceof Uint8Array) return pickle('B', uint32(value.length), value);
  if (value instanceof Map)
    return pickle('}', '(', ...[...value].flatMap(([key, entry]) => [textOf(key), valueOf(entry)]), 'u');
  return pickle(']', '(', ...value.map(valueOf), 'e');
}

/** A whole pickle of one value. */
export function pickleOf(value: Plain): Uint8Array {
  return pickle(0x80, 4, valueOf(value), '.');
}

/** The name of a class or function. */
export function globalOf(module: string, name: string): Uint8Array {
  return pickle('c', module, '\n', name, '\n');
}

/** An instance with the given attributes. */
export function instanceOf(module: string, name: string, attributes: Uint8Array): Uint8Array {
  return pickle(globalOf(module, name), ')', 0x81, attributes, 'b');
}

/** A dictionary whose values are instructions. */
export function dictOf(entries: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return pickle('}', '(', ...Object.entries(entries).flatMap(([key, value]) => [textOf(key), value]), 'u');
}

/** A list whose items are instructions. */
export function listOf(...items: readonly Uint8Array[]): Uint8Array {
  return pickle(']', '(', ...items, 'e');
}

/** A numpy array of float64 as protocol 5 writes it. */
export function arrayOf(values: readonly number[], shape: readonly number[] = [values.length]): Uint8Array {
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  return pickle(
    globalOf('numpy._core.numeric', '_frombuffer'),
    '(',
    pickle(0x96, uint32(bytes.length), uint32(0), bytes),
    pickle(globalOf('numpy', 'dtype'), textOf('f8'), 0x89, 0x88, 0x87, 'R'),
    pickle('(', 'K', 3, textOf('<'), 'N', 'N', 'N', numberOf(-1), numberOf(-1), 'K', 0, 't', 'b'),
    pickle('(', ...shape.map(numberOf), 't'),
    textOf('C'),
    't',
    'R',
  );
}

function numberOf(value: number): Uint8Array {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31 && !Object.is(value, -0)) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, value, true);
    return pickle('J', bytes);
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, false);
  return pickle('G', bytes);
}

function textOf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return pickle('X', uint32(bytes.length), bytes);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
