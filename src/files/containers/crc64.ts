/** Low and high halves of the table's entries, polynomial 0xC96C5795D7870F42 (ECMA-182, reflected). */
const tableLow = new Uint32Array(256);
const tableHigh = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (!odd) continue;
    low ^= 0xd7870f42;
    high ^= 0xc96c5795;
  }
  tableLow[byte] = low;
  tableHigh[byte] = high;
}

/** The checksum of xz, as [low, high] 32-bit halves. */
export function crc64(bytes: Uint8Array): readonly [number, number] {
  let low = 0xffffffff;
  let high = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 255;
    low = ((low >>> 8) | (high << 24)) ^ tableLow[index]!;
    high = (high >>> 8) ^ tableHigh[index]!;
  }
  return [~low >>> 0, ~high >>> 0];
}
