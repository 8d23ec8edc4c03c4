import type { GivenDialect } from '../../table/table';
import type { FileBytes } from '../fileBytes';
import { maxCsvRecordBytes } from '../limits';
import { sampleDialect, type Sample } from './dialect';
import type { CellDecoder } from './encoding';
import { columnNames, placeNames, type ColumnNames } from './header';
import { cellKind, readNumberText } from './numbers';

const sampleBytes = 2 ** 16;

/** Looks at the first records of a file: 64 KB, or more where its first line is longer. */
export function takeSample(text: FileBytes, decoder: CellDecoder, given: GivenDialect): Sample {
  for (let wanted = sampleBytes; ; wanted *= 4) {
    const bytes = text.read(0, wanted);
    if (text.size <= wanted) return sampleDialect(withFinalBreak(bytes), decoder, given);
    const end = Math.max(bytes.lastIndexOf(lineFeed), bytes.lastIndexOf(carriageReturn, -2)) + 1;
    if (end === 0 && wanted < maxCsvRecordBytes) continue;
    return sampleDialect(end > 0 ? bytes.subarray(0, end) : withFinalBreak(bytes), decoder, given);
  }
}

/** The columns' names: from the header line, or by place. */
export function headerOf(sample: Sample): ColumnNames {
  const first = sample.records[0]?.cells ?? [];
  if (!sample.header) return { names: placeNames(first.length), duplicates: [] };
  return columnNames(sample.rowNames ? ['', ...first] : first);
}

/** What the first rows of each column hold for the most part; `empty` where nothing stands in any of them. */
export function kindsOf(sample: Sample, header: ColumnNames): ('number' | 'text' | 'empty')[] {
  const rows = sample.header ? sample.records.slice(1) : sample.records;
  const value = new Float64Array(1);
  return header.names.map((_, column) => {
    let numbers = 0;
    let texts = 0;
    for (const { cells } of rows) {
      const kind = readNumberText(cells[column] ?? '', sample.form, value, 0);
      if (kind === cellKind.number) numbers++;
      else if (kind === cellKind.text) texts++;
    }
    if (numbers + texts === 0) return 'empty';
    return numbers > texts ? 'number' : 'text';
  });
}

const lineFeed = 10;
const carriageReturn = 13;

function withFinalBreak(bytes: Uint8Array): Uint8Array {
  const closed = new Uint8Array(bytes.length + 1);
  closed.set(bytes);
  closed[bytes.length] = lineFeed;
  return closed;
}
