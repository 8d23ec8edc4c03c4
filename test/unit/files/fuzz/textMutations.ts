import { jsonTree, replaceNode, type JsonValue } from './jsonTree';
import type { Mutation } from './byteMutations';
import type { Random } from './random';

const odd = ['-1', '0', '1e999', '4294967296', '9007199254740993', '0.5', 'NaN', 'null', '""', '[]', '{}', 'true'];

/** A number, word or text literal becomes another one; half of the time the file keeps its length. */
export const changeLiteral: Mutation = (bytes, random) => {
  const text = new TextDecoder('latin1').decode(bytes);
  const start = random.below(text.length);
  const near = text.slice(start, start + 2000);
  const literals = [...near.matchAll(/-?\d[\d.eE+-]*|"[^"]{0,80}"|\w{2,}/g)];
  if (literals.length === 0) return bytes.slice(0, start);
  const found = random.pick(literals);
  const at = start + found.index;
  const instead = random.chance(0.3) ? random.pick(literals)[0] : literal(random);
  const width = found[0].length;
  const fitted = random.chance(0.5) ? instead.slice(0, width).padEnd(width) : instead;
  const changed = text.slice(0, at) + fitted + text.slice(at + width);
  return Uint8Array.from(changed, (character) => character.charCodeAt(0));
};

/** A value somewhere in a JSON text becomes another one, is left out, or takes the place of another. */
export const changeJson: Mutation = (bytes, random) => {
  const tree = jsonTree(bytes);
  if (!tree) return bytes.slice(0, random.below(bytes.length));
  const donor = random.pick(tree.nodes);
  const value = random.pick<() => JsonValue | undefined>([
    () => undefined,
    () => donor.value,
    () => random.pick<JsonValue>([-1, 0, 0.5, 2 ** 40, 1e308, 1e999, '', 'odd', null, true, [], {}, [[]], [-1, 0]]),
    () => nested(random.pick([40, 1000])),
  ])();
  const changed = replaceNode(tree.root, random.pick(tree.nodes).path, value);
  return new TextEncoder().encode(JSON.stringify(changed ?? null));
};

function literal(random: Random): string {
  return random.chance(0.1) ? '['.repeat(5000) : random.pick(odd);
}

function nested(depth: number): JsonValue {
  let value: JsonValue = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}
