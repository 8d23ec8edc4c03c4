import { exactSlopes } from '../exactSlopes';
import type { Units } from '../service';
import type { SessionState } from '../sessionState';

/** Rows that are written at once: long enough that few pieces are waited for. */
const rowsAtOnce = 1000;

/**
 * Slopes of all usable rows as a numpy array of float64 [row][output][input], NaN where an input is switched: format 1.0
 * of `numpy.lib.format`, little endian, in C order.
 */
export function* slopesNpy(
  session: SessionState,
  outputs: readonly number[],
  units: Units,
): Iterable<Uint8Array<ArrayBuffer>> {
  const { binding } = session.connected();
  const perRow = outputs.length * binding.inputs.length;
  yield npyHead([binding.rows.length, outputs.length, binding.inputs.length]);
  const piece = new DataView(new ArrayBuffer(8 * perRow * rowsAtOnce));
  let at = 0;
  for (const { slopes } of exactSlopes(session, outputs, units)) {
    for (const slope of slopes) {
      piece.setFloat64(at, slope, true);
      at += 8;
    }
    if (at < piece.byteLength) continue;
    yield new Uint8Array(piece.buffer.slice(0));
    at = 0;
  }
  yield new Uint8Array(piece.buffer.slice(0, at));
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
