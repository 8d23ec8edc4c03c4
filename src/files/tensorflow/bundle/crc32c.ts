/** The polynomial of CRC-32C (Castagnoli), bit-reversed. */
const polynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
  return rest;
});

/**
 * CRC-32C of bytes in the masked form LevelDB and TensorFlow store: rotated right by 15 bits, plus a constant, so that
 * checksums of data that hold checksums stay apart.
 */
export function maskedCrc32c(...parts: readonly Uint8Array[]): number {
  let rest = 0xffffffff;
  for (const part of parts) for (const byte of part) rest = table[(rest ^ byte) & 255]! ^ (rest >>> 8);
  const sum = (rest ^ 0xffffffff) >>> 0;
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}
