import { joined, type Mutation } from './byteMutations';
import type { Random } from './random';

/** One field of a protobuf message: its key, and its content without the length in front. */
interface Field {
  readonly key: number;
  readonly content: Uint8Array;
}

const varint = 0;
const lengthDelimited = 2;

/**
 * A field somewhere in a protobuf message is left out, stands twice, holds an extreme number or another field's
 * content; the lengths around it fit again, so that the change reaches what reads the message.
 */
export const changeField: Mutation = (bytes, random) => {
  const fields = fieldsOf(bytes);
  if (!fields) return bytes.slice(0, random.below(bytes.length));
  return changed(fields, random, 0);
};

function changed(fields: readonly Field[], random: Random, depth: number): Uint8Array {
  const at = random.below(fields.length);
  const field = fields[at]!;
  const below = field.key % 8 === lengthDelimited && depth < 20 ? fieldsOf(field.content) : undefined;
  if (below && random.chance(0.85))
    return written(replaced(fields, at, [{ ...field, content: changed(below, random, depth + 1) }]));
  const other = random.pick(fields);
  const instead = random.pick<readonly Field[]>([
    [],
    [field, field],
    [field, other],
    [{ ...field, content: other.key % 8 === field.key % 8 ? other.content : extreme(field, random) }],
    [{ ...field, content: extreme(field, random) }],
    [{ ...field, content: extreme(field, random) }],
  ]);
  return written(replaced(fields, at, instead));
}

function replaced(fields: readonly Field[], at: number, instead: readonly Field[]): Field[] {
  return [...fields.slice(0, at), ...instead, ...fields.slice(at + 1)];
}

function extreme({ key, content }: Field, random: Random): Uint8Array {
  if (key % 8 === varint) return encoded(random.pick([0n, 1n, 2n, 7n, 1000n, 1n << 31n, 1n << 40n, (1n << 64n) - 1n]));
  if (key % 8 === lengthDelimited && random.chance(0.3)) return content.subarray(0, random.below(content.length));
  return content.map((byte) => (random.chance(1 / content.length) ? random.below(256) : byte));
}

/** The fields of a message; undefined for bytes that are none. */
function fieldsOf(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const key = numberAt(bytes, at);
    if (!key || key.value < 8) return undefined;
    const content = contentAt(bytes, key.end, key.value % 8);
    if (!content || content.end > bytes.length) return undefined;
    fields.push({ key: key.value, content: bytes.subarray(content.start, content.end) });
    at = content.end;
  }
  return fields.length > 0 ? fields : undefined;
}

function contentAt(
  bytes: Uint8Array,
  at: number,
  type: number,
): { readonly start: number; readonly end: number } | undefined {
  if (type === 1) return { start: at, end: at + 8 };
  if (type === 5) return { start: at, end: at + 4 };
  const number = type === varint || type === lengthDelimited ? numberAt(bytes, at) : undefined;
  if (!number) return undefined;
  return type === varint ? { start: at, end: number.end } : { start: number.end, end: number.end + number.value };
}

function numberAt(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let place = 0; place < 10; place++) {
    const byte = bytes[at + place];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 2 ** (7 * place);
    if (byte < 128) return { value, end: at + place + 1 };
  }
  return undefined;
}

function written(fields: readonly Field[]): Uint8Array {
  const pieces = fields.flatMap(({ key, content }) =>
    key % 8 === lengthDelimited
      ? [encoded(BigInt(key)), encoded(BigInt(content.length)), content]
      : [encoded(BigInt(key)), content],
  );
  return joined(...pieces);
}

function encoded(number: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = number;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
