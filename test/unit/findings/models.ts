import { readFileSync } from 'node:fs';
import { readCsv } from '../../../src/files/csv/readCsv';
import { readModel } from '../../../src/files/read';
import type { Checked, CheckedInput } from '../../../src/findings/checked';
import type { LayerParts } from '../../../src/findings/layerParts';
import type { Network } from '../../../src/network/network';
import { referenceAdjoints, referenceOutputs, referenceTangents, referenceValues } from '../../../src/slopes/reference';
import { assembleRows } from '../../../src/table/assemble';
import type { Binding } from '../../../src/table/binding';
import { bindTable } from '../../../src/table/bindTable';
import { modelPerOriginal, toOriginal, type ScalingSet } from '../../../src/table/scaling';
import type { Table } from '../../../src/table/table';

const activity = new URL('../../fixtures/keras/activity/', import.meta.url);

/** The activity fixture: eight counts to minutes, with correlated inputs and wrong negative slopes. */
export async function activityModel(): Promise<{
  readonly network: Network;
  readonly table: Table;
  readonly scalings: ScalingSet;
}> {
  const folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };
  const bytes = new Uint8Array(readFileSync(new URL('model.keras', activity)));
  const { network } = await readModel({ name: 'model.keras', bytes }, { folder, answers: new Map() });
  const { table } = readCsv(new Uint8Array(readFileSync(new URL('data.csv', activity))), { name: 'activities.csv' });
  const scaler = JSON.parse(readFileSync(new URL('scaler.json', activity), 'utf8')) as {
    mean: number[];
    std: number[];
  };
  if (!network || !table) throw new Error('the activity fixture cannot be read');
  const inputs = scaler.mean.map((centre, index) => ({ kind: 'affine', centre, spread: scaler.std[index]! }) as const);
  return { network, table, scalings: { inputs, origin: 'scaler.json' } };
}

/** The facts of the fixture that were computed with TensorFlow. */
export function activityFacts(): {
  readonly rows_with_negative_slope: Record<string, number>;
  readonly rows_with_prediction_below_0: number[];
} {
  const golden = JSON.parse(readFileSync(new URL('golden.json', activity), 'utf8')) as {
    facts: { rows_with_negative_slope: Record<string, number>; rows_with_prediction_below_0: number[] };
  };
  return golden.facts;
}

/** One output of a network on a table, by the float64 reference; `hidden` is the value whose units make up the slope. */
export function checkedBy(network: Network, table: Table, scalings?: ScalingSet, hidden?: number): Checked {
  const { binding, problems } = bindTable(network, table, {}, scalings);
  if (!binding) throw new Error(problems.map(({ message }) => message).join(' '));
  const runs = Array.from(binding.rows, (row) => run(network, binding, row));
  const exact = binding.inputs.map((_, input) => Float64Array.from(runs, ({ slopes }) => slopes[input]!));
  const inputs = binding.inputs.map(({ name, source, scaling }, index): CheckedInput => {
    const own = {
      name,
      unit: '',
      kind: 'number',
      scaling,
      slopes: Float32Array.from(exact[index]!),
    } as const;
    if (source.kind !== 'numbers') return own;
    return { ...own, column: table.columns[source.column]!.name, values: source.values };
  });
  return {
    table,
    rows: binding.rows,
    output: { name: network.outputs[0]!.name, unit: '' },
    outputs: network.outputs.map(({ name }) => name),
    forecast: Float64Array.from(runs, ({ forecast }) => forecast),
    inputs,
    exactSlopes: (input, positions) => Float64Array.from(positions, (position) => exact[input]![position]!),
    layerParts: (input, position) => (hidden === undefined ? [] : [parts(network, binding, position, input, hidden)]),
  };
}

function modelRow(binding: Binding, row: number): Float64Array {
  const x = new Float64Array(binding.inputs.length);
  assembleRows(binding, Uint32Array.of(row), x);
  return x;
}

function run(network: Network, binding: Binding, row: number) {
  const values = referenceValues(network, [modelRow(binding, row)]);
  const { scaling } = binding.outputs[0]!;
  const forecast = toOriginal(scaling, referenceOutputs(network, values)[0]!);
  const adjoint = referenceAdjoints(network, values, 0)[0]!;
  const slopes = binding.inputs.map((_, index) => adjoint[index]! * inputFactor(binding, row, index));
  return { forecast, slopes };
}

function inputFactor(binding: Binding, row: number, index: number): number {
  const { source, scaling } = binding.inputs[index]!;
  return modelPerOriginal(scaling, source.kind === 'numbers' ? source.values[row]! : 0);
}

function parts(network: Network, binding: Binding, position: number, input: number, hidden: number): LayerParts {
  const row = binding.rows[position]!;
  const values = referenceValues(network, [modelRow(binding, row)]);
  const adjoints = referenceAdjoints(network, values, 0)[hidden]!;
  const tangents = referenceTangents(network, values, input)[hidden]!;
  const factor = inputFactor(binding, row, input);
  return {
    name: 'h2',
    origin: 'dense_1',
    parts: adjoints.map((adjoint, unit) => factor * adjoint * tangents[unit]!),
  };
}
