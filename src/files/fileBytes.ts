/** A file's bytes, wherever they are: in memory, or on a disk that is read as they are asked for. */
export interface FileBytes {
  readonly size: number;
  /** Its bytes from `start` up to `end` or its own end, as a copy that may move to another thread. */
  read(start: number, end: number): Uint8Array<ArrayBuffer>;
}

/** Pieces in memory as one file. */
export function inMemory(...pieces: readonly Uint8Array[]): FileBytes {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return {
    size,
    read: (start, end) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      let first = 0;
      for (const piece of pieces) {
        const part = piece.subarray(Math.max(0, start - first), Math.max(0, end - first));
        if (part.length > 0) bytes.set(part, Math.max(0, first - start));
        first += piece.length;
      }
      return bytes;
    },
  };
}

/** The same file without its first bytes. */
export function behind(file: FileBytes, skipped: number): FileBytes {
  if (skipped === 0) return file;
  return { size: file.size - skipped, read: (start, end) => file.read(start + skipped, end + skipped) };
}

/** A file from its beginning to its end, some megabytes at a time unless said otherwise. */
export function* piecesOf(file: FileBytes, pieceBytes = 2 ** 22): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < file.size; at += pieceBytes) yield file.read(at, at + pieceBytes);
}
