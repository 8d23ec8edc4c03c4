import { hasError } from '../problem';
import type { Session } from '../session/session';
import { pointsTable, rangesOfFile } from '../session/usualRanges';
import { tableTitle } from '../table/rowsTaken';
import { UsageError, type CommonArguments } from './arguments';
import { openAlone, openSession } from './openFiles';
import { Refusal } from './refusal';

/** A session with data, or with points that stand in for data. */
export interface Opened {
  readonly session: Session;
  /** Said above every figure where the rows are no data, or not all rows of the file; else empty. */
  readonly note: string;
  /** The ranges the points are spread over, by input; absent with a table. */
  readonly ranges?: Readonly<Record<string, readonly [number, number]>>;
}

/**
 * The model with its table or, without `--data`, with points spread evenly over the ranges given by `--range` and those
 * the file tells; refuses, naming the inputs, where neither says what is usual.
 */
export async function openWithOrWithoutTable(given: CommonArguments): Promise<Opened> {
  if (given.data !== undefined) {
    const session = await openSession(given);
    const { table } = session.connected();
    return { session, note: table.part ? `Read is ${tableTitle(table)}: every figure is of these rows.` : '' };
  }
  const session = await openAlone(given);
  if (given.categories && (!session.connection || given.ranges.size > 0))
    throw new UsageError('--category needs a table; name it with --data.');
  if (session.connection && given.ranges.size === 0) return { session, note: '' };
  const inputs = session.describe().inputs.map(({ name }) => name);
  const unknown = [...given.ranges.keys()].find((name) => !inputs.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`${session.file.name} has no input ${unknown}; it has ${inputs.join(', ')}.`);
  const known = rangesOfFile(session);
  const ranges = inputs.map((name, index) => {
    const own = given.ranges.get(name);
    return own ? { low: own[0], high: own[1] } : known[index];
  });
  const missing = inputs.filter((_, index) => ranges[index] === undefined);
  if (missing.length > 0)
    throw new UsageError(
      `Without a table Slopescope must know usual values, and the file tells none of ${missing.slice(0, 6).join(', ')}${missing.length > 6 ? ', …' : ''}. Name a table with --data, or write --range ${missing[0]!}=LOW:HIGH for each.`,
    );
  const all = ranges.flatMap((range) => range ?? []);
  const result = session.connect(pointsTable(session, all), { byPosition: true });
  if (!result.binding || hasError(result.problems)) throw new Refusal(2, result.problems);
  return {
    session,
    note: 'No table: every figure is over 2 000 points spread evenly over the ranges, which are no data.',
    ranges: Object.fromEntries(inputs.map((name, index) => [name, [all[index]!.low, all[index]!.high] as const])),
  };
}
