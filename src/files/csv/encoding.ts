import type { Dialect } from '../../table/table';
import { behind, inMemory, piecesOf, type FileBytes } from '../fileBytes';

/** How the bytes of a text file spell its characters. */
export type Encoding = Exclude<Dialect['encoding'], 'none'>;

/** A text file's bytes, ASCII-compatible (UTF-8 or Windows-1252), without byte order mark. */
export interface TextBytes {
  readonly encoding: Encoding;
  readonly text: FileBytes;
}

/** How many bytes at the start of a file are looked at to find out how it is written. */
const sampleBytes = 4096;

/**
 * Finds the encoding by the byte order mark or, for UTF-16 without one, by its zero bytes, and turns UTF-16 into UTF-8.
 * A file that is not UTF-8 further on is found while its cells are read (`CellDecoder.failed`).
 *
 * @param given the encoding the user names; a byte order mark is no part of the text under any
 * @returns undefined when the file is not a text: it holds zero bytes.
 */
export function textBytes(file: FileBytes, given?: Encoding): TextBytes | undefined {
  if (given === 'UTF-16 LE' || given === 'UTF-16 BE') return { encoding: given, text: fromUtf16(file, given) };
  const found = markedBytes(file);
  if (given === undefined || found?.encoding === 'UTF-8 with BOM') return found;
  return { encoding: given, text: file };
}

function markedBytes(file: FileBytes): TextBytes | undefined {
  const first = file.read(0, sampleBytes);
  if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) {
    return { encoding: 'UTF-8 with BOM', text: behind(file, 3) };
  }
  const marked = first[0] === 0xff && first[1] === 0xfe ? 'UTF-16 LE' : undefined;
  const wide = marked ?? (first[0] === 0xfe && first[1] === 0xff ? 'UTF-16 BE' : unmarkedUtf16(first));
  if (wide) return { encoding: wide, text: fromUtf16(file, wide) };
  return first.includes(0) ? undefined : { encoding: 'UTF-8', text: file };
}

/** UTF-16 without a mark: almost every second byte of a table in it is zero, and always the same second byte. */
function unmarkedUtf16(sample: Uint8Array): 'UTF-16 LE' | 'UTF-16 BE' | undefined {
  if (sample.length < 4) return undefined;
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const half = sample.length / 2;
  if (zeros[0] === 0 && zeros[1]! > 0.7 * half) return 'UTF-16 LE';
  return zeros[1] === 0 && zeros[0]! > 0.7 * half ? 'UTF-16 BE' : undefined;
}

/** Turned into UTF-8 in memory, which takes half the file's size for a table of numbers. */
function fromUtf16(file: FileBytes, encoding: 'UTF-16 LE' | 'UTF-16 BE'): FileBytes {
  const decoder = new TextDecoder(encoding === 'UTF-16 LE' ? 'utf-16le' : 'utf-16be');
  const encoder = new TextEncoder();
  const texts = Array.from(piecesOf(file), (piece) => encoder.encode(decoder.decode(piece, { stream: true })));
  return inMemory(...texts, encoder.encode(decoder.decode()));
}

/** Turns the bytes of one cell into text. */
export interface CellDecoder {
  readonly encoding: Encoding;
  decode(bytes: Uint8Array): string;
  /** A cell was not UTF-8: the whole file must be read again as Windows-1252. */
  readonly failed: boolean;
}

/** The decoder of an encoding; of UTF-16 the text has been turned into UTF-8. */
export function decoderFor(encoding: Encoding): CellDecoder {
  return encoding === 'Windows-1252' ? windows1252Decoder() : utf8Decoder(encoding);
}

/** A decoder for UTF-8 that notices bytes that are not UTF-8. */
function utf8Decoder(encoding: Encoding): CellDecoder {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder('utf-8');
  let failed = false;
  return {
    encoding,
    decode(bytes) {
      try {
        return strict.decode(bytes);
      } catch {
        failed = true;
        return lenient.decode(bytes);
      }
    },
    get failed() {
      return failed;
    },
  };
}

/** What Windows-1252 has at 0x80 to 0x9f; five places are empty and stay as they are. */
const windowsCharacters = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** A decoder for files of older Windows programs; every byte means something. */
function windows1252Decoder(): CellDecoder {
  const decoder = new TextDecoder('windows-1252');
  // Some versions of Node take the encoding for Latin-1, which has control characters in these places.
  const decode = (bytes: Uint8Array): string =>
    decoder.decode(bytes).replace(/[\x80-\x9f]/g, (control) => windowsCharacters[control.charCodeAt(0) - 0x80]!);
  return { encoding: 'Windows-1252', decode, failed: false };
}
