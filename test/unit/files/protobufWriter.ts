/** A writer for protobuf, for tests: fields are written in the order they are given. */

/** One field's number and its encoded content. */
export type Field = Uint8Array;

export function varintField(number: number, value: number | bigint): Field {
  return join([varint(number * 8), varint(value)]);
}

export function bytesField(number: number, content: Uint8Array): Field {
  return join([varint(number * 8 + 2), varint(content.length), content]);
}

export function textField(number: number, text: string): Field {
  return bytesField(number, new TextEncoder().encode(text));
}

export function messageField(number: number, fields: readonly Field[]): Field {
  return bytesField(number, join(fields));
}

export function floatField(number: number, value: number): Field {
  return join([varint(number * 8 + 5), floats([value])]);
}

export function doubleField(number: number, value: number): Field {
  return join([varint(number * 8 + 1), doubles([value])]);
}

export function packedVarints(number: number, values: readonly (number | bigint)[]): Field {
  return bytesField(number, join(values.map(varint)));
}

/** Little-endian float32. */
export function floats(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** Little-endian float64. */
export function doubles(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

/** A 64-bit number in groups of seven bits, lowest first. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
