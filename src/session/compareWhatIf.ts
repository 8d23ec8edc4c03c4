import type { Call } from '../ask';
import { inputKeys } from './comparedInputs';
import type { ComparedWhatIf, ComparedWhatIfRequest, NotCompared, Pair } from './compareQuestion';
import { repeated, slopesAt } from './points';
import { rowAsPoint } from './scene';
import type { Session } from './session';
import { changedPoint } from './whatIf';

/**
 * One row with the same changes in two models, matched by the columns that feed them: fast enough to follow a slider. Both
 * are computed here, so that what is shown of one is never set against an older answer of the other.
 */
export async function comparedWhatIf(
  first: Session,
  second: Session,
  outputs: Pair<number>,
  { row, changes }: ComparedWhatIfRequest,
  call: Call,
): Promise<ComparedWhatIf | NotCompared> {
  if (!second.connected().binding.rows.includes(row)) return unusableRow(second, row);
  const places = new Map(inputKeys(second).map((key, input) => [key, input]));
  const counterparts = inputKeys(first).map((key) => places.get(key));
  const others: ComparedWhatIfRequest['changes'][number][] = [];
  const unmoved: string[] = [];
  for (const { input, value } of changes) {
    const other = counterparts[input];
    if (other !== undefined && takes(second, other, value)) others.push({ input: other, value });
    else unmoved.push(first.describe().inputs[input]!.name);
  }
  const left = await atRow(first, outputs[0], row, changes);
  call.signal.throwIfAborted();
  const right = await atRow(second, outputs[1], row, others);
  return {
    row,
    before: [left.before, right.before],
    after: [left.after, right.after],
    slopes: counterparts.flatMap((other, input) =>
      other === undefined ? [] : [{ input, slopes: [left.slopes[input]!, right.slopes[other]!] as const }],
    ),
    unmoved,
  };
}

/** Whether an input can be given the value: a level where it is a category, else a number. */
function takes(session: Session, input: number, value: number | string): boolean {
  const { source } = session.connected().binding.inputs[input]!;
  return (source.kind === 'levels') === (typeof value === 'string');
}

async function atRow(session: Session, output: number, row: number, changes: ComparedWhatIfRequest['changes']) {
  const connection = session.connected();
  const computation = connection.computation(output);
  const point = rowAsPoint(connection.binding, row);
  const { forecast: before } = await slopesAt(computation, repeated(point, 1));
  const { forecast, slopes } = await slopesAt(computation, repeated(changedPoint(connection, point, changes), 1));
  return { before: before[0]!, after: forecast[0]!, slopes: slopes.map((line) => line[0]!) };
}

function unusableRow(second: Session, row: number): NotCompared {
  return {
    message: `${second.file.name} leaves row ${row + 1} out: it has no number there for one of its inputs.`,
    remedy: 'Choose another row.',
  };
}
