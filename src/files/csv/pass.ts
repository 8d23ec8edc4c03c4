import { ProblemError, type Problem } from '../../problem';
import type { RowsTaken } from '../../table/rowsTaken';
import type { FileBytes } from '../fileBytes';
import { fileProblem } from './csvProblems';
import type { Sample } from './dialect';
import type { CellDecoder } from './encoding';
import type { ColumnNames } from './header';
import { parseText, RecordParser, type RecordForm } from './recordParser';
import { TableBuilder, type ColumnStart, type TableParts } from './tableBuilder';

/** One pass over the rows of a file, with everything that was settled before it. */
export interface Pass {
  readonly file: string;
  /** The rows: the file without what stands above them. */
  readonly text: FileBytes;
  /** Bytes of the whole file. */
  readonly bytes: number;
  readonly decoder: CellDecoder;
  readonly sample: Sample;
  readonly header: ColumnNames;
  readonly starts: readonly ColumnStart[];
  readonly taken: RowsTaken;
  /** Is told how many bytes are read; answering false stops. */
  readonly progress?: (bytesRead: number, bytes: number) => boolean;
}

/** What a pass came to. */
export interface Parsed {
  /** Absent when the rows cannot be read, for these problems, or reading was stopped. */
  readonly table?: TableParts & {
    readonly blankLines: number;
    /** Bytes of the rows read: fewer than there are where only the first rows are taken. */
    readonly read: number;
  };
  readonly problems: readonly Problem[];
  /** A cell was not UTF-8: the whole file must be read again as Windows-1252. */
  readonly failed: boolean;
}

/** Reads the rows one after the other, on this thread. */
export function parseWhole(pass: Pass, pieceBytes?: number): Parsed {
  const { text, bytes, decoder, sample, progress } = pass;
  const none = (problems: readonly Problem[]): Parsed => ({ problems, failed: decoder.failed });
  try {
    const builder = builderFor(pass);
    const parser = new RecordParser(formOf(sample), decoder, builder);
    parser.line = sample.firstLine;
    const { read, trouble } = parseText(parser, text, {
      progress: (done) => progress?.(done, bytes) ?? true,
      mostRecords: pass.taken.most,
      pieceBytes,
    });
    if (trouble === 'stopped') return none([]);
    if (trouble) return none([fileProblem(pass.file, trouble, parser.line)]);
    const table = { ...builder.finish(), blankLines: parser.blankLines, read };
    return { table, problems: [], failed: decoder.failed };
  } catch (error) {
    if (error instanceof ProblemError) return none([error.problem]);
    throw error;
  }
}

/** A builder with room for the rows taken of so many; without a number, of as many as the file's first rows make one expect. */
export function builderFor(pass: Pass, all = rowsIn(pass.bytes, pass.sample)): TableBuilder {
  const { file, bytes, sample, header, starts, taken } = pass;
  const rows = Math.min(taken.most + 1, Math.ceil(all / taken.step));
  return new TableBuilder(file, header.names, starts, sample.form, { rows, bytes }, taken.step);
}

/** A little more than the rows that so many bytes seem to hold. */
export function rowsIn(bytes: number, { rowBytes }: Pick<Sample, 'rowBytes'>): number {
  return Math.ceil((1.05 * bytes) / Math.max(1, rowBytes));
}

/** No byte: where the decimal sign is the delimiter too, only numbers in quotes have one. */
const noByte = 256;

/** The signs of a file by their bytes. */
export function formOf({ delimiter, form }: Pick<Sample, 'delimiter' | 'form'>): RecordForm {
  const decimal = form.decimal === delimiter ? noByte : form.decimal.charCodeAt(0);
  return { delimiter: delimiter.charCodeAt(0), decimal };
}
