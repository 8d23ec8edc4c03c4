import type { Folder } from '../files/reading';
import type { Column, Table } from '../table/table';
import type { ScalingChoice } from './connection';
import { forecastRanges } from './forecastRanges';
import { chooseScaling } from './scalings';
import type { DataDescription } from './service';
import { SessionState, type Connection } from './sessionState';

/** Forecasts under one choice of a scaling, in the output's unit. */
export interface ScalingPreview<C extends string> extends Pick<DataDescription, 'forecast' | 'actual'> {
  readonly choice: C;
}

/** What each choice makes of the forecasts: of the inputs' scaling as the outputs' now is, and the other way round. */
export interface ScalingPreviews {
  /** `found`: as the model or a file beside it says; absent where nothing says it. */
  readonly inputs: readonly ScalingPreview<'found' | 'table' | 'none'>[];
  /** Empty without true values. */
  readonly outputs: readonly ScalingPreview<'table' | 'none'>[];
  /** Forecasts and true values lie on different scales: the output may have been scaled too. */
  readonly isOutputAsked: boolean;
}

/** Rows that the forecasts are computed on. */
const mostRows = 1000;
/** Spans that differ by more than this factor are on different scales. */
const mostApart = 5;

/** Tries every scaling on the table's first rows; undefined where the table is not connected. */
export async function scalingPreviews(
  session: SessionState,
  folder: Folder,
  answered: string | undefined,
): Promise<ScalingPreviews | undefined> {
  const { connection, scalingChoice } = session;
  if (!connection) return undefined;
  const head = firstRows(connection);
  const tried = async (said: ScalingChoice): Promise<Omit<ScalingPreview<string>, 'choice'> | undefined> => {
    const { given, choice } = connection;
    const { scaling, questions } = await chooseScaling(session, given, choice, folder, said, answered);
    if (questions.length > 0 || (said.inputs === undefined && scaling === undefined)) return undefined;
    const trial = new SessionState(session.file, session.reading, session.engine);
    trial.scaling = scaling;
    trial.connect(head, { ...choice, rows: { from: 0, to: head.rows }, categories: {} });
    return trial.connection && forecastRanges(trial, trial.connection);
  };
  const outputsSaid = scalingChoice.outputs ? { outputs: scalingChoice.outputs } : {};
  const inputs = [
    { choice: 'found' as const, preview: await tried(outputsSaid) },
    { choice: 'table' as const, preview: await tried({ ...scalingChoice, inputs: 'table' }) },
    { choice: 'none' as const, preview: await tried({ ...scalingChoice, inputs: 'none' }) },
  ].flatMap(({ choice, preview }) => (preview ? [{ choice, ...preview }] : []));
  const present = await forecastRanges(session, connection);
  if (!present.actual) return { inputs, outputs: [], isOutputAsked: false };
  const outputs = [
    { choice: 'table' as const, preview: await tried({ ...scalingChoice, outputs: 'table' }) },
    { choice: 'none' as const, preview: await tried({ ...scalingChoice, outputs: 'none' }) },
  ].flatMap(({ choice, preview }) => (preview ? [{ choice, ...preview }] : []));
  return { inputs, outputs, isOutputAsked: areApart(present.forecast, present.actual) };
}

interface Span {
  readonly min: number;
  readonly max: number;
}

function areApart(a: Span, b: Span): boolean {
  const [first, second] = [a.max - a.min, b.max - b.min];
  const isWider = Math.max(first, second) > mostApart * Math.min(first, second);
  return isWider || a.max < b.min || b.max < a.min;
}

/** The first rows of the rows asked for. */
function firstRows({ given, choice }: Connection): Table {
  const from = choice.rows?.from ?? 0;
  const to = Math.min(given.rows, choice.rows?.to ?? given.rows, from + mostRows);
  return {
    ...given,
    rows: to - from,
    lines: given.lines.subarray(from, to),
    columns: given.columns.map((column) => partOf(column, from, to)),
  };
}

function partOf(column: Column, from: number, to: number): Column {
  if (column.kind === 'text') return { ...column, codes: column.codes.subarray(from, to) };
  const { missing, ...rest } = column;
  return {
    ...rest,
    values: column.values.subarray(from, to),
    ...(missing ? { missing: missing.subarray(from, to) } : {}),
  };
}
