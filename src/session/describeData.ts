import type { Problem } from '../problem';
import { partWords } from '../table/rowsTaken';
import type { Table } from '../table/table';
import { describeModel } from './describeModel';
import { exactRow } from './exactRow';
import { forecastRanges } from './forecastRanges';
import { isScalingOpen, scalingDoubts } from './scalingDoubts';
import type { DataDescription } from './service';
import type { Connection, SessionState } from './sessionState';

/** The connected table, or the one that could not be connected yet; undefined without either. */
export async function describeData(session: SessionState): Promise<DataDescription | undefined> {
  const { connection, rejected } = session;
  if (connection) return described(session, connection);
  if (!rejected) return undefined;
  const { table, result } = rejected;
  return {
    file: table.name,
    rows: table.rows,
    columns: table.columns.map(({ name, kind }) => ({ name, kind })),
    categories: [],
    usable: 0,
    leftOut: [],
    bindings: describeModel(session).inputs.map((input) => ({ input: input.name, how: 'name' })),
    ...(session.scaling ? { scaler: session.scaling.origin } : {}),
    dialect: table.dialect,
    scaling: scalingInUse(session),
    forecast: { min: NaN, max: NaN },
    ...partOf(table),
    problems: result.problems,
  };
}

async function described(session: SessionState, connection: Connection): Promise<DataDescription> {
  const { given: table, binding, result, asNumbers } = connection;
  const target = binding.outputs[0]?.target;
  return {
    file: table.name,
    rows: table.rows,
    columns: table.columns.map(({ name, kind }) => ({ name, kind })),
    categories: result.categories ?? [],
    usable: binding.rows.length,
    leftOut: binding.leftOut,
    bindings: asNumbers.map(({ input, how, source }) =>
      source.kind === 'fixed'
        ? { input: input.name, fixed: source.value, how }
        : { input: input.name, column: table.columns[source.column]!.name, how },
    ),
    ...(target === undefined ? {} : { target: table.columns[target]!.name }),
    ...(session.scaling ? { scaler: session.scaling.origin } : {}),
    dialect: table.dialect,
    scaling: scalingInUse(session),
    ...(await forecastRanges(session, connection)),
    ...partOf(table),
    problems: [
      ...result.problems,
      ...session.scalingNotes,
      ...(await scalingDoubts(session, connection)),
      ...weightsNote(session, connection),
    ],
  };
}

/** What is read of the table's file, where it is not all. */
function partOf({ part }: Table): Pick<DataDescription, 'part'> {
  return part ? { part: partWords(part) } : {};
}

/** What neuralnet stored as generalized weights are slopes of the log-odds: said where that turns signs around. */
function weightsNote(session: SessionState, { binding, asNumbers, given }: Connection): Problem[] {
  const { generalizedWeights, table: own } = session.reading;
  if (!generalizedWeights || own !== given) return [];
  const network = session.fileNetwork;
  const inputs = { ...binding, inputs: asNumbers };
  const outputs = binding.outputs.map((_, output) => output);
  let differ = 0;
  let signs = 0;
  for (const row of binding.rows) {
    const stored = generalizedWeights[row];
    if (!stored) continue;
    const { slopes } = exactRow(network, inputs, session.switchedInFile, row, outputs);
    slopes.forEach((line, output) =>
      line.forEach((slope, input) => {
        const weight = stored[output * line.length + input] ?? NaN;
        if (Number.isNaN(weight + slope)) return;
        signs++;
        if (Math.sign(weight) !== Math.sign(slope)) differ++;
      }),
    );
  }
  if (differ === 0) return [];
  const names = describeModel(session).outputs.map(({ name }) => name);
  return [
    {
      code: 'generalized-weights-differ',
      message: `${differ} of ${signs} signs in the file's generalized weights differ: they are slopes of the log-odds, not of ${names.join(' and ')}.`,
      file: session.file.name,
      severity: 'info',
    },
  ];
}

/** How the scaling was chosen. */
function scalingInUse(session: SessionState): DataDescription['scaling'] {
  const { inputs = 'found', outputs = 'found' } = session.scalingChoice;
  const isFile = typeof inputs !== 'string';
  return { inputs: isFile ? 'file' : inputs, outputs, isOpen: isScalingOpen(session) };
}
