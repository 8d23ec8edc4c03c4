import type { Random } from './random';

/** Changes a file without knowing its format. `donor` is another file of its kind. */
export type Mutation = (bytes: Uint8Array, random: Random, donor: Uint8Array) => Uint8Array;

/** The changes that fit any file. */
export const byteMutations: readonly Mutation[] = [
  flipBits,
  setBytes,
  truncate,
  splice,
  swapPieces,
  removePiece,
  repeatPiece,
  setExtreme,
  setExtreme,
];

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  for (let count = 1 + random.below(8); count > 0; count--)
    changed[random.below(changed.length)]! ^= 1 << random.below(8);
  return changed;
}

function setBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  for (let count = 1 + random.below(4); count > 0; count--)
    changed[random.below(changed.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
  return changed;
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, random.below(bytes.length));
}

function splice(bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array {
  const piece = pieceOf(random.chance(0.5) ? donor : bytes, random);
  const at = random.below(bytes.length);
  const rest = random.chance(0.5) ? at : at + piece.length;
  return joined(bytes.subarray(0, at), piece, bytes.subarray(rest));
}

function swapPieces(bytes: Uint8Array, random: Random): Uint8Array {
  const [a, b, c, d] = Array.from({ length: 4 }, () => random.below(bytes.length)).sort((x, y) => x - y);
  return joined(
    bytes.subarray(0, a),
    bytes.subarray(c, d),
    bytes.subarray(b, c),
    bytes.subarray(a, b),
    bytes.subarray(d),
  );
}

function removePiece(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(random.pick([1, 8, 256]))));
}

function repeatPiece(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  const piece = bytes.subarray(at, at + 1 + random.below(random.pick([4, 64, 1024])));
  const most = random.pick([2, 50, 20_000 / piece.length]);
  const copies = Array.from({ length: 1 + random.below(most) }, () => piece);
  return joined(bytes.subarray(0, at), ...copies, bytes.subarray(at));
}

const extremes = [0n, 1n, -1n, 0x7fn, 0xffn, 0x7fffn, 0x7fffffffn, 0x80000000n, 1n << 40n, (1n << 63n) - 1n, 1n << 63n];

/** A length, count, offset or number somewhere in the file becomes an extreme one, of 1 to 8 bytes in either order. */
function setExtreme(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const width = Math.min(random.pick([1, 2, 4, 8]), changed.length);
  const at = random.below(changed.length - width + 1);
  const start = random.chance(0.5) ? at - (at % width) : at;
  const view = new DataView(new ArrayBuffer(8));
  const little = random.chance(0.7);
  view.setBigUint64(0, BigInt.asUintN(64, random.pick(extremes)), little);
  const value = new Uint8Array(view.buffer);
  changed.set(little ? value.subarray(0, width) : value.subarray(8 - width), start);
  return changed;
}

function pieceOf(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  return bytes.subarray(at, at + 1 + random.below(random.pick([8, 256, bytes.length])));
}

/** Byte arrays one after the other. */
export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
