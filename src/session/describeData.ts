import type { Problem } from '../problem';
import { columnStatistics } from '../table/columns';
import { partWords } from '../table/rowsTaken';
import { boundStatistics } from './boundStatistics';
import { describeModel } from './describeModel';
import { computeForecasts } from './computeSlopes';
import { exactRow } from './exactRow';
import type { Table } from '../table/table';
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
      ...scalingDoubts(session, connection),
      ...weightsNote(session, connection),
    ],
  };
}

/** What is read of the table's file, where it is not all. */
function partOf({ part }: Table): Pick<DataDescription, 'part'> {
  return part ? { part: partWords(part) } : {};
}

/** How many rows the ranges of forecasts and true values are taken from. */
const lookedAt = 1000;

/** The forecasts' and the true values' ranges over the first rows, and how far they lie apart on average. */
export async function forecastRanges(
  session: SessionState,
  connection: Connection,
): Promise<Pick<DataDescription, 'forecast' | 'actual'>> {
  const { binding, table } = connection;
  const rows = binding.rows.subarray(0, lookedAt);
  const forecasts = await computeForecasts(session.computation(0), rows, () => undefined);
  const { min, max } = columnStatistics(forecasts);
  const column = table.columns[binding.outputs[0]?.target ?? -1];
  if (column?.kind !== 'number') return { forecast: { min, max } };
  const actual = columnStatistics(column.values, rows);
  const misses = forecasts.map((forecast, index) => Math.abs(forecast - column.values[rows[index]!]!));
  return {
    forecast: { min, max },
    actual: { min: actual.min, max: actual.max, averageMiss: columnStatistics(misses).mean },
  };
}

/** |z| beyond which scaled inputs lie far outside what the first layer saw in training. */
const farOutside = 10;

/** A warning where the scaled data lies far outside what a scaler gives: the commonest cause of nonsense. */
function scalingDoubts(session: SessionState, { binding, table }: Connection): Problem[] {
  if (!session.scaling) return [];
  const far = binding.inputs.flatMap((bound) => {
    const { input, scaling } = bound;
    const statistics = boundStatistics(bound, binding.rows);
    if (!statistics || scaling.kind !== 'affine') return [];
    const { min, max } = statistics;
    const reach = Math.max(Math.abs(min - scaling.centre), Math.abs(max - scaling.centre)) / Math.abs(scaling.spread);
    return reach > farOutside ? [{ name: input.name, reach }] : [];
  });
  if (far.length === 0) return [];
  const worst = far.reduce((a, b) => (b.reach > a.reach ? b : a));
  return [
    {
      code: 'scaling-far-outside',
      message: `Scaled by ${session.scaling.origin}, ${worst.name} reaches ${worst.reach.toPrecision(3)} where the network was trained on about −3 to 3${far.length > 1 ? `; ${far.length - 1} more inputs lie beyond ${farOutside}` : ''}.`,
      file: table.name,
      remedy: 'Check that this is the right table, unit and scaler.',
      severity: 'warning',
    },
  ];
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

/** How the scaling was chosen; open where nothing was found and the columns do not look scaled. */
function scalingInUse({ scalingChoice, scaling, connection }: SessionState): DataDescription['scaling'] {
  const { inputs = 'found', outputs = 'found' } = scalingChoice;
  const isFile = typeof inputs !== 'string';
  const isAsked = inputs === 'found' && scaling === undefined;
  return {
    inputs: isFile ? 'file' : inputs,
    outputs,
    isOpen: isAsked && connection !== undefined && !isStandardised(connection),
  };
}

/** Means near 0 and spreads near 1 in all columns of numbers: they were scaled before they were written. */
function isStandardised({ binding, asNumbers }: Connection): boolean {
  return asNumbers.every((bound) => {
    const statistics = boundStatistics(bound, binding.rows);
    if (!statistics || statistics.constant || statistics.binary) return true;
    return Math.abs(statistics.mean) < 0.25 && Math.abs(Math.log(statistics.deviation)) < Math.log(1.5);
  });
}
