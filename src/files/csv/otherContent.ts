import type { Problem } from '../../problem';

/** A kind of file that people give in place of a CSV file, by how it begins. */
interface Kind {
  readonly words: string;
  readonly starts: RegExp;
  readonly remedy?: string;
}

/** The beginning is compared byte by byte (as Latin-1), without a mark and blanks for the kinds that are texts. */
const kinds: readonly Kind[] = [
  { words: 'a Parquet file', starts: /^PAR1/ },
  { words: 'an Arrow or Feather file', starts: /^(?:ARROW1|FEA1)/ },
  { words: 'a workbook of an older spreadsheet program', starts: /^\xd0\xcf.\xe0\xa1\xb1.\xe1/ },
  { words: 'an HDF5 file', starts: /^\x89HDF\r\n/ },
  { words: 'a numpy array', starts: /^\x93NUMPY/ },
  { words: 'an SQLite database', starts: /^SQLite format 3\0/ },
  { words: 'a PDF file', starts: /^%PDF-/ },
  { words: 'a file compressed by zstd', starts: /^\x28\xb5\x2f\xfd/, remedy: 'Unpack it and choose the file inside.' },
  {
    words: 'a text in UTF-32',
    starts: /^(?:\xff\xfe\0\0|\0\0\xfe\xff)/,
    remedy: 'Save it in UTF-8.',
  },
  {
    words: 'a pointer that Git LFS keeps in place of the file',
    starts: /^version https:\/\/git-lfs/,
    remedy: 'Fetch the file itself with "git lfs pull".',
  },
  { words: 'JSON', starts: /^(?:\xef\xbb\xbf)?\s*[[{]\s*["[{}\]]/ },
  { words: 'a page or document with tags', starts: /^(?:\xef\xbb\xbf)?\s*<(?:!|\?|html|table|svg|[a-z]+[ >])/i },
];

/** What the user gave instead of a table as text, as a problem; undefined where nothing speaks against a CSV file. */
export function otherContent(file: string, bytes: Uint8Array): Problem | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  const kind = kinds.find(({ starts }) => starts.test(head));
  if (!kind) return undefined;
  return {
    code: 'csv-other-format',
    message: `${file} is ${kind.words}, not a CSV file.`,
    file,
    remedy: kind.remedy ?? 'Save or export the table as CSV.',
    severity: 'error',
  };
}
