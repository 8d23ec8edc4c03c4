import { auditSlopes, type Audit } from '../findings/audit';
import { number } from '../findings/words';
import { auditTables } from '../session/auditTables';
import type { Session } from '../session/session';
import { matchNames } from '../table/matching';
import type { Table } from '../table/table';
import { UsageError, type CommonArguments } from './arguments';
import { chosenOutputs, note, openSession } from './openFiles';
import { openTable } from './openTable';
import { writeOut } from './output';

/** `slopescope audit MODEL --data CSV --slopes OTHER.csv`: another tool's slopes beside ours; 0 when all agree, else 1. */
export async function audit(given: CommonArguments): Promise<number> {
  if (given.slopes === undefined) throw new UsageError('Name the table of slopes to compare with --slopes.');
  const session = await openSession(given);
  const { table, problems } = await openTable(given.slopes, [], { threads: given.threads });
  note(given, problems);
  const [output = 0] = chosenOutputs(session, given.outputs);
  const { rows, theirs } = readSlopes(session, table);
  const found = auditSlopes(auditTables(session, output, rows, theirs));
  await writeOut(given, given.json ? `${JSON.stringify(found)}\n` : textOf(found, table.name));
  return found.agree === found.rows ? 0 : 1;
}

function textOf({ message, worst, causes }: Audit, name: string): string {
  const others = causes.slice(1).map((cause) => `  ${cause.message}`);
  const most = worst
    ? [
        `  Largest difference at row ${worst.row + 1}, ${worst.input}: ${number(worst.ours)} here, ${number(worst.theirs)} there.`,
      ]
    : [];
  return `${[`${name}: ${message}`, ...others, ...most].join('\n')}\n`;
}

/** Their slopes by row of the data: by a column `row` (from 1), else line by line. */
function readSlopes(session: Session, table: Table) {
  const { binding } = session.connected();
  const numbers = table.columns.flatMap((column) =>
    column.kind === 'number' ? [{ name: slopeOf(column.name), values: column.values }] : [],
  );
  const named = numbers.find(({ name }) => name.trim().toLowerCase() === 'row');
  const slopes = numbers.filter((column) => column !== named && !/^(line|forecast)$/i.test(column.name.trim()));
  const columns = columnsFor(session, table.name, slopes);
  const usable = new Set(binding.rows);
  const all = Array.from({ length: table.rows }, (_, line) => line);
  const rowOf = (line: number): number => {
    if (named) return named.values[line]! - 1;
    return table.rows === binding.rows.length ? binding.rows[line]! : line;
  };
  if (!named && table.rows !== binding.rows.length && table.rows !== binding.table.rows) {
    throw new UsageError(
      `${table.name} has ${table.rows} rows and ${binding.table.name} ${binding.table.rows}; add a column "row" with row numbers from 1.`,
    );
  }
  const lines = all.filter((line) => usable.has(rowOf(line)));
  if (lines.length === 0) throw new UsageError(`No row of ${table.name} is a usable row of ${binding.table.name}.`);
  return {
    rows: Uint32Array.from(lines, rowOf),
    theirs: lines.map((line) => Float64Array.from(columns, (values) => values?.[line] ?? NaN)),
  };
}

/** The input a column of slopes is for: `slopescope slopes --csv` writes `slope[calls_made] (min per call)`. */
function slopeOf(name: string): string {
  return /^slope\[(.+)\]/.exec(name)?.[1] ?? name;
}

/** For each input its column of slopes: by name, else by place where there are as many columns as inputs. */
function columnsFor(
  session: Session,
  file: string,
  numbers: readonly { readonly name: string; readonly values: Float64Array }[],
): readonly (Float64Array | undefined)[] {
  const { inputs } = session.describe();
  const places = matchNames(
    inputs.map(({ name }) => name),
    numbers.map(({ name }) => name),
  );
  if (places.some((place) => place !== undefined)) {
    return places.map((place) => (place === undefined ? undefined : numbers[place]!.values));
  }
  if (numbers.length === inputs.length) return numbers.map(({ values }) => values);
  throw new UsageError(
    `${file} has no column named like an input, and ${numbers.length} columns of numbers where the model has ${inputs.length} inputs.`,
  );
}
