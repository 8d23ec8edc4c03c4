import type { Scaling, ScalingSet } from '../../table/scaling';
import type { Column, Table } from '../../table/table';
import { numberColumn } from './storedData';

/** A table of scaled numbers, as it was before the scaling; columns the scaling does not know stay as they are. */
export function unscaledTable(
  table: Table,
  features: readonly string[],
  outputs: readonly string[],
  scalings: ScalingSet,
): Table {
  const known = new Map<string, Scaling>();
  outputs.forEach((name, i) => known.set(name, scalings.outputs?.[i] ?? { kind: 'identity' }));
  features.forEach((name, i) => known.set(name, scalings.inputs[i] ?? { kind: 'identity' }));
  return { ...table, columns: table.columns.map((column) => unscaledColumn(column, known.get(column.name))) };
}

function unscaledColumn(column: Column, scaling: Scaling | undefined): Column {
  if (column.kind === 'text' || !scaling || scaling.kind === 'identity') return column;
  const { centre, spread } = scaling;
  const values = column.values.map((value) => {
    const unscaled = value * spread + centre;
    return scaling.kind === 'logAffine' ? Math.exp(unscaled) - scaling.shift : unscaled;
  });
  return numberColumn(column.name, values);
}
