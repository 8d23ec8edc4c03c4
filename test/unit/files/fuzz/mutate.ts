import { gunzipSync, gzipSync, unzipSync, unzlibSync, zipSync, zlibSync } from 'fflate';
import { maskedCrc32c } from '../../../../src/files/tensorflow/bundle/crc32c';
import { byteMutations, joined, type Mutation } from './byteMutations';
import { changeField } from './protobufMutation';
import type { Random } from './random';
import { changeJson, changeLiteral } from './textMutations';

/**
 * A file with one to three changes: anywhere in its bytes, in its values if it is JSON or protobuf, or, when it is
 * packed, mostly in what is packed, with lengths and checksums that are right again.
 */
export function mutate(name: string, bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array {
  const inside = random.chance(0.8) ? insideOf(name, bytes, random, donor) : undefined;
  if (inside) return inside;
  let changed = bytes;
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count--)
    changed = random.pick(mutationsFor(name, changed))(changed, random, donor);
  return changed;
}

function mutationsFor(name: string, bytes: Uint8Array): readonly Mutation[] {
  const general = [...byteMutations, changeLiteral, changeLiteral];
  const own = /\.(onnx|pb)$/.test(name) ? changeField : bytes[0] === 0x7b || bytes[0] === 0x5b ? changeJson : undefined;
  return own ? [...general, ...general.map(() => own)] : general;
}

/** The change made inside a packed file; undefined for a file that is not packed or whose package is broken. */
function insideOf(name: string, bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array | undefined {
  try {
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) return insideZip(bytes, random, donor);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b)
      return gzipSync(mutate(name, gunzipSync(bytes), random, donor), { mtime: 0, level: 1 });
    if (bytes[0] === 0x78) return zlibSync(mutate(name, unzlibSync(bytes), random, donor), { level: 1 });
    return name.endsWith('.index') ? insideBundle(bytes, random, donor) : undefined;
  } catch {
    return undefined;
  }
}

function insideZip(bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array | undefined {
  const entries = Object.entries(unzipSync(bytes, { filter: ({ originalSize }) => originalSize < 2 ** 20 }));
  const names = entries.map(([name]) => name).filter((name) => !name.endsWith('/'));
  if (names.length === 0) return undefined;
  const chosen = random.pick(names);
  const change = random.pick(['change', 'change', 'change', 'change', 'change', 'leave out', 'rename']);
  const kept = entries.flatMap(([name, content]): [string, Uint8Array][] => {
    if (name !== chosen) return [[name, content]];
    if (change === 'leave out') return [];
    if (change === 'rename') return [[`${name}${random.pick(['.old', '/x', '0'])}`, content]];
    return [[name, content.length === 0 ? donor.slice(0, 64) : mutate(name, content, random, donor)]];
  });
  return zipSync(Object.fromEntries(kept), { level: 0, mtime: '2020-01-01' });
}

/** A TensorFlow tensor bundle's index: its first block with a right checksum behind it. */
function insideBundle(bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array {
  const footer = bytes.subarray(-48);
  const metaindex =
    (footer[0]! & 127) +
    (footer[0]! > 127 ? (footer[1]! & 127) * 128 + (footer[1]! > 127 ? (footer[2]! & 127) * 2 ** 14 : 0) : 0);
  const block = bytes.subarray(0, metaindex - 5);
  const changed = mutate('block', block, random, donor).slice(0, block.length);
  const whole = joined(changed, block.subarray(changed.length));
  const type = bytes.subarray(metaindex - 5, metaindex - 4);
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(0, maskedCrc32c(whole, type), true);
  return joined(whole, type, checksum, bytes.subarray(metaindex));
}
