import { flatInputs, flatOutputs } from '../network/features';
import { splitUnit, unitOf } from '../table/units';
import { boundStatistics } from './boundStatistics';
import type { InputDescription, ModelDescription, OutputDescription } from './service';
import type { SessionState } from './sessionState';
import { lastStep, structureLine } from './structure';
import { rangesOfFile } from './usualRanges';

/** The model as the header, the first screen and `inspect` show it. */
export function describeModel(session: SessionState): ModelDescription {
  const { reading, file, scaling } = session;
  const { network } = reading;
  const layers = network?.source.layers ?? [];
  const step = network && lastStep(network);
  return {
    file: file.name,
    format: network?.source.format ?? '',
    ...(network?.source.framework === undefined ? {} : { framework: network.source.framework }),
    structure: network ? structureLine(network) : '',
    inputs: describeInputs(session),
    outputs: describeOutputs(session),
    layers: layers.map(({ name, kind, size, parameters }) => ({ name, kind, size, parameters })),
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    bytes: file.bytes.length,
    ...(scaling ? { scaler: scaling.origin } : {}),
    ...(step ? { lastStep: step } : {}),
    questions: [...reading.questions, ...session.scalingQuestions],
    problems: reading.problems,
  };
}

/** The flat inputs under the names of the columns that feed them, once a table is connected. */
export function describeInputs(session: SessionState): InputDescription[] {
  if (!session.reading.network) return [];
  const { connection, network } = session;
  const units = connection?.choice.units ?? {};
  const usual = connection ? [] : rangesOfFile({ network, scaling: session.scaling });
  return flatInputs(network).map((input, index): InputDescription => {
    const source = connection?.binding.inputs[index]?.source;
    const column =
      connection && source && source.kind !== 'fixed' ? connection.table.columns[source.column] : undefined;
    const name = column ? splitUnit(column.name).name : input.name;
    const kind = session.switched[index]
      ? 'switched'
      : column?.kind === 'number'
        ? numberKind(session, index)
        : 'number';
    const { levels } = network.inputs[input.port]!;
    return {
      name,
      kind,
      unit: unitOf(units, input.name, column?.name),
      ...(column ? { column: column.name } : {}),
      ...(levels ? { levels } : {}),
      ...(usual[index] ? { usual: usual[index] } : {}),
    };
  });
}

/** The flat outputs under the name of the target column, where there is one. */
export function describeOutputs(session: SessionState): OutputDescription[] {
  const { network } = session.reading;
  if (!network) return [];
  const { connection } = session;
  return flatOutputs(network).map((output, index): OutputDescription => {
    const target = connection?.binding.outputs[index]?.target;
    const column = target === undefined ? undefined : connection?.table.columns[target]?.name;
    const only = network.outputs.length === 1 && network.outputs[0]!.size === 1;
    // A column that nobody named as the target does not rename an output that has a name.
    const isNamed = connection?.choice.target === undefined && !/^outputs?$/i.test(output.name);
    const name = column !== undefined && only && !isNamed ? splitUnit(column).name : output.name;
    return { name, unit: unitOf(connection?.choice.units ?? {}, output.name, column) };
  });
}

function numberKind({ connection }: SessionState, index: number): InputDescription['kind'] {
  const bound = connection?.binding.inputs[index];
  const statistics = bound && boundStatistics(bound, connection.binding.rows);
  if (!statistics) return 'number';
  return statistics.binary ? 'yes/no' : statistics.whole ? 'whole number' : 'number';
}
