import { exactSlopes } from '../exactSlopes';
import type { Units } from '../service';
import type { SessionState } from '../sessionState';

/**
 * Slopes of all usable rows as a numpy array of float64 [row][output][input], NaN where an input is switched: format 1.0
 * of `numpy.lib.format`, little endian, in C order.
 */
export async function* slopesNpy(
  session: SessionState,
  outputs: readonly number[],
  units: Units,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const { binding } = session.connected();
  const perRow = outputs.length * binding.inputs.length;
  yield npyHead([binding.rows.length, outputs.length, binding.inputs.length]);
  for await (const rows of exactSlopes(session, outputs, units)) {
    const piece = new DataView(new ArrayBuffer(8 * perRow * rows.length));
    rows.forEach(({ slopes }, row) => {
      slopes.forEach((slope, place) => piece.setFloat64(8 * (row * perRow + place), slope, true));
    });
    yield new Uint8Array(piece.buffer);
  }
}

/** Magic, version and the description of the array; the numbers that follow begin at a multiple of 64 bytes. */
function npyHead(shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const described = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const before = 10; // magic, version and the length itself
  const padded = Math.ceil((before + described.length + 1) / 64) * 64 - before;
  const text = `${described.padEnd(padded - 1)}\n`;
  const magic = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length & 0xff, text.length >> 8];
  return Uint8Array.from([...magic, ...new TextEncoder().encode(text)]);
}
