import { jsonTree, replaceNode, type JsonValue } from './jsonTree';
import type { Mutation } from './byteMutations';
import type { Random } from './random';

/** Stands for lists within lists, too many for a writer that calls itself for each. */
const deep = 'lists within lists';

const odd = ['-1', '0', '1e999', '4294967296', '9007199254740993', '0.5', 'NaN', 'null', '""', '[]', '{}', 'true'];

/** A number, word or text literal, mostly one in a readable part of the file, becomes another one; half of the time the file keeps its length. */
export const changeLiteral: Mutation = (bytes, random) => {
  const text = new TextDecoder('latin1').decode(bytes);
  const readable = [...text.matchAll(/[\x20-\x7e\n]{40,}/g)];
  const run = readable.length > 0 && random.chance(0.7) ? random.pick(readable) : undefined;
  const start = run ? run.index + random.below(run[0].length) : random.below(text.length);
  const near = text.slice(start, start + (run ? Math.min(2000, run.index + run[0].length - start) : 2000));
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
    () => random.pick<JsonValue>([-1, 0, 0.5, 2 ** 40, 1e308, Infinity, '', 'odd', null, true, [], {}, [[]], [-1, 0]]),
    () => deep,
  ])();
  const changed = replaceNode(tree.root, random.pick(tree.nodes).path, value);
  const depth = random.pick([40, 1000, 50_000]);
  const text = JSON.stringify(changed ?? null).replaceAll(`"${deep}"`, '['.repeat(depth) + ']'.repeat(depth));
  return new TextEncoder().encode(text);
};

function literal(random: Random): string {
  return random.chance(0.1) ? '['.repeat(5000) : random.pick(odd);
}
