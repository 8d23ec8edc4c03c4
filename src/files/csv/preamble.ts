/** Lines that begin with `#` above a table. */
export interface Preamble {
  /** Bytes up to the first line that does not begin so. */
  readonly bytes: number;
  readonly lines: number;
  /** Where the last of these lines begins behind its `#`, and how many lines stand before it. */
  readonly last?: { readonly start: number; readonly lines: number };
}

const hash = 35;
const lineFeed = 10;
const carriageReturn = 13;

/** The comment lines that numpy and measuring programs write above a table; blank lines between them belong to them. */
export function preambleOf(bytes: Uint8Array): Preamble {
  let preamble: Preamble = { bytes: 0, lines: 0 };
  let at = 0;
  let lines = 0;
  while (at < bytes.length) {
    const end = lineEnd(bytes, at);
    if (bytes[at] === hash) {
      preamble = { bytes: end, lines: lines + 1, last: { start: at + 1, lines } };
    } else if (bytes[at] !== lineFeed && bytes[at] !== carriageReturn) break;
    at = end;
    lines++;
  }
  return preamble;
}

/** The position behind the line's break. */
function lineEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at++;
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? at + 2 : at + 1;
}
