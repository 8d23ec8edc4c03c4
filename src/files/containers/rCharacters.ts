import type { RStream } from './rStream';

const latin1Flag = 1 << 2;
const utf8Flag = 1 << 3;
const bytesFlag = 1 << 1;

/** Decodes the texts of an R file: each says whether it is UTF-8 or Latin-1, else the encoding of the file counts. */
export class CharacterReader {
  private readonly native: TextDecoder | undefined;
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private readonly latin1 = new TextDecoder('windows-1252');

  /** `encoding`: the native encoding a version 3 file names. */
  constructor(encoding: string | undefined) {
    this.native = encoding === undefined ? undefined : decoderNamed(encoding);
  }

  /** The text after its flags; null is NA. */
  read(flags: number, stream: RStream): string | null {
    const length = stream.integer();
    if (length === -1) return null;
    const bytes = stream.text(length);
    const levels = flags >>> 12;
    const ascii = asciiText(bytes);
    if (ascii !== undefined) return ascii;
    if (levels & (latin1Flag | bytesFlag)) return this.latin1.decode(bytes);
    return levels & utf8Flag || !this.native ? this.plain(bytes) : this.native.decode(bytes);
  }

  /** UTF-8 if it is that, else Windows-1252, in which every byte is a letter. */
  plain(bytes: Uint8Array): string {
    try {
      return this.utf8.decode(bytes);
    } catch {
      return this.latin1.decode(bytes);
    }
  }
}

/** Most texts are short and plain; a decoder call for each would take most of the reading's time. */
function asciiText(bytes: Uint8Array): string | undefined {
  if (bytes.length > 200) return undefined;
  let text = '';
  for (const byte of bytes) {
    if (byte > 127) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** R names encodings as the system does: `UTF-8`, `CP1252`, `ISO8859-1`, `latin1`. */
function decoderNamed(encoding: string): TextDecoder | undefined {
  const label = encoding.replace(/^cp(?=125\d)/i, 'windows-').replace(/^iso8859-?/i, 'iso-8859-');
  try {
    return new TextDecoder(label, { ignoreBOM: true });
  } catch {
    return undefined;
  }
}
