import path from 'node:path';
import { decompressedHead } from '../files/containers/compression';
import type { FileBytes } from '../files/fileBytes';
import type { LargeTable } from '../files/csv/largeTable';
import { readCsv, readCsvInParts, type CsvOptions, type CsvReading } from '../files/csv/readCsv';
import { sniffHeader } from '../files/csv/sniffHeader';
import { hasError, type Problem } from '../problem';
import { roundCount } from '../table/counts';
import type { GivenDialect, Table } from '../table/table';
import { roomForTable, withFile } from '../worker/diskFile';
import { ThreadPool, usualThreads } from '../worker/threadPool';
import type { CommonArguments } from './arguments';
import { missingFile, Refusal, type AskedQuestion } from './refusal';

/** Tables from this many bytes on are worth starting threads for. */
const bytesForThreads = 8 * 2 ** 20;

/** A table with what the user should know of it, and the threads it was read with. */
interface OpenedTable {
  readonly table: Table;
  readonly problems: readonly Problem[];
  readonly pool: ThreadPool | undefined;
}

/** Reads a table; refuses with what is wrong with it, and asks which rows of a large one are to be read. */
export async function openTable(
  place: string,
  textColumns: readonly string[],
  { dialect, threads, rows }: Pick<CommonArguments, 'threads' | 'rows'> & Partial<Pick<CommonArguments, 'dialect'>>,
): Promise<OpenedTable> {
  return openFile(place, async (file) => {
    const pool = poolFor(threads, file.size);
    const options: CsvOptions = { ...dialect, name: path.basename(place), textColumns, room: roomForTable() };
    const read = async (more: Partial<CsvOptions>): Promise<CsvReading> =>
      pool ? readCsvInParts(file, { ...options, ...more }, pool) : readCsv(file, { ...options, ...more });
    const reading = await read({});
    // Of an interval of rows only those up to its end are needed.
    const isShort = reading.large && rows && Number.isFinite(rows.to);
    const { table, problems, large } = isShort ? await read({ rows: `first:${rows.to}` }) : reading;
    if (large) throw new Refusal(3, [], [rowsQuestion(options.name, large)]);
    if (!table || hasError(problems)) throw new Refusal(2, problems);
    return { table, problems, pool };
  });
}

function rowsQuestion(name: string, { rows, bytes, choices }: LargeTable): AskedQuestion {
  const size = Number((bytes / 1e9).toPrecision(2));
  const ask = `${name} has about ${roundCount(rows)} rows, all of which take about ${size} GB of memory. Which of them are to be read?`;
  return { id: 'rows', option: '--rows', ask, choices, guess: choices[0] };
}

/** A table that answers are tried on; of a large one the first rows are enough. */
export async function tableToTry(place: string, dialect: GivenDialect): Promise<Table | undefined> {
  const options = { ...dialect, name: path.basename(place), room: roomForTable() };
  return openFile(place, (file) => {
    const { table, large } = readCsv(file, options);
    return large ? readCsv(file, { ...options, rows: large.choices[1] }).table : table;
  });
}

/** How much of a file is looked at for its columns' names; packed ones lie within more. */
const [headBytes, packedHeadBytes] = [2 ** 16, 2 ** 22];

/** The names of a table's columns, by its first lines. */
export async function columnNames(place: string, dialect: GivenDialect): Promise<readonly string[] | undefined> {
  return openFile(place, (file) => {
    const head = decompressedHead(file.read(0, packedHeadBytes), headBytes);
    return sniffHeader(head, file.size, dialect)?.names;
  });
}

/** Uses a file while it is open; refuses in words when it is not there. */
export async function openFile<Result>(
  place: string,
  use: (file: FileBytes) => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await withFile({ kind: 'path', path: place, name: path.basename(place) }, use);
  } catch (error) {
    throw missingFile(place, error);
  }
}

/** The threads asked for, or worth starting for a table of so many bytes; undefined where this thread alone is as quick. */
export function poolFor(asked: number, bytes: number): ThreadPool | undefined {
  const threads = asked > 0 ? asked : bytes < bytesForThreads ? 1 : usualThreads();
  return threads > 1 ? new ThreadPool(path.join(__dirname, 'worker.js'), threads) : undefined;
}
